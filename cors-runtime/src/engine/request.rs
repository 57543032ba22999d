//! What is read of a request.

use super::Slot;

/// What the `Origin` lines of a request say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OriginHeader<'a> {
    /// There is none.
    Missing,
    /// Exactly one.
    One(&'a [u8]),
    /// Several: no browser sends that.
    Several,
}

impl<'a> OriginHeader<'a> {
    /// Reads the values of all `Origin` lines.
    #[inline]
    pub(crate) fn from_lines(mut lines: impl Iterator<Item = &'a [u8]>) -> Self {
        match (lines.next(), lines.next()) {
            (None, _) => Self::Missing,
            (Some(one), None) => Self::One(one),
            (Some(_), Some(_)) => Self::Several,
        }
    }
}

/// A request of a framework.
pub(crate) trait RequestHead {
    /// The value of one header line.
    type Value: 'static;

    /// The `Origin` lines.
    fn origin(&self) -> OriginHeader<'_>;

    /// The value of the first `Origin` line, to answer with.
    fn origin_value(&self) -> Option<Self::Value>;

    /// The lines of any header. Slower than the methods for single headers.
    fn lines(&self, name: &'static str) -> impl Iterator<Item = &[u8]>;

    /// The method.
    fn method(&self) -> &str;

    /// The path.
    fn path(&self) -> &str;

    /// `:authority` of HTTP/2, or that of an absolute request target.
    fn authority(&self) -> Option<&str>;

    /// Whether it is known to have come over TLS: what HTTP/2 and absolute request targets say, or the server itself.
    fn is_https(&self) -> bool;

    /// Where a default policy around the route wants to hear what the route decided.
    fn slot(&self) -> Option<Slot<Self::Value>>;
}
