//! The origins that a policy lists, read independently of the runtime: this command is a second opinion.

use cors_runtime::{OriginSource, Policy};
use std::fmt;

/// The origins and patterns that a policy lists.
#[derive(Clone, Debug, Default)]
pub(super) struct ListedOrigins {
    /// `*`
    pub(super) any: bool,
    pub(super) elements: Vec<ListedOrigin>,
}

/// An origin or a pattern: `https://app.example.com`, `https://*.example.com`, `http://localhost:*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ListedOrigin {
    scheme: String,
    /// The host. With `any_subdomain` it is the part behind `*.`.
    host: String,
    any_subdomain: bool,
    port: Port,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Port {
    Default,
    Number(u16),
    Any,
}

/// In what an origin that no policy lists differs from one that a policy lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum NearMiss {
    Scheme,
    Port,
    Prefix,
    Suffix,
    TrailingDot,
    Subdomain,
    Sibling,
    Parent,
    OtherCharacterForDot,
    UpperCase,
}

impl fmt::Display for NearMiss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "other scheme",
            Self::Port => "other port",
            Self::Prefix => "text before the host",
            Self::Suffix => "text behind the host",
            Self::TrailingDot => "dot behind the host",
            Self::Subdomain => "subdomain",
            Self::Sibling => "sibling",
            Self::Parent => "parent domain",
            Self::OtherCharacterForDot => "letter in place of a dot",
            Self::UpperCase => "upper case",
        })
    }
}

impl ListedOrigins {
    pub(super) fn of(policy: &Policy) -> Self {
        let mut listed = Self::default();
        for source in policy.origins() {
            let OriginSource::Origin(text) = source else { continue };
            if text == "*" {
                listed.any = true;
            } else {
                listed.elements.extend(ListedOrigin::parse(&text));
            }
        }
        listed
    }

    pub(super) fn allow(&self, origin: &str) -> bool {
        self.any || self.elements.iter().any(|element| element.matches(origin))
    }
}

impl ListedOrigin {
    fn parse(text: &str) -> Option<Self> {
        let (scheme, host, port) = split(text)?;
        let (host, any_subdomain) = match host.strip_prefix("*.") {
            Some(base) => (base, true),
            None => (host, false),
        };
        let port = match port {
            None => Port::Default,
            Some("*") => Port::Any,
            Some(digits) => Port::Number(digits.parse().ok()?),
        };
        Some(Self { scheme: scheme.to_owned(), host: host.to_owned(), any_subdomain, port })
    }

    fn matches(&self, origin: &str) -> bool {
        let Some((scheme, host, port)) = split(origin) else { return false };
        let is_host = if self.any_subdomain {
            let label = host.strip_suffix(&*self.host).and_then(|rest| rest.strip_suffix('.'));
            label.is_some_and(|label| !label.is_empty())
        } else {
            host == self.host
        };
        let is_port = match (&self.port, port) {
            (Port::Any, _) | (Port::Default, None) => true,
            (Port::Number(number), Some(digits)) => number.to_string() == digits,
            (Port::Default, Some(_)) | (Port::Number(_), None) => false,
        };
        scheme == self.scheme && is_host && is_port
    }

    /// Origins that the element allows: the element itself, or examples of a pattern.
    pub(super) fn examples(&self) -> Vec<String> {
        let hosts = if self.any_subdomain {
            vec![format!("cors-verify.{}", self.host), format!("a.cors-verify.{}", self.host)]
        } else {
            vec![self.host.clone()]
        };
        let ports = match self.port {
            Port::Default => vec![String::new()],
            Port::Number(number) => vec![format!(":{number}")],
            Port::Any => vec![String::new(), ":4321".to_owned()],
        };
        let pairs = hosts.iter().flat_map(|host| ports.iter().map(move |port| (host, port)));
        pairs.map(|(host, port)| format!("{}://{host}{port}", self.scheme)).collect()
    }

    /// Origins that look like one that the element allows.
    pub(super) fn near_misses(&self) -> Vec<(NearMiss, String)> {
        let Self { scheme, host, any_subdomain, .. } = self;
        let port = match self.port {
            Port::Number(number) => format!(":{number}"),
            Port::Default | Port::Any => String::new(),
        };
        // Where the comparison of a pattern begins, and what may be in place of its `*`.
        let label = if *any_subdomain { "cors-verify." } else { "" };
        let other_scheme = if scheme == "https" { "http" } else { "https" };
        let mut misses = vec![(NearMiss::Scheme, format!("{other_scheme}://{label}{host}{port}"))];
        match self.port {
            Port::Default => misses.push((NearMiss::Port, format!("{scheme}://{label}{host}:8443"))),
            Port::Number(number) => {
                let other = if number == u16::MAX { number - 1 } else { number + 1 };
                misses.push((NearMiss::Port, format!("{scheme}://{label}{host}:{other}")));
                misses.push((NearMiss::Port, format!("{scheme}://{label}{host}")));
            }
            Port::Any => {}
        }
        let is_address =
            host.starts_with('[') || host.rsplit('.').next().is_some_and(|label| label.parse::<u8>().is_ok());
        if !host.starts_with('[') {
            misses.push((NearMiss::Suffix, format!("{scheme}://{label}{host}.cors-verify.example{port}")));
        }
        if !is_address {
            let other_host = |host: String| format!("{scheme}://{host}{port}");
            misses.push((NearMiss::Prefix, other_host(format!("evil{host}"))));
            misses.push((NearMiss::TrailingDot, other_host(format!("{label}{host}."))));
            if *any_subdomain {
                misses.push((NearMiss::Parent, other_host(host.clone())));
            } else {
                misses.push((NearMiss::Subdomain, other_host(format!("cors-verify.{host}"))));
            }
            if let Some((first, rest)) = host.split_once('.') {
                misses.push((NearMiss::OtherCharacterForDot, other_host(format!("{label}{first}x{rest}"))));
                if rest.contains('.') && !any_subdomain {
                    misses.push((NearMiss::Sibling, other_host(format!("cors-verify.{rest}"))));
                    misses.push((NearMiss::Parent, other_host(rest.to_owned())));
                }
            }
            misses.push((NearMiss::UpperCase, other_host(format!("{label}{host}").to_ascii_uppercase())));
        }
        misses
    }
}

/// Divides `scheme://host:port`.
fn split(text: &str) -> Option<(&str, &str, Option<&str>)> {
    let (scheme, authority) = text.split_once("://")?;
    let port_from = if authority.starts_with('[') { authority.find(']')? + 1 } else { 0 };
    Some(match authority[port_from..].split_once(':') {
        Some((end, port)) => (scheme, &authority[..port_from + end.len()], Some(port)),
        None => (scheme, authority, None),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(elements: &[&str]) -> ListedOrigins {
        ListedOrigins::of(&Policy::builder().origins(elements.iter().copied()).build().unwrap())
    }

    #[test]
    fn examples_are_allowed_and_near_misses_are_not() {
        for element in [
            "https://app.example.com",
            "https://example.com",
            "https://app.example.com:8443",
            "https://app.example.com:65535",
            "https://*.example.com",
            "https://*.example.com:*",
            "http://localhost:*",
            "http://localhost:3000",
            "http://127.0.0.1:3000",
            "http://[::1]:3000",
            "capacitor://localhost",
        ] {
            let listed = listed(&[element]);
            let [parsed] = &listed.elements[..] else { panic!("{element} is one element") };
            for example in parsed.examples() {
                assert!(listed.allow(&example), "{element} allows {example}");
                assert!(cors_runtime::Origin::parse(&example).is_some(), "{example} is an origin");
            }
            let misses = parsed.near_misses();
            assert!(misses.len() >= 3, "{element}: {misses:?}");
            for (kind, miss) in misses {
                // A subdomain of localhost is no near miss of any pattern.
                assert!(!listed.allow(&miss), "{element} does not allow {miss}");
                if kind != NearMiss::UpperCase {
                    assert!(cors_runtime::Origin::parse(&miss).is_some(), "{miss} is an origin");
                }
            }
        }
    }

    #[test]
    fn the_list_agrees_with_the_runtime() {
        let elements =
            ["https://app.example.com", "https://*.shop.example", "http://localhost:*", "http://[::1]:*"];
        let listed = listed(&elements);
        let set = cors_runtime::OriginSet::new();
        set.replace(elements).unwrap();
        for origin in [
            "https://app.example.com",
            "https://app.example.com:443",
            "https://a.shop.example",
            "https://a.b.shop.example",
            "https://shop.example",
            "https://a.shop.example:1",
            "https://evilshop.example",
            "http://localhost",
            "http://localhost:1",
            "http://[::1]:1",
            "http://[::1]",
            "https://localhost:1",
            "null",
            "",
        ] {
            assert_eq!(listed.allow(origin), set.contains(origin), "{origin}");
        }
    }
}
