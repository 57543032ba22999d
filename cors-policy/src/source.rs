//! The elements of `origins`: texts, environment variables, and sets that change while the server runs.

#[cfg(feature = "runtime")]
use crate::OriginSet;
use std::borrow::Cow;
use std::fmt;

/// An element of `origins`: text, an environment variable, or a set that can be replaced while the server runs.
///
/// ```
/// # #[cfg(feature = "runtime")] {
/// # use cors_policy as cors_runtime;
/// use cors_runtime::{OriginSet, OriginSource, Policy};
///
/// static TENANTS: OriginSet = OriginSet::new();
///
/// let policy = Policy::builder()
///     .origins([
///         OriginSource::from("https://app.example.com"),
///         OriginSource::optional_env("STAGING_ORIGINS"),
///         OriginSource::from(&TENANTS),
///     ])
///     .build()?;
/// let origins: Vec<_> = policy.origins().map(|origin| origin.to_string()).collect();
/// assert_eq!(origins, ["https://app.example.com", "env(STAGING_ORIGINS, optional)", "an OriginSet"]);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum OriginSource<'a> {
    /// An origin, a pattern, or `*`.
    Origin(Cow<'a, str>),
    /// An environment variable with a comma-separated list, read when the routes are built.
    Env {
        /// The name of the variable.
        name: Cow<'a, str>,
        /// Whether the variable may be missing or empty.
        optional: bool,
    },
    /// A set that can be replaced while the server runs.
    #[cfg(feature = "runtime")]
    Set(&'static OriginSet),
}

#[cfg(feature = "runtime")]
impl OriginSource<'static> {
    /// An environment variable with a comma-separated list, read when the routes are built.
    pub fn env(name: impl Into<String>) -> Self {
        Self::Env { name: name.into().into(), optional: false }
    }

    /// The same, but the variable may be missing or empty.
    pub fn optional_env(name: impl Into<String>) -> Self {
        Self::Env { name: name.into().into(), optional: true }
    }

    /// What the macros expand `env(..)` to. Without the feature there is no such function: an `env(..)` that the macros
    /// let through does not compile, instead of being ignored.
    #[doc(hidden)]
    pub const fn declared_env(name: &'static str, optional: bool) -> Self {
        Self::Env { name: Cow::Borrowed(name), optional }
    }
}

/// What a path among the `origins` of an attribute names.
///
/// Each type has its own `origin_set`, since constant evaluation cannot call methods of traits. Constant texts have no set: the
/// rules for origins are not constant functions, so the macros report such a text.
#[cfg(feature = "runtime")]
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct NamedOrigins<T>(pub T);

#[cfg(feature = "runtime")]
impl NamedOrigins<&'static OriginSet> {
    /// The set.
    pub const fn origin_set(self) -> Option<&'static OriginSet> {
        Some(self.0)
    }
}

#[cfg(feature = "runtime")]
impl NamedOrigins<&'static &'static str> {
    /// `None`
    pub const fn origin_set(self) -> Option<&'static OriginSet> {
        None
    }
}

#[cfg(feature = "runtime")]
impl NamedOrigins<&'static &'static [&'static str]> {
    /// `None`
    pub const fn origin_set(self) -> Option<&'static OriginSet> {
        None
    }
}

#[cfg(feature = "runtime")]
impl<const LENGTH: usize> NamedOrigins<&'static [&'static str; LENGTH]> {
    /// `None`
    pub const fn origin_set(self) -> Option<&'static OriginSet> {
        None
    }
}

impl OriginSource<'_> {
    /// The same element, borrowed.
    pub(crate) fn borrowed(&self) -> OriginSource<'_> {
        match self {
            Self::Origin(text) => OriginSource::Origin(Cow::Borrowed(text)),
            Self::Env { name, optional } => {
                OriginSource::Env { name: Cow::Borrowed(name), optional: *optional }
            }
            #[cfg(feature = "runtime")]
            Self::Set(set) => OriginSource::Set(set),
        }
    }

    /// Orders the elements of a list, so that two lists can be compared without regard to their order.
    pub(crate) fn sort_key(&self) -> (u8, &str, usize) {
        match self {
            Self::Origin(text) => (0, text, 0),
            Self::Env { name, optional } => (1, name, usize::from(*optional)),
            #[cfg(feature = "runtime")]
            Self::Set(set) => (2, "", std::ptr::from_ref(*set) as usize),
        }
    }
}

/// Two sets are equal if they are the same set.
impl PartialEq for OriginSource<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.sort_key() == other.sort_key()
    }
}

impl Eq for OriginSource<'_> {}

impl fmt::Display for OriginSource<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Origin(text) => f.write_str(text),
            Self::Env { name, optional: false } => write!(f, "env({name})"),
            Self::Env { name, optional: true } => write!(f, "env({name}, optional)"),
            #[cfg(feature = "runtime")]
            Self::Set(_) => f.write_str("an OriginSet"),
        }
    }
}

impl From<&str> for OriginSource<'static> {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<&String> for OriginSource<'static> {
    fn from(text: &String) -> Self {
        text.clone().into()
    }
}

impl From<String> for OriginSource<'static> {
    fn from(text: String) -> Self {
        Self::Origin(text.into())
    }
}

#[cfg(feature = "runtime")]
impl From<&'static OriginSet> for OriginSource<'static> {
    fn from(set: &'static OriginSet) -> Self {
        Self::Set(set)
    }
}

/// A list of elements. Constants that are nothing but texts are stored as such, which takes the compiler less time.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum OriginList<'a> {
    /// Origins, patterns, or `*`.
    Texts(&'a [&'static str]),
    /// Any elements.
    Sources(&'a [OriginSource<'static>]),
}

impl<'a> OriginList<'a> {
    /// The elements.
    pub fn iter(self) -> impl Iterator<Item = OriginSource<'a>> {
        let (texts, sources) = match self {
            Self::Texts(texts) => (texts, &[][..]),
            Self::Sources(sources) => (&[][..], sources),
        };
        let texts = texts.iter().map(|text| OriginSource::Origin(Cow::Borrowed(*text)));
        texts.chain(sources.iter().map(OriginSource::borrowed))
    }

    /// The number of elements.
    pub const fn len(self) -> usize {
        match self {
            Self::Texts(texts) => texts.len(),
            Self::Sources(sources) => sources.len(),
        }
    }

    /// Whether there are no elements.
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The text of an element of a constant; `None` if the element is no text.
    pub(crate) const fn text(self, number: usize) -> Option<&'a str> {
        match self {
            Self::Texts(texts) => Some(texts[number]),
            Self::Sources(sources) => match &sources[number] {
                OriginSource::Origin(Cow::Borrowed(text)) => Some(text),
                _ => None,
            },
        }
    }
}
