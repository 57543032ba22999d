//! Values of `Access-Control-Allow-Origin` that are nearly the origin of the page.

/// Says in which detail a value differs from the origin of the page. `None` if the two have little in common.
pub(super) fn difference(value: &str, origin: &str) -> Option<String> {
    let unquoted = value.trim_matches(['"', '\'']);
    if unquoted != value && unquoted == origin {
        return Some("the value has quotation marks".to_owned());
    }
    if value.eq_ignore_ascii_case(origin) {
        return Some("the value has upper-case letters".to_owned());
    }
    if value.trim_end_matches('/').eq_ignore_ascii_case(origin) {
        return Some("the value has a slash at its end".to_owned());
    }
    let (scheme, authority) = origin.split_once("://")?;
    let Some((value_scheme, value_rest)) = value.split_once("://") else {
        let is_host = value.trim_end_matches('/').eq_ignore_ascii_case(authority);
        return is_host.then(|| format!("the value has no scheme (`{scheme}://`)"));
    };
    let value_authority = value_rest.split('/').next().unwrap_or_default();
    let (host, port) = split_port(authority);
    let (value_host, value_port) = split_port(value_authority);
    let without_www = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_ascii_lowercase();
    let default_port = |scheme: &str| if scheme.eq_ignore_ascii_case("https") { "443" } else { "80" };
    let same_host = host.eq_ignore_ascii_case(value_host);

    if let Some(base) = value_host.strip_prefix("*.") {
        let covers = host.strip_suffix(base).is_some_and(|rest| rest.ends_with('.')) || host == base;
        return covers.then(|| "the header has no patterns".to_owned());
    }
    if same_host && port == value_port {
        if !scheme.eq_ignore_ascii_case(value_scheme) {
            return Some(format!("the value has the scheme `{value_scheme}`, and the page has `{scheme}`"));
        }
        return Some("the value has a path behind the origin".to_owned());
    }
    if same_host && scheme.eq_ignore_ascii_case(value_scheme) {
        if port.is_none() && value_port == Some(default_port(scheme)) {
            return Some("browsers leave out the default port".to_owned());
        }
        return Some("the ports differ".to_owned());
    }
    if same_host {
        return Some("the schemes and the ports differ".to_owned());
    }
    if without_www(host) == without_www(value_host) {
        return Some("one of the two begins with `www.`".to_owned());
    }
    let is_loopback = |host: &str| matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    if is_loopback(host) && is_loopback(value_host) {
        return Some("`localhost`, `127.0.0.1` and `[::1]` are three different origins".to_owned());
    }
    None
}

fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => {
            (host, Some(port))
        }
        _ => (authority, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_misses_are_named() {
        const PAGE: &str = "https://app.example.com";
        for (value, origin, expected) in [
            ("https://app.example.com/", PAGE, "a slash at its end"),
            ("https://App.Example.com", PAGE, "upper-case letters"),
            ("http://app.example.com", PAGE, "the scheme `http`, and the page has `https`"),
            ("https://app.example.com:443", PAGE, "leave out the default port"),
            ("https://app.example.com:8443", PAGE, "the ports differ"),
            ("http://app.example.com:8080", PAGE, "the schemes and the ports differ"),
            ("https://www.app.example.com", PAGE, "begins with `www.`"),
            ("https://app.example.com", "https://www.app.example.com", "begins with `www.`"),
            ("https://*.example.com", PAGE, "no patterns"),
            ("https://*.example.com", "https://example.com", "no patterns"),
            ("https://app.example.com/orders", PAGE, "a path"),
            ("\"https://app.example.com\"", PAGE, "quotation marks"),
            ("app.example.com", PAGE, "no scheme"),
            ("http://127.0.0.1:3000", "http://localhost:3000", "three different origins"),
            ("http://localhost:3000", "http://localhost:5173", "the ports differ"),
            ("http://[::1]", "http://[::1]:3000", "the ports differ"),
        ] {
            let text = difference(value, origin).unwrap_or_default();
            assert!(text.contains(expected), "{value} {origin}: {text}");
        }
        for value in [
            "https://other.example",
            "https://evilapp.example.com",
            "https://*.other.example",
            "\"https://other.example\"",
            "http://localhost:3000",
            "null",
            "true",
            "",
        ] {
            assert_eq!(difference(value, PAGE), None, "{value}");
        }
    }
}
