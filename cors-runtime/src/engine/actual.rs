//! Actual requests: everything that is not a preflight.
#![expect(
    clippy::inline_always,
    reason = "a tenth of what CORS costs a request, at one place in each adapter"
)]

use super::denial::{is_logged, log};
use super::own_origin::is_own_origin;
use super::slot::Filled;
use super::{CorsHeader, Denial, Headers, OriginHeader, Origins, RequestHead, Slot};
use crate::SourceLocation;
use crate::error::Problem;
use cors_policy::{OriginList, Policy};
use std::borrow::Borrow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

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
    /// The only origin that is allowed: compared with, and answered with, without looking anything up.
    only: Option<V>,
    credentials: bool,
    enforce: bool,
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

impl<V: AsRef<[u8]> + Clone + 'static> RoutePolicy<V> {
    /// Reads environment variables and prepares header values.
    pub(crate) fn new<H: Headers<Value = V>>(
        policy: Policy,
        path: &str,
        location: SourceLocation,
        dynamic: bool,
    ) -> Result<Self, Vec<Problem>> {
        let (only, expose) = match policy.as_declared() {
            Some(declared) => {
                let only = match (declared.origins.list, declared.dev_origins.list) {
                    (OriginList::Texts([only]), list) | (list, OriginList::Texts([only]))
                        if list.is_empty() =>
                    {
                        Some(*only)
                    }
                    _ => None,
                };
                let is_exact = |text: &&str| !text.contains('*');
                (only.filter(is_exact).map(H::static_value), H::static_value(declared.expose_headers.joined))
            }
            None => (None, H::value(policy.expose_headers().as_str())),
        };
        Ok(Self {
            origins: Origins::resolve(&policy, location)?,
            only,
            credentials: policy.credentials(),
            enforce: policy.enforce(),
            expose: (!expose.as_ref().is_empty()).then_some(expose),
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

    /// Whether a handler that was built for one of them can serve the other: also what was read from the environment is
    /// the same, and what is logged.
    #[cfg(feature = "axum")]
    pub(crate) fn answers_like(&self, other: &Self) -> bool {
        self.is_equivalent_to(other) && self.path == other.path && self.origins.are_read_alike(&other.origins)
    }

    /// Whether the policy is for every origin.
    pub(crate) fn allows_any_origin(&self) -> bool {
        self.origins.any
    }

    /// The only origin that is allowed, if it is known to be.
    pub(crate) fn only_origin(&self) -> Option<&V> {
        self.only.as_ref()
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
        let is_allowed = |bytes| match &self.only {
            Some(only) => only.as_ref() == bytes,
            None => self.origins.contains(bytes),
        };
        match origin {
            OriginHeader::Missing => Verdict::NoOrigin,
            OriginHeader::One(bytes) if is_allowed(bytes) => Verdict::Allowed,
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

    /// Looks at a request before anything else does: `Ok` if it goes on to the handler, `Err` if `enforce` ends it with
    /// 403. Both ways the decision goes into the headers of the response.
    #[inline(always)]
    pub(crate) fn enter<R, P>(this: P, request: &R) -> Result<Decided<V, P>, Decided<V, P>>
    where
        R: RequestHead<Value = V>,
        P: Borrow<Arc<Self>>,
    {
        let line = request.origin_line();
        let verdict = this.borrow().decide(OriginHeader::of_line(line));
        Self::go_on(this, verdict, line.ok().flatten(), request)
    }

    /// Before a function is asked: until it has decided, nobody else does, whatever ends the request meanwhile.
    pub(crate) fn ask<R: RequestHead<Value = V>>(request: &R) {
        if Slot::<V>::is_in_use()
            && let Some(slot) = request.slot()
        {
            slot.fill(Filled::Asked(OnceLock::new()));
        }
    }

    /// Goes on with what a function says of the request's origin.
    pub(crate) fn decided<R, P>(
        this: P,
        verdict: Verdict,
        request: &R,
    ) -> Result<Decided<V, P>, Decided<V, P>>
    where
        R: RequestHead<Value = V>,
        P: Borrow<Arc<Self>>,
    {
        Self::go_on(this, verdict, request.origin_line().ok().flatten(), request)
    }

    #[inline(always)]
    fn go_on<R, P>(
        this: P,
        verdict: Verdict,
        value: Option<&V>,
        request: &R,
    ) -> Result<Decided<V, P>, Decided<V, P>>
    where
        R: RequestHead<Value = V>,
        P: Borrow<Arc<Self>>,
    {
        let policy = this.borrow();
        // Only then there is something to do.
        let is_told = verdict.is_denied() && (policy.enforce || is_logged());
        let is_refused = is_told && policy.denied(verdict, request);
        let decided = Decided::new(this, verdict, value);
        if Slot::<V>::is_in_use()
            && let Some(slot) = request.slot()
        {
            slot.fill(Filled::Actual(decided.shared()));
        }
        if is_refused { Err(decided) } else { Ok(decided) }
    }

    /// Tells that a request was denied, and whether it ends here.
    #[cold]
    fn denied<R: RequestHead<Value = V>>(&self, verdict: Verdict, request: &R) -> bool {
        // The server's own pages are not cross-origin: nothing is denied.
        if is_own_origin(request) {
            return false;
        }
        let origin = request.origin();
        if is_logged() {
            let denial =
                if verdict == Verdict::Rejected { Denial::CheckRejected } else { Denial::of(origin) };
            log(denial.name(), origin, request.method().as_bytes(), &self.path, self.location);
        }
        self.enforce
    }
}

/// What a policy decided about a request: the headers that the response will get. `P` holds the policy, in whatever way
/// is cheapest where it is used.
#[derive(Clone, Debug)]
pub(crate) struct Decided<V, P = Arc<RoutePolicy<V>>> {
    policy: P,
    grant: Grant<V>,
}

/// Whose CORS headers it can be that a response has already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// The handler's, or those of a layer.
    Own,
    /// Those of the same decision.
    Ours,
    /// Those of whoever spoke last, of several: they stay as they are.
    Last,
}

/// Whom the response names. Small, since it is moved into the future of each request.
#[derive(Clone, Debug)]
enum Grant<V> {
    /// Everybody.
    Any,
    /// The only origin of the policy.
    Only,
    /// This origin.
    Origin(V),
    /// Nobody.
    None,
}

impl<V, P> Decided<V, P>
where
    V: AsRef<[u8]> + Clone + 'static,
    P: Borrow<Arc<RoutePolicy<V>>>,
{
    /// `value` is the request's `Origin`.
    #[inline]
    pub(crate) fn new(policy: P, verdict: Verdict, value: Option<&V>) -> Self {
        let grant = match (verdict, value) {
            (Verdict::Any, _) => Grant::Any,
            (Verdict::Allowed, _) if policy.borrow().only.is_some() => Grant::Only,
            (Verdict::Allowed, Some(value)) => Grant::Origin(value.clone()),
            _ => Grant::None,
        };
        Self { policy, grant }
    }

    /// Whether both say the same of the same request.
    pub(crate) fn agrees_with(&self, other: &Self) -> bool {
        let (a, b) = (self.policy.borrow(), other.policy.borrow());
        (Arc::ptr_eq(a, b) || a.is_equivalent_to(b))
            && match (&self.grant, &other.grant) {
                (Grant::Origin(a), Grant::Origin(b)) => a.as_ref() == b.as_ref(),
                (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
            }
    }

    /// The same policy, and nobody is named.
    pub(crate) fn for_nobody(self) -> Self {
        Self { grant: Grant::None, ..self }
    }

    /// The same, held in a way that can leave the route.
    pub(crate) fn shared(&self) -> Decided<V> {
        Decided { policy: Arc::clone(self.policy.borrow()), grant: self.grant.clone() }
    }

    /// Tells that a request was denied.
    pub(crate) fn log_denied(&self, origin: OriginHeader<'_>, method: &str, path: &str) {
        log(Denial::of(origin).name(), origin, method.as_bytes(), path, self.policy.borrow().location);
    }

    /// Puts the decision into the headers of the handler's response.
    #[inline]
    pub(crate) fn apply<H: Headers<Value = V>>(&mut self, headers: &mut H) {
        let grant = std::mem::replace(&mut self.grant, Grant::None);
        self.write(grant, Found::Own, headers);
    }

    /// The same, where the decision is still needed.
    pub(crate) fn apply_shared<H: Headers<Value = V>>(&self, found: Found, headers: &mut H) {
        self.write(self.grant.clone(), found, headers);
    }

    #[inline(always)]
    fn write<H: Headers<Value = V>>(&self, grant: Grant<V>, found: Found, headers: &mut H) {
        let policy = self.policy.borrow();
        let survey = headers.survey();
        if found == Found::Last {
            if !survey.has_cors_headers && !survey.varies_by_origin {
                headers.add_vary(H::value_origin());
            }
            return;
        }
        if survey.has_cors_headers {
            if found == Found::Own {
                policy.warn_of_replaced_headers();
            }
            remove_cors_headers(headers);
        }
        let varies = !matches!(grant, Grant::Any) && !survey.varies_by_origin;
        let allowed = match grant {
            Grant::Any => Some(H::value_any()),
            Grant::Only => policy.only.clone(),
            Grant::Origin(value) => Some(value),
            Grant::None => None,
        };
        if let Some(value) = allowed {
            headers.set(CorsHeader::AllowOrigin, value);
            if policy.credentials {
                headers.set(CorsHeader::AllowCredentials, H::value_true());
            }
            if let Some(expose) = &policy.expose {
                headers.set(CorsHeader::ExposeHeaders, expose.clone());
            }
        }
        if varies {
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

#[cfg(test)]
#[cfg(feature = "axum")]
mod tests {
    use super::*;
    use cors_policy::{Declared, DeclaredOrigins};
    use http::{HeaderMap, HeaderValue};

    const A: Declared =
        Declared { origins: DeclaredOrigins::texts(&["https://a.example"]), ..Declared::EMPTY };
    const B: Declared =
        Declared { origins: DeclaredOrigins::texts(&["https://b.example"]), ..Declared::EMPTY };

    fn route(declared: Declared, path: &str, dynamic: bool) -> RoutePolicy<HeaderValue> {
        let policy = Policy::from_declared(declared);
        RoutePolicy::new::<HeaderMap>(policy, path, SourceLocation::caller(), dynamic)
            .expect("nothing is read")
    }

    #[test]
    fn where_a_function_decides_no_other_policy_is_the_same() {
        // One with `dev_origins` alone has no origins either, in builds without `debug_assertions`.
        let [one, asking] = [false, true].map(|dynamic| route(Declared::EMPTY, "/", dynamic));
        assert!(one.is_equivalent_to(&one));
        assert!(!one.is_equivalent_to(&asking) && !asking.is_equivalent_to(&one));
        assert!(!asking.is_equivalent_to(&asking));
    }

    #[test]
    fn a_handler_is_shared_by_routes_that_answer_alike() {
        let one = route(A, "/", false);
        assert!(one.answers_like(&route(A, "/", false)));
        assert!(!one.answers_like(&route(A, "/other", false)));
        assert!(!one.answers_like(&route(B, "/", false)));
        // The same variable said something else.
        let changed = RoutePolicy { origins: route(B, "/", false).origins, ..route(A, "/", false) };
        assert!(one.is_equivalent_to(&changed) && !one.answers_like(&changed));
    }
}
