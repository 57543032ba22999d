//! The value of `enforce`.

use crate::origin::{parse_port, split_port};
use std::fmt;

/// The value of `enforce`: which requests of other sites pass all the same, and under which hosts the server is reached.
///
/// [`Display`](fmt::Display) writes it like the option of the attribute.
///
/// ```
/// # #[cfg(feature = "runtime")] {
/// # use cors_policy as cors_runtime;
/// use cors_runtime::Policy;
///
/// let policy = Policy::builder().origins(["https://app.example.com"]).enforce_hosts(["localhost:*"]).build().unwrap();
/// let enforcement = policy.enforcement().unwrap();
/// assert!(!enforcement.allows_navigations());
/// assert!(enforcement.hosts().unwrap().allows("localhost:3000"));
/// assert_eq!(enforcement.to_string(), "enforce(hosts = [localhost:*])");
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Enforcement<'a> {
    pub(crate) allows_navigations: bool,
    pub(crate) hosts: Option<HostList<'a>>,
}

/// The `hosts` of `enforce`: the hosts under which the server is reached. Two lists are equal if they have the same
/// hosts in any order.
///
/// ```
/// # #[cfg(feature = "runtime")] {
/// # use cors_policy as cors_runtime;
/// use cors_runtime::Policy;
///
/// let builder = Policy::builder().origins(["https://app.example.com"]);
/// let policy = builder.enforce_hosts(["api.example.com", "localhost:*"]).build().unwrap();
/// let hosts = policy.enforcement().unwrap().hosts().unwrap();
/// assert!(hosts.iter().eq(["api.example.com", "localhost:*"]));
///
/// assert!(hosts.allows("api.example.com") && hosts.allows("api.example.com:443") && hosts.allows("LOCALHOST:3000"));
/// assert!(!hosts.allows("api.example.com:8443") && !hosts.allows("evil.example"));
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct HostList<'a> {
    joined: &'a str,
}

impl<'a> Enforcement<'a> {
    /// Whether a page of another site may navigate a top-level window here: `enforce(navigations)`.
    pub fn allows_navigations(&self) -> bool {
        self.allows_navigations
    }

    /// The hosts under which the server is reached: `enforce(hosts = [..])`. `None` if every host is.
    pub fn hosts(&self) -> Option<HostList<'a>> {
        self.hosts
    }
}

impl fmt::Display for Enforcement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.allows_navigations, self.hosts) {
            (false, None) => f.write_str("enforce"),
            (true, None) => f.write_str("enforce(navigations)"),
            (false, Some(hosts)) => write!(f, "enforce(hosts = [{hosts}])"),
            (true, Some(hosts)) => write!(f, "enforce(navigations, hosts = [{hosts}])"),
        }
    }
}

impl<'a> HostList<'a> {
    /// Hosts that break no rule, joined by `, `. `None` if there are no hosts.
    #[doc(hidden)]
    pub const fn from_joined(joined: &'a str) -> Option<Self> {
        if joined.is_empty() { None } else { Some(Self { joined }) }
    }

    /// The hosts as they are written, such as `localhost:*`.
    pub fn iter(self) -> impl Iterator<Item = &'a str> {
        self.joined.split(", ")
    }

    /// Whether a request for this authority (`:authority`, `Host`) is for one of the hosts.
    ///
    /// Upper and lower case are the same. A host without a port stands for the default ports of `http` and `https`, and
    /// `:*` for every port. No malformed authority is allowed, nor one with a user name or with a trailing dot.
    pub fn allows(self, authority: &str) -> bool {
        let Some((host, port)) = host_and_port(authority) else { return false };
        self.iter().filter_map(split_port).any(|(allowed_host, allowed_port)| {
            let is_port = match allowed_port {
                None => port.is_none_or(|port| matches!(port, 80 | 443)),
                Some("*") => true,
                Some(digits) => port.is_some_and(|port| parse_port(digits) == Some(port)),
            };
            is_port && allowed_host.eq_ignore_ascii_case(host)
        })
    }
}

/// The host of an authority, and its port. The host is not checked further than to be equal to a listed one.
fn host_and_port(authority: &str) -> Option<(&str, Option<u16>)> {
    match split_port(authority)? {
        (host, None) => Some((host, None)),
        (host, Some(digits)) => Some((host, Some(parse_port(digits)?))),
    }
}

impl PartialEq for HostList<'_> {
    fn eq(&self, other: &Self) -> bool {
        let sorted = |hosts: Self| {
            let mut hosts: Vec<_> = hosts.iter().collect();
            hosts.sort_unstable();
            hosts
        };
        self.joined == other.joined || sorted(*self) == sorted(*other)
    }
}

impl Eq for HostList<'_> {}

impl fmt::Debug for HostList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl fmt::Display for HostList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.joined)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(joined: &str) -> HostList<'_> {
        HostList::from_joined(joined).unwrap()
    }

    #[test]
    fn a_host_without_a_port_has_the_default_port_of_either_scheme() {
        let hosts = hosts("api.example.com");
        for authority in ["api.example.com", "api.example.com:80", "api.example.com:443", "API.Example.COM"] {
            assert!(hosts.allows(authority), "{authority}");
        }
        for authority in [
            "api.example.com:8080",
            "api.example.com:4430",
            "example.com",
            "x.api.example.com",
            "api.example.co",
        ] {
            assert!(!hosts.allows(authority), "{authority}");
        }
    }

    #[test]
    fn a_port_is_the_only_one_and_a_wildcard_is_every_port() {
        let hosts = hosts("127.0.0.1:3000, [::1]:*, [::2]");
        for authority in ["127.0.0.1:3000", "[::1]", "[::1]:80", "[::1]:65535", "[::2]", "[::2]:443"] {
            assert!(hosts.allows(authority), "{authority}");
        }
        for authority in
            ["127.0.0.1", "127.0.0.1:80", "127.0.0.1:30000", "[::2]:3000", "::1", "[::1", "[::1]3000"]
        {
            assert!(!hosts.allows(authority), "{authority}");
        }
    }

    #[test]
    fn nothing_malformed_is_allowed() {
        let hosts = hosts("api.example.com, localhost:*, [::1]:*");
        for authority in [
            "",
            ":",
            ":80",
            "*",
            "*:*",
            ", ",
            "api.example.com.",
            "api.example.com.:443",
            "api.example.com:",
            "api.example.com:0",
            "api.example.com:+80",
            "api.example.com:080",
            "api.example.com:80:80",
            "api.example.com:80, localhost:80",
            "api.example.com, localhost:*",
            "api.example.com:65616",
            "api.example.com/",
            "api.example.com ",
            " api.example.com",
            "api.example.com\0",
            "user@api.example.com",
            "user:80@api.example.com",
            "api.example.com:80@evil.example",
            "http://api.example.com",
            "api%2eexample.com",
            "localhost:*",
            "localhost:-1",
            "localhost:99999",
            "localhost:99999999999999999999",
            "localhost:１",
            "localhost.:80",
            "[::1]:",
            "[::1]:x",
            "[::1]x:80",
            "[::1]]:80",
            "[[::1]]:80",
            "[0:0::1]:80",
            "]",
            "[",
        ] {
            assert!(!hosts.allows(authority), "{authority}");
        }
    }
}
