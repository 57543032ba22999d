//! Sets of origins that can be replaced while the server runs.

use crate::errors::PolicyErrors;
use crate::{Danger, OriginIndex, check_runtime_origins};
use arc_swap::ArcSwapOption;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// A set of origins that can be replaced while the server runs.
///
/// A `static` can be named in attributes: `origins = TENANTS`. If a process has several apps with a set each, the builder
/// takes an `Arc` of the set: [`OriginSource`](crate::OriginSource) is `From<Arc<OriginSet>>`.
///
/// A new set is empty, and an empty set allows no origin. Requests never wait for a replacement.
///
/// Policies with and without credentials may share a set, so its rules are those for credentials: it refuses plain
/// `http` origins that are not loopback, patterns that cover public suffixes, and `*`.
///
/// ```
/// # use cors_policy as cors_runtime;
/// use cors_runtime::{OriginSet, Rule};
///
/// static TENANTS: OriginSet = OriginSet::new();
///
/// TENANTS.replace(["https://a.example", "https://*.b.example"])?;
/// assert!(TENANTS.contains("https://shop.b.example"));
///
/// let errors = TENANTS.replace(["https://c.example/"]).unwrap_err();
/// assert_eq!(errors.iter().next().unwrap().rule(), Rule::OriginTrailingSlash);
/// assert!(TENANTS.contains("https://a.example")); // all or nothing
/// # Ok::<(), cors_runtime::PolicyErrors>(())
/// ```
pub struct OriginSet {
    current: ArcSwapOption<OriginIndex>,
    danger: Danger,
}

impl OriginSet {
    /// An empty set.
    pub const fn new() -> Self {
        Self {
            current: ArcSwapOption::const_empty(),
            danger: Danger { insecure_origins: false, public_suffixes: false },
        }
    }

    /// Allows plain `http` origins. A policy with `credentials` that uses the set must allow them, too.
    #[must_use]
    pub const fn danger_insecure_origins(mut self) -> Self {
        self.danger.insecure_origins = true;
        self
    }

    /// Allows patterns that cover public suffixes. A policy that uses the set must allow them, too.
    #[must_use]
    pub const fn danger_public_suffixes(mut self) -> Self {
        self.danger.public_suffixes = true;
        self
    }

    /// Replaces all origins and patterns. Elements that are listed twice or covered by a pattern are dropped, and an
    /// event is logged for each (target `cors`, level debug).
    ///
    /// # Errors
    ///
    /// All rules that the elements break. The set is then unchanged.
    pub fn replace<I>(&self, origins: I) -> Result<(), PolicyErrors>
    where
        I: IntoIterator<Item: AsRef<str>>,
    {
        let origins: Vec<I::Item> = origins.into_iter().collect();
        let texts = origins.iter().map(AsRef::as_ref);
        let checked = check_runtime_origins(texts, [], true, self.danger)?;
        for dropped in &checked.dropped {
            dropped.log("an origin set");
        }
        let index = OriginIndex::new(checked.kept);
        self.current.store(Some(Arc::new(index)));
        Ok(())
    }

    /// Whether the value of an `Origin` header is in the set or matches one of its patterns.
    pub fn contains(&self, origin: &str) -> bool {
        self.contains_bytes(origin.as_bytes())
    }

    /// The same, for a value that may not be UTF-8.
    #[doc(hidden)]
    pub fn contains_bytes(&self, origin: &[u8]) -> bool {
        self.current.load().as_ref().is_some_and(|index| index.contains(origin))
    }

    /// The number of origins and patterns.
    pub fn len(&self) -> usize {
        self.current.load().as_ref().map_or(0, |index| index.len())
    }

    /// Whether there are no origins and no patterns.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rules that the set opted out of.
    #[doc(hidden)]
    pub fn danger(&self) -> Danger {
        self.danger
    }
}

/// A set that a policy uses: a `static`, or one that several owners share.
///
/// ```
/// # use cors_policy as cors_runtime;
/// use cors_runtime::{OriginSet, OriginSetRef};
/// use std::sync::Arc;
///
/// let tenants = Arc::new(OriginSet::new());
/// let of_policy = OriginSetRef::Shared(Arc::clone(&tenants));
/// tenants.replace(["https://a.example"])?;
/// assert!(of_policy.contains("https://a.example"));
/// # Ok::<(), cors_runtime::PolicyErrors>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum OriginSetRef {
    /// A `static`.
    Static(&'static OriginSet),
    /// A set that several owners share.
    Shared(Arc<OriginSet>),
}

impl Deref for OriginSetRef {
    type Target = OriginSet;

    fn deref(&self) -> &OriginSet {
        match self {
            Self::Static(set) => set,
            Self::Shared(set) => set,
        }
    }
}

impl Default for OriginSet {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for OriginSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OriginSet")
            .field("len", &self.len())
            .field("danger", &self.danger)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{OriginSource, Policy};

    fn rules(result: Result<(), PolicyErrors>) -> Vec<&'static str> {
        result.err().iter().flatten().map(|error| error.rule().name()).collect()
    }

    #[test]
    fn two_policies_are_equal_if_they_use_the_same_set() {
        static STATIC: OriginSet = OriginSet::new();
        let [one, other] = [Arc::new(OriginSet::new()), Arc::new(OriginSet::new())];
        let policy = |set: OriginSource<'static>| Policy::builder().origins([set]).build().unwrap();
        assert_eq!(policy((&one).into()), policy(Arc::clone(&one).into()));
        assert_eq!(policy((&STATIC).into()), policy((&STATIC).into()));
        assert_ne!(policy((&one).into()), policy(other.into()));
        assert_ne!(policy(one.into()), policy((&STATIC).into()));
    }

    #[test]
    fn a_set_is_strict_by_default() {
        let set = OriginSet::new();
        let list =
            ["*", "http://a.example", "https://*.com", "https://*.za", "null", "http://localhost:3000"];
        assert_eq!(
            rules(set.replace(list)),
            [
                "origin-shadowed",
                "origin-insecure",
                "origin-public-suffix",
                "origin-public-suffix",
                "origin-null"
            ]
        );
        assert!(set.is_empty());
    }

    #[test]
    fn a_set_can_be_relaxed_but_never_allows_every_origin() {
        let set = OriginSet::new().danger_insecure_origins().danger_public_suffixes();
        assert!(set.danger().insecure_origins && set.danger().public_suffixes);
        assert_eq!(rules(set.replace(["http://a.example", "https://*.com"])), [""; 0]);
        assert!(set.contains("http://a.example") && set.contains("https://b.com"));
        assert_eq!(rules(set.replace(["*"])), ["origin-shadowed"]);
    }

    #[test]
    fn duplicates_and_covered_origins_are_dropped() {
        let set = OriginSet::new();
        set.replace(["https://a.b.example", "https://*.b.example", "https://c.example", "https://c.example"])
            .unwrap();
        assert_eq!(set.len(), 2);
        assert!(!set.is_empty());
        assert!(set.contains("https://a.b.example") && set.contains("https://c.example"));
        assert!(!set.contains("https://b.example") && !set.contains("https://d.example"));
        assert!(set.contains_bytes(b"https://c.example") && !set.contains_bytes(b"https://\xff.example"));
    }

    #[test]
    fn a_hundred_thousand_origins_are_found_again() {
        let origins: Vec<_> = (0..100_000).map(|n| format!("https://tenant{n}.example")).collect();
        let set = OriginSet::new();
        set.replace(&origins).unwrap();
        assert_eq!(set.len(), 100_000);
        assert!(origins.iter().all(|origin| set.contains(origin)));
    }
}
