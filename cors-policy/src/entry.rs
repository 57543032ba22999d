//! The elements of `origins` after the rules have checked them, divided into their parts.

use crate::origin::{Parts, is_loopback_host, is_web};
use std::iter;

/// A checked element of `origins`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OriginEntry<'a> {
    /// `*`: every origin.
    Any,
    /// One origin, as browsers serialise it.
    Exact(&'a str),
    /// Many origins: `https://*.example.com`, `http://localhost:*`, `http://*.localhost:*`.
    Pattern {
        /// The pattern as it is written.
        text: &'a str,
        /// The parts of the pattern.
        pattern: OriginPattern<&'a str>,
    },
}

/// The parts of a pattern. `T` stores the texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OriginPattern<T> {
    /// The scheme, which no pattern leaves open.
    pub scheme: T,
    /// The host without `*.`.
    pub host: T,
    /// Whether `*.` precedes the host: the pattern matches its subdomains at any depth, and not the host itself.
    pub subdomains: bool,
    /// The port.
    pub port: PortPattern,
}

/// The port of an [`OriginPattern`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PortPattern {
    /// This port; `None` is the default port of the scheme.
    Is(Option<u16>),
    /// `:*`: every port, including the default port.
    Any,
}

impl<'a> OriginEntry<'a> {
    /// Divides an element that is known to be valid, without checking it again. `None` only if it cannot be divided.
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
            Some(Self::Pattern { text, pattern: OriginPattern { scheme, host, subdomains, port } })
        } else {
            Some(Self::Exact(text))
        }
    }

    /// The element as it is written.
    pub fn as_str(&self) -> &'a str {
        match self {
            Self::Any => "*",
            Self::Exact(text) | Self::Pattern { text, .. } => text,
        }
    }

    /// Whether the element names a port, or any port, of the browser's own machine: most likely a development server.
    pub fn is_loopback_port(&self) -> bool {
        let Some(Parts { scheme, host, port }) = Parts::split(self.as_str()) else { return false };
        port.is_some() && is_web(scheme) && is_loopback_host(host)
    }

    /// Whether the element allows plain `http` origins that are not loopback: a network attacker can be such an origin.
    pub fn is_insecure(&self) -> bool {
        Parts::split(self.as_str())
            .is_some_and(|parts| parts.scheme == "http" && !is_loopback_host(parts.host))
    }
}

impl OriginPattern<&str> {
    /// Every pattern that matches all origins that this one matches: this one itself, the same with `:*`, and those of
    /// the names above its host. A host has at most 127 dots.
    pub(crate) fn covering(self) -> impl Iterator<Item = Self> {
        let Self { scheme, host, port, .. } = self;
        let above = host.match_indices('.').map(move |(dot, _)| Self {
            scheme,
            host: &host[dot + 1..],
            subdomains: true,
            port,
        });
        iter::once(self)
            .chain(above)
            .flat_map(|pattern| [Self { port: PortPattern::Any, ..pattern }, pattern])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
