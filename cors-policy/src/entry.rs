//! The elements of `origins`, once they are known to be valid.

use crate::OriginRef;
use crate::origin::{Parts, is_loopback_host, is_web};
use std::fmt;

/// An element of `origins`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OriginEntry<'a> {
    /// `*`: every origin.
    Any,
    /// One origin, as browsers serialise it.
    Exact(&'a str),
    /// Many origins.
    Pattern(OriginPattern<'a>),
}

/// `https://*.example.com`, `http://localhost:*`, `http://*.localhost:*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OriginPattern<'a> {
    /// The pattern as it is written.
    pub text: &'a str,
    /// The scheme; no pattern leaves it open.
    pub scheme: &'a str,
    /// The host, without `*.`.
    pub host: &'a str,
    /// `*.` is there: the subdomains of `host` are meant, at any depth, and not `host` itself.
    pub subdomains: bool,
    /// The port.
    pub port: PortPattern,
}

/// The port of an [`OriginPattern`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PortPattern {
    /// This one; `None` is the default port of the scheme.
    Is(Option<u16>),
    /// `:*`: every port, the default port too.
    Any,
}

impl<'a> OriginEntry<'a> {
    /// Takes an element apart that is already known to be valid, without checking it again. `None` only if it cannot
    /// be taken apart.
    pub fn split(text: &'a str) -> Option<Self> {
        if text == "*" {
            return Some(Self::Any);
        }
        let Parts { scheme, host, port } = Parts::split(text)?;
        let (host, subdomains) = match host.strip_prefix("*.") {
            Some(base) => (base, true),
            None => (host, false),
        };
        let port = match port {
            None => PortPattern::Is(None),
            Some("*") => PortPattern::Any,
            Some(digits) => PortPattern::Is(Some(digits.parse().ok()?)),
        };
        if subdomains || port == PortPattern::Any {
            Some(Self::Pattern(OriginPattern { text, scheme, host, subdomains, port }))
        } else {
            Some(Self::Exact(text))
        }
    }

    /// The element as it is written.
    pub fn as_str(&self) -> &'a str {
        match self {
            Self::Any => "*",
            Self::Exact(text) => text,
            Self::Pattern(pattern) => pattern.text,
        }
    }

    /// Whether the element names a port, or any port, of the browser's own machine: a development server, most likely.
    pub fn is_loopback_port(&self) -> bool {
        let Some(Parts { scheme, host, port }) = Parts::split(self.as_str()) else { return false };
        port.is_some() && is_web(scheme) && is_loopback_host(host)
    }

    /// Whether the element allows plain `http` origins that are not loopback: a network attacker can be such an origin.
    pub fn is_insecure(&self) -> bool {
        Parts::split(self.as_str())
            .is_some_and(|parts| parts.scheme == "http" && !is_loopback_host(parts.host))
    }

    /// Whether the element allows this origin.
    pub fn matches(&self, origin: &OriginRef<'_>) -> bool {
        match self {
            Self::Any => true,
            Self::Exact(text) => *text == origin.as_str(),
            Self::Pattern(pattern) => pattern.matches(origin),
        }
    }
}

impl fmt::Display for OriginEntry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl OriginPattern<'_> {
    /// Whether the pattern allows this origin.
    pub fn matches(&self, origin: &OriginRef<'_>) -> bool {
        let host_matches =
            if self.subdomains { origin.is_subdomain_of(self.host) } else { origin.host() == self.host };
        host_matches
            && origin.scheme() == self.scheme
            && match self.port {
                PortPattern::Any => true,
                PortPattern::Is(port) => origin.port() == port,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matching() {
        for (entry, origin, expected) in [
            ("*", "https://a.example", true),
            ("https://a.example", "https://a.example", true),
            ("https://a.example", "https://a.example:8443", false),
            ("https://a.example", "http://a.example", false),
            ("https://a.example", "https://a.example.", false),
            ("https://a.example", "https://a.example.evil.example", false),
            ("https://*.a.example", "https://x.a.example", true),
            ("https://*.a.example", "https://y.x.a.example", true),
            ("https://*.a.example", "https://a.example", false),
            ("https://*.a.example", "https://xa.example", false),
            ("https://*.a.example", "http://x.a.example", false),
            ("https://*.a.example", "https://x.a.example:8443", false),
            ("https://*.a.example:8443", "https://x.a.example:8443", true),
            ("https://*.a.example:8443", "https://x.a.example", false),
            ("http://localhost:*", "http://localhost", true),
            ("http://localhost:*", "http://localhost:3000", true),
            ("http://localhost:*", "https://localhost:3000", false),
            ("http://localhost:*", "http://a.localhost:3000", false),
            ("http://*.localhost:*", "http://a.localhost:3000", true),
            ("http://*.localhost:*", "http://localhost:3000", false),
            ("http://[::1]:*", "http://[::1]:3000", true),
        ] {
            let parsed = OriginEntry::split(entry).unwrap();
            assert_eq!(parsed.as_str(), entry);
            assert_eq!(parsed.matches(&OriginRef::parse(origin).unwrap()), expected, "{entry} {origin}");
        }
    }

    #[test]
    fn loopback_ports() {
        for (entry, expected) in [
            ("http://localhost:3000", true),
            ("http://localhost:*", true),
            ("http://*.localhost:*", true),
            ("https://127.0.0.1:8443", true),
            ("http://[::1]:3000", true),
            ("http://localhost", false),
            ("https://a.example:3000", false),
            ("capacitor://localhost", false),
            ("*", false),
        ] {
            assert_eq!(OriginEntry::split(entry).unwrap().is_loopback_port(), expected, "{entry}");
        }
    }

    #[test]
    fn splitting_never_panics() {
        for text in ["", "x", "://", "http://[", "http://[]:", "http://:", "http://a:x", "http://a:99999"] {
            let _ = OriginEntry::split(text);
        }
    }
}
