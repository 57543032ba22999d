//! The policy of one route, and what it decides about actual requests: those that are not preflights.

use super::allow_list::AllowList;
use super::denial::{Denial, is_logged, log};
use super::outcome::{RouteOutcome, needs_mark};
use super::protection::Protection;
use super::same_origin::is_same_origin;
use super::{Decision, DeclaredPolicy, HeaderValue, OriginHeader, OutcomeCell, RequestHead, Verdict};
use crate::error::BuildProblem;
use cors_policy::AllowHeaders;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The policy of one route, with everything prepared that does not depend on a request.
#[derive(Debug)]
pub(crate) struct RoutePolicy<V> {
    pub(crate) declared: DeclaredPolicy,
    /// The path of the route, as it is declared.
    pub(super) path: Box<str>,
    pub(super) allow_list: AllowList<V>,
    pub(super) credentials: bool,
    pub(super) allow_headers: AllowHeadersValue<V>,
    pub(super) max_age: Option<V>,
    pub(super) expose_headers: Option<V>,
    /// `enforce`.
    pub(super) protection: Option<Protection>,
    /// The names that `Vary` has on the responses of the route.
    pub(super) vary_names: &'static [&'static str],
    /// The same names as a value.
    pub(super) vary: V,
    /// Whether the error about a default policy around the route has been logged.
    has_logged_override: AtomicBool,
    /// Whether the warning about the handler's own CORS headers has been logged.
    pub(super) has_warned: AtomicBool,
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
        let decision = Decision::new(Arc::clone(self), verdict, marks_response);
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
}
