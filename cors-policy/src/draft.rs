//! A policy as it was written, before the rules have looked at it.

/// A policy as it was written: by an attribute, a builder, or a deserialiser.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// `policy = ..` is given: what is not said here comes from there.
    pub has_base: bool,
    /// The elements of `origins`; `None` if the key is not there.
    pub origins: Option<Vec<DraftOrigin>>,
    /// The elements of `dev_origins`.
    pub dev_origins: Option<Vec<DraftOrigin>>,
    /// `credentials`
    pub credentials: bool,
    /// `allow_headers`
    pub allow_headers: Option<DraftHeaders>,
    /// `expose_headers`
    pub expose_headers: Option<DraftHeaders>,
    /// `max_age`, in seconds.
    pub max_age: Option<i128>,
    /// `enforce`
    pub enforce: bool,
    /// `danger(..)`
    pub danger: Danger,
}

/// One element of `origins` or `dev_origins`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftOrigin {
    /// An origin, a pattern or `*`, as text.
    Text(String),
    /// An element without a text to check: a variable, a set or a function, which are read at run time.
    AtRuntime,
    /// An element that is no text, and was reported when it was read. It keeps its place in the list and is not checked.
    Unreadable,
}

impl DraftOrigin {
    #[cfg(feature = "runtime")]
    pub(crate) fn is_text(&self, text: &str) -> bool {
        matches!(self, Self::Text(written) if written == text)
    }
}

/// The value of `allow_headers` or `expose_headers`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftHeaders {
    /// `any`: reflect the names that are asked for. Only `allow_headers` knows it.
    Any,
    /// A list of names; `None` for an element that is not even text and was reported by whoever read it.
    Names(Vec<Option<String>>),
}

/// Opt-outs: each takes back one rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Danger {
    /// Plain `http` origins with credentials.
    pub insecure_origins: bool,
    /// Patterns on public suffixes.
    pub public_suffixes: bool,
}
