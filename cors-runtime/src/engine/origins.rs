//! The origins of one policy, ready for requests.

use crate::{BuildError, SourceLocation};
#[cfg(any())]
use cors_policy::OriginSet;
use cors_policy::{OriginIndex, Policy, Source};

/// The origins of one policy, with environment variables read.
#[derive(Debug, Default)]
pub(crate) struct Origins {
    /// `*`
    pub(crate) any: bool,
    index: OriginIndex,
    #[cfg(any())]
    sets: Box<[&'static OriginSet]>,
}

impl Origins {
    /// Reads what the policy names.
    pub(crate) fn resolve(policy: &Policy, at: SourceLocation) -> Result<Self, BuildError> {
        let mut texts = Vec::new();
        let sources = policy.origins();
        let mut this = Self::default();
        for source in &sources {
            match source {
                Source::Origin("*") => this.any = true,
                Source::Origin(text) => texts.push(*text),
                _ => {}
            }
        }
        let _ = at;
        this.index = OriginIndex::new(texts);
        Ok(this)
    }

    /// Whether the value of an `Origin` header is allowed. Does not know of `any`.
    #[inline]
    pub(crate) fn contains(&self, origin: &[u8]) -> bool {
        self.index.contains(origin)
    }
}
