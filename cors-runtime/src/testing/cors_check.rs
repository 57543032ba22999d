//! May this page read this response? <https://fetch.spec.whatwg.org/#concept-cors-check>

use super::{
    blocked::Reason,
    list_header::is_token,
    wire::{HeaderList, latin1},
};

/// The reason, and the header value that is the matter.
pub(super) type Refusal = (Reason, Option<String>);

/// `origin` is the serialised origin of the request; `include` its credentials mode.
pub(super) fn cors_check(headers: &HeaderList, origin: &str, include: bool) -> Result<(), Refusal> {
    let Some(value) = headers.joined("access-control-allow-origin") else {
        return Err((Reason::MissingAllowOrigin, None));
    };
    if !include && value == b"*" {
        return Ok(());
    }
    if value != origin.as_bytes() {
        return Err((why_not(&value), Some(latin1(&value))));
    }
    if !include {
        return Ok(());
    }
    match headers.joined("access-control-allow-credentials") {
        Some(value) if value == b"true" => Ok(()),
        Some(value) => Err((Reason::InvalidAllowCredentials, Some(latin1(&value)))),
        None => Err((Reason::MissingAllowCredentials, None)),
    }
}

/// The standard knows one failure; browsers tell more.
fn why_not(value: &[u8]) -> Reason {
    if value == b"*" {
        return Reason::WildcardWithCredentials;
    }
    if value == b"null" {
        return Reason::AllowOriginMismatch;
    }
    if value.iter().any(|byte| matches!(byte, b',' | b' ' | b'\t')) {
        return Reason::SeveralAllowOrigins;
    }
    let scheme = std::str::from_utf8(value).ok().and_then(|text| text.split_once("://"));
    if scheme.is_some_and(|(scheme, host)| is_token(scheme.as_bytes()) && !host.is_empty()) {
        Reason::AllowOriginMismatch
    } else {
        Reason::InvalidAllowOrigin
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "https://app.example.com";

    fn check(origins: &[&str], credentials: &[&str], include: bool) -> Result<(), Reason> {
        let mut headers = HeaderList::default();
        for value in origins {
            headers.push("Access-Control-Allow-Origin", *value);
        }
        for value in credentials {
            headers.push("Access-Control-Allow-Credentials", *value);
        }
        cors_check(&headers, ORIGIN, include).map_err(|(reason, _)| reason)
    }

    #[test]
    fn origins() {
        use Reason::{AllowOriginMismatch, InvalidAllowOrigin, MissingAllowOrigin, SeveralAllowOrigins};
        for (lines, expected) in [
            (&[][..], Err(MissingAllowOrigin)),
            (&["*"], Ok(())),
            (&[ORIGIN], Ok(())),
            (&["  https://app.example.com\t"], Ok(())),
            (&["*", "*"], Err(SeveralAllowOrigins)),
            (&[ORIGIN, ORIGIN], Err(SeveralAllowOrigins)),
            (&["https://app.example.com, https://b.example"], Err(SeveralAllowOrigins)),
            (&["https://app.example.com https://b.example"], Err(SeveralAllowOrigins)),
            (&["https://app.example.com/"], Err(AllowOriginMismatch)),
            (&["https://App.example.com"], Err(AllowOriginMismatch)),
            (&["https://app.example.com:443"], Err(AllowOriginMismatch)),
            (&["https://*.example.com"], Err(AllowOriginMismatch)),
            (&["null"], Err(AllowOriginMismatch)),
            (&["\"https://app.example.com\""], Err(InvalidAllowOrigin)),
            (&["app.example.com"], Err(InvalidAllowOrigin)),
            (&["true"], Err(InvalidAllowOrigin)),
            (&[""], Err(InvalidAllowOrigin)),
        ] {
            assert_eq!(check(lines, &[], false), expected, "{lines:?}");
        }
    }

    #[test]
    fn credentials() {
        use Reason::{InvalidAllowCredentials, MissingAllowCredentials, WildcardWithCredentials};
        for (origin, lines, expected) in [
            ("*", &["true"][..], Err(WildcardWithCredentials)),
            (ORIGIN, &["true"], Ok(())),
            (ORIGIN, &[" true "], Ok(())),
            (ORIGIN, &[], Err(MissingAllowCredentials)),
            (ORIGIN, &["True"], Err(InvalidAllowCredentials)),
            (ORIGIN, &["1"], Err(InvalidAllowCredentials)),
            (ORIGIN, &["true", "true"], Err(InvalidAllowCredentials)),
        ] {
            assert_eq!(check(&[origin], lines, true), expected, "{origin} {lines:?}");
            assert_eq!(check(&[origin], lines, false), Ok(()), "{origin} {lines:?}");
        }
    }

    #[test]
    fn null() {
        for (value, include, expected) in [
            ("null", true, true),
            ("null", false, true),
            ("NULL", false, false),
            ("*", false, true),
            ("*", true, false),
        ] {
            let mut headers = HeaderList::default();
            headers.push("access-control-allow-origin", value);
            headers.push("access-control-allow-credentials", "true");
            assert_eq!(cors_check(&headers, "null", include).is_ok(), expected, "{value} {include}");
        }
    }
}
