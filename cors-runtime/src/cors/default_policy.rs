//! A policy for everything that has none of its own.

use super::denial::is_logged;
use super::outcome::{RouteOutcome, set_has_default_policy};
use super::preflight::{PreflightHeaders, Reuse};
use super::same_origin::is_same_origin;
use super::{
    Decision, DeclaredPolicy, HeaderValue, Methods, OriginHeader, OutcomeCell, PathPolicies, PreflightAnswer,
    PreflightRequest, RequestHead, ResponseHead, ResponseHeaders, RoutePolicy, Verdict,
};
use crate::error::ProblemKind;
use crate::{BuildError, SourceLocation};
use cors_policy::Policy;
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A policy for routes without an annotation, for 404 and for 405.
#[derive(Clone, Debug)]
pub(crate) struct DefaultPolicy<V> {
    policy: Arc<RoutePolicy<V>>,
    /// The methods that preflights may ask for.
    methods: Methods,
    /// The value of `Access-Control-Allow-Methods`: the names as they are written.
    allow_methods: V,
    /// Preflights are answered before anything inside runs.
    answers_every_preflight: bool,
    /// Whether the warning about an intercepted preflight has been logged.
    has_warned: Arc<AtomicBool>,
}

/// Stands for the path of a route in the warning about replaced headers.
const PATH: &str = "(default policy)";

impl<V: HeaderValue> DefaultPolicy<V> {
    /// A default policy for `GET`, `HEAD` and `POST`.
    pub(crate) fn new(
        policy: Policy,
        answers_every_preflight: bool,
        location: SourceLocation,
    ) -> Result<Self, BuildError> {
        if policy.enforce() && !answers_every_preflight {
            // The route that the request will reach may allow more than this policy.
            return Err(vec![ProblemKind::EnforceByDefault.at(location)].into());
        }
        let policy = Arc::new(RoutePolicy::new(DeclaredPolicy::new(policy, location), PATH)?);
        let methods = Methods::named(["GET", "HEAD", "POST"]);
        set_has_default_policy();
        Ok(Self {
            policy,
            allow_methods: V::from_valid(&methods.to_string()),
            methods,
            answers_every_preflight,
            has_warned: Arc::default(),
        })
    }

    /// The same policy for other methods. With `head_follows_get` the name `GET` allows `HEAD` as well.
    ///
    /// # Errors
    ///
    /// If there is no name, or if one of the names is not a method, is not in upper case, or is a method that no script can
    /// send.
    #[cfg(feature = "runtime-policies")]
    pub(crate) fn with_methods(
        &self,
        names: impl IntoIterator<Item: AsRef<str>>,
        head_follows_get: bool,
    ) -> Result<Self, BuildError> {
        let names: Vec<_> = names.into_iter().collect();
        let findings = names.iter().filter_map(|name| cors_policy::check_method(name.as_ref()));
        let mut problems: Vec<_> = findings.map(ProblemKind::DefaultMethod).collect();
        if names.is_empty() {
            problems.push(ProblemKind::NoDefaultMethods);
        }
        if !problems.is_empty() {
            let location = self.policy.declared.location;
            return Err(problems.into_iter().map(|problem| problem.at(location)).collect::<Vec<_>>().into());
        }
        let methods = Methods::named(names.iter().map(AsRef::as_ref));
        Ok(Self {
            allow_methods: V::from_valid(&methods.to_string()),
            methods: if head_follows_get { methods.with_head_of_get() } else { methods },
            ..self.clone()
        })
    }

    /// The same policy, which answers every preflight before anything inside runs.
    pub(crate) fn answering_every_preflight(&self) -> Self {
        Self { answers_every_preflight: true, ..self.clone() }
    }

    /// Handles a request before the inner service is called. `existing` is the cell of an outer default policy.
    pub(crate) fn begin<R: RequestHead<Value = V>>(
        self: &Arc<Self>,
        request: &R,
        existing: Option<&OutcomeCell<V>>,
    ) -> Begin<V> {
        let kind = if let Some(preflight) = PreflightRequest::read(request) {
            let preflight = PreflightSnapshot::of(preflight, &self.policy);
            if self.answers_every_preflight {
                let answer = self.answer(&preflight, &self.policy.verdict(request), &[]);
                if let Some(cell) = existing {
                    cell.record(RouteOutcome::SeenByDefaultPolicy);
                }
                return Begin::Respond(OwnResponse::PreflightAnswer(answer));
            }
            PendingKind::Preflight(Arc::clone(self), preflight.into_owned())
        } else {
            let verdict = self.policy.verdict(request);
            if self.policy.is_refused_by_default(&verdict, request) {
                let decision = Decision::of_default(Arc::clone(&self.policy), verdict);
                if let Some(cell) = existing {
                    cell.record(RouteOutcome::Decided(decision.clone()));
                }
                return Begin::Respond(OwnResponse::Refusal(decision));
            }
            self.decide(verdict, request)
        };
        let outer = self.answers_every_preflight.then(|| Arc::clone(&self.policy));
        let cell = OutcomeCell::for_default_policy(existing, outer);
        Begin::PassOn(PendingRequest { cell, kind })
    }

    fn decide<R: RequestHead<Value = V>>(&self, verdict: Verdict<V>, request: &R) -> PendingKind<V> {
        let origin = request.origin();
        let logs_denial = verdict.is_denied() && is_logged() && !is_same_origin(request);
        let denied = logs_denial.then(|| DenialToLog {
            origin: match origin {
                OriginHeader::One(value) => Some(value.clone()),
                OriginHeader::Missing | OriginHeader::Multiple => None,
            },
            method: request.method().to_owned(),
            path: request.path().to_owned(),
        });
        PendingKind::Actual(Decision::of_default(Arc::clone(&self.policy), verdict), denied)
    }

    /// Decides what happens to the response of a preflight that was passed on. `status` is its status.
    fn finish_preflight(
        &self,
        preflight: &PreflightSnapshot<'_, V>,
        cell: &OutcomeCell<V>,
        status: u16,
        is_marked: bool,
    ) -> ResponseAction<V> {
        let is_unanswered = match cell.take_preflight_outcome() {
            RouteOutcome::MethodNotAnnotated => self.methods.contains((*preflight.method).as_ref()),
            RouteOutcome::NoRouteReached if is_marked => false,
            RouteOutcome::NoRouteReached if matches!(status, 404 | 405) => true,
            RouteOutcome::NoRouteReached => {
                self.log("preflight-intercepted", preflight);
                self.warn_about_intercepted_preflight(status);
                let decision = Decision::of_default(Arc::clone(&self.policy), Verdict::Denied);
                return ResponseAction::Rewrite(decision);
            }
            _ => false,
        };
        if is_unanswered {
            let verdict = self.policy.origin_verdict(OriginHeader::One(&preflight.origin));
            ResponseAction::Replace(self.answer(preflight, &verdict, &cell.paths()))
        } else {
            ResponseAction::LeaveAlone
        }
    }

    /// Answers a preflight. `annotated` are the annotated paths that match the URL.
    fn answer(
        &self,
        preflight: &PreflightSnapshot<'_, V>,
        verdict: &Verdict<V>,
        annotated: &[Arc<PathPolicies<V>>],
    ) -> PreflightAnswer<V> {
        let policy = &*self.policy;
        let Some(allow_origin) = verdict.allow_origin() else {
            return PreflightAnswer::deny(verdict, &preflight.origin, |reason| self.log(reason, preflight));
        };
        if !self.methods.contains((*preflight.method).as_ref()) {
            self.log("method-not-routed", preflight);
            let methods = Some(self.allow_methods.clone());
            return PreflightAnswer::Allowed(PreflightHeaders::method_not_listed(
                policy,
                allow_origin,
                methods,
            ));
        }
        // Other methods of an annotated path may have policies of their own, so only the requested method is listed.
        let allow_methods = if annotated.is_empty() { &self.allow_methods } else { &*preflight.method };
        let reuse = Reuse { listed: allow_methods, answering: policy, origin: &preflight.origin };
        PreflightAnswer::Allowed(PreflightHeaders {
            allow_origin,
            credentials: policy.credentials,
            allow_methods: Some(allow_methods.clone()),
            allow_headers: preflight.allow_headers.clone(),
            max_age: policy.max_age_if(annotated.iter().all(|path| reuse.is_trusted_by(path))),
        })
    }

    fn log(&self, reason: &str, preflight: &PreflightSnapshot<'_, V>) {
        let origin = OriginHeader::One(&*preflight.origin);
        self.policy.log(reason, origin, (*preflight.method).as_ref(), &preflight.path);
    }

    #[cold]
    fn warn_about_intercepted_preflight(&self, status: u16) {
        if !self.has_warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                target: "cors",
                status,
                policy = %self.policy.declared.location,
                "a handler or a layer inside of this default policy answered a preflight itself, so that browsers \
                 refuse the request. If it is a handler for every method, a fallback or a proxy, add \
                 `.answer_every_preflight()` to the default policy. If it is a login, put it into `Routes::layer` \
                 (axum) or `Routes::wrap` (actix-web), or outside of the default policy"
            );
        }
    }
}

/// What a default policy does with a request before it goes inside.
#[derive(Debug)]
pub(crate) enum Begin<V: HeaderValue> {
    /// Send this response. Nothing inside runs.
    Respond(OwnResponse<V>),
    /// Put the cell into the request and pass it on.
    PassOn(PendingRequest<V>),
}

/// A response of a default policy that answers before anything inside runs.
#[derive(Debug)]
pub(crate) enum OwnResponse<V> {
    /// The answer to a preflight.
    PreflightAnswer(PreflightAnswer<V>),
    /// 403 with the headers of the decision: `enforce` refuses the request.
    Refusal(Decision<V>),
}

/// A request that a default policy has passed on.
#[derive(Debug)]
pub(crate) struct PendingRequest<V: HeaderValue> {
    pub(crate) cell: OutcomeCell<V>,
    kind: PendingKind<V>,
}

#[derive(Debug)]
enum PendingKind<V: HeaderValue> {
    /// The decision of the default policy, and the denial to log if it is written.
    Actual(Decision<V>, Option<DenialToLog<V>>),
    Preflight(Arc<DefaultPolicy<V>>, PreflightSnapshot<'static, V>),
}

#[derive(Debug)]
struct DenialToLog<V> {
    /// `None` if there is more than one `Origin` line.
    origin: Option<V>,
    method: String,
    path: String,
}

/// What the answer to a preflight needs. It is owned while the request is with the inner service.
#[derive(Debug)]
struct PreflightSnapshot<'a, V: HeaderValue> {
    origin: Cow<'a, V>,
    method: Cow<'a, V>,
    /// `Access-Control-Allow-Headers`, if the default policy allows the request.
    allow_headers: Option<V>,
    /// The path of the URL, for the log.
    path: Cow<'a, str>,
}

impl<'a, V: HeaderValue> PreflightSnapshot<'a, V> {
    fn of<R>(preflight: PreflightRequest<'a, R>, policy: &RoutePolicy<V>) -> Self
    where
        R: RequestHead<Value = V>,
    {
        Self {
            origin: Cow::Borrowed(preflight.origin),
            method: Cow::Borrowed(preflight.method),
            allow_headers: policy.allow_headers_for(preflight),
            path: Cow::Borrowed(preflight.request.path()),
        }
    }

    /// The path is empty if it will not be logged.
    fn into_owned(self) -> PreflightSnapshot<'static, V> {
        PreflightSnapshot {
            origin: Cow::Owned(self.origin.into_owned()),
            method: Cow::Owned(self.method.into_owned()),
            allow_headers: self.allow_headers,
            path: Cow::Owned(if is_logged() { self.path.into_owned() } else { String::new() }),
        }
    }
}

impl<V: HeaderValue> PendingRequest<V> {
    /// Finds out what to do with the response that came back from inside. `status` is its status, and `is_marked` says
    /// whether an annotated route has marked it.
    pub(crate) fn finish(self, status: u16, is_marked: bool) -> ResponseAction<V> {
        let Self { cell, kind } = self;
        let (decision, denied) = match kind {
            PendingKind::Preflight(default, preflight) => {
                return default.finish_preflight(&preflight, &cell, status, is_marked);
            }
            PendingKind::Actual(decision, denied) => (decision, denied),
        };
        // The response comes from an annotated route that the cell did not reach. If the cell has a decision nevertheless,
        // it is that of an inner default policy, which got an `Err` in which it could not see the mark.
        if is_marked {
            return ResponseAction::LeaveAlone;
        }
        match cell.outcome_or_record(&decision) {
            RouteOutcome::Decided(decision) => ResponseAction::Rewrite(decision),
            RouteOutcome::CheckPending => ResponseAction::Write(decision.into_denied()),
            RouteOutcome::Conflicting => ResponseAction::KeepHeaders,
            RouteOutcome::PreflightAnswered
            | RouteOutcome::MethodNotAnnotated
            | RouteOutcome::SeenByDefaultPolicy => ResponseAction::LeaveAlone,
            RouteOutcome::NoRouteReached => {
                if let Some(DenialToLog { origin, method, path }) = &denied {
                    let origin = origin.as_ref().map_or(OriginHeader::Multiple, OriginHeader::One);
                    decision.log_denied(origin, method, path);
                }
                ResponseAction::Write(decision)
            }
        }
    }
}

/// What a default policy does with the response that came back from inside.
#[derive(Clone, Debug)]
pub(crate) enum ResponseAction<V> {
    /// The response has its headers already: an annotated route or an inner default policy has written them.
    LeaveAlone,
    /// Several routes have decided differently: keep the headers that the response has.
    KeepHeaders,
    /// Write the decision of this default policy.
    Write(Decision<V>),
    /// Replace the CORS headers of the response without a warning: they may be this decision's own, or those of an
    /// intercepting layer.
    Rewrite(Decision<V>),
    /// Replace the response by the answer to a preflight.
    Replace(PreflightAnswer<V>),
}

impl<V: HeaderValue> ResponseAction<V> {
    /// Changes the response, or gives the answer that replaces it.
    pub(crate) fn apply<R>(self, response: &mut R) -> Option<PreflightAnswer<V>>
    where
        R: ResponseHead<Headers: ResponseHeaders<Value = V>>,
    {
        match self {
            Self::LeaveAlone => {}
            Self::KeepHeaders => {
                let headers = response.headers_mut();
                let existing = headers.existing();
                if !existing.has_cors && !headers.varies_by("Origin") {
                    headers.add_vary(V::ORIGIN);
                }
            }
            Self::Write(decision) => decision.write(response),
            Self::Rewrite(decision) => decision.rewrite(response.headers_mut()),
            Self::Replace(answer) => return Some(answer),
        }
        None
    }
}
