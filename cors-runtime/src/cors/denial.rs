//! Why a cross-origin request is not allowed, and the events that say so.

use super::{HeaderValue, OriginHeader, Verdict};
use crate::SourceLocation;
use cors_policy::OriginRef;
use std::fmt;

/// Why a cross-origin request is not allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denial {
    /// The policy does not allow the origin.
    OriginNotAllowed,
    /// The policy allows the origin without credentials, and a default policy has allowed it with credentials.
    CredentialsNotAllowed,
    /// `Origin: null`.
    Null,
    /// The value of `Origin` is not a serialized origin.
    Malformed,
    /// The request has more than one `Origin` line.
    MultipleOrigins,
    /// An extractor of the origin check rejected the request.
    CheckRejected,
    /// `Sec-Fetch-Site` says that a page of another origin sent the request.
    CrossSite,
    /// The host of the request is not in `enforce(hosts = [..])`.
    HostNotListed,
}

impl Denial {
    /// Why this origin got a verdict that denies it.
    #[cold]
    pub(crate) fn of<V: HeaderValue>(verdict: &Verdict<V>, origin: OriginHeader<'_, V>) -> Self {
        match verdict {
            Verdict::HostNotListed => return Self::HostNotListed,
            Verdict::CheckRejected => return Self::CheckRejected,
            _ => {}
        }
        match origin {
            OriginHeader::Multiple => Self::MultipleOrigins,
            OriginHeader::One(value) if value.as_ref() == b"null" => Self::Null,
            OriginHeader::One(_) if origin.text().and_then(OriginRef::parse).is_none() => Self::Malformed,
            OriginHeader::One(_) | OriginHeader::Missing => Self::OriginNotAllowed,
        }
    }

    /// The reason, as events name it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::OriginNotAllowed => "origin-not-allowed",
            Self::CredentialsNotAllowed => "credentials-not-allowed",
            Self::Null => "origin-null",
            Self::Malformed => "origin-malformed",
            Self::MultipleOrigins => "several-origins",
            Self::CheckRejected => "check-rejected",
            Self::CrossSite => "cross-site",
            Self::HostNotListed => "host-not-listed",
        }
    }

    /// The reason, for the body of a 403.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::OriginNotAllowed => "the policy does not allow this origin",
            Self::CredentialsNotAllowed => "the policy does not allow credentials",
            Self::Null => "the origin is `null`, which every sandboxed page can send",
            Self::Malformed => "the `Origin` header is not a serialised origin",
            Self::MultipleOrigins => "there is more than one `Origin` line",
            Self::CheckRejected => {
                "the origin check could not run: one of its extractors rejected the request"
            }
            Self::CrossSite => "`Sec-Fetch-Site` says that a page of another origin sent the request",
            Self::HostNotListed => "`enforce(hosts = [..])` does not list the host of the request",
        }
    }
}

/// Whether an event of [`log`] would be recorded.
#[inline]
pub(crate) fn is_logged() -> bool {
    tracing::enabled!(target: "cors", tracing::Level::DEBUG)
}

/// Emits the event of a denied request: target `cors`, level debug.
#[cold]
pub(crate) fn log<V: HeaderValue>(
    reason: &str,
    origin: OriginHeader<'_, V>,
    method: &[u8],
    path: &str,
    location: SourceLocation,
) {
    let origin = match origin {
        OriginHeader::Missing => Logged(b"-"),
        OriginHeader::One(value) => Logged(value.as_ref()),
        OriginHeader::Multiple => Logged(b"(several)"),
    };
    tracing::debug!(
        target: "cors",
        reason,
        %origin,
        method = %Logged(method),
        path = %Logged(path.as_bytes()),
        policy = %location,
        "cross-origin request not allowed"
    );
}

/// A value of a request as a log shows it: at most 100 bytes, escaped. It is in quotes where it could be read as more
/// than one value, so that no client can forge a field of an event.
struct Logged<'a>(&'a [u8]);

impl fmt::Display for Logged<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = &self.0[..self.0.len().min(100)];
        let rest = if shown.len() < self.0.len() { ".." } else { "" };
        let quote = if shown.iter().any(|byte| matches!(byte, b' ' | b'"' | b'=')) { "\"" } else { "" };
        write!(f, "{quote}{}{quote}{rest}", shown.escape_ascii())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(value: &&'static str) -> Denial {
        Denial::of(&Verdict::Denied, OriginHeader::One(value))
    }

    #[test]
    fn a_denial_says_what_is_wrong_with_the_origin() {
        assert_eq!(one(&"https://a.example"), Denial::OriginNotAllowed);
        assert_eq!(one(&"null"), Denial::Null);
        assert_eq!(one(&"NULL"), Denial::Malformed);
        assert_eq!(one(&"https://a.example/"), Denial::Malformed);
        let verdict = Verdict::<&str>::Denied;
        assert_eq!(Denial::of(&verdict, OriginHeader::Multiple), Denial::MultipleOrigins);
    }

    #[test]
    fn a_log_shows_at_most_100_bytes_escaped_and_quotes_what_could_be_read_as_several_values() {
        for (value, expected) in [
            (&b"https://a.example:8080"[..], "https://a.example:8080"),
            (b"", ""),
            (b"GET reason=ok", "\"GET reason=ok\""),
            (b"a=b", "\"a=b\""),
            (b"a\"b", r#""a\"b""#),
            (b"a\x1b\n\xff", r"a\x1b\n\xff"),
        ] {
            assert_eq!(Logged(value).to_string(), expected);
        }
        assert_eq!(Logged(&[b'a'; 101]).to_string(), format!("{}..", "a".repeat(100)));
    }

    #[test]
    fn every_reason_is_in_the_docs() {
        let docs = include_str!("../../docs/debugging.md");
        let denials = [
            Denial::OriginNotAllowed,
            Denial::CredentialsNotAllowed,
            Denial::Null,
            Denial::Malformed,
            Denial::MultipleOrigins,
            Denial::CheckRejected,
            Denial::CrossSite,
            Denial::HostNotListed,
        ];
        for reason in
            denials.map(Denial::name).into_iter().chain(["method-not-routed", "preflight-intercepted"])
        {
            assert!(docs.contains(&format!("\n| `{reason}` |")), "{reason}");
        }
    }
}
