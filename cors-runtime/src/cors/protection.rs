//! Cross-origin protection: which requests `enforce` refuses.

use super::denial::Denial;
use super::same_origin::{FetchSite, names_own_host};
use super::{OriginHeader, RequestHead, Verdict};
use cors_policy::{HostList, Policy};

/// The `enforce` of a policy.
#[derive(Clone, Debug)]
pub(super) struct Protection {
    /// `enforce(navigations)`
    allows_navigations: bool,
    /// `enforce(hosts = [..])`: the hosts as [`HostList`] joins them.
    hosts: Option<Box<str>>,
}

impl Protection {
    /// The protection of a policy. A policy without `enforce` has none.
    pub(super) fn of(policy: &Policy) -> Option<Self> {
        policy.enforcement().map(|enforcement| Self {
            allows_navigations: enforcement.allows_navigations(),
            hosts: enforcement.hosts().map(|hosts| hosts.to_string().into()),
        })
    }

    /// The names in `Vary` of every response of the route: the request headers that the decision depends on. Caches store
    /// the responses of each host separately anyway.
    pub(super) fn vary_names(&self) -> &'static [&'static str] {
        if self.allows_navigations {
            &["Origin", "Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest"]
        } else {
            &["Origin", "Sec-Fetch-Site"]
        }
    }

    /// Decides about an actual request. `verdict` is what the policy says about its host and its origin. Returns why the
    /// request is refused, or `None` if it passes.
    ///
    /// The first condition that is met decides, and only the headers that it needs are looked up.
    pub(super) fn refusal<R: RequestHead>(&self, verdict: &Verdict<R::Value>, request: &R) -> Option<Denial> {
        let origin = request.origin();
        if matches!(verdict, Verdict::HostNotListed) {
            return Some(Denial::HostNotListed);
        }
        // The policy allows the origin.
        if matches!(origin, OriginHeader::One(_)) && !verdict.is_denied() {
            return None;
        }
        let site = FetchSite::read(request);
        // The browser says that no other page has sent the request.
        if site == FetchSite::OwnPageOrUser {
            return None;
        }
        if self.allows_navigations && is_top_level_navigation(request) {
            return None;
        }
        if site == FetchSite::Other {
            return Some(Denial::CrossSite);
        }
        // A client that is not a browser, an old browser, or a URL that is not potentially trustworthy.
        if matches!(origin, OriginHeader::Missing) {
            return None;
        }
        // The page of the server itself.
        if names_own_host(request) {
            return None;
        }
        Some(Denial::of(verdict, origin))
    }

    /// Decides about an actual request outside of the routes, where a default policy does not know what the request will
    /// reach: safe methods pass, except for handshakes of WebSockets and other upgrades.
    pub(super) fn refusal_by_default<R: RequestHead>(
        &self,
        verdict: &Verdict<R::Value>,
        request: &R,
    ) -> Option<Denial> {
        let is_host_listed = !matches!(verdict, Verdict::HostNotListed);
        // The handshake of HTTP/2 has the method `CONNECT`.
        let is_safe = || {
            matches!(request.method(), "GET" | "HEAD" | "OPTIONS")
                && request.lines("upgrade").next().is_none()
        };
        if is_host_listed && is_safe() { None } else { self.refusal(verdict, request) }
    }

    /// Whether the host of a request is listed. Proxies can forward another host in other headers, but clients can write
    /// those headers as well, so they do not count.
    pub(super) fn lists_host(&self, request: &impl RequestHead) -> bool {
        let Some(hosts) = self.hosts.as_deref().and_then(HostList::from_joined) else { return true };
        let mut lines = request.lines("host").map(AsRef::as_ref);
        let host = match (request.authority(), lines.next(), lines.next()) {
            (Some(authority), None, _) => Some(authority),
            (Some(authority), Some(line), None) if line.eq_ignore_ascii_case(authority.as_bytes()) => {
                Some(authority)
            }
            (None, Some(line), None) => std::str::from_utf8(line).ok(),
            _ => None,
        };
        host.is_some_and(|host| hosts.allows(host))
    }
}

/// Whether a browser opens the response as a page in a tab or a window.
/// <https://www.w3.org/TR/fetch-metadata/#sec-fetch-mode-header>
fn is_top_level_navigation(request: &impl RequestHead) -> bool {
    let is = |name, expected: &[u8]| {
        let mut lines = request.lines(name).map(AsRef::as_ref);
        lines.next() == Some(expected) && lines.next().is_none()
    };
    matches!(request.method(), "GET" | "HEAD")
        && is("sec-fetch-mode", b"navigate")
        && is("sec-fetch-dest", b"document")
}
