//! Actual requests: everything that is not a preflight.

use super::denial::log;
use super::{CorsHeader, Denial, Headers, OriginHeader, Origins};
use crate::SourceLocation;
use crate::error::Problem;
use cors_policy::Policy;

/// A policy, prepared for the requests of one route.
#[derive(Debug)]
pub(crate) struct RoutePolicy<V> {
    pub(crate) policy: Policy,
    /// The path, as it is written.
    pub(crate) path: Box<str>,
    pub(crate) location: SourceLocation,
    /// A function decides, per request: never the same as another policy.
    pub(crate) dynamic: bool,
    origins: Origins,
    credentials: bool,
    expose: Option<V>,
}

/// What is known of a request's origin once the policy has been asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The policy allows every origin.
    Any,
    /// The policy allows this origin.
    Allowed,
    /// There is no `Origin`.
    NoOrigin,
    /// The policy does not allow it.
    Denied,
}

impl<V: Clone> RoutePolicy<V> {
    /// Reads environment variables and prepares header values.
    pub(crate) fn new<H: Headers<Value = V>>(
        policy: Policy,
        path: &str,
        location: SourceLocation,
        dynamic: bool,
    ) -> Result<Self, Vec<Problem>> {
        let expose = policy.expose_headers();
        Ok(Self {
            origins: Origins::resolve(&policy, location)?,
            credentials: policy.credentials(),
            expose: (!expose.is_empty()).then(|| H::value(expose)),
            policy,
            path: path.into(),
            location,
            dynamic,
        })
    }

    /// Whether both answer every request alike.
    pub(crate) fn is_equivalent_to(&self, other: &Self) -> bool {
        !self.dynamic && !other.dynamic && self.policy == other.policy
    }

    /// Whether the policy is for every origin.
    pub(crate) fn allows_any_origin(&self) -> bool {
        self.origins.any
    }

    /// Whether `Access-Control-Allow-Credentials: true` is sent.
    pub(crate) fn sends_credentials(&self) -> bool {
        self.credentials
    }

    /// Asks the policy about an origin.
    #[inline]
    pub(crate) fn decide(&self, origin: OriginHeader<'_>) -> Verdict {
        if self.origins.any {
            return Verdict::Any;
        }
        match origin {
            OriginHeader::Missing => Verdict::NoOrigin,
            OriginHeader::One(bytes) if self.origins.contains(bytes) => Verdict::Allowed,
            OriginHeader::One(_) | OriginHeader::Several => Verdict::Denied,
        }
    }

    /// Tells that a request was denied.
    #[cold]
    pub(crate) fn log_denied(&self, origin: OriginHeader<'_>, method: &str) {
        log(Denial::of(origin).name(), origin, method, &self.path, self.location);
    }

    /// Puts the verdict into the headers of the response. `origin` is the value of the request's `Origin` header; it
    /// is only used, and must be there, if the verdict is [`Verdict::Allowed`].
    #[inline]
    pub(crate) fn apply<H: Headers<Value = V>>(&self, verdict: Verdict, origin: Option<V>, headers: &mut H) {
        let survey = headers.survey();
        if survey.has_cors_headers {
            remove_cors_headers(headers);
        }
        let allowed = match verdict {
            Verdict::Any => Some(H::value_any()),
            Verdict::Allowed => origin,
            Verdict::NoOrigin | Verdict::Denied => None,
        };
        if let Some(value) = allowed {
            headers.set(CorsHeader::AllowOrigin, value);
            if self.credentials {
                headers.set(CorsHeader::AllowCredentials, H::value_true());
            }
            if let Some(expose) = &self.expose {
                headers.set(CorsHeader::ExposeHeaders, expose.clone());
            }
        }
        if verdict != Verdict::Any && !survey.varies_by_origin {
            headers.add_vary(H::value_origin());
        }
    }
}

/// The annotation is the only authority.
#[cold]
fn remove_cors_headers<H: Headers>(headers: &mut H) {
    for name in CorsHeader::ALL {
        headers.remove(name);
    }
}
