//! The policy of one route, and what it decides about actual requests: those that are not preflights.

use super::allow_list::AllowList;
use super::denial::{Denial, is_logged, log};
use super::outcome::{RouteOutcome, needs_mark};
use super::protection::Protection;
use super::same_origin::is_same_origin;
use super::{
    CheckIdentity, CorsHeader, HeaderValue, OriginHeader, OutcomeCell, RequestHead, ResponseHead,
    ResponseHeaders,
};
use crate::SourceLocation;
use crate::error::BuildProblem;
use cors_policy::{AllowHeaders, Policy};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A policy, and the place where it is declared.
#[derive(Clone, Debug)]
#[cfg_attr(
    not(feature = "axum"),
    expect(unreachable_pub, reason = "a trait of the adapter for axum returns it")
)]
pub struct DeclaredPolicy {
    pub(crate) policy: Policy,
    /// Where the policy is declared.
    pub(crate) location: SourceLocation,
    /// The function of `origins = dynamic(..)`. It is asked about origins that the policy does not list.
    pub(crate) check: Option<CheckIdentity>,
}

impl DeclaredPolicy {
    /// A policy without an origin check.
    pub(crate) fn new(policy: Policy, location: SourceLocation) -> Self {
        Self { policy, location, check: None }
    }

    /// Whether both policies answer every request in the same way. A policy whose origin check has extractors is not even
    /// equivalent to itself, since the check may answer differently for another request.
    pub(crate) fn is_equivalent_to(&self, other: &Self) -> bool {
        let has_check = self.check.is_some() || other.check.is_some();
        (!has_check || self.has_same_check(other)) && self.policy == other.policy
    }

    /// Whether the same origin check decides for both policies and gives the same answer about the same origin, whatever
    /// else a request says.
    pub(super) fn has_same_check(&self, other: &Self) -> bool {
        self.shared_check(other).is_some_and(|check| !check.uses_extractors)
    }

    /// Whether both policies have the same origin check, which may answer differently for each of the two routes.
    pub(super) fn has_same_check_with_extractors(&self, other: &Self) -> bool {
        self.shared_check(other).is_some_and(|check| check.uses_extractors)
    }

    fn shared_check(&self, other: &Self) -> Option<CheckIdentity> {
        self.check.filter(|own| other.check.is_some_and(|other| own.function == other.function))
    }
}

/// The policy of one route, with everything prepared that does not depend on a request.
#[derive(Debug)]
pub(crate) struct RoutePolicy<V> {
    pub(crate) declared: DeclaredPolicy,
    /// The path of the route, as it is declared.
    path: Box<str>,
    pub(super) allow_list: AllowList<V>,
    pub(super) credentials: bool,
    pub(super) allow_headers: AllowHeadersValue<V>,
    pub(super) max_age: Option<V>,
    expose_headers: Option<V>,
    /// `enforce`.
    protection: Option<Protection>,
    /// The names that `Vary` has on the responses of the route.
    vary_names: &'static [&'static str],
    /// The same names as a value.
    vary: V,
    /// Whether the error about a default policy around the route has been logged.
    has_logged_override: AtomicBool,
    /// Whether the warning about the handler's own CORS headers has been logged.
    has_warned: AtomicBool,
}

/// What preflight answers say in `Access-Control-Allow-Headers`.
#[derive(Debug)]
pub(super) enum AllowHeadersValue<V> {
    /// The answers do not have the header.
    Absent,
    /// The names of the preflight are repeated: `allow_headers = any`.
    Requested,
    /// This list.
    List(V),
}

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

/// Whether an actual request goes on to the handler.
#[derive(Debug)]
pub(crate) enum Admission<V> {
    /// Call the handler, then write the decision into its response.
    Call(Decision<V>),
    /// The request is refused, by `enforce` or because a default policy may have allowed more: answer 403 with the
    /// headers of the decision.
    Refuse(Decision<V>),
}

impl<V: HeaderValue> RoutePolicy<V> {
    /// Reads environment variables and prepares header values.
    pub(crate) fn new(declared: DeclaredPolicy, path: &str) -> Result<Self, Vec<BuildProblem>> {
        let policy = &declared.policy;
        let protection = Protection::of(policy);
        let vary_names = protection.as_ref().map_or(&["Origin"][..], Protection::vary_names);
        Ok(Self {
            allow_list: AllowList::new(policy, declared.location)?,
            credentials: policy.credentials(),
            allow_headers: match policy.allow_headers() {
                AllowHeaders::Any => AllowHeadersValue::Requested,
                AllowHeaders::Names(names) => AllowHeadersValue::List(V::from_valid(names.as_str())),
                _ => AllowHeadersValue::Absent,
            },
            max_age: policy.max_age().map(|seconds| V::from_valid(&seconds.to_string())),
            expose_headers: Some(policy.expose_headers().as_str())
                .filter(|names| !names.is_empty())
                .map(V::from_valid),
            protection,
            vary_names,
            vary: V::from_valid(&vary_names.join(", ")),
            has_logged_override: AtomicBool::new(false),
            has_warned: AtomicBool::new(false),
            declared,
            path: path.into(),
        })
    }

    /// Decides about the host and the origin of a request without `dynamic(..)`, whose function is called only if this is
    /// [`Verdict::Denied`].
    #[inline]
    pub(crate) fn verdict<R: RequestHead<Value = V>>(&self, request: &R) -> Verdict<V> {
        match &self.protection {
            Some(protection) if !protection.lists_host(request) => Verdict::HostNotListed,
            _ => self.origin_verdict(request.origin()),
        }
    }

    /// Decides about an origin, whatever the host of its request is.
    #[inline]
    pub(super) fn origin_verdict(&self, origin: OriginHeader<'_, V>) -> Verdict<V> {
        self.allow_list.verdict(origin)
    }

    /// Whether a page of this origin, which `answering` has allowed, may send requests to this route as well. If `answering`
    /// allows credentials, this route has to allow them too. A `dynamic(..)` function is not called here: unless both
    /// policies share it, its origins count as not trusted.
    pub(super) fn also_trusts(&self, origin: &V, answering: &Self) -> bool {
        let allows_credentials = self.credentials || !answering.credentials;
        let allows_origin = !self.origin_verdict(OriginHeader::One(origin)).is_denied();
        allows_credentials && (allows_origin || self.declared.has_same_check(&answering.declared))
    }

    /// `Access-Control-Max-Age` of an answer.
    pub(super) fn max_age_if(&self, can_be_reused: bool) -> Option<V> {
        if can_be_reused { self.max_age.clone() } else { Some(V::ZERO) }
    }

    /// Logs a denied request.
    pub(super) fn log(&self, reason: &str, origin: OriginHeader<'_, V>, method: &[u8], path: &str) {
        log(reason, origin, method, path, self.declared.location);
    }

    /// Decides about an actual request before anything else sees it. `verdict` is what the list or the origin check says.
    ///
    /// `cell` is the one that a default policy has put into the request.
    #[inline]
    pub(crate) fn admit<R: RequestHead<Value = V>>(
        self: &Arc<Self>,
        verdict: Verdict<V>,
        request: &R,
        cell: Option<&OutcomeCell<V>>,
    ) -> Admission<V> {
        let preflight_answered_by = cell.and_then(OutcomeCell::preflight_answered_by);
        let is_widened =
            preflight_answered_by.is_some_and(|outer| self.may_be_exceeded_by(&outer, &verdict, request));
        let refusal = self.protection.as_ref().and_then(|protection| protection.refusal(&verdict, request));
        let is_refused = if let Some(denial) = refusal {
            self.log_denied_request(denial, request, is_widened);
            true
        } else {
            (verdict.is_denied() || is_widened)
                && self.log_denial_and_decide_refusal(&verdict, request, is_widened)
        };
        let marks_response = needs_mark(cell);
        let decision = Decision { policy: Arc::clone(self), verdict, marks_response };
        if let Some(cell) = cell {
            cell.record(RouteOutcome::Decided(decision.clone()));
        }
        if is_refused { Admission::Refuse(decision) } else { Admission::Call(decision) }
    }

    /// Whether `enforce` refuses an actual request outside of the routes, as the policy of a default policy.
    pub(super) fn is_refused_by_default<R>(&self, verdict: &Verdict<V>, request: &R) -> bool
    where
        R: RequestHead<Value = V>,
    {
        let Some(protection) = &self.protection else { return false };
        let Some(denial) = protection.refusal_by_default(verdict, request) else { return false };
        if is_logged() {
            self.log(denial.name(), request.origin(), request.method().as_bytes(), request.path());
        }
        true
    }

    /// Whether the outer default policy, which answered the preflight, may have allowed an origin or credentials that
    /// this policy does not allow.
    #[cold]
    fn may_be_exceeded_by<R: RequestHead<Value = V>>(
        &self,
        outer: &Self,
        verdict: &Verdict<V>,
        request: &R,
    ) -> bool {
        let outer_allows_origin = || matches!(outer.origin_verdict(request.origin()), Verdict::Allowed(_));
        verdict.is_denied() || outer.credentials && !self.credentials && outer_allows_origin()
    }

    /// Logs that the policy does not allow a request that `enforce` does not refuse. Says whether the request is refused
    /// nevertheless, because a default policy may have allowed it in place of this policy.
    #[cold]
    fn log_denial_and_decide_refusal<R: RequestHead<Value = V>>(
        &self,
        verdict: &Verdict<V>,
        request: &R,
        is_widened: bool,
    ) -> bool {
        // The reason is computed only if it will be logged or acted on. Browsers send `Origin` with some requests of the
        // server's own pages. They are not cross-origin.
        if !(is_widened || is_logged()) || is_same_origin(request) {
            return false;
        }
        let denial = if verdict.is_denied() {
            Denial::of(verdict, request.origin())
        } else {
            Denial::CredentialsNotAllowed
        };
        self.log_denied_request(denial, request, is_widened);
        is_widened
    }

    #[cold]
    fn log_denied_request<R: RequestHead<Value = V>>(&self, denial: Denial, request: &R, is_widened: bool) {
        if is_logged() {
            self.log(denial.name(), request.origin(), request.method().as_bytes(), &self.path);
        }
        if is_widened && !self.has_logged_override.swap(true, Ordering::Relaxed) {
            tracing::error!(
                target: "cors",
                path = &*self.path,
                policy = %self.declared.location,
                "this annotated route is inside of a default policy with `.answer_every_preflight()`, which answers \
                 its preflights: requests that the route's own policy does not allow are refused. Register the route \
                 outside of that default policy, or remove `.answer_every_preflight()`"
            );
        }
    }

    /// Replaces the CORS headers of a response. Returns whether there were any.
    fn replace_headers<H: ResponseHeaders<Value = V>>(&self, verdict: &Verdict<V>, headers: &mut H) -> bool {
        let existing = headers.existing();
        if existing.has_cors {
            headers.remove_cors();
        }
        let varies = self.protection.is_some() || !matches!(verdict, Verdict::AnyOrigin);
        if let Some(origin) = verdict.allow_origin() {
            headers.set(CorsHeader::AllowOrigin, origin);
            headers.set(CorsHeader::AllowCredentials, self.credentials.then_some(V::TRUE));
            headers.set(CorsHeader::ExposeHeaders, self.expose_headers.clone());
        }
        if varies {
            self.write_vary(headers, existing.has_vary);
        }
        existing.has_cors
    }

    /// Adds the names that `Vary` does not list yet.
    fn write_vary<H: ResponseHeaders<Value = V>>(&self, headers: &mut H, has_vary: bool) {
        if !has_vary {
            headers.add_vary(self.vary.clone());
            return;
        }
        for name in self.vary_names {
            if !headers.varies_by(name) {
                headers.add_vary(V::from_static(name));
            }
        }
    }

    #[cold]
    fn warn_about_replaced_headers(&self) {
        if !self.has_warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                target: "cors",
                path = &*self.path,
                policy = %self.declared.location,
                "the response had CORS headers of its own: the policy's replaced them"
            );
        }
    }
}

/// What the policy of a route decided about a request: the headers that the response gets.
#[derive(Clone, Debug)]
pub(crate) struct Decision<V> {
    policy: Arc<RoutePolicy<V>>,
    verdict: Verdict<V>,
    /// Whether the response has to be marked, because no default policy reads the cell of the request.
    marks_response: bool,
}

impl<V: HeaderValue> Decision<V> {
    /// The decision of a default policy.
    pub(super) fn of_default(policy: Arc<RoutePolicy<V>>, verdict: Verdict<V>) -> Self {
        Self { policy, verdict, marks_response: false }
    }

    /// Logs that the request has been denied.
    pub(super) fn log_denied(&self, origin: OriginHeader<'_, V>, method: &str, path: &str) {
        self.policy.log(Denial::of(&self.verdict, origin).name(), origin, method.as_bytes(), path);
    }

    /// Whether both decisions put the same headers into a response.
    pub(super) fn agrees_with(&self, other: &Self) -> bool {
        let same_policy = Arc::ptr_eq(&self.policy, &other.policy)
            || self.policy.declared.is_equivalent_to(&other.policy.declared);
        let same_origin = match (self.verdict.allow_origin(), other.verdict.allow_origin()) {
            (Some(a), Some(b)) => a.as_ref() == b.as_ref(),
            (a, b) => a.is_none() && b.is_none(),
        };
        same_policy && same_origin
    }

    /// The same policy with the verdict [`Verdict::Denied`].
    pub(super) fn into_denied(self) -> Self {
        Self { verdict: Verdict::Denied, ..self }
    }

    /// Writes the decision into the response of the handler. CORS headers of the handler's own are replaced, with a
    /// warning, since the annotation is the only authority.
    #[inline]
    pub(crate) fn write<R>(self, response: &mut R)
    where
        R: ResponseHead<Headers: ResponseHeaders<Value = V>>,
    {
        if self.marks_response {
            response.mark_as_annotated();
        }
        if self.policy.replace_headers(&self.verdict, response.headers_mut()) {
            self.policy.warn_about_replaced_headers();
        }
    }

    /// Writes the decision into the 403 of a refused request. A cache must not store it, since it would give it to pages that
    /// may send the request.
    pub(crate) fn write_refusal<R>(self, response: &mut R)
    where
        R: ResponseHead<Headers: ResponseHeaders<Value = V>>,
    {
        response.headers_mut().forbid_storing();
        self.write(response);
    }

    /// Writes the decision into a response that may have its headers already.
    pub(super) fn rewrite<H: ResponseHeaders<Value = V>>(self, headers: &mut H) {
        self.policy.replace_headers(&self.verdict, headers);
    }
}
