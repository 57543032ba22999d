//! Origins and sites: <https://html.spec.whatwg.org/#origin>.

use std::fmt;

use url::{Host, Url};

/// Where a page or a URL belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// Equal to none, not even to itself; sent as `null`.
    Opaque,
    /// Serialised, as in the `Origin` header.
    Tuple(String),
}

impl Origin {
    pub(super) fn of(url: &Url) -> Self {
        let origin = url.origin();
        if origin.is_tuple() {
            return Self::Tuple(origin.ascii_serialization());
        }
        match url.host_str() {
            // Shells and extensions register their scheme and send it as it is: `capacitor://localhost`.
            Some(host) if !host.is_empty() && url.scheme() != "file" => {
                let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
                Self::Tuple(format!("{}://{host}{port}", url.scheme()))
            }
            _ => Self::Opaque,
        }
    }

    pub(super) fn is_same_origin(&self, other: &Self) -> bool {
        matches!((self, other), (Self::Tuple(one), Self::Tuple(other)) if one == other)
    }

    pub(super) fn is_https(&self) -> bool {
        matches!(self, Self::Tuple(text) if text.starts_with("https://"))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Opaque => f.write_str("null"),
            Self::Tuple(text) => f.write_str(text),
        }
    }
}

/// <https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy>: https, or this machine.
pub(super) fn is_trustworthy(url: &Url) -> bool {
    match url.host() {
        _ if matches!(url.scheme(), "https" | "wss") => true,
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Suffixes of more than one label under which anybody can register; enough for tests.
const SUFFIXES: [&str; 16] = [
    "ac.uk",
    "co.jp",
    "co.nz",
    "co.uk",
    "com.au",
    "com.br",
    "fly.dev",
    "github.io",
    "gov.uk",
    "herokuapp.com",
    "netlify.app",
    "onrender.com",
    "org.uk",
    "pages.dev",
    "vercel.app",
    "web.app",
];

/// The public suffixes that this browser knows. Every single label is one.
#[derive(Clone, Debug, Default)]
pub(super) struct PublicSuffixes(Vec<String>);

impl PublicSuffixes {
    pub(super) fn add(&mut self, suffix: &str) {
        self.0.push(suffix.trim_matches('.').to_ascii_lowercase());
    }

    pub(super) fn contains(&self, host: &str) -> bool {
        !host.contains('.') || SUFFIXES.contains(&host) || self.0.iter().any(|suffix| suffix == host)
    }

    /// <https://html.spec.whatwg.org/#obtain-a-site>: the scheme and the registrable domain. `null` has no site.
    pub(super) fn site(&self, origin: &Origin) -> Option<String> {
        let Origin::Tuple(text) = origin else { return None };
        let Ok(url) = Url::parse(text) else { return Some(text.clone()) };
        match url.host() {
            Some(Host::Domain(host)) => Some(format!("{}://{}", url.scheme(), self.registrable(host))),
            Some(host) => Some(format!("{}://{host}", url.scheme())),
            None => Some(text.clone()),
        }
    }

    fn registrable<'a>(&self, host: &'a str) -> &'a str {
        let mut domain = host;
        // One label is taken off at a time, until what is behind it is a suffix.
        while let Some((_, parent)) = domain.split_once('.') {
            if self.contains(domain) || self.contains(parent) {
                break;
            }
            domain = parent;
        }
        domain
    }

    pub(super) fn is_same_site(&self, one: &Origin, other: &Origin) -> bool {
        matches!((self.site(one), self.site(other)), (Some(one), Some(other)) if one == other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serialised() {
        for (typed, expected) in [
            ("HTTPS://APP.Example.TEST/x?y#z", "https://app.example.test"),
            ("https://h:443", "https://h"),
            ("http://h:0080", "http://h"),
            ("http://h:443", "http://h:443"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
            ("https://faß.example", "https://xn--fa-hia.example"),
            ("https://h.", "https://h."),
            ("https://my_app.example", "https://my_app.example"),
            ("http://0x0a.0.0.1", "http://10.0.0.1"),
            ("http://[2001:DB8:0:0:0:0:0:1]", "http://[2001:db8::1]"),
            ("http://[::ffff:10.0.0.1]", "http://[::ffff:a00:1]"),
            ("https://u:p@h/x", "https://h"),
            ("blob:https://h/uuid", "https://h"),
            ("data:text/html,x", "null"),
            ("file:///home/x.html", "null"),
            ("capacitor://localhost/index.html", "capacitor://localhost"),
            ("chrome-extension://abcdefgh/x.js", "chrome-extension://abcdefgh"),
        ] {
            assert_eq!(Origin::of(&Url::parse(typed).unwrap()).to_string(), expected, "{typed}");
        }
        assert!(!Origin::Opaque.is_same_origin(&Origin::Opaque));
    }

    #[test]
    fn sites() {
        let mut suffixes = PublicSuffixes::default();
        suffixes.add("hosting.test");
        suffixes.add("a.b.zone.test");
        let origin = |text: &str| Origin::of(&Url::parse(text).unwrap());
        for (one, other, expected) in [
            ("https://app.example.com", "https://api.example.com:8443", true),
            ("https://example.com", "https://a.b.example.com", true),
            ("http://example.com", "https://example.com", false),
            ("https://a.co.uk", "https://b.co.uk", false),
            ("https://x.a.co.uk", "https://a.co.uk", true),
            ("https://a.github.io", "https://b.github.io", false),
            ("https://a.hosting.test", "https://b.hosting.test", false),
            ("https://a.b.zone.test", "https://zone.test", false),
            ("http://localhost:3000", "http://localhost:4000", true),
            ("http://localhost", "http://127.0.0.1", false),
            ("http://127.0.0.1:1", "http://127.0.0.1:2", true),
            ("http://1.0.0.1", "http://2.0.0.1", false),
        ] {
            assert_eq!(suffixes.is_same_site(&origin(one), &origin(other)), expected, "{one} {other}");
        }
        assert!(!suffixes.is_same_site(&Origin::Opaque, &Origin::Opaque));
    }

    #[test]
    fn trustworthy() {
        for (url, expected) in [
            ("https://a.example", true),
            ("http://a.example", false),
            ("http://localhost:1", true),
            ("http://a.localhost", true),
            ("http://127.1", true),
            ("http://[::1]", true),
            ("http://10.0.0.1", false),
        ] {
            assert_eq!(is_trustworthy(&Url::parse(url).unwrap()), expected, "{url}");
        }
    }
}
