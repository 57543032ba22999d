//! How names of hosts become addresses.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{
    error::Error,
    fmt, io,
    net::{IpAddr, SocketAddr},
};

/// The resolver of the system. `localhost` and names below it are addresses of this machine, as in browsers.
pub(super) struct SystemResolver;

/// The reason why a name has no address.
#[derive(Debug)]
pub(super) struct DnsError {
    name: String,
    cause: Option<io::Error>,
}

impl fmt::Display for DnsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DNS has no address for {}", self.name)?;
        match &self.cause {
            Some(cause) => write!(f, ": {cause}"),
            None => Ok(()),
        }
    }
}

impl Error for DnsError {}

impl Resolve for SystemResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        Box::pin(async move {
            let relative = name.trim_end_matches('.');
            if relative == "localhost" || relative.ends_with(".localhost") {
                let loopback = [IpAddr::from([127, 0, 0, 1]), IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1])];
                let addresses: Addrs =
                    Box::new(loopback.into_iter().map(|address| SocketAddr::new(address, 0)));
                return Ok(addresses);
            }
            match tokio::net::lookup_host((name.as_str(), 0)).await.map(Iterator::collect::<Vec<_>>) {
                Ok(addresses) if !addresses.is_empty() => Ok(Box::new(addresses.into_iter()) as Addrs),
                Ok(_) => Err(Box::new(DnsError { name, cause: None }) as Box<dyn Error + Send + Sync>),
                Err(cause) => Err(Box::new(DnsError { name, cause: Some(cause) }) as _),
            }
        })
    }
}
