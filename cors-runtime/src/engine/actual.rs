//! Actual requests: everything that is not a preflight.

use super::denial::{is_logged, log};
use super::own_origin::is_own_origin;
use super::slot::Filled;
use super::{CorsHeader, Denial, Headers, OriginHeader, Origins, RequestHead, Survey};
use crate::SourceLocation;
use crate::error::Problem;
use cors_policy::Policy;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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
    /// Whether it was told already that the handler sets CORS headers itself.
    warned: AtomicBool,
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
    /// The function that decides could not run: an extractor rejected the request.
    Rejected,
}

impl Verdict {
    /// Whether the origin is not allowed.
    fn is_denied(self) -> bool {
        matches!(self, Self::Denied | Self::Rejected)
    }
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
            warned: AtomicBool::new(false),
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

    /// Tells once that the handler sets headers that are replaced.
    #[cold]
    fn warn_of_replaced_headers(&self) {
        if !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                target: "cors",
                path = &*self.path,
                policy = %self.location,
                "the response had CORS headers of its own: the policy's replaced them"
            );
        }
    }

    /// Looks at a request before anything else does: either it goes on to the handler, or `enforce` ends it with 403.
    /// Both ways the decision goes into the headers of the response.
    #[inline]
    pub(crate) fn enter<R: RequestHead<Value = V>>(self: Arc<Self>, request: &R) -> Entered<V> {
        let verdict = self.decide(request.origin());
        self.decided(verdict, request)
    }

    /// Goes on with what the policy, or a function, says of the request's origin.
    #[inline]
    pub(crate) fn decided<R: RequestHead<Value = V>>(
        self: Arc<Self>,
        verdict: Verdict,
        request: &R,
    ) -> Entered<V> {
        let refused = verdict.is_denied() && self.denied(verdict, request);
        let origin = if verdict == Verdict::Allowed { request.origin_value() } else { None };
        let decided = Decided::new(self, verdict, origin);
        if let Some(slot) = request.slot() {
            slot.fill(Filled::Actual(decided.again()));
        }
        if refused { Entered::Refused(decided) } else { Entered::Continue(decided) }
    }

    /// Tells that a request was denied, and whether it ends here.
    #[cold]
    fn denied<R: RequestHead<Value = V>>(&self, verdict: Verdict, request: &R) -> bool {
        let enforce = self.policy.enforce();
        if !enforce && !is_logged() {
            return false;
        }
        // The server's own pages are not cross-origin: nothing is denied.
        if is_own_origin(request) {
            return false;
        }
        let origin = request.origin();
        if is_logged() {
            let denial =
                if verdict == Verdict::Rejected { Denial::CheckRejected } else { Denial::of(origin) };
            log(denial.name(), origin, request.method(), &self.path, self.location);
        }
        enforce
    }
}

/// What to do with a request.
pub(crate) enum Entered<V> {
    /// It is answered with 403.
    Refused(Decided<V>),
    /// The handler runs.
    Continue(Decided<V>),
}

/// What a policy decided about a request: the headers that the response will get.
#[derive(Clone, Debug)]
pub(crate) struct Decided<V> {
    policy: Arc<RoutePolicy<V>>,
    verdict: Verdict,
    /// The allowed origin.
    origin: Option<V>,
    /// Whether no response has these headers yet: those that it has are its own.
    is_first: bool,
}

impl<V: Clone> Decided<V> {
    pub(crate) fn new(policy: Arc<RoutePolicy<V>>, verdict: Verdict, origin: Option<V>) -> Self {
        Self { policy, verdict, origin, is_first: true }
    }

    /// The same, for a response that may have the headers already.
    pub(crate) fn again(&self) -> Self {
        Self { is_first: false, ..self.clone() }
    }

    /// Tells that a request was denied.
    pub(crate) fn log_denied(&self, origin: OriginHeader<'_>, method: &str, path: &str) {
        log(Denial::of(origin).name(), origin, method, path, self.policy.location);
    }

    /// Puts the decision into the headers of the handler's response.
    #[inline]
    pub(crate) fn apply<H: Headers<Value = V>>(&mut self, headers: &mut H) {
        let survey = self.clear(headers);
        let origin = self.origin.take();
        self.write(survey, origin, headers);
    }

    /// The same, where the decision is still needed.
    pub(crate) fn apply_shared<H: Headers<Value = V>>(&self, headers: &mut H) {
        let survey = self.clear(headers);
        self.write(survey, self.origin.clone(), headers);
    }

    /// Removes CORS headers, and tells if they are not from here.
    #[inline]
    fn clear<H: Headers<Value = V>>(&self, headers: &mut H) -> Survey {
        let survey = headers.survey();
        if survey.has_cors_headers {
            if self.is_first {
                self.policy.warn_of_replaced_headers();
            }
            remove_cors_headers(headers);
        }
        survey
    }

    #[inline]
    fn write<H: Headers<Value = V>>(&self, survey: Survey, origin: Option<V>, headers: &mut H) {
        let allowed = match self.verdict {
            Verdict::Any => Some(H::value_any()),
            Verdict::Allowed => origin,
            Verdict::NoOrigin | Verdict::Denied | Verdict::Rejected => None,
        };
        if let Some(value) = allowed {
            headers.set(CorsHeader::AllowOrigin, value);
            if self.policy.credentials {
                headers.set(CorsHeader::AllowCredentials, H::value_true());
            }
            if let Some(expose) = &self.policy.expose {
                headers.set(CorsHeader::ExposeHeaders, expose.clone());
            }
        }
        if self.verdict != Verdict::Any && !survey.varies_by_origin {
            headers.add_vary(H::value_origin());
        }
    }
}

/// What somebody answered who has no say in it grants nothing.
#[cold]
pub(crate) fn grant_nothing<H: Headers>(headers: &mut H) {
    remove_cors_headers(headers);
    if !headers.survey().varies_by_origin {
        headers.add_vary(H::value_origin());
    }
}

/// The annotation is the only authority.
#[cold]
fn remove_cors_headers<H: Headers>(headers: &mut H) {
    for name in CorsHeader::ALL {
        headers.remove(name);
    }
}
