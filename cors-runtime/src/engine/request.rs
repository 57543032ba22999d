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
    /// Reads the only line.
    #[inline]
    pub(crate) fn of_line<V: AsRef<[u8]>>(line: Result<Option<&'a V>, Several>) -> Self {
        match line {
            Ok(Some(value)) => Self::One(value.as_ref()),
            Ok(None) => Self::Missing,
            Err(Several) => Self::Several,
        }
    }
}

/// There is more than one line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Several;

/// The only line, if there is one.
#[inline]
pub(crate) fn single<T>(mut lines: impl Iterator<Item = T>) -> Result<Option<T>, Several> {
    let Some(first) = lines.next() else { return Ok(None) };
    if lines.next().is_some() { Err(Several) } else { Ok(Some(first)) }
}

/// A request of a framework.
pub(crate) trait RequestHead {
    /// The value of one header line.
    type Value: AsRef<[u8]> + Clone + 'static;

    /// The only `Origin` line: what is compared, and the value to answer with, found in one look-up.
    fn origin_line(&self) -> Result<Option<&Self::Value>, Several>;

    /// The `Origin` lines.
    #[inline]
    fn origin(&self) -> OriginHeader<'_> {
        OriginHeader::of_line(self.origin_line())
    }

    /// The value of the only `Origin` line.
    fn origin_value(&self) -> Option<Self::Value> {
        self.origin_line().ok().flatten().cloned()
    }

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
