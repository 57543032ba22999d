//! Origins and patterns as regular expressions, and which of them allow others.

use super::expression::escape;
use cors_policy::{OriginEntry, OriginIndex, OriginPattern, PortPattern};

/// A port, or none. No browser sends a larger number, or zeros at the beginning.
const ANY_PORT: &str =
    "(?::(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?";

/// A regular expression, without anchors, for an element of `origins` that is not `*`. It is `None` if the element has
/// characters that no gateway is given.
pub(super) fn regex(element: &str) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/[]!&'()+,;=@".contains(c);
    match OriginEntry::split(element)? {
        OriginEntry::Any => None,
        OriginEntry::Exact(text) => text.chars().all(is_plain).then(|| escape(text)),
        OriginEntry::Pattern { pattern: OriginPattern { scheme, host, subdomains, port }, .. } => {
            let labels = if subdomains { "(?:[a-z0-9_-]+[.])+" } else { "" };
            let port = match port {
                PortPattern::Any => ANY_PORT.to_owned(),
                PortPattern::Is(None) => String::new(),
                PortPattern::Is(Some(port)) => format!(":{port}"),
            };
            let is_valid = scheme.chars().chain(host.chars()).all(is_plain);
            is_valid.then(|| format!("{}://{labels}{}{port}", escape(scheme), escape(host)))
        }
    }
}

/// Whether the element is one origin and no pattern.
pub(super) fn is_exact(element: &str) -> bool {
    matches!(OriginEntry::split(element), Some(OriginEntry::Exact(_)))
}

/// Whether a list of elements allows every origin that `element` stands for. If that is not known, it says `false`.
pub(super) fn all_allowed<'a>(element: &str, list: impl Iterator<Item = &'a str> + Clone) -> bool {
    if list.clone().any(|other| other == "*" || other == element) {
        return true;
    }
    is_exact(element) && OriginIndex::new(list).contains(element.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_become_regular_expressions_without_backslashes() {
        for (element, expected) in [
            ("https://app.example.com", "https://app[.]example[.]com"),
            ("http://[::1]:3000", "http://[[]::1[]]:3000"),
            ("https://*.example.com:8443", "https://(?:[a-z0-9_-]+[.])+example[.]com:8443"),
            ("capacitor://localhost", "capacitor://localhost"),
        ] {
            assert_eq!(regex(element).as_deref(), Some(expected));
        }
        assert_eq!(regex("app://a\"b"), None);
    }

    #[test]
    fn any_port_is_one_that_a_browser_sends() {
        let regex = regex("http://localhost:*").expect("a pattern");
        let regex = regex::Regex::new(&format!("^{regex}$")).expect("a valid expression");
        assert!(regex.is_match("http://localhost"));
        for port in 0..=100_000 {
            let is_port = (1..=65535).contains(&port);
            assert_eq!(regex.is_match(&format!("http://localhost:{port}")), is_port, "{port}");
        }
        for port in ["", "080", "00", "x", "80a", "-1"] {
            assert!(!regex.is_match(&format!("http://localhost:{port}")), "{port}");
        }
    }

    #[test]
    fn a_list_allows_what_its_patterns_match() {
        let list = ["https://*.example.com", "https://a.test"];
        for (element, expected) in [
            ("https://a.test", true),
            ("https://b.test", false),
            ("https://x.example.com", true),
            ("https://*.example.com", true),
            ("https://*.x.example.com", false),
            ("*", false),
        ] {
            assert_eq!(all_allowed(element, list.into_iter()), expected, "{element}");
        }
    }
}
