//! A policy for everything that has none of its own.

use super::denial::{is_logged, log};
use super::outcome::RouteOutcome;
use super::preflight::{PreflightHeaders, Reuse};
use super::same_origin::is_same_origin;
use super::{
    Decision, DeclaredPolicy, HeaderValue, Methods, OriginHeader, OutcomeCell, PathPolicies, PreflightAnswer,
    PreflightRequest, RequestHead, ResponseHead, ResponseHeaders, RoutePolicy,
};
use crate::error::ProblemKind;
use crate::{BuildError, SourceLocation};
use cors_policy::Policy;
use std::sync::Arc;

/// A policy for routes without an annotation, for 404 and for 405.
#[derive(Debug)]
pub(crate) struct DefaultPolicy<V> {
    policy: Arc<RoutePolicy<V>>,
    methods: Methods,
    /// The value of `Access-Control-Allow-Methods`.
    allow_methods: V,
}

/// The path of a default policy in the warning about replaced headers, where there is no request.
const PATH: &str = "(default policy)";

impl<V: HeaderValue> DefaultPolicy<V> {
    /// A default policy for `GET`, `HEAD` and `POST`.
    pub(crate) fn new(policy: Policy, location: SourceLocation) -> Result<Self, BuildError> {
        if policy.enforce() {
            // A default policy does not know which route a request will reach, and whether that route allows more.
            return Err(vec![ProblemKind::EnforceByDefault.at(location)].into());
        }
        let policy = Arc::new(RoutePolicy::new(DeclaredPolicy::new(policy, location), PATH)?);
        Ok(Self::with_policy(policy, Methods::named(["GET", "HEAD", "POST"])))
    }

    /// The same policy for other methods.
    ///
    /// # Errors
    ///
    /// If one of the names is not a method, is not in upper case, or is a method that no script can send.
    #[cfg(feature = "runtime-policies")]
    pub(crate) fn with_methods(
        &self,
        names: impl IntoIterator<Item: AsRef<str>>,
    ) -> Result<Self, BuildError> {
        let names: Vec<_> = names.into_iter().collect();
        let findings = names.iter().filter_map(|name| cors_policy::check_method(name.as_ref()));
        let problems: Vec<_> = findings.map(|finding| ProblemKind::DefaultMethod(finding).into()).collect();
        if !problems.is_empty() {
            return Err(problems.into());
        }
        let methods = Methods::named(names.iter().map(AsRef::as_ref));
        Ok(Self::with_policy(Arc::clone(&self.policy), methods))
    }

    fn with_policy(policy: Arc<RoutePolicy<V>>, methods: Methods) -> Self {
        Self { policy, allow_methods: V::from_checked(&methods.to_string()), methods }
    }

    /// Decides about an actual request before it goes inside. The decision is written only if no annotated route decides.
    pub(crate) fn decide<R: RequestHead<Value = V>>(&self, request: &R) -> PendingResponse<V> {
        let origin = request.origin();
        let verdict = self.policy.verdict(origin);
        let is_logged = verdict.is_denied() && is_logged() && !is_same_origin(request);
        let denied = is_logged.then(|| DeniedRequest {
            origin: match origin {
                OriginHeader::One(value) => Some(value.clone()),
                OriginHeader::Missing | OriginHeader::Multiple => None,
            },
            method: request.method().to_owned(),
            path: request.path().to_owned(),
        });
        PendingResponse { decision: Decision::of_default(Arc::clone(&self.policy), verdict), denied }
    }

    /// Keeps what the answer to a preflight needs, until it is known whether this policy gives it.
    pub(crate) fn remember<R>(&self, preflight: PreflightRequest<'_, R>) -> PendingPreflight<V>
    where
        R: RequestHead<Value = V>,
    {
        PendingPreflight {
            origin: preflight.origin.clone(),
            method: preflight.method.clone(),
            allow_headers: self.policy.allow_headers_for(preflight),
            path: if is_logged() { preflight.path().to_owned() } else { String::new() },
        }
    }

    /// What to do about a preflight that came back from inside. `status` and `is_marked` are those of the response.
    pub(crate) fn finish_preflight(
        &self,
        preflight: PendingPreflight<V>,
        cell: &OutcomeCell<V>,
        (status, is_marked): (u16, bool),
    ) -> PreflightOutcome<V> {
        match cell.take_for_default() {
            RouteOutcome::MethodNotAnnotated if self.methods.contains(preflight.method.as_ref()) => {
                PreflightOutcome::Answer(self.answer(preflight, &cell.paths()))
            }
            RouteOutcome::Unreached if is_marked => PreflightOutcome::LeaveAlone,
            RouteOutcome::Unreached if matches!(status, 404 | 405) => {
                PreflightOutcome::Answer(self.answer(preflight, &cell.paths()))
            }
            RouteOutcome::Unreached => {
                self.log("preflight-intercepted", &preflight);
                PreflightOutcome::Intercepted
            }
            _ => PreflightOutcome::LeaveAlone,
        }
    }

    /// `annotated` are the annotated paths that match the URL.
    fn answer(
        &self,
        preflight: PendingPreflight<V>,
        annotated: &[Arc<PathPolicies<V>>],
    ) -> PreflightAnswer<V> {
        let policy = &*self.policy;
        let verdict = policy.verdict(OriginHeader::One(&preflight.origin));
        let Some(allow_origin) = verdict.clone().allow_origin() else {
            return PreflightAnswer::deny(&verdict, &preflight.origin, |denial| {
                self.log(denial.name(), &preflight);
            });
        };
        let is_routed = self.methods.contains(preflight.method.as_ref());
        if !is_routed {
            self.log("method-not-routed", &preflight);
        }
        // The other methods of an annotated path may belong to its routes: the answer must not open those.
        let names_one_method = is_routed && !annotated.is_empty();
        let allow_methods =
            if names_one_method { preflight.method.clone() } else { self.allow_methods.clone() };
        let reuse = Reuse { listed: &allow_methods, answering: policy, origin: &preflight.origin };
        let can_be_reused = is_routed && annotated.iter().all(|path| reuse.is_trusted_by(path));
        PreflightAnswer::Allowed(PreflightHeaders {
            allow_origin,
            credentials: policy.credentials,
            allow_methods: Some(allow_methods.clone()),
            allow_headers: preflight.allow_headers.filter(|_| is_routed),
            max_age: if can_be_reused { policy.max_age.clone() } else { Some(V::from_static("0")) },
        })
    }

    fn log(&self, reason: &str, preflight: &PendingPreflight<V>) {
        let origin = OriginHeader::One(&preflight.origin);
        log(reason, origin, preflight.method.as_ref(), &preflight.path, self.policy.declared.location);
    }
}

/// A preflight that has been passed on to the routes inside.
#[derive(Debug)]
pub(crate) struct PendingPreflight<V> {
    origin: V,
    method: V,
    /// `Access-Control-Allow-Headers`, if the default policy allows the request.
    allow_headers: Option<V>,
    /// The path of the URL. It is empty if it will not be logged.
    path: String,
}

/// What to do about a preflight that came back from inside.
#[derive(Debug)]
pub(crate) enum PreflightOutcome<V> {
    /// An annotated route, or an inner default policy, has answered it.
    LeaveAlone,
    /// No route has answered it: replace the response by this answer.
    Answer(PreflightAnswer<V>),
    /// A layer in between has answered it, most likely a login. Remove its CORS headers with [`grant_nothing`].
    Intercepted,
}

/// Removes the CORS headers that an intercepting layer set.
#[cold]
pub(crate) fn grant_nothing<H: ResponseHeaders>(headers: &mut H) {
    let varies_by_origin = headers.existing().varies_by_origin;
    headers.remove_cors();
    if !varies_by_origin {
        headers.add_vary(HeaderValue::from_static("Origin"));
    }
}

/// What a default policy decided about an actual request that has been passed on to the routes inside.
#[derive(Debug)]
pub(crate) struct PendingResponse<V> {
    decision: Decision<V>,
    /// The denial to log if the decision is written.
    denied: Option<DeniedRequest<V>>,
}

#[derive(Debug)]
struct DeniedRequest<V> {
    /// `None` if there is more than one `Origin` line.
    origin: Option<V>,
    method: String,
    path: String,
}

impl<V: HeaderValue> PendingResponse<V> {
    /// Finds out which policy a response belongs to: that of an annotated route, if one has decided. `is_marked` says
    /// whether an annotated route has marked the response.
    pub(crate) fn resolve(self, cell: &OutcomeCell<V>, is_marked: bool) -> ResponseOutcome<V> {
        match cell.outcome() {
            RouteOutcome::Decided(decision) => ResponseOutcome::WriteAgain(decision),
            RouteOutcome::CheckPending => ResponseOutcome::Write(self.decision.denying()),
            RouteOutcome::Contested => ResponseOutcome::Keep,
            RouteOutcome::PreflightAnswered
            | RouteOutcome::MethodNotAnnotated
            | RouteOutcome::AnsweredByDefault => ResponseOutcome::LeaveAlone,
            RouteOutcome::Unreached if is_marked => ResponseOutcome::LeaveAlone,
            RouteOutcome::Unreached => {
                cell.record(RouteOutcome::Decided(self.decision.clone()));
                if let Some(DeniedRequest { origin, method, path }) = &self.denied {
                    let origin = origin.as_ref().map_or(OriginHeader::Multiple, OriginHeader::One);
                    self.decision.log_denied(origin, method, path);
                }
                ResponseOutcome::Write(self.decision)
            }
        }
    }
}

/// What to do about the response to an actual request that came back from inside.
#[derive(Clone, Debug)]
pub(crate) enum ResponseOutcome<V> {
    /// An annotated route, which the cell did not reach, has written its headers.
    LeaveAlone,
    /// Several routes have decided differently: keep the headers that the response has.
    Keep,
    /// Write the decision of the default policy.
    Write(Decision<V>),
    /// Write the decision of an annotated route or of an inner default policy, since a layer in between may have built
    /// the response.
    WriteAgain(Decision<V>),
}

impl<V: HeaderValue> ResponseOutcome<V> {
    /// Writes the headers.
    pub(crate) fn write<R>(self, response: &mut R)
    where
        R: ResponseHead<Headers: ResponseHeaders<Value = V>>,
    {
        match self {
            Self::LeaveAlone => {}
            Self::Keep => keep_headers(response.headers_mut()),
            Self::Write(decision) => decision.write(response),
            Self::WriteAgain(decision) => decision.write_again(response.headers_mut()),
        }
    }
}

/// Keeps the headers of a response that several routes have decided about.
fn keep_headers<H: ResponseHeaders>(headers: &mut H) {
    let existing = headers.existing();
    if !existing.has_cors && !existing.varies_by_origin {
        headers.add_vary(HeaderValue::from_static("Origin"));
    }
}
