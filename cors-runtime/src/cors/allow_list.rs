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
use std::borrow::Cow;

/// The origins that a policy allows. Environment variables have been read.
#[derive(Debug)]
pub(crate) struct AllowList<V> {
    /// Every origin is allowed: the policy has `origins = ["*"]`, or `env(.., or_any)` lists none.
    allows_any: bool,
    /// The one exact origin that makes up the whole list. Comparing it takes a third of the time of hashing the
    /// `Origin` of the request, and its value is copied without an allocation: most policies have one origin.
    single_origin: Option<V>,
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
        let mut origins: Vec<Cow<'_, str>> = Vec::new();
        let mut allows_any = false;
        #[cfg(feature = "runtime-policies")]
        let (mut sets, mut checks) = (Vec::new(), Vec::new());
        for source in &sources {
            match source {
                OriginSource::Origin(text) if text == "*" => allows_any = true,
                OriginSource::Origin(text) => origins.push(Cow::Borrowed(text)),
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
        for source in &sources {
            let OriginSource::Env { name, if_empty, .. } = source else { continue };
            match environment::origins(name, *if_empty, policy, &origins, location, &mut problems) {
                Some(listed) => origins.extend(listed.into_iter().map(Cow::Owned)),
                None => allows_any = true,
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let single_origin = match &origins[..] {
            [origin] if !origin.contains('*') => Some(V::from_valid(origin)),
            _ => None,
        };
        #[cfg(feature = "runtime-policies")]
        let single_origin = single_origin.filter(|_| sets.is_empty() && checks.is_empty());
        Ok(Self {
            allows_any,
            single_origin,
            index: OriginIndex::new(origins.iter().map(AsRef::as_ref)),
            #[cfg(feature = "runtime-policies")]
            sets,
            #[cfg(feature = "runtime-policies")]
            checks,
        })
    }

    /// Decides about an origin by the list, then by the sets and functions of the policy.
    #[inline]
    pub(crate) fn verdict(&self, origin: OriginHeader<'_, V>) -> Verdict<V> {
        if self.allows_any {
            return Verdict::AnyOrigin;
        }
        match (origin, &self.single_origin) {
            (OriginHeader::Missing, _) => Verdict::NoOrigin,
            (OriginHeader::One(value), Some(single)) if value.as_ref() == single.as_ref() => {
                Verdict::Allowed(single.clone())
            }
            (OriginHeader::One(value), None) if self.contains(value.as_ref()) => {
                Verdict::Allowed(value.clone())
            }
            (OriginHeader::One(_) | OriginHeader::Multiple, _) => Verdict::Denied,
        }
    }

    #[inline]
    fn contains(&self, origin: &[u8]) -> bool {
        let is_listed = self.index.contains(origin);
        #[cfg(feature = "runtime-policies")]
        let is_listed = is_listed
            || self.sets.iter().any(|set| set.contains_bytes(origin))
            || self.checks.iter().any(|check| check.allows(origin));
        is_listed
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
