//! The `Origin` header of a request.

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
    pub(crate) fn from_lines(mut lines: impl Iterator<Item = &'a [u8]>) -> Self {
        match (lines.next(), lines.next()) {
            (None, _) => Self::Missing,
            (Some(one), None) => Self::One(one),
            (Some(_), Some(_)) => Self::Several,
        }
    }
}
