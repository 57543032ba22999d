//! Why an origin is not allowed, and telling those who run the server.

use super::OriginHeader;
use crate::SourceLocation;
use cors_policy::OriginRef;
use std::fmt;

/// Why an origin is not allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denial {
    /// The policy does not list it.
    NotListed,
    /// `Origin: null`.
    Null,
    /// Not a serialised origin.
    Malformed,
    /// More than one `Origin` line.
    Several,
    /// An extractor of the function that decides rejected the request.
    CheckRejected,
}

impl Denial {
    /// Why the policy did not allow this value.
    #[cold]
    pub(crate) fn of(origin: OriginHeader<'_>) -> Self {
        match origin {
            OriginHeader::Several => Self::Several,
            OriginHeader::One(b"null") => Self::Null,
            OriginHeader::One(bytes)
                if std::str::from_utf8(bytes).ok().and_then(OriginRef::parse).is_none() =>
            {
                Self::Malformed
            }
            OriginHeader::One(_) | OriginHeader::Missing => Self::NotListed,
        }
    }

    /// The reason, as events name it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::NotListed => "origin-not-allowed",
            Self::Null => "origin-null",
            Self::Malformed => "origin-malformed",
            Self::Several => "several-origins",
            Self::CheckRejected => "check-rejected",
        }
    }

    /// The reason, for the body of a 403.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::NotListed => "the policy does not list this origin",
            Self::Null => "the origin is `null`, which every sandboxed page can send",
            Self::Malformed => "the `Origin` header is not a serialised origin",
            Self::Several => "there is more than one `Origin` line",
            Self::CheckRejected => {
                "the origin check could not run: one of its extractors rejected the request"
            }
        }
    }
}

/// Whether anybody listens to [`log`]. To find out why an origin is denied takes longer than to deny it.
#[inline]
pub(crate) fn is_logged() -> bool {
    tracing::enabled!(target: "cors", tracing::Level::DEBUG)
}

/// A denial, as an event: target `cors`, level debug.
#[cold]
pub(crate) fn log(reason: &str, origin: OriginHeader<'_>, method: &[u8], path: &str, at: SourceLocation) {
    tracing::debug!(
        target: "cors",
        reason,
        origin = %Printable(origin),
        method = %Shown(method),
        path = %Shown(path.as_bytes()),
        policy = %at,
        "cross-origin request not allowed"
    );
}

/// The origin as a log may show it: at most 100 bytes of it, escaped.
struct Printable<'a>(OriginHeader<'a>);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            OriginHeader::Missing => f.write_str("-"),
            OriginHeader::Several => f.write_str("(several)"),
            OriginHeader::One(bytes) => Shown(bytes).fmt(f),
        }
    }
}

/// At most 100 bytes, escaped.
struct Shown<'a>(&'a [u8]);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = &self.0[..self.0.len().min(100)];
        write!(f, "{}{}", shown.escape_ascii(), if shown.len() < self.0.len() { ".." } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denial_says_what_is_wrong_with_the_origin() {
        for (origin, expected) in [
            (OriginHeader::One(b"https://a.example"), Denial::NotListed),
            (OriginHeader::One(b"null"), Denial::Null),
            (OriginHeader::One(b"NULL"), Denial::Malformed),
            (OriginHeader::One(b"https://a.example/"), Denial::Malformed),
            (OriginHeader::One(b"\xff"), Denial::Malformed),
            (OriginHeader::Several, Denial::Several),
        ] {
            assert_eq!(Denial::of(origin), expected, "{origin:?}");
        }
    }

    #[test]
    fn a_log_shows_at_most_100_bytes_of_an_origin_and_escapes_them() {
        assert_eq!(Printable(OriginHeader::One(b"a\x1b\n\xff")).to_string(), r"a\x1b\n\xff");
        assert_eq!(Printable(OriginHeader::One(&[b'a'; 101])).to_string(), format!("{}..", "a".repeat(100)));
    }

    #[test]
    fn every_reason_is_in_the_docs() {
        let docs = include_str!("../../docs/debugging.md");
        let denials = [Denial::NotListed, Denial::Null, Denial::Malformed, Denial::Several].map(Denial::name);
        for reason in
            denials.into_iter().chain(["method-not-routed", "preflight-intercepted", "check-rejected"])
        {
            assert!(docs.contains(&format!("\n| `{reason}` |")), "{reason}");
        }
    }
}
