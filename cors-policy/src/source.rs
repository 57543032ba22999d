//! The elements of `origins`: texts, environment variables, and sets that change while the server runs.

#[cfg(feature = "run-time")]
use crate::OriginSet;
use std::borrow::Cow;
use std::fmt;

/// An element of `origins`: text, an environment variable, or a set that can be replaced while the server runs.
///
/// ```
/// # #[cfg(feature = "run-time")] {
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
/// let origins: Vec<_> = policy.origins().map(ToString::to_string).collect();
/// assert_eq!(origins, ["https://app.example.com", "env(STAGING_ORIGINS, optional)", "an OriginSet"]);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum OriginSource {
    /// An origin, a pattern, or `*`.
    Origin(Cow<'static, str>),
    /// An environment variable with a comma-separated list, read when the routes are built.
    Env {
        /// The name of the variable.
        name: Cow<'static, str>,
        /// Whether the variable may be missing or empty.
        optional: bool,
    },
    /// A set that can be replaced while the server runs.
    #[cfg(feature = "run-time")]
    Set(&'static OriginSet),
}

#[cfg(feature = "run-time")]
impl OriginSource {
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

impl OriginSource {
    /// The text, if the element is an origin, a pattern, or `*`.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Origin(text) => Some(text),
            #[cfg(feature = "run-time")]
            Self::Set(_) => None,
            Self::Env { .. } => None,
        }
    }

    /// Orders the elements of a list, so that two lists can be compared without regard to their order.
    pub(crate) fn sort_key(&self) -> (u8, &str, usize) {
        match self {
            Self::Origin(text) => (0, text, 0),
            Self::Env { name, optional } => (1, name, usize::from(*optional)),
            #[cfg(feature = "run-time")]
            Self::Set(set) => (2, "", std::ptr::from_ref(*set) as usize),
        }
    }
}

/// Two sets are equal if they are the same set.
impl PartialEq for OriginSource {
    fn eq(&self, other: &Self) -> bool {
        self.sort_key() == other.sort_key()
    }
}

impl Eq for OriginSource {}

impl fmt::Display for OriginSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Origin(text) => f.write_str(text),
            Self::Env { name, optional: false } => write!(f, "env({name})"),
            Self::Env { name, optional: true } => write!(f, "env({name}, optional)"),
            #[cfg(feature = "run-time")]
            Self::Set(_) => f.write_str("an OriginSet"),
        }
    }
}

impl From<&str> for OriginSource {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<&String> for OriginSource {
    fn from(text: &String) -> Self {
        text.clone().into()
    }
}

impl From<String> for OriginSource {
    fn from(text: String) -> Self {
        Self::Origin(text.into())
    }
}

#[cfg(feature = "run-time")]
impl From<&'static OriginSet> for OriginSource {
    fn from(set: &'static OriginSet) -> Self {
        Self::Set(set)
    }
}
