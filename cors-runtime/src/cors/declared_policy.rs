//! A policy as it is declared, and which declarations mean the same.

use super::CheckIdentity;
use crate::SourceLocation;
use cors_policy::Policy;

/// A policy, and the place where it is declared.
#[derive(Clone, Debug)]
#[cfg_attr(
    not(feature = "axum"),
    expect(unreachable_pub, reason = "a trait of the adapter for axum returns it")
)]
pub struct DeclaredPolicy {
    pub(crate) policy: Policy,
    /// Where the policy is declared.
    pub(crate) location: SourceLocation,
    /// The function of `origins = dynamic(..)`. It is asked about origins that the policy does not list.
    pub(crate) check: Option<CheckIdentity>,
}

impl DeclaredPolicy {
    /// A policy without an origin check.
    pub(crate) fn new(policy: Policy, location: SourceLocation) -> Self {
        Self { policy, location, check: None }
    }

    /// Whether both policies answer every request in the same way. A policy whose origin check has extractors is not even
    /// equivalent to itself, since the check may answer differently for another request.
    pub(crate) fn is_equivalent_to(&self, other: &Self) -> bool {
        let has_check = self.check.is_some() || other.check.is_some();
        (!has_check || self.has_same_check(other)) && self.policy == other.policy
    }

    /// Whether the same origin check decides for both policies and gives the same answer about the same origin, whatever
    /// else a request says.
    pub(super) fn has_same_check(&self, other: &Self) -> bool {
        self.shared_check(other).is_some_and(|check| !check.uses_extractors)
    }

    /// Whether both policies have the same origin check, which may answer differently for each of the two routes.
    pub(super) fn has_same_check_with_extractors(&self, other: &Self) -> bool {
        self.shared_check(other).is_some_and(|check| check.uses_extractors)
    }

    fn shared_check(&self, other: &Self) -> Option<CheckIdentity> {
        self.check.filter(|own| other.check.is_some_and(|other| own.function == other.function))
    }
}
