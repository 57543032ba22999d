//! What a policy says about the origin of a request.

use super::HeaderValue;

/// What a policy says about the origin of a request.
#[derive(Clone, Debug)]
pub(crate) enum Verdict<V> {
    /// The policy allows every origin: `*`.
    AnyOrigin,
    /// The policy allows this origin, which is the `Origin` of the request.
    Allowed(V),
    /// The request has no `Origin`.
    NoOrigin,
    /// The policy does not allow the origin.
    Denied,
    /// The origin check could not run, because one of its extractors rejected the request. The origin is denied.
    CheckRejected,
    /// The host of the request is not in `enforce(hosts = [..])`. Whatever the origin is, it is denied.
    HostNotListed,
}

impl<V: HeaderValue> Verdict<V> {
    /// The value of `Access-Control-Allow-Origin`.
    pub(super) fn allow_origin(&self) -> Option<V> {
        match self {
            Self::AnyOrigin => Some(V::ANY),
            Self::Allowed(origin) => Some(origin.clone()),
            Self::NoOrigin | Self::Denied | Self::CheckRejected | Self::HostNotListed => None,
        }
    }

    /// Whether the request has an `Origin` that the policy does not allow, or a host that it does not list.
    pub(crate) fn is_denied(&self) -> bool {
        matches!(self, Self::Denied | Self::CheckRejected | Self::HostNotListed)
    }
}
