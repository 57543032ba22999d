//! The origins of one policy, ready for requests.

#[cfg(feature = "runtime-policies")]
use super::environment;
use crate::SourceLocation;
use crate::error::Problem;
#[cfg(feature = "runtime-policies")]
use crate::error::ProblemKind;
use cors_policy::{OriginIndex, OriginSource, Policy};
#[cfg(feature = "runtime-policies")]
use cors_policy::{OriginSet, Rule};

/// The origins of one policy, with environment variables read.
#[derive(Debug, Default)]
pub(crate) struct Origins {
    /// `*`
    pub(crate) any: bool,
    index: OriginIndex,
    #[cfg(feature = "runtime-policies")]
    sets: Box<[&'static OriginSet]>,
}

impl Origins {
    /// Reads what the policy names. `at` is where the policy is declared.
    #[cfg_attr(
        not(feature = "runtime-policies"),
        expect(clippy::unnecessary_wraps, reason = "only what is read at run time can be wrong")
    )]
    pub(crate) fn resolve(policy: &Policy, at: SourceLocation) -> Result<Self, Vec<Problem>> {
        let sources: Vec<_> = policy.origins().collect();
        let literals = || {
            sources.iter().filter_map(|source| match source {
                OriginSource::Origin(text) => Some(&**text),
                _ => None,
            })
        };
        let any = literals().any(|text| text == "*");
        let mut texts: Vec<&str> = literals().filter(|text| *text != "*").collect();
        #[cfg(feature = "runtime-policies")]
        {
            let variables = environment::read(&sources);
            let mut problems = Vec::new();
            for variable in &variables {
                match variable.check(policy, &texts, at) {
                    Ok(kept) => texts.extend(kept),
                    Err(problem) => problems.push(*problem),
                }
            }
            let sets = sets(policy, &sources, at, &mut problems);
            if !problems.is_empty() {
                return Err(problems);
            }
            Ok(Self { any, index: OriginIndex::new(texts), sets })
        }
        #[cfg(not(feature = "runtime-policies"))]
        {
            // Without the feature nothing can name a variable or a set.
            let _ = at;
            texts.shrink_to_fit();
            Ok(Self { any, index: OriginIndex::new(texts) })
        }
    }

    /// Whether the environment said the same to both: policies that are equal have nothing else in which they differ.
    #[cfg(feature = "axum")]
    pub(crate) fn are_read_alike(&self, other: &Self) -> bool {
        self.index == other.index
    }

    /// Whether the value of an `Origin` header is allowed. Does not know of `any`.
    #[inline]
    pub(crate) fn contains(&self, origin: &[u8]) -> bool {
        #[cfg(feature = "runtime-policies")]
        if self.sets.iter().any(|set| set.contains_bytes(origin)) {
            return true;
        }
        self.index.contains(origin)
    }
}

/// The sets of a policy. What a set opted out of, the policy must have opted out of too.
#[cfg(feature = "runtime-policies")]
fn sets(
    policy: &Policy,
    sources: &[OriginSource<'_>],
    at: SourceLocation,
    problems: &mut Vec<Problem>,
) -> Box<[&'static OriginSet]> {
    let sets: Box<[_]> = sources
        .iter()
        .filter_map(|source| match source {
            OriginSource::Set(set) => Some(*set),
            _ => None,
        })
        .collect();
    for danger in sets.iter().map(|set| set.danger()) {
        let insecure = danger.insecure_origins && policy.credentials() && !policy.insecure_origins();
        let suffixes = danger.public_suffixes && !policy.public_suffixes();
        for (broken, rule) in [(insecure, Rule::OriginInsecure), (suffixes, Rule::OriginPublicSuffix)] {
            if broken {
                problems.push(Problem { kind: ProblemKind::RelaxedSet { rule }, location: Some(at) });
            }
        }
    }
    sets
}
