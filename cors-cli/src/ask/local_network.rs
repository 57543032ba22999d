//! Addresses of this machine and of local networks, to which browsers do not let every page send requests.

use super::{cause::Cause, changes::Change, diagnosis::Diagnosis, engine::Engine, verdict::Verdict};
use reqwest::Url;
use std::net::IpAddr;

/// Chromium sends nothing from a page without a secure context to a more private network.
pub(super) fn local_network_verdict(page: &str, url: &Url, engine: Option<Engine>) -> Option<Verdict> {
    let is_refused = engine == Some(Engine::Chromium)
        && page.starts_with("http://")
        && may_be_public(page)
        && has_local_address(url);
    is_refused.then(|| Verdict::Blocked {
        reason: None,
        console: Some(format!(
            "Access to fetch at '{url}' from origin '{page}' has been blocked by CORS policy: The request client is not a \
             secure context and the resource is in more-private address space `{}`.",
            if is_loopback(url) { "loopback" } else { "local" }
        )),
        diagnosis: Box::new(Diagnosis {
            cause: Cause::LocalNetwork,
            explanation: format!(
                "The page was loaded over `http:`, and {url} is in a local network or on this machine. Chromium lets only \
                 pages of `https:` origins ask the user for the permission."
            ),
            change: Change::general("Serve the page over `https:`. No header of the server grants the permission."),
        }),
    })
}

/// Returns whether the page may have been loaded from a public address: its host is no local address.
pub(super) fn may_be_public(page: &str) -> bool {
    Url::parse(page).is_ok_and(|page| matches!(page.scheme(), "http" | "https") && !has_local_address(&page))
}

/// Returns whether the host of the URL is an address of a local network or of this machine, or a name for one.
pub(super) fn has_local_address(url: &Url) -> bool {
    match url.host_str().map(|host| host.trim_matches(['[', ']'])) {
        None => false,
        Some(host) => match host.parse() {
            Ok(address) => is_local(address),
            Err(_) => matches!(host.rsplit('.').next(), Some("localhost" | "local")),
        },
    }
}

pub(super) fn is_local(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_loopback() || address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

/// Returns whether a URL is as trustworthy to browsers as one with `https:`.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host_str().map(|host| host.trim_matches(['[', ']'])) {
        None => false,
        Some(host) => host
            .parse::<IpAddr>()
            .map_or_else(|_| host.rsplit('.').next() == Some("localhost"), |address| address.is_loopback()),
    }
}
