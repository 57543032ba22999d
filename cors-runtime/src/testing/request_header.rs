//! Which request headers a script can set, and which of them need a preflight.
//!
//! All functions take header names in lower case.

use super::{
    header_list::{HeaderList, trim},
    method,
    quirks::Engine,
};

/// A header with a longer value is not safelisted.
const SAFELISTED_VALUE_LIMIT: usize = 128;
/// If the values of all safelisted headers are longer together, none of these headers is.
const SAFELISTED_TOTAL_LIMIT: usize = 1024;

const FORBIDDEN_NAMES: [&str; 21] = [
    "accept-charset",
    "accept-encoding",
    "access-control-request-headers",
    "access-control-request-method",
    "connection",
    "content-length",
    "cookie",
    "cookie2",
    "date",
    "dnt",
    "expect",
    "host",
    "keep-alive",
    "origin",
    "referer",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];

const METHOD_OVERRIDES: [&str; 3] = ["x-http-method", "x-http-method-override", "x-method-override"];

/// Returns whether no script can set this header: <https://fetch.spec.whatwg.org/#forbidden-request-header>. A browser leaves
/// it out, and gives no error.
pub(super) fn is_forbidden(name: &str, value: &[u8]) -> bool {
    FORBIDDEN_NAMES.contains(&name)
        || name.starts_with("proxy-")
        || name.starts_with("sec-")
        || (METHOD_OVERRIDES.contains(&name) && contains_forbidden_method(value))
}

fn contains_forbidden_method(value: &[u8]) -> bool {
    value
        .split(|&byte| byte == b',')
        .any(|method| std::str::from_utf8(trim(method)).is_ok_and(method::is_forbidden))
}

/// Returns the names that a preflight must allow, in lower case, sorted, and without duplicates:
/// <https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names>.
pub(super) fn unsafe_names(engine: Engine, headers: &HeaderList) -> Vec<String> {
    let mut unsafe_names = Vec::new();
    let mut safelisted_names = Vec::new();
    let mut safelisted_size = 0;
    for (name, value) in headers.iter() {
        if is_safelisted(engine, name, value) {
            safelisted_names.push(name.to_owned());
            safelisted_size += value.len();
        } else {
            unsafe_names.push(name.to_owned());
        }
    }
    if safelisted_size > SAFELISTED_TOTAL_LIMIT {
        unsafe_names.append(&mut safelisted_names);
    }
    unsafe_names.sort_unstable();
    unsafe_names.dedup();
    unsafe_names
}

/// Returns whether the header needs no preflight:
/// <https://fetch.spec.whatwg.org/#cors-safelisted-request-header>.
fn is_safelisted(engine: Engine, name: &str, value: &[u8]) -> bool {
    if value.len() > SAFELISTED_VALUE_LIMIT {
        return false;
    }
    match name {
        "accept" => !value.iter().any(|&byte| is_unsafe_byte(byte)),
        "accept-language" | "content-language" => {
            value.iter().all(|byte| byte.is_ascii_alphanumeric() || b" *,-.;=".contains(byte))
        }
        "content-type" => !value.iter().any(|&byte| is_unsafe_byte(byte)) && is_form_type(value),
        "range" => is_single_range(value),
        _ => engine.safelists_client_hints() && is_client_hint(name, value),
    }
}

/// Returns whether Chromium sends the header without a preflight although the standard does not safelist it (measured in
/// Chromium 156).
fn is_client_hint(name: &str, value: &[u8]) -> bool {
    let is_integer = |digits: &[u8]| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    match name {
        "rtt" | "viewport-width" | "width" => is_integer(value),
        "device-memory" | "downlink" | "dpr" => {
            let mut parts = value.splitn(2, |&byte| byte == b'.');
            parts.all(is_integer)
        }
        "ect" => matches!(value, b"slow-2g" | b"2g" | b"3g" | b"4g"),
        "save-data" => value.eq_ignore_ascii_case(b"on"),
        "intervention" => true,
        _ => false,
    }
}

/// Returns whether a script can set the header in mode `no-cors`:
/// <https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header>.
pub(super) fn is_no_cors_safelisted(name: &str, value: &[u8]) -> bool {
    matches!(name, "accept" | "accept-language" | "content-language" | "content-type")
        && is_safelisted(Engine::Standard, name, value)
}

/// Returns whether the byte makes a value unsafe: <https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte>.
fn is_unsafe_byte(byte: u8) -> bool {
    (byte < 0x20 && byte != b'\t') || b"\"():<>?@[\\]{}\x7f".contains(&byte)
}

/// Returns whether the MIME type is one that an HTML form can send. Parameters behind `;` are
/// [not part of it](https://mimesniff.spec.whatwg.org/#parse-a-mime-type).
fn is_form_type(value: &[u8]) -> bool {
    let essence = trim(value.split(|&byte| byte == b';').next().unwrap_or_default());
    [&b"application/x-www-form-urlencoded"[..], b"multipart/form-data", b"text/plain"]
        .iter()
        .any(|form_type| form_type.eq_ignore_ascii_case(essence))
}

/// Returns whether the value is `bytes=N-` or `bytes=N-M`: <https://fetch.spec.whatwg.org/#simple-range-header-value>.
fn is_single_range(value: &[u8]) -> bool {
    let Some((start, end)) = value
        .strip_prefix(b"bytes=")
        .and_then(|range| std::str::from_utf8(range).ok())
        .and_then(|range| range.split_once('-'))
    else {
        return false;
    };
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if start.is_empty() || !is_digits(start) || !is_digits(end) {
        return false;
    }
    // The numbers can be too large for an integer, so their digits are compared: the longer number is the larger one.
    let (start, end_number) = (start.trim_start_matches('0'), end.trim_start_matches('0'));
    end.is_empty() || (start.len(), start) <= (end_number.len(), end_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_standard_safelisted(name: &str, value: &[u8]) -> bool {
        is_safelisted(Engine::Standard, name, value)
    }

    #[test]
    fn a_value_decides_whether_a_header_is_safelisted() {
        for (name, value, expected) in [
            ("accept", "text/html;q=0.9, */*", true),
            ("accept", "", true),
            ("accept", "a\tb", true),
            ("accept", "a\u{1}b", false),
            ("accept", "a\"b", false),
            ("accept", "a(b", false),
            ("accept", "a:b", false),
            ("accept", "a{b", false),
            ("accept", "a\u{7f}b", false),
            ("accept-language", "de-AT, de;q=0.8,*", true),
            ("accept-language", "de_AT", false),
            ("content-language", "en", true),
            ("content-language", "en/us", false),
            ("content-type", "text/plain", true),
            ("content-type", "Text/PLAIN ; charset=utf-8", true),
            ("content-type", " text/plain", true),
            ("content-type", "multipart/form-data; boundary=----x", true),
            ("content-type", "application/x-www-form-urlencoded;charset=UTF-8", true),
            ("content-type", "application/json", false),
            ("content-type", "text/plain,application/json", false),
            ("content-type", "text/plain;a=\"b\"", false),
            ("content-type", "text", false),
            ("content-type", "", false),
            ("range", "bytes=0-", true),
            ("range", "bytes=5-5", true),
            ("range", "bytes=09-10", true),
            ("range", "bytes=0-99999999999999999999999999", true),
            ("range", "bytes=6-5", false),
            ("range", "bytes=-5", false),
            ("range", "bytes=-", false),
            ("range", "bytes=0-1,2-3", false),
            ("range", "bytes= 0-1", false),
            ("range", "bytes=0-1 ", false),
            ("range", "items=0-1", false),
            ("authorization", "x", false),
            ("x-requested-with", "x", false),
            ("priority", "u=1", false),
            ("if-none-match", "x", false),
            ("dpr", "2", false),
        ] {
            assert_eq!(is_standard_safelisted(name, value.as_bytes()), expected, "{name}: {value:?}");
        }
    }

    #[test]
    fn chromium_safelists_client_hints_with_values_that_it_understands() {
        for (name, value, expected) in [
            ("dpr", "2", true),
            ("dpr", "2.0", true),
            ("dpr", "", false),
            ("dpr", "2.", false),
            ("dpr", ".5", false),
            ("dpr", "1.0.0", false),
            ("dpr", "-1", false),
            ("dpr", "1e3", false),
            ("device-memory", "0.5", true),
            ("downlink", "10.05", true),
            ("width", "42", true),
            ("width", "42.5", false),
            ("width", "", false),
            ("viewport-width", "1.5", false),
            ("rtt", "100", true),
            ("rtt", "x", false),
            ("ect", "slow-2g", true),
            ("ect", "4G", false),
            ("ect", "5g", false),
            ("save-data", "ON", true),
            ("save-data", "off", false),
            ("intervention", "x", true),
            ("viewport-height", "1", false),
        ] {
            let value = value.as_bytes();
            assert_eq!(is_safelisted(Engine::Chromium, name, value), expected, "{name}: {value:?}");
            for engine in [Engine::Standard, Engine::Firefox, Engine::WebKit] {
                assert!(!is_safelisted(engine, name, value), "{name}: {value:?}");
            }
        }
        assert!(!is_safelisted(Engine::Chromium, "dpr", &[b'1'; 129]));
    }

    #[test]
    fn a_safelisted_value_has_128_bytes_at_most() {
        for name in ["accept", "accept-language", "content-language"] {
            assert!(is_standard_safelisted(name, &[b'a'; 128]));
            assert!(!is_standard_safelisted(name, &[b'a'; 129]));
        }
        let long = format!("text/plain;a={}", "b".repeat(115));
        assert_eq!(long.len(), 128);
        assert!(is_standard_safelisted("content-type", long.as_bytes()));
        assert!(!is_standard_safelisted("content-type", format!("{long}b").as_bytes()));
    }

    #[test]
    fn all_safelisted_values_have_1024_bytes_at_most() {
        let mut headers = HeaderList::default();
        for _ in 0..8 {
            headers.push("Accept", [b'a'; 128]);
        }
        assert!(unsafe_names(Engine::Standard, &headers).is_empty());
        headers.push("Accept-Language", "a");
        assert_eq!(unsafe_names(Engine::Standard, &headers), ["accept", "accept-language"]);
    }

    #[test]
    fn unsafe_names_are_sorted_lower_case_and_unique() {
        let mut headers = HeaderList::default();
        for name in ["X-B", "Content-Type", "x-b", "X-A", "Authorization", "Accept"] {
            headers.push(name, "application/json");
        }
        assert_eq!(unsafe_names(Engine::Standard, &headers), ["authorization", "content-type", "x-a", "x-b"]);
    }

    #[test]
    fn fewer_headers_are_safelisted_for_no_cors() {
        assert!(is_no_cors_safelisted("accept", b"*/*"));
        assert!(!is_no_cors_safelisted("range", b"bytes=0-1"));
        assert!(!is_no_cors_safelisted("content-type", b"application/json"));
        assert!(!is_no_cors_safelisted("x-a", b"1"));
    }

    #[test]
    fn forbidden_headers() {
        for (name, value, expected) in [
            ("host", "x", true),
            ("cookie", "a=b", true),
            ("origin", "https://a.example", true),
            ("sec-fetch-site", "none", true),
            ("proxy-authorization", "x", true),
            ("access-control-request-method", "PUT", true),
            ("x-http-method-override", "PUT", false),
            ("x-http-method-override", "PUT, trace", true),
            ("x-method-override", "connect", true),
            ("authorization", "x", false),
            ("user-agent", "x", false),
            ("content-type", "x", false),
        ] {
            assert_eq!(is_forbidden(name, value.as_bytes()), expected, "{name}: {value}");
        }
    }
}
