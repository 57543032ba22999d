//! Which answers to preflights browsers can never reuse, as far as the declarations show it.
//!
//! Whether one answer can be reused depends on the origin that asks: see
//! [`PathPolicies::trusts_reuse`](super::PathPolicies).

use super::{CheckIdentity, Methods};
use cors_policy::{OriginIndex, Policy, Source};

/// What the declaration of a route says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeclaredRoute<'a> {
    pub(crate) methods: &'a Methods,
    pub(crate) policy: &'a Policy,
    pub(crate) check: Option<CheckIdentity>,
}

impl DeclaredRoute<'_> {
    /// Whether every answer to a preflight for this route carries `Max-Age: 0`, because another route of the path refuses
    /// every origin that this one allows. It is `false` if only a request can tell.
    pub(crate) fn is_never_reused<'a>(self, path: impl Iterator<Item = DeclaredRoute<'a>> + Clone) -> bool {
        let listed = |other: &DeclaredRoute<'_>| {
            path.clone()
                .filter(|route| route.is_equivalent_to(self))
                .any(|route| route.methods.names().any(|name| other.methods.contains(name.as_bytes())))
        };
        path.clone()
            .filter(|other| !other.is_equivalent_to(self))
            .filter(|other| other.methods.has_safelisted() || listed(other))
            .any(|other| other.refuses_all_of(self))
    }

    fn is_equivalent_to(self, other: DeclaredRoute<'_>) -> bool {
        let same_check = match (self.check, other.check) {
            (None, None) => true,
            (Some(a), Some(b)) => a.answers_like(b),
            (None, Some(_)) | (Some(_), None) => false,
        };
        same_check && self.policy == other.policy
    }

    fn refuses_all_of(self, other: DeclaredRoute<'_>) -> bool {
        if other.policy.credentials() && !self.policy.credentials() {
            return true;
        }
        if let Some(check) = self.check {
            return !other.check.is_some_and(|other| check.answers_like(other));
        }
        let (Some(own), Some(others)) = (literals(self), literals(other)) else { return false };
        let is_exact = |origin: &&str| !origin.contains('*');
        if own.contains(&"*") || !others.iter().all(is_exact) {
            return false;
        }
        let own = OriginIndex::new(own);
        !others.iter().any(|origin| own.contains(origin.as_bytes()))
    }
}

/// The origins of a policy, if all of them are in the source code.
fn literals(route: DeclaredRoute<'_>) -> Option<Vec<&str>> {
    if route.check.is_some() {
        return None;
    }
    route
        .policy
        .origins()
        .into_iter()
        .map(|source| match source {
            Source::Origin(text) => Some(text),
            _ => None,
        })
        .collect()
}
