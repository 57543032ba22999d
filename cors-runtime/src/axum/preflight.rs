//! The `OPTIONS` endpoint of a path.

use super::around::AroundFuture;
use super::check::Check;
use crate::engine::{
    Denial, Filled, PathPolicies, PreflightAnswer, PreflightRequest, RequestHead, Step, VARY_PREFLIGHT,
    Verdict,
};
use axum::body::Body;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;
use cors_policy::Origin;
use http::header::{
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ALLOW, HeaderMap, HeaderValue, ORIGIN,
    VARY,
};
use http::{Method, StatusCode};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// Who answers the preflights of a path.
#[derive(Debug)]
pub(super) struct Preflights<S> {
    pub(super) policies: Arc<PathPolicies<HeaderValue>>,
    /// The functions that decide, by the number of their route.
    pub(super) checks: Vec<Option<Check<S>>>,
}

/// Answers the preflights of a path and gives every other `OPTIONS` request to `other`.
#[derive(Debug)]
pub(super) struct OptionsHandler<H, S> {
    pub(super) preflights: Arc<Preflights<S>>,
    pub(super) other: H,
}

impl<H: Clone, S> Clone for OptionsHandler<H, S> {
    fn clone(&self) -> Self {
        Self { preflights: Arc::clone(&self.preflights), other: self.other.clone() }
    }
}

type BoxFuture = Pin<Box<dyn Future<Output = Response> + Send>>;

impl<H, T, S> Handler<T, S> for OptionsHandler<H, S>
where
    H: Handler<T, S>,
    T: 'static,
    S: Send + Sync + 'static,
{
    type Future = AroundFuture<BoxFuture>;

    fn call(self, request: Request, state: S) -> Self::Future {
        if self.preflights.policies.is_empty() || read(&request).is_none() {
            return AroundFuture::Plain { inner: Box::pin(self.other.call(request, state)) };
        }
        if self.preflights.policies.is_dynamic() {
            return AroundFuture::Plain { inner: Box::pin(answer_dynamic(self.preflights, request, state)) };
        }
        let policies = &self.preflights.policies;
        let answer = read(&request).map(|preflight| respond(policies, policies.decide(preflight), &request));
        AroundFuture::Answered { response: answer }
    }
}

/// Asks functions where the policies do not know.
async fn answer_dynamic<S>(preflights: Arc<Preflights<S>>, request: Request, state: S) -> Response {
    let policies = &preflights.policies;
    let (parts, body) = request.into_parts();
    let mut asked = parts.clone();
    let request = Request::from_parts(parts, body);
    let Some(preflight) = read(&request) else {
        return respond(policies, PreflightAnswer::Denied(Denial::NotListed), &request);
    };
    let mut question = policies.question(preflight);
    let mut step = policies.step(&mut question);
    loop {
        match step {
            Step::Answer(answer) => return respond(policies, answer, &request),
            Step::Ask(number) => {
                let origin = std::str::from_utf8(preflight.origin).ok().and_then(Origin::parse);
                let verdict = match (origin, preflights.checks.get(number)) {
                    (Some(origin), Some(Some(check))) => check.ask(origin, &mut asked, &state).await,
                    _ => Verdict::Denied,
                };
                step = policies.heard(&mut question, number, verdict);
            }
        }
    }
}

/// What an `OPTIONS` request that is no preflight gets if nobody else wants it: 204 with `Allow`.
pub(super) fn allow(methods: &str) -> (StatusCode, [(http::HeaderName, HeaderValue); 1]) {
    let value = HeaderValue::from_str(methods).expect("methods are tokens");
    (StatusCode::NO_CONTENT, [(ALLOW, value)])
}

/// What a preflight asks; `None` for every other request.
pub(super) fn read<B>(request: &http::Request<B>) -> Option<PreflightRequest<'_>> {
    if request.method() != Method::OPTIONS {
        return None;
    }
    PreflightRequest::from_lines(
        lines(request, ORIGIN),
        lines(request, ACCESS_CONTROL_REQUEST_METHOD),
        request.uri().path(),
    )
}

pub(super) fn lines<B>(request: &http::Request<B>, name: http::HeaderName) -> impl Iterator<Item = &[u8]> {
    request.headers().get_all(name).iter().map(HeaderValue::as_bytes)
}

fn respond(policies: &PathPolicies<HeaderValue>, answer: PreflightAnswer, request: &Request) -> Response {
    if let Some(slot) = request.slot() {
        let routed = read(request).is_some_and(|preflight| policies.routes_method(preflight.method));
        slot.fill(if routed { Filled::Preflight } else { Filled::OtherMethod });
    }
    let value = |name| request.headers().get(name).cloned();
    let asked = value(ORIGIN).zip(value(ACCESS_CONTROL_REQUEST_METHOD));
    let (status, headers, reason) =
        write_answer(policies, answer, asked, lines(request, ACCESS_CONTROL_REQUEST_HEADERS));
    let mut response = Response::new(if reason.is_empty() { Body::empty() } else { Body::from(reason) });
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// Status and headers of the answer, and in builds with `debug_assertions` why it refuses. `asked` are the values of
/// `Origin` and `Access-Control-Request-Method`.
pub(super) fn write_answer<'a>(
    policies: &PathPolicies<HeaderValue>,
    answer: PreflightAnswer,
    asked: Option<(HeaderValue, HeaderValue)>,
    requested_headers: impl Iterator<Item = &'a [u8]>,
) -> (StatusCode, HeaderMap, &'static str) {
    let mut headers = HeaderMap::with_capacity(8);
    let (status, reason) = match (answer, asked) {
        (PreflightAnswer::Allowed { route, routed }, Some((origin, method))) => {
            policies.write((route, routed), origin, method, requested_headers, &mut headers);
            (StatusCode::NO_CONTENT, "")
        }
        (PreflightAnswer::Denied(denial), _) if cfg!(debug_assertions) => {
            (StatusCode::FORBIDDEN, denial.text())
        }
        _ => (StatusCode::FORBIDDEN, ""),
    };
    headers.insert(VARY, HeaderValue::from_static(VARY_PREFLIGHT));
    (status, headers, reason)
}
