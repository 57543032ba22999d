//! Policies as data, from which both the library and the oracle get theirs.

use crate::oracle::{Expected, list_allows};
use cors_runtime::{OriginSet, Policy, PolicyErrors};
use fuzz::{Result, Unstructured};
use std::sync::Arc;

/// A policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PlannedPolicy {
    pub(crate) origins: Vec<String>,
    /// Whether the origins are in an `OriginSet`, which refuses more of them.
    pub(crate) in_set: bool,
    pub(crate) credentials: bool,
    pub(crate) allow_headers: Headers,
    pub(crate) expose_headers: Vec<String>,
    pub(crate) max_age: Option<u32>,
    pub(crate) enforce: Option<Enforce>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Headers {
    #[default]
    None,
    Names(Vec<String>),
    Any,
}

/// `enforce(..)`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Enforce {
    pub(crate) navigations: bool,
    pub(crate) hosts: Vec<String>,
}

/// Elements of `origins` that keep the rules.
const ORIGINS: [&str; 12] = [
    "https://a.example",
    "https://b.example",
    "https://ab.example",
    "https://a.example:8443",
    "https://*.shop.example",
    "https://*.a.example",
    "http://localhost:*",
    "http://*.localhost:3000",
    "http://[::1]:*",
    "http://127.0.0.1:3000",
    "capacitor://localhost",
    "https://*.b.example:*",
];

pub(crate) const HEADERS: [&str; 5] = ["x-a", "x-b", "content-type", "authorization", "x-c"];

pub(crate) const HOSTS: [&str; 4] = ["localhost:*", "127.0.0.1:3000", "api.example.com", "[::1]:*"];

/// Each element with the same chance.
pub(crate) fn some<'a>(input: &mut Unstructured<'_>, from: &[&'a str], limit: usize) -> Result<Vec<&'a str>> {
    let mut chosen = Vec::new();
    for _ in 0..input.int_in_range(1..=limit)? {
        let one = *input.choose(from)?;
        if !chosen.contains(&one) {
            chosen.push(one);
        }
    }
    Ok(chosen)
}

fn owned(texts: Vec<&str>) -> Vec<String> {
    texts.into_iter().map(str::to_owned).collect()
}

impl PlannedPolicy {
    /// A policy that keeps the rules most of the time.
    pub(crate) fn new(input: &mut Unstructured<'_>) -> Result<Self> {
        let is_for_everybody = input.ratio(1, 8)?;
        let origins = if is_for_everybody { vec!["*"] } else { some(input, &ORIGINS, 4)? };
        let in_set = !is_for_everybody && input.ratio(1, 5)?;
        let credentials = !is_for_everybody && input.ratio(1, 2)?;
        let allow_headers = match input.int_in_range(0..=4)? {
            0 | 1 => Headers::None,
            2 => Headers::Any,
            3 if !credentials => Headers::Names(vec!["*".to_owned()]),
            _ => Headers::Names(owned(some(input, &HEADERS, 3)?)),
        };
        let expose_headers = if input.ratio(1, 3)? { vec!["etag".to_owned()] } else { Vec::new() };
        let max_age = if input.ratio(2, 3)? { Some(*input.choose(&[0, 5, 600, 86400])?) } else { None };
        let enforce = !is_for_everybody && input.ratio(1, 3)?;
        let enforce = if enforce { Some(Enforce::new(input)?) } else { None };
        Ok(Self {
            origins: owned(origins),
            in_set,
            credentials,
            allow_headers,
            expose_headers,
            max_age,
            enforce,
        })
    }

    /// The policy, or the rules that it breaks.
    pub(crate) fn build(&self) -> std::result::Result<Policy, PolicyErrors> {
        let origins = self.origins.iter().map(String::as_str);
        let mut builder = if self.in_set {
            let set = Arc::new(OriginSet::new());
            set.replace(origins)?;
            Policy::builder().origins([set])
        } else {
            Policy::builder().origins(origins)
        };
        if self.credentials {
            builder = builder.credentials();
        }
        builder = match &self.allow_headers {
            Headers::None => builder,
            Headers::Names(names) => builder.allow_headers(names.iter().map(String::as_str)),
            Headers::Any => builder.allow_any_headers(),
        };
        if !self.expose_headers.is_empty() {
            builder = builder.expose_headers(self.expose_headers.iter().map(String::as_str));
        }
        if let Some(seconds) = self.max_age {
            builder = builder.max_age(seconds);
        }
        if let Some(Enforce { navigations, hosts }) = &self.enforce {
            builder = if *navigations { builder.enforce_except_navigations() } else { builder.enforce() };
            if !hosts.is_empty() {
                builder = builder.enforce_hosts(hosts.iter().map(String::as_str));
            }
        }
        builder.build()
    }

    pub(crate) fn is_for_everybody(&self) -> bool {
        self.origins.iter().any(|origin| origin == "*")
    }

    /// Whether the policy allows the `Origin` lines of a request.
    pub(crate) fn allows(&self, origin_lines: &[Vec<u8>]) -> Expected {
        list_allows(&self.origins, origin_lines)
    }

    /// The value of `Access-Control-Allow-Origin` where the policy allows an origin.
    pub(crate) fn allow_origin(&self, origin: &[u8]) -> String {
        if self.is_for_everybody() { "*".to_owned() } else { String::from_utf8_lossy(origin).into_owned() }
    }
}

impl Enforce {
    fn new(input: &mut Unstructured<'_>) -> Result<Self> {
        let navigations = input.ratio(1, 3)?;
        let hosts = if input.ratio(1, 2)? { owned(some(input, &HOSTS, 3)?) } else { Vec::new() };
        Ok(Self { navigations, hosts })
    }

    /// Whether the `Host` lines of a request are one host of the list.
    pub(crate) fn lists_host(&self, host_lines: &[Vec<u8>]) -> Expected {
        if self.hosts.is_empty() {
            return Expected::Yes;
        }
        let [host] = host_lines else { return Expected::No };
        let Ok(host) = std::str::from_utf8(host) else { return Expected::No };
        let host = host.to_ascii_lowercase();
        let port_of = |text: &str| {
            let after = text.rfind(']').unwrap_or_default();
            text[after..].find(':').map(|colon| after + colon)
        };
        let (name, port) = match port_of(&host) {
            Some(colon) => (&host[..colon], Some(&host[colon + 1..])),
            None => (&*host, None),
        };
        let lists = |entry: &String| {
            let (listed_name, listed_port) = match port_of(entry) {
                Some(colon) => (&entry[..colon], Some(&entry[colon + 1..])),
                None => (&**entry, None),
            };
            if name != listed_name {
                return Expected::No;
            }
            match (listed_port, port) {
                (Some("*"), None) | (None, None | Some("80" | "443")) => Expected::Yes,
                (Some("*"), Some(port)) => match port.parse::<u16>() {
                    Ok(number) if number > 0 && number.to_string() == port => Expected::Yes,
                    _ => Expected::Either,
                },
                (Some(listed), Some(port)) if listed == port => Expected::Yes,
                // Another spelling of the same number.
                (Some(listed), Some(port)) if listed.parse() == port.parse::<u16>() => Expected::Either,
                (None, Some(port)) if matches!(port.parse(), Ok(80_u16 | 443)) || port.is_empty() => {
                    Expected::Either
                }
                _ => Expected::No,
            }
        };
        Expected::any(self.hosts.iter().map(lists))
    }
}
