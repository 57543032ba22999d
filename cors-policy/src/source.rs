//! The elements of `origins`: texts, environment variables, sets that change while the server runs, and functions.

#[cfg(feature = "runtime")]
use crate::{OriginCheck, OriginSet, OriginSetRef};
use std::borrow::Cow;
use std::fmt;
#[cfg(feature = "runtime")]
use std::sync::Arc;

/// An element of `origins`: text, an environment variable, a set that can be replaced while the server runs, or a function.
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
    #[non_exhaustive]
    Env {
        /// The name of the variable.
        name: Cow<'a, str>,
        /// What the variable allows if it is missing or empty.
        if_empty: IfEmpty,
    },
    /// A set that can be replaced while the server runs.
    #[cfg(feature = "runtime")]
    Set(OriginSetRef),
    /// A function that decides about origins that are not listed.
    #[cfg(feature = "runtime")]
    Check(OriginCheck),
}

/// What an environment variable allows if it is missing or empty.
///
/// ```
/// # #[cfg(feature = "runtime")] {
/// # use cors_policy as cors_runtime;
/// use cors_runtime::{IfEmpty, OriginSource};
///
/// let source = OriginSource::env_or_any("ALLOWED_ORIGINS");
/// assert!(matches!(source, OriginSource::Env { if_empty: IfEmpty::AnyOrigin, .. }));
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IfEmpty {
    /// The routes cannot be built: `env("NAME")`.
    Error,
    /// No origin: `env("NAME", optional)`.
    NoOrigin,
    /// Every origin, as `*`: `env("NAME", or_any)`.
    AnyOrigin,
}

#[cfg(feature = "runtime")]
impl OriginSource<'static> {
    /// An environment variable with a comma-separated list, read when the routes are built.
    pub fn env(name: impl Into<String>) -> Self {
        Self::Env { name: name.into().into(), if_empty: IfEmpty::Error }
    }

    /// The same, but the variable may be missing or empty. Then it allows no origin.
    pub fn optional_env(name: impl Into<String>) -> Self {
        Self::Env { name: name.into().into(), if_empty: IfEmpty::NoOrigin }
    }

    /// The same, but if the variable is missing or empty, or if it is `*`, every origin is allowed.
    ///
    /// As `*`, it is the only element of its list, and cannot be combined with `credentials` and `enforce`.
    ///
    /// ```
    /// # use cors_policy as cors_runtime;
    /// use cors_runtime::{OriginSource, Policy, Rule};
    ///
    /// let builder = Policy::builder().origins([OriginSource::env_or_any("ALLOWED_ORIGINS")]);
    /// assert!(builder.clone().build().is_ok());
    /// let errors = builder.credentials().build().unwrap_err();
    /// assert!(errors.iter().map(|error| error.rule()).eq([Rule::WildcardCredentials]));
    /// ```
    pub fn env_or_any(name: impl Into<String>) -> Self {
        Self::Env { name: name.into().into(), if_empty: IfEmpty::AnyOrigin }
    }

    /// What the macros expand `env(..)` to. Without the feature there is no such function: an `env(..)` that the macros
    /// let through does not compile, instead of being ignored.
    #[doc(hidden)]
    pub const fn declared_env(name: &'static str, if_empty: IfEmpty) -> Self {
        Self::Env { name: Cow::Borrowed(name), if_empty }
    }

    /// What the macros expand the path of a set to.
    #[doc(hidden)]
    pub const fn declared_set(set: &'static OriginSet) -> Self {
        Self::Set(OriginSetRef::Static(set))
    }
}

/// What a path among the `origins` of an attribute names.
///
/// Each type has its own `origin_set`, since constant evaluation cannot call methods of traits. Constant texts have no
/// set: the rules for origins are not constant functions, so the macros report such a text.
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
            Self::Env { name, if_empty } => {
                OriginSource::Env { name: Cow::Borrowed(name), if_empty: *if_empty }
            }
            #[cfg(feature = "runtime")]
            Self::Set(set) => OriginSource::Set(set.clone()),
            #[cfg(feature = "runtime")]
            Self::Check(check) => OriginSource::Check(check.clone()),
        }
    }

    /// Orders the elements of a list, so that two lists can be compared without regard to their order.
    pub(crate) fn sort_key(&self) -> (u8, &str, usize) {
        match self {
            Self::Origin(text) => (0, text, 0),
            Self::Env { name, if_empty } => (1, name, *if_empty as usize),
            #[cfg(feature = "runtime")]
            Self::Set(set) => (2, "", std::ptr::from_ref(&**set) as usize),
            #[cfg(feature = "runtime")]
            Self::Check(check) => (3, "", check.address()),
        }
    }
}

/// Two sets are equal if they are the same set, and two functions if one is a clone of the other.
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
            Self::Env { name, if_empty: IfEmpty::Error } => write!(f, "env({name})"),
            Self::Env { name, if_empty: IfEmpty::NoOrigin } => write!(f, "env({name}, optional)"),
            Self::Env { name, if_empty: IfEmpty::AnyOrigin } => write!(f, "env({name}, or_any)"),
            #[cfg(feature = "runtime")]
            Self::Set(_) => f.write_str("an OriginSet"),
            #[cfg(feature = "runtime")]
            Self::Check(_) => f.write_str("a function"),
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
        Self::Set(OriginSetRef::Static(set))
    }
}

#[cfg(feature = "runtime")]
impl From<Arc<OriginSet>> for OriginSource<'static> {
    fn from(set: Arc<OriginSet>) -> Self {
        Self::Set(OriginSetRef::Shared(set))
    }
}

#[cfg(feature = "runtime")]
impl From<&Arc<OriginSet>> for OriginSource<'static> {
    fn from(set: &Arc<OriginSet>) -> Self {
        Arc::clone(set).into()
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
