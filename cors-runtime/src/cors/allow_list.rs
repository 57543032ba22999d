//! The origins that a policy allows, ready for requests.

#[cfg(feature = "runtime-policies")]
use super::environment;
use super::{HeaderValue, OriginHeader, Verdict};
use crate::SourceLocation;
use crate::error::Problem;
#[cfg(feature = "runtime-policies")]
use crate::error::ProblemKind;
use cors_policy::{OriginIndex, OriginSource, Policy};
#[cfg(feature = "runtime-policies")]
use cors_policy::{OriginSet, Rule};

/// The origins that a policy allows. Environment variables have been read.
#[derive(Debug)]
pub(crate) struct AllowList<V> {
    /// The policy has `origins = ["*"]`.
    allows_any: bool,
    /// The one exact origin that makes up the whole list. Comparing it takes a third of the time of hashing the
    /// `Origin` of the request, and its value is copied without an allocation: most policies have one origin.
    only: Option<V>,
    index: OriginIndex,
    #[cfg(feature = "runtime-policies")]
    sets: Vec<&'static OriginSet>,
}

impl<V: HeaderValue> AllowList<V> {
    /// Prepares the origins of a policy that is declared at `location`.
    pub(crate) fn new(policy: &Policy, location: SourceLocation) -> Result<Self, Vec<Problem>> {
        let sources: Vec<_> = policy.origins().collect();
        let mut literals: Vec<&str> = Vec::new();
        for source in &sources {
            if let OriginSource::Origin(text) = source {
                literals.push(text);
            }
        }
        let allows_any = literals.contains(&"*");
        literals.retain(|text| *text != "*");
        Self::with_runtime_sources(policy, &sources, (allows_any, literals), location)
    }

    #[cfg(feature = "runtime-policies")]
    fn with_runtime_sources(
        policy: &Policy,
        sources: &[OriginSource<'_>],
        (allows_any, mut origins): (bool, Vec<&str>),
        location: SourceLocation,
    ) -> Result<Self, Vec<Problem>> {
        let variables = environment::read(sources);
        let mut problems = Vec::new();
        for variable in &variables {
            match variable.check(policy, &origins, location) {
                Ok(entries) => origins.extend(entries),
                Err(problem) => problems.push(*problem),
            }
        }
        let mut sets = Vec::new();
        for source in sources {
            if let OriginSource::Set(set) = source {
                problems.extend(relaxed_rules(policy, set).map(|rule| Problem {
                    kind: ProblemKind::RelaxedSet { rule },
                    location: Some(location),
                }));
                sets.push(*set);
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let only = if sets.is_empty() { only_exact(&origins) } else { None };
        Ok(Self { allows_any, only, index: OriginIndex::new(origins), sets })
    }

    #[cfg(not(feature = "runtime-policies"))]
    #[expect(clippy::unnecessary_wraps, reason = "only what is read at run time can be wrong")]
    fn with_runtime_sources(
        _policy: &Policy,
        _sources: &[OriginSource<'_>],
        (allows_any, origins): (bool, Vec<&str>),
        _location: SourceLocation,
    ) -> Result<Self, Vec<Problem>> {
        Ok(Self { allows_any, only: only_exact(&origins), index: OriginIndex::new(origins) })
    }

    /// What the list says about the origin of a request. Only an exact match or a matching pattern is allowed.
    #[inline]
    pub(crate) fn verdict(&self, origin: OriginHeader<'_, V>) -> Verdict<V> {
        if self.allows_any {
            return Verdict::AnyOrigin;
        }
        match (origin, &self.only) {
            (OriginHeader::Missing, _) => Verdict::NoOrigin,
            (OriginHeader::Multiple, _) => Verdict::Denied,
            (OriginHeader::One(value), Some(only)) if value.as_ref() == only.as_ref() => {
                Verdict::Allowed(only.clone())
            }
            (OriginHeader::One(value), None) if self.contains(value.as_ref()) => {
                Verdict::Allowed(value.clone())
            }
            (OriginHeader::One(_), _) => Verdict::Denied,
        }
    }

    #[inline]
    fn contains(&self, origin: &[u8]) -> bool {
        #[cfg(feature = "runtime-policies")]
        if self.sets.iter().any(|set| set.contains_bytes(origin)) {
            return true;
        }
        self.index.contains(origin)
    }
}

/// The only origin of a list that has one exact origin and nothing else.
fn only_exact<V: HeaderValue>(origins: &[&str]) -> Option<V> {
    match origins {
        [only] if !only.contains('*') => Some(V::from_checked(only)),
        _ => None,
    }
}

/// The rules that a set opted out of and that the policy keeps.
#[cfg(feature = "runtime-policies")]
fn relaxed_rules(policy: &Policy, set: &OriginSet) -> impl Iterator<Item = Rule> {
    let danger = set.danger();
    let insecure = danger.insecure_origins && policy.credentials() && !policy.insecure_origins();
    let suffixes = danger.public_suffixes && !policy.public_suffixes();
    [(insecure, Rule::OriginInsecure), (suffixes, Rule::OriginPublicSuffix)]
        .into_iter()
        .filter_map(|(is_relaxed, rule)| is_relaxed.then_some(rule))
}
