//! What is known of a route before any request.

#[cfg(feature = "runtime-policies")]
use crate::BuildError;
#[cfg(feature = "runtime-policies")]
use crate::error::{Problem, ProblemKind};
use cors_policy::is_token;
use std::borrow::Cow;
use std::fmt;

/// The methods of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Methods {
    /// Every method.
    Any,
    /// These methods, in the order in which they are written.
    These(Cow<'static, [Cow<'static, str>]>),
}

impl Methods {
    /// The methods of a route attribute; none stands for every method.
    pub(crate) fn from_names(names: &'static [&'static str]) -> Self {
        match names {
            [] => Self::Any,
            names => Self::These(names.iter().map(|name| Cow::Borrowed(*name)).collect()),
        }
    }

    /// Methods that are written at run time.
    #[cfg(feature = "runtime-policies")]
    pub(crate) fn checked(names: impl IntoIterator<Item: AsRef<str>>) -> Result<Self, BuildError> {
        let mut list = Vec::new();
        for name in names {
            let name = name.as_ref();
            if let Some(problem) = cors_policy::check_method(name) {
                return Err(Problem { kind: ProblemKind::Method(problem), location: None }.into());
            }
            list.push(Cow::Owned(name.to_owned()));
        }
        Ok(Self::These(list.into()))
    }

    /// The listed methods; none for [`Methods::Any`].
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let names: &[Cow<'static, str>] = match self {
            Self::Any => &[],
            Self::These(names) => names,
        };
        names.iter().map(AsRef::as_ref)
    }

    /// Whether a request with this method (case-sensitive) gets here. What is not a token is no method.
    #[inline]
    pub(crate) fn contains(&self, method: &[u8]) -> bool {
        match self {
            Self::Any => is_token(method),
            Self::These(names) => names.iter().any(|name| name.as_bytes() == method),
        }
    }

    /// Whether a script may send one of the methods without a preflight that asks for it.
    /// <https://fetch.spec.whatwg.org/#cors-safelisted-method>
    pub(crate) fn has_safelisted(&self) -> bool {
        matches!(self, Self::Any) || self.names().any(|name| matches!(name, "GET" | "HEAD" | "POST"))
    }
}

impl fmt::Display for Methods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any"),
            Self::These(names) => f.write_str(&names.join(", ")),
        }
    }
}
