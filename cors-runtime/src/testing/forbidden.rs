//! Request headers that no script can set: <https://fetch.spec.whatwg.org/#forbidden-request-header>.

use super::{method, wire::trim};

const NAMES: [&str; 21] = [
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

/// `name` in lower case. A browser drops such a header without a word.
pub(super) fn is_forbidden(name: &str, value: &[u8]) -> bool {
    NAMES.contains(&name)
        || name.starts_with("proxy-")
        || name.starts_with("sec-")
        || (METHOD_OVERRIDES.contains(&name) && names_a_forbidden_method(value))
}

fn names_a_forbidden_method(value: &[u8]) -> bool {
    value
        .split(|&byte| byte == b',')
        .any(|method| std::str::from_utf8(trim(method)).is_ok_and(method::is_forbidden))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
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
