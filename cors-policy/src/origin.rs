//! The origin of a request: the value of its `Origin` header.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Longer than any scheme in use.
const MAX_SCHEME_LEN: usize = 64;
/// DNS allows 253 bytes and a trailing dot; one byte is spare.
const MAX_HOST_LEN: usize = 255;

/// A well-formed origin that borrows its text: `https://app.example.com` or `http://localhost:3000`.
///
/// <https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin>
///
/// Compare hosts with [`host`](Self::host) and [`is_subdomain_of`](Self::is_subdomain_of): `ends_with("example.com")`
/// would let `https://evilexample.com` in.
///
/// ```
/// use cors_policy::OriginRef;
///
/// let origin = OriginRef::parse("https://shop.example.com:8443").unwrap();
/// assert_eq!(origin.scheme(), "https");
/// assert_eq!(origin.host(), "shop.example.com");
/// assert_eq!(origin.port(), Some(8443));
/// assert!(origin.is_subdomain_of("example.com"));
/// assert!(!origin.is_subdomain_of("shop.example.com"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OriginRef<'a> {
    text: &'a str,
    scheme: &'a str,
    host: &'a str,
    port: Option<u16>,
}

impl<'a> OriginRef<'a> {
    /// Reads the value of an `Origin` header. `None` for `null` and for any text that no browser would send.
    pub fn parse(text: &'a str) -> Option<Self> {
        let Parts { scheme, host, port } = Parts::split(text)?;
        let is_host = if is_web(scheme) { is_web_host(host) } else { is_app_host(host) };
        if !is_scheme(scheme) || !is_host || host.len() > MAX_HOST_LEN {
            return None;
        }
        let port = match port {
            None => None,
            Some(digits) => Some(parse_port(digits)?),
        };
        Some(Self { text, scheme, host, port })
    }

    /// The whole origin, as it was sent.
    pub fn as_str(&self) -> &'a str {
        self.text
    }

    /// `https`, `http`, or the scheme of an app or a browser extension.
    pub fn scheme(&self) -> &'a str {
        self.scheme
    }

    /// The host; an IPv6 address with its brackets.
    pub fn host(&self) -> &'a str {
        self.host
    }

    /// The port as it was sent: browsers leave out the default port of the scheme.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The port, or the default port of `http` or `https`.
    pub fn effective_port(&self) -> Option<u16> {
        self.port.or(default_port(self.scheme))
    }

    /// Whether the host is a subdomain of `base`, at any depth: `a.example.com` and `b.a.example.com` are subdomains of
    /// `example.com`; `example.com` itself and `evilexample.com` are not. An IP address is a subdomain of nothing.
    pub fn is_subdomain_of(&self, base: &str) -> bool {
        let Some(dot) = self.host.len().checked_sub(base.len() + 1) else { return false };
        let host = self.host.as_bytes();
        !base.is_empty()
            && host[dot] == b'.'
            && host[dot + 1..].eq_ignore_ascii_case(base.as_bytes())
            && self.host.parse::<Ipv4Addr>().is_err()
    }

    /// Whether a page with this origin is served by the browser's own machine: `localhost` and its subdomains,
    /// `127.0.0.0/8` and `[::1]`, with `http` or `https`.
    pub fn is_loopback(&self) -> bool {
        is_web(self.scheme) && is_loopback_host(self.host)
    }
}

/// A well-formed origin, as browsers serialise it: the first argument of a function with `#[origin_check]`.
///
/// Compare hosts with [`host`](Self::host) and [`is_subdomain_of`](Self::is_subdomain_of): `ends_with("example.com")`
/// would let `https://evilexample.com` in.
///
/// ```
/// # use cors_policy as cors_runtime;
/// use cors_runtime::Origin;
///
/// let origin = Origin::parse("https://shop.example.com:8443").unwrap();
/// assert_eq!((origin.scheme(), origin.host(), origin.port()), ("https", "shop.example.com", Some(8443)));
/// assert!(origin.is_subdomain_of("example.com"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    text: Box<str>,
    scheme: usize,
    host: usize,
    port: Option<u16>,
}

impl Origin {
    /// Reads the value of an `Origin` header. `None` for `null` and for any text that no browser would send.
    pub fn parse(text: &str) -> Option<Self> {
        let OriginRef { text, scheme, host, port } = OriginRef::parse(text)?;
        Some(Self { text: text.into(), scheme: scheme.len(), host: host.len(), port })
    }

    /// The whole origin, as it was sent.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// `https`, `http`, or the scheme of an app or a browser extension.
    pub fn scheme(&self) -> &str {
        self.borrowed().scheme
    }

    /// The host; an IPv6 address with its brackets.
    pub fn host(&self) -> &str {
        self.borrowed().host
    }

    /// The port as it was sent: browsers leave out the default port of the scheme.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The port, or the default port of `http` or `https`.
    pub fn effective_port(&self) -> Option<u16> {
        self.borrowed().effective_port()
    }

    /// Whether the host is a subdomain of `base`, at any depth: `a.example.com` and `b.a.example.com` are subdomains of
    /// `example.com`; `example.com` itself and `evilexample.com` are not. An IP address is a subdomain of nothing.
    pub fn is_subdomain_of(&self, base: &str) -> bool {
        self.borrowed().is_subdomain_of(base)
    }

    /// Whether a page with this origin is served by the browser's own machine: `localhost` and its subdomains,
    /// `127.0.0.0/8` and `[::1]`, with `http` or `https`.
    pub fn is_loopback(&self) -> bool {
        self.borrowed().is_loopback()
    }

    fn borrowed(&self) -> OriginRef<'_> {
        let host = self.scheme + "://".len();
        OriginRef {
            text: &self.text,
            scheme: &self.text[..self.scheme],
            host: &self.text[host..host + self.host],
            port: self.port,
        }
    }
}

impl AsRef<str> for Origin {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The parts of an origin or a pattern. They are not checked.
pub(crate) struct Parts<'a> {
    pub(crate) scheme: &'a str,
    pub(crate) host: &'a str,
    pub(crate) port: Option<&'a str>,
}

impl<'a> Parts<'a> {
    pub(crate) fn split(text: &'a str) -> Option<Self> {
        let (scheme, authority) = text.split_once("://")?;
        let (host, port) = split_port(authority)?;
        Some(Self { scheme, host, port })
    }
}

/// Divides `host:port`. Neither is checked. `None` if the bracket of an IPv6 address is not closed.
pub(crate) fn split_port(authority: &str) -> Option<(&str, Option<&str>)> {
    // The colons of an IPv6 address are not the port's.
    let port_from = if authority.starts_with('[') { authority.find(']')? } else { 0 };
    Some(match authority[port_from..].find(':') {
        None => (authority, None),
        Some(colon) => {
            let colon = port_from + colon;
            (&authority[..colon], Some(&authority[colon + 1..]))
        }
    })
}

/// Whether web pages have this scheme. Other schemes belong to apps and browser extensions.
pub(crate) fn is_web(scheme: &str) -> bool {
    matches!(scheme, "http" | "https")
}

pub(crate) fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

/// Whether `scheme` is a scheme in lower case. <https://url.spec.whatwg.org/#url-scheme-string>
pub(crate) fn is_scheme(scheme: &str) -> bool {
    scheme.len() <= MAX_SCHEME_LEN
        && scheme.starts_with(|first: char| first.is_ascii_lowercase())
        && scheme.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'+' | b'-' | b'.'))
}

/// Whether `host` is a host as browsers serialise it in the URL of a page: a name or IPv4 address in lower case, or an
/// IPv6 address in brackets.
fn is_web_host(host: &str) -> bool {
    let is_host_byte = |b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.');
    is_bracketed_address(host) || has_labels(host) && host.bytes().all(is_host_byte)
}

/// Whether `host` is an IPv6 address in brackets, in lower case.
fn is_bracketed_address(host: &str) -> bool {
    let address = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    address.is_some_and(|address| address.parse::<Ipv6Addr>().is_ok() && !has_upper_case(address))
}

/// Whether no label of `host` is empty. One trailing dot is legal, and makes another host.
pub(crate) fn has_labels(host: &str) -> bool {
    !host.strip_suffix('.').unwrap_or(host).split('.').any(str::is_empty)
}

/// Whether `host` may be the host of an app or a browser extension. URLs of such schemes keep their case.
fn is_app_host(host: &str) -> bool {
    has_labels(host) && host.bytes().all(is_app_host_byte)
}

pub(crate) fn is_app_host_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~')
}

pub(crate) fn is_loopback_host(host: &str) -> bool {
    if host == "[::1]" {
        return true;
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    name == "localhost"
        || name.ends_with(".localhost")
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

/// A port as browsers write it: 1 to 65535, no leading zero, no sign.
pub(crate) fn parse_port(digits: &str) -> Option<u16> {
    let plain = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    if plain { digits.parse().ok() } else { None }
}

fn has_upper_case(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_formed() {
        for (text, scheme, host, port, effective) in [
            ("https://a.example", "https", "a.example", None, Some(443)),
            ("http://a.example", "http", "a.example", None, Some(80)),
            ("http://a.example:443", "http", "a.example", Some(443), Some(443)),
            ("https://a.example:1", "https", "a.example", Some(1), Some(1)),
            ("https://a.example:65535", "https", "a.example", Some(65535), Some(65535)),
            ("https://my_app.example", "https", "my_app.example", None, Some(443)),
            ("https://a.example.", "https", "a.example.", None, Some(443)),
            ("https://xn--bcher-kva.example", "https", "xn--bcher-kva.example", None, Some(443)),
            ("http://[2001:db8::1]:8080", "http", "[2001:db8::1]", Some(8080), Some(8080)),
            ("http://127.0.0.1:3000", "http", "127.0.0.1", Some(3000), Some(3000)),
            ("capacitor://localhost", "capacitor", "localhost", None, None),
            ("app://MyHost:7", "app", "MyHost", Some(7), Some(7)),
            (
                "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
                "chrome-extension",
                "abcdefghijklmnopabcdefghijklmnop",
                None,
                None,
            ),
        ] {
            let origin = OriginRef::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(origin.as_str(), text);
            assert_eq!((origin.scheme(), origin.host(), origin.port()), (scheme, host, port));
            assert_eq!(origin.effective_port(), effective, "{text}");

            let owned = Origin::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((owned.as_str(), owned.as_ref(), owned.to_string().as_str()), (text, text, text));
            assert_eq!((owned.scheme(), owned.host(), owned.port()), (scheme, host, port));
            assert_eq!(owned.effective_port(), effective, "{text}");
            assert_eq!(owned.is_loopback(), origin.is_loopback(), "{text}");
            for base in ["example", host] {
                assert_eq!(owned.is_subdomain_of(base), origin.is_subdomain_of(base), "{text}, {base}");
            }
        }
    }

    #[test]
    fn malformed() {
        for text in [
            "",
            "null",
            "NULL",
            "*",
            "https",
            "https:",
            "https://",
            "https:///",
            "://a.example",
            "//a.example",
            "https:a.example",
            "https:/a.example",
            "HTTPS://a.example",
            "https://A.example",
            "1s://a",
            "h s://a",
            "https://a.example/",
            "https://a.example/x",
            "https://a.example?x",
            "https://a.example#x",
            "https://u@a.example",
            "https://@a.example",
            "https://a.example:",
            "https://a.example:0",
            "https://a.example:080",
            "https://a.example:+80",
            "https://a.example:-1",
            "https://a.example:65536",
            "https://a.example:x",
            "https://a.example:1:2",
            "https://a..example",
            "https://.a.example",
            "https://.",
            "https://a.example..",
            "https://a b.example",
            " https://a.example",
            "https://a.example ",
            "https://a.example, https://b.example",
            "https://a.example https://b.example",
            "https://*.example",
            "https://b\u{fc}cher.example",
            "https://a%2eexample",
            "https://a.example\r\n",
            "https://a.exa\0mple",
            "http://[::1",
            "http://::1",
            "http://[::1]x",
            "http://[]",
            "http://[::FF]",
            "http://[::1%25eth0]",
            "http://[::1]]",
            "http://[[::1]]",
            "app://",
            "app://a/b",
            "app://a*b",
            "app://a,b",
            "app://\u{fc}",
        ] {
            assert_eq!(OriginRef::parse(text), None, "{text}");
        }
        let label = "a".repeat(255);
        assert!(OriginRef::parse(&format!("https://{label}")).is_some());
        assert!(OriginRef::parse(&format!("https://{label}a")).is_none());
        let scheme = "a".repeat(64);
        assert!(OriginRef::parse(&format!("{scheme}://a")).is_some());
        assert!(OriginRef::parse(&format!("{scheme}a://a")).is_none());
    }

    #[test]
    fn subdomains() {
        for (origin, base, expected) in [
            ("https://a.example.com", "example.com", true),
            ("https://b.a.example.com", "example.com", true),
            ("https://a.example.com", "EXAMPLE.com", true),
            ("https://example.com", "example.com", false),
            ("https://evilexample.com", "example.com", false),
            ("https://example.com.evil.example", "example.com", false),
            ("https://a.example.com.", "example.com", false),
            ("https://a.example.com", ".example.com", false),
            ("https://a.example.com", "", false),
            ("https://a.example.com", "xa.example.com", false),
            ("http://10.0.0.1", "0.0.1", false),
            ("http://[::1]", "1]", false),
        ] {
            let origin = OriginRef::parse(origin).unwrap();
            assert_eq!(origin.is_subdomain_of(base), expected, "{} {base}", origin.as_str());
        }
    }

    #[test]
    fn loopback() {
        for (text, expected) in [
            ("http://localhost", true),
            ("https://localhost:3000", true),
            ("http://localhost.", true),
            ("http://app.localhost:3000", true),
            ("http://127.0.0.1", true),
            ("http://127.8.9.1:1", true),
            ("http://[::1]:1", true),
            ("http://[::2]", false),
            ("http://128.0.0.1", false),
            ("http://localhost.example", false),
            ("http://notlocalhost", false),
            ("http://127.0.0.1.example", false),
            ("http://127.partner.host1", false),
            ("capacitor://localhost", false),
        ] {
            assert_eq!(OriginRef::parse(text).unwrap().is_loopback(), expected, "{text}");
        }
    }
}
