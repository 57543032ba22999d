//! The CORS check: <https://fetch.spec.whatwg.org/#concept-cors-check>.

use super::{
    blocked::Reason,
    header_list::{HeaderList, is_token, latin1},
};

/// Why the check failed, and the value of the header that made it fail.
pub(super) type Refusal = (Reason, Option<String>);

/// Checks the response to a request with this serialized origin. `credentials` is whether the credentials mode of the
/// request is `include`.
pub(super) fn cors_check(headers: &HeaderList, origin: &str, credentials: bool) -> Result<(), Refusal> {
    let Some(allow_origin) = headers.get("access-control-allow-origin") else {
        return Err((Reason::MissingAllowOrigin, None));
    };
    if !credentials && allow_origin == b"*" {
        return Ok(());
    }
    if allow_origin != origin.as_bytes() {
        return Err((classify_refused(&allow_origin), Some(latin1(&allow_origin))));
    }
    if !credentials {
        return Ok(());
    }
    match headers.get("access-control-allow-credentials") {
        Some(value) if value == b"true" => Ok(()),
        Some(value) => Err((Reason::InvalidAllowCredentials, Some(latin1(&value)))),
        None => Err((Reason::MissingAllowCredentials, None)),
    }
}

/// Finds the reason that Chromium's console gives for a refused `Access-Control-Allow-Origin`. The standard has one
/// failure for all.
fn classify_refused(allow_origin: &[u8]) -> Reason {
    if allow_origin == b"*" {
        return Reason::WildcardWithCredentials;
    }
    if allow_origin == b"null" {
        return Reason::AllowOriginMismatch;
    }
    if allow_origin.iter().any(|byte| matches!(byte, b',' | b' ' | b'\t')) {
        return Reason::SeveralAllowOrigins;
    }
    let scheme_and_host = std::str::from_utf8(allow_origin).ok().and_then(|text| text.split_once("://"));
    if scheme_and_host.is_some_and(|(scheme, host)| is_token(scheme.as_bytes()) && !host.is_empty()) {
        Reason::AllowOriginMismatch
    } else {
        Reason::InvalidAllowOrigin
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "https://app.example.com";

    fn check(allow_origin: &[&str], allow_credentials: &[&str], credentials: bool) -> Result<(), Reason> {
        let mut headers = HeaderList::default();
        for value in allow_origin {
            headers.push("Access-Control-Allow-Origin", *value);
        }
        for value in allow_credentials {
            headers.push("Access-Control-Allow-Credentials", *value);
        }
        cors_check(&headers, ORIGIN, credentials).map_err(|(reason, _)| reason)
    }

    #[test]
    fn the_origin_must_be_equal_or_a_wildcard() {
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
    fn credentials_need_the_origin_and_true() {
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
    fn null_is_equal_to_an_opaque_origin() {
        for (value, credentials, expected) in [
            ("null", true, true),
            ("null", false, true),
            ("NULL", false, false),
            ("*", false, true),
            ("*", true, false),
        ] {
            let mut headers = HeaderList::default();
            headers.push("access-control-allow-origin", value);
            headers.push("access-control-allow-credentials", "true");
            assert_eq!(cors_check(&headers, "null", credentials).is_ok(), expected, "{value} {credentials}");
        }
    }
}
