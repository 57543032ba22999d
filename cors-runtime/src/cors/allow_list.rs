//! The origins that a policy allows, ready for requests.

#[cfg(feature = "runtime-policies")]
use super::environment;
use super::{HeaderValue, OriginHeader, Verdict};
use crate::SourceLocation;
use crate::error::BuildProblem;
#[cfg(feature = "runtime-policies")]
use crate::error::ProblemKind;
#[cfg(feature = "runtime-policies")]
use cors_policy::{OriginCheck, OriginSet, OriginSetRef, Rule};
use cors_policy::{OriginIndex, OriginSource, Policy};

/// The origins that a policy allows. Environment variables have been read.
#[derive(Debug)]
pub(crate) struct AllowList<V> {
    /// Every origin is allowed: the policy has `origins = ["*"]`, or `env(.., or_any)` lists none.
    allows_any: bool,
    /// The one exact origin that makes up the whole list. Comparing it takes a third of the time of hashing the
    /// `Origin` of the request, and its value is copied without an allocation: most policies have one origin.
    only: Option<V>,
    index: OriginIndex,
    #[cfg(feature = "runtime-policies")]
    sets: Vec<OriginSetRef>,
    #[cfg(feature = "runtime-policies")]
    checks: Vec<OriginCheck>,
}

impl<V: HeaderValue> AllowList<V> {
    /// Prepares the origins of a policy that is declared at `location`.
    #[cfg_attr(
        not(feature = "runtime-policies"),
        expect(unused_mut, unused_variables, reason = "only what is read at run time can be wrong")
    )]
    pub(crate) fn new(policy: &Policy, location: SourceLocation) -> Result<Self, Vec<BuildProblem>> {
        let sources: Vec<_> = policy.origins().collect();
        let mut problems = Vec::new();
        let mut origins = Vec::new();
        let mut allows_any = false;
        #[cfg(feature = "runtime-policies")]
        let (mut sets, mut checks) = (Vec::new(), Vec::new());
        for source in &sources {
            match source {
                OriginSource::Origin(text) if text == "*" => allows_any = true,
                OriginSource::Origin(text) => origins.push(&**text),
                #[cfg(feature = "runtime-policies")]
                OriginSource::Set(set) => {
                    problems.extend(relaxed_rules(policy, set).map(|kind| kind.at(location)));
                    sets.push(set.clone());
                }
                #[cfg(feature = "runtime-policies")]
                OriginSource::Check(check) => checks.push(check.clone()),
                _ => {}
            }
        }
        #[cfg(feature = "runtime-policies")]
        let variables = environment::read(&sources, location, &mut problems);
        #[cfg(feature = "runtime-policies")]
        if variables.allows_any {
            allows_any = true;
        }
        #[cfg(feature = "runtime-policies")]
        for variable in &variables.lists {
            origins.extend(variable.check(policy, &origins, location, &mut problems));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let only = only_exact(&origins);
        #[cfg(feature = "runtime-policies")]
        let only = only.filter(|_| sets.is_empty() && checks.is_empty());
        Ok(Self {
            allows_any,
            only,
            index: OriginIndex::new(origins),
            #[cfg(feature = "runtime-policies")]
            sets,
            #[cfg(feature = "runtime-policies")]
            checks,
        })
    }

    /// What the list says about the origin of a request. Only an exact match or a matching pattern is allowed.
    #[inline]
    pub(crate) fn verdict(&self, origin: OriginHeader<'_, V>) -> Verdict<V> {
        if self.allows_any {
            return Verdict::AnyOrigin;
        }
        match (origin, &self.only) {
            (OriginHeader::Missing, _) => Verdict::NoOrigin,
            (OriginHeader::One(value), Some(only)) if value.as_ref() == only.as_ref() => {
                Verdict::Allowed(only.clone())
            }
            (OriginHeader::One(value), None) if self.contains(value.as_ref()) => {
                Verdict::Allowed(value.clone())
            }
            (OriginHeader::One(_) | OriginHeader::Multiple, _) => Verdict::Denied,
        }
    }

    #[inline]
    fn contains(&self, origin: &[u8]) -> bool {
        self.index.contains(origin) || self.allows_at_runtime(origin)
    }

    #[cfg(feature = "runtime-policies")]
    #[inline]
    fn allows_at_runtime(&self, origin: &[u8]) -> bool {
        self.sets.iter().any(|set| set.contains_bytes(origin))
            || self.checks.iter().any(|check| check.allows(origin))
    }

    #[cfg(not(feature = "runtime-policies"))]
    #[expect(clippy::unused_self, reason = "with the feature it needs the sets")]
    fn allows_at_runtime(&self, _: &[u8]) -> bool {
        false
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
fn relaxed_rules(policy: &Policy, set: &OriginSet) -> impl Iterator<Item = ProblemKind> {
    let danger = set.danger();
    let insecure = danger.insecure_origins && policy.credentials() && !policy.insecure_origins();
    let suffixes = danger.public_suffixes && !policy.public_suffixes();
    [
        (insecure, Rule::OriginInsecure, "insecure_origins"),
        (suffixes, Rule::OriginPublicSuffix, "public_suffixes"),
    ]
    .into_iter()
    .filter_map(|(is_relaxed, rule, opt_out)| is_relaxed.then_some(ProblemKind::RelaxedSet { rule, opt_out }))
}
