//! Methods: <https://fetch.spec.whatwg.org/#methods>.

/// Returns the method as it is sent: <https://fetch.spec.whatwg.org/#concept-method-normalize>. Six methods are sent in
/// upper case however a script spells them; `patch` is sent as `patch`.
pub(super) fn normalize(method: &str) -> String {
    let upper = method.to_ascii_uppercase();
    match upper.as_str() {
        "DELETE" | "GET" | "HEAD" | "OPTIONS" | "POST" | "PUT" => upper,
        _ => method.to_owned(),
    }
}

/// Returns whether no script can send this method: <https://fetch.spec.whatwg.org/#forbidden-method>.
pub(super) fn is_forbidden(method: &str) -> bool {
    ["CONNECT", "TRACE", "TRACK"].iter().any(|name| name.eq_ignore_ascii_case(method))
}

/// Returns whether a request with this method needs no preflight: <https://fetch.spec.whatwg.org/#cors-safelisted-method>.
pub(super) fn is_safelisted(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "POST")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_normalized_and_classified() {
        for (written, sent, safelisted, forbidden) in [
            ("get", "GET", true, false),
            ("Head", "HEAD", true, false),
            ("pOST", "POST", true, false),
            ("put", "PUT", false, false),
            ("delete", "DELETE", false, false),
            ("options", "OPTIONS", false, false),
            ("patch", "patch", false, false),
            ("PATCH", "PATCH", false, false),
            ("Query", "Query", false, false),
            ("connect", "connect", false, true),
            ("TRACE", "TRACE", false, true),
            ("Track", "Track", false, true),
        ] {
            assert_eq!(normalize(written), sent);
            assert_eq!(is_safelisted(sent), safelisted, "{sent}");
            assert_eq!(is_forbidden(sent), forbidden, "{sent}");
        }
    }
}
