//! What CORS reads of a request.

use super::HeaderValue;

/// The `Origin` header of a request.
#[derive(Debug)]
pub(crate) enum OriginHeader<'a, V> {
    /// The request has no `Origin`.
    Missing,
    /// The request has exactly one `Origin` line.
    One(&'a V),
    /// The request has more than one `Origin` line. No browser sends that.
    Multiple,
}

// Not derived: a copy of the header copies a reference, whatever `V` is.
impl<V> Clone for OriginHeader<'_, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for OriginHeader<'_, V> {}

impl<'a, V> OriginHeader<'a, V> {
    /// Reads the lines of the header.
    #[inline]
    pub(crate) fn from_lines(mut lines: impl Iterator<Item = &'a V>) -> Self {
        match (lines.next(), lines.next()) {
            (None, _) => Self::Missing,
            (Some(line), None) => Self::One(line),
            (Some(_), Some(_)) => Self::Multiple,
        }
    }
}

impl<'a, V: HeaderValue> OriginHeader<'a, V> {
    /// The text of the only line.
    pub(crate) fn text(self) -> Option<&'a str> {
        match self {
            Self::One(line) => std::str::from_utf8(line.as_ref()).ok(),
            Self::Missing | Self::Multiple => None,
        }
    }
}

/// The head of a framework's request.
pub(crate) trait RequestHead {
    /// The value of one header line.
    type Value: HeaderValue;

    /// The `Origin` header.
    fn origin(&self) -> OriginHeader<'_, Self::Value>;

    /// The lines of `Access-Control-Request-Method`.
    fn requested_methods(&self) -> impl Iterator<Item = &Self::Value>;

    /// The lines of a header, which is named in lower case.
    fn lines(&self, name: &'static str) -> impl Iterator<Item = &Self::Value>;

    /// The method.
    fn method(&self) -> &str;

    /// The path of the URL.
    fn path(&self) -> &str;

    /// `:authority` of HTTP/2, or the authority of an absolute request target.
    fn authority(&self) -> Option<&str>;

    /// Whether the request is known to have come over TLS, by its target or by the server.
    fn is_https(&self) -> bool;

    /// The lines of a header that are valid UTF-8, without white space around them.
    fn texts(&self, name: &'static str) -> impl Iterator<Item = &str> {
        self.lines(name).filter_map(|line| std::str::from_utf8(line.as_ref()).ok()).map(str::trim)
    }
}
