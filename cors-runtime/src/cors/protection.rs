//! Cross-origin protection: whether `enforce` lets a request pass.

use super::denial::Denial;
use super::same_origin::{FetchSite, names_own_host};
use super::{OriginHeader, RequestHead, Verdict};
use cors_policy::Policy;

/// What `enforce` protects on a route.
#[derive(Clone, Debug)]
pub(super) struct Protection;

impl Protection {
    /// The protection of a policy. A policy without `enforce` has none.
    pub(super) fn of(policy: &Policy) -> Option<Self> {
        policy.enforce().then_some(Self)
    }

    /// The value of `Vary` on every response of the route: the request headers that the decision depends on.
    pub(super) fn vary(&self) -> &'static str {
        "Origin, Sec-Fetch-Site"
    }

    /// Decides about an actual request. `verdict` is what the policy says about its origin. Returns why the request is
    /// refused, or `None` if it passes.
    ///
    /// The first condition that is met decides. Only the headers that the decision needs are looked up.
    pub(super) fn refusal<R: RequestHead>(&self, verdict: &Verdict<R::Value>, request: &R) -> Option<Denial> {
        let origin = request.origin();
        // The policy allows the origin.
        if matches!(origin, OriginHeader::One(_)) && !verdict.is_denied() {
            return None;
        }
        match FetchSite::read(request) {
            // The browser says that no other page has sent the request.
            FetchSite::OwnPageOrUser => None,
            FetchSite::Other => Some(Denial::CrossSite),
            // A client that is not a browser, an old browser, or a URL that is not potentially trustworthy.
            FetchSite::Missing if matches!(origin, OriginHeader::Missing) => None,
            FetchSite::Missing if names_own_host(request) => None,
            FetchSite::Missing => Some(Denial::of(verdict, origin)),
        }
    }
}
