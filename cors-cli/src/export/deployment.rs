//! The gateway that is configured, and the application behind it.

use super::framework::Framework;
use std::{
    fmt,
    net::{Ipv6Addr, SocketAddr},
    str::FromStr,
};

/// A gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Target {
    /// `HTTPRoute`s of the Kubernetes Gateway API, v1.5 or later
    GatewayApi,
    /// A static configuration of Envoy, 1.40 or later
    Envoy,
    /// A file for the block `http` of nginx
    Nginx,
}

/// The application and the gateway in front of it.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// Where the application listens.
    pub upstream: Upstream,
    /// Where the gateway listens.
    pub listen: SocketAddr,
    /// The name of the `Gateway` in Kubernetes.
    pub gateway: String,
    /// The framework of the application, where the paths do not tell.
    pub framework: Option<Framework>,
}

/// A host and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    pub(super) host: String,
    pub(super) port: u16,
}

impl Deployment {
    /// Checks what only one target needs.
    ///
    /// # Errors
    ///
    /// Returns an error if the Gateway API cannot name the upstream.
    pub fn check(&self, target: Target) -> Result<(), String> {
        if target != Target::GatewayApi || is_kubernetes_name(&self.upstream.host, 63) {
            return Ok(());
        }
        Err(format!(
            "`--upstream {}` is not the name of a Service\nhelp: write its name and its port, as in `--upstream api:80`",
            self.upstream
        ))
    }
}

impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl FromStr for Upstream {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse::<u16>().ok()?)));
        let is_name = |host: &str| {
            !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
        };
        let is_address = |host: &str| {
            host.strip_prefix('[')
                .and_then(|host| host.strip_suffix(']'))
                .is_some_and(|host| host.parse::<Ipv6Addr>().is_ok())
        };
        match parts {
            Some((host, port)) if port > 0 && (is_name(host) || is_address(host)) => {
                Ok(Self { host: host.to_owned(), port })
            }
            _ => Err("write a host and a port, as in `api:3000`".to_owned()),
        }
    }
}

/// Parses a name as objects of Kubernetes have it.
pub(super) fn parse_kubernetes_name(text: &str) -> Result<String, String> {
    if is_kubernetes_name(text, 253) {
        return Ok(text.to_owned());
    }
    Err("names of Kubernetes have lower-case letters, digits and `-`".to_owned())
}

fn is_kubernetes_name(name: &str, length: usize) -> bool {
    !name.is_empty()
        && name.len() <= length
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-')
}
