//! Origins: <https://html.spec.whatwg.org/#concept-origin>.

use std::fmt;

use url::{Host, Url};

/// The origin of a page or of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// An opaque origin, which is serialized as `null` and is the same origin as no other.
    Opaque,
    /// The serialization of a tuple origin, as in the `Origin` header.
    Tuple(String),
}

impl Origin {
    /// Returns the [origin of a URL](https://url.spec.whatwg.org/#concept-url-origin).
    pub(super) fn of(url: &Url) -> Self {
        let origin = url.origin();
        if origin.is_tuple() {
            return Self::Tuple(origin.ascii_serialization());
        }
        match url.host_str() {
            // The origin of `capacitor://localhost` is opaque in the standard. Shells for apps and extensions register
            // their scheme, and then send the origin as it is.
            Some(host) if !host.is_empty() && url.scheme() != "file" => {
                let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
                Self::Tuple(format!("{}://{host}{port}", url.scheme()))
            }
            _ => Self::Opaque,
        }
    }

    /// Returns whether both are the [same origin](https://html.spec.whatwg.org/#same-origin).
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

/// Returns whether the URL is `https:` or of this machine:
/// <https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy>.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_serialized_as_in_browsers() {
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
    fn https_and_this_machine_are_trustworthy() {
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
