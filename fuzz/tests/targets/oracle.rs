//! What the standard and the text of a policy say, without any code of `cors-policy` and `cors-runtime`. It is written to
//! be read, not to be fast.

use std::net::{Ipv4Addr, Ipv6Addr};

/// What has to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    Yes,
    No,
    /// The oracle does not know: no browser sends this, or only a rare one.
    Either,
}

use Expected::{Either, No, Yes};

impl Expected {
    pub(crate) fn from(is_so: bool) -> Self {
        if is_so { Yes } else { No }
    }

    /// `Yes` if one is.
    pub(crate) fn any(all: impl Iterator<Item = Self>) -> Self {
        all.fold(No, |any, one| match (any, one) {
            (Yes, _) | (_, Yes) => Yes,
            (Either, _) | (_, Either) => Either,
            (No, No) => No,
        })
    }
}

/// A text of the form `scheme://host[:port]`.
struct Parts<'a> {
    scheme: &'a str,
    host: &'a str,
    port: Option<&'a str>,
}

fn split(text: &str) -> Option<Parts<'_>> {
    let (scheme, authority) = text.split_once("://")?;
    let colon = match authority.find(']') {
        Some(bracket) => authority[bracket..].find(':').map(|colon| bracket + colon),
        None => authority.rfind(':'),
    };
    let (host, port) = match colon {
        Some(colon) => (&authority[..colon], Some(&authority[colon + 1..])),
        None => (authority, None),
    };
    Some(Parts { scheme, host, port })
}

/// Whether a browser serialises an origin in this way.
/// <https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin>
pub(crate) fn is_serialized(origin: &str) -> Expected {
    let Some(Parts { scheme, host, port }) = split(origin) else { return No };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_lowercase())
        && scheme.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '+' | '-' | '.'));
    if !is_scheme {
        return No;
    }
    if scheme != "http" && scheme != "https" {
        return Either;
    }
    let port = match port {
        None => Yes,
        Some(port) if port.starts_with('0') || !port.chars().all(|c| c.is_ascii_digit()) => No,
        // Browsers leave out the default port, and a page that names it in its own header harms nobody.
        Some("80" | "443") => Either,
        Some(port) => Expected::from(port.parse::<u16>().is_ok()),
    };
    match (is_serialized_host(host), port) {
        (No, _) | (_, No) => No,
        (Yes, Yes) => Yes,
        _ => Either,
    }
}

/// <https://url.spec.whatwg.org/#host-serializing>
fn is_serialized_host(host: &str) -> Expected {
    if let Some(address) = host.strip_prefix('[') {
        let Some(address) = address.strip_suffix(']') else { return No };
        return match address.parse::<Ipv6Addr>() {
            Err(_) => No,
            // The URL standard writes the last 32 bits in hexadecimal, the standard library in decimal.
            Ok(parsed) if parsed.to_string().contains('.') || address.contains('.') => Either,
            Ok(parsed) => Expected::from(parsed.to_string() == address),
        };
    }
    if host.is_empty()
        || host.contains(|c: char| !c.is_ascii() || c.is_ascii_uppercase() || c.is_ascii_control())
    {
        return No;
    }
    if host.contains(|c| " #/:<>?@[\\]^|%".contains(c)) {
        return No;
    }
    let last = host.strip_suffix('.').unwrap_or(host).rsplit('.').next().unwrap_or_default();
    let is_number = !last.is_empty() && last.chars().all(|c| c.is_ascii_digit());
    if is_number {
        return Expected::from(host.parse::<Ipv4Addr>().is_ok_and(|address| address.to_string() == host));
    }
    let is_plain_label = |label: &str| {
        let is_plain = label.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        is_plain && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    // Punycode may be invalid, and `0x` is a number.
    let is_plain = host.split('.').all(|label| is_plain_label(label) && !label.starts_with("xn--"));
    if is_plain && !last.starts_with("0x") && host.len() <= 253 { Yes } else { Either }
}

/// Whether an element of `origins` allows an origin, which is the value of an `Origin` line.
pub(crate) fn entry_allows(entry: &str, origin: &[u8]) -> Expected {
    if entry == "*" {
        return Yes;
    }
    let Ok(origin) = std::str::from_utf8(origin) else { return No };
    if !entry.contains('*') {
        return Expected::from(entry == origin);
    }
    let (Some(pattern), Some(asked)) = (split(entry), split(origin)) else { return No };
    let is_port = pattern.port == Some("*") || pattern.port == asked.port;
    let is_host = match pattern.host.strip_prefix('*') {
        // `.example.com`, which begins with the dot.
        Some(end) => asked.host.len() > end.len() && asked.host.ends_with(end),
        None => asked.host == pattern.host,
    };
    if pattern.scheme == asked.scheme && is_port && is_host { is_serialized(origin) } else { No }
}

/// Whether a list of origins allows the `Origin` lines of a request.
pub(crate) fn list_allows(list: &[String], origin_lines: &[Vec<u8>]) -> Expected {
    if list.iter().any(|entry| entry == "*") {
        return Yes;
    }
    let [origin] = origin_lines else { return No };
    Expected::any(list.iter().map(|entry| entry_allows(entry, origin)))
}

/// <https://httpwg.org/specs/rfc9110.html#tokens>
pub(crate) fn is_token(text: &[u8]) -> bool {
    let is_token_byte = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !text.is_empty() && text.iter().all(is_token_byte)
}

/// Header names that no script can set. <https://fetch.spec.whatwg.org/#forbidden-request-header>
pub(crate) fn is_forbidden_request_header(name: &str) -> bool {
    let names = [
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
    let name = name.to_ascii_lowercase();
    names.contains(&&*name) || name.starts_with("proxy-") || name.starts_with("sec-")
}

/// <https://fetch.spec.whatwg.org/#cors-safelisted-method>
pub(crate) const SAFELISTED_METHODS: [&str; 3] = ["GET", "HEAD", "POST"];

#[test]
fn the_oracle_knows_lookalikes() {
    for (entry, origin, expected) in [
        ("https://a.example", "https://a.example", Yes),
        ("https://a.example", "https://a.example.evil", No),
        ("https://a.example", "https://a.example:8443", No),
        ("https://*.a.example", "https://x.a.example", Yes),
        ("https://*.a.example", "https://y.x.a.example", Yes),
        ("https://*.a.example", "https://a.example", No),
        ("https://*.a.example", "https://.a.example", No),
        ("https://*.a.example", "https://xa.example", No),
        ("https://*.a.example", "https://x@y.a.example", No),
        ("https://*.a.example", "http://x.a.example", No),
        ("https://*.a.example", "https://x.a.example:8443", No),
        ("http://localhost:*", "http://localhost:3000", Yes),
        ("http://localhost:*", "http://localhost", Yes),
        ("http://localhost:*", "http://localhost:", No),
        ("http://localhost:*", "http://localhost:03", No),
        ("http://localhost:*", "http://localhost:65536", No),
        ("http://localhost:*", "http://localhost.evil:80", No),
        ("http://[::1]:*", "http://[::1]:3000", Yes),
        ("http://[::1]:*", "http://[0::1]:3000", No),
        ("*", "null", Yes),
        ("https://*.example", "null", No),
    ] {
        assert_eq!(entry_allows(entry, origin.as_bytes()), expected, "{entry} {origin}");
    }
}
