//! A policy as it was written, before the rules are checked.

/// A policy as it was written: in an attribute, with a builder, or in a file.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Whether `policy = ..` is given. The values of the other keys are then taken from that policy.
    pub has_base: bool,
    /// The elements of `origins`; `None` if the key is not given.
    pub origins: Option<Vec<DraftOrigin>>,
    /// The elements of `dev_origins`; `None` if the key is not given.
    pub dev_origins: Option<Vec<DraftOrigin>>,
    /// `credentials`
    pub credentials: bool,
    /// `allow_headers`
    pub allow_headers: Option<DraftHeaders>,
    /// `expose_headers`
    pub expose_headers: Option<DraftHeaders>,
    /// `max_age`, in seconds.
    pub max_age: Option<i128>,
    /// `enforce`; `None` if the key is not given.
    pub enforce: Option<DraftEnforcement>,
    /// `danger(..)`
    pub danger: Danger,
}

/// One element of `origins` or `dev_origins`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftOrigin {
    /// The text of an origin, a pattern, or `*`.
    Text(String),
    /// An element without a text to check: a variable, a set or a function, which are read at run time.
    AtRuntime,
    /// A variable that allows every origin if it is missing or empty.
    AtRuntimeOrAny,
    /// An element that is no text. The error was reported when the element was read: it keeps its place in the list, so
    /// that the following elements keep theirs, and is not checked.
    Unreadable,
}

impl DraftOrigin {
    /// Whether the element allows every origin, or may do so at run time.
    #[cfg(feature = "runtime")]
    pub(crate) fn may_be_any(&self) -> bool {
        *self == Self::AtRuntimeOrAny || matches!(self, Self::Text(text) if text == "*")
    }
}

/// The value of `allow_headers` or `expose_headers`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftHeaders {
    /// `any`: every name that a preflight asks for. Only `allow_headers` has this value.
    Any,
    /// A list of names; `None` for an element that is no text, of which the error was reported when it was read.
    Names(Vec<Option<String>>),
}

/// The value of `enforce`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DraftEnforcement {
    /// `navigations`
    pub navigations: bool,
    /// The elements of `hosts`; `None` if it is not given. An element that is no text is `None`, too: the error was
    /// reported when the element was read.
    pub hosts: Option<Vec<Option<String>>>,
}

/// The rules that a policy opts out of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Danger {
    /// Allows plain `http` origins with credentials.
    pub insecure_origins: bool,
    /// Allows patterns that cover public suffixes.
    pub public_suffixes: bool,
}
