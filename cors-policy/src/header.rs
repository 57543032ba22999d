//! What the Fetch standard says about the names of headers and methods.

use crate::Rule;

/// Whether this is one HTTP token. <https://www.rfc-editor.org/rfc/rfc9110#name-tokens>
pub fn is_token(text: impl AsRef<[u8]>) -> bool {
    let text = text.as_ref();
    !text.is_empty()
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
}

/// The rule that a method breaks in a list or a route that is written at run time. Methods that no standard defines are
/// accepted. <https://fetch.spec.whatwg.org/#forbidden-method>
pub fn method_rule(method: &str) -> Option<Rule> {
    let is_forbidden = ["CONNECT", "TRACE", "TRACK"].iter().any(|name| method.eq_ignore_ascii_case(name));
    if !is_token(method) || method == "*" {
        Some(Rule::MethodName)
    } else if is_forbidden {
        Some(Rule::MethodForbidden)
    } else {
        method.bytes().any(|byte| byte.is_ascii_lowercase()).then_some(Rule::MethodCase)
    }
}

/// Whether no script can set this request header, whatever its value. Any case.
/// <https://fetch.spec.whatwg.org/#forbidden-request-header>
pub fn is_forbidden_request_header(name: &str) -> bool {
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
    let starts_with =
        |prefix: &str| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    starts_with("proxy-")
        || starts_with("sec-")
        || NAMES.iter().any(|forbidden| name.eq_ignore_ascii_case(forbidden))
}
