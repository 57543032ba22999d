//! The `OPTIONS` endpoint of a path.

use super::check::Check;
use crate::engine::{
    Denial, Filled, PathPolicies, PreflightAnswer, PreflightRequest, RequestHead, Slot, Step, VARY_PREFLIGHT,
    Verdict, single,
};
use axum::body::Body;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;
use cors_policy::Origin;
use http::header::{
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ALLOW, CONTENT_LENGTH, HeaderMap,
    HeaderValue, ORIGIN, VARY,
};
use http::{Method, StatusCode};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// Who answers the preflights of a path.
#[derive(Debug)]
pub(super) struct Preflights<S> {
    policies: Arc<PathPolicies<HeaderValue>>,
    /// What every 204 of a route has: to copy a map takes half the time that it takes to fill one.
    answers: Vec<HeaderMap>,
    /// The functions that decide, by the number of their route.
    checks: Vec<Option<Check<S>>>,
}

impl<S> Preflights<S> {
    pub(super) fn new(policies: Arc<PathPolicies<HeaderValue>>, checks: Vec<Option<Check<S>>>) -> Self {
        let answer = |number| {
            // axum puts the length into every answer. A copy has no room left, and would be copied once more.
            let mut headers = answer_headers(7);
            policies.write_constants(number, &mut headers);
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
            headers
        };
        let answers = (0..policies.len()).map(answer).collect();
        Self { policies, answers, checks }
    }
}

/// Answers the preflights of a path and gives every other `OPTIONS` request to `other`.
#[derive(Debug)]
pub(super) struct OptionsHandler<H, S>(Arc<(Preflights<S>, H)>);

impl<H, S> OptionsHandler<H, S> {
    pub(super) fn new(preflights: Preflights<S>, other: H) -> Self {
        Self(Arc::new((preflights, other)))
    }
}

impl<H, S> Clone for OptionsHandler<H, S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

type BoxFuture = Pin<Box<dyn Future<Output = Response> + Send>>;

/// The answer, or what somebody else answers.
pub(super) enum OptionsFuture {
    Answered(Option<Response>),
    Boxed(BoxFuture),
}

impl Future for OptionsFuture {
    type Output = Response;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        match self.get_mut() {
            Self::Answered(response) => {
                Poll::Ready(response.take().expect("a future is not polled after it is ready"))
            }
            Self::Boxed(inner) => inner.as_mut().poll(cx),
        }
    }
}

impl<H, T, S> Handler<T, S> for OptionsHandler<H, S>
where
    H: Handler<T, S>,
    T: 'static,
    S: Send + Sync + 'static,
{
    type Future = OptionsFuture;

    fn call(self, request: Request, state: S) -> Self::Future {
        let (preflights, other) = &*self.0;
        match read(&request).filter(|_| !preflights.policies.is_empty()) {
            None => OptionsFuture::Boxed(Box::pin(other.clone().call(request, state))),
            Some(_) if preflights.policies.is_dynamic() => {
                OptionsFuture::Boxed(Box::pin(answer_dynamic(self, request, state)))
            }
            Some(asked) => {
                let answer = preflights.policies.decide(asked.preflight);
                OptionsFuture::Answered(Some(respond(preflights, answer, asked, &request)))
            }
        }
    }
}

/// Asks functions where the policies do not know.
async fn answer_dynamic<H, S>(handler: OptionsHandler<H, S>, request: Request, state: S) -> Response {
    let (preflights, _) = &*handler.0;
    let policies = &preflights.policies;
    let (parts, body) = request.into_parts();
    let mut parts_of_check = parts.clone();
    let request = Request::from_parts(parts, body);
    let Some(asked) = read(&request) else {
        return denied(Denial::NotListed);
    };
    let mut question = policies.question(asked.preflight);
    let mut step = policies.step(&mut question);
    loop {
        match step {
            Step::Answer(answer) => return respond(preflights, answer, asked, &request),
            Step::Ask(number) => {
                let origin = std::str::from_utf8(asked.preflight.origin).ok().and_then(Origin::parse);
                let verdict = match (origin, preflights.checks.get(number)) {
                    (Some(origin), Some(Some(check))) => check.ask(origin, &mut parts_of_check, &state).await,
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

/// What a preflight asks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) preflight: PreflightRequest<'a>,
    pub(super) origin: &'a HeaderValue,
    pub(super) method: &'a HeaderValue,
}

impl<'a> Asked<'a> {
    pub(super) fn new(origin: &'a HeaderValue, method: &'a HeaderValue, path: &'a str) -> Self {
        let preflight = PreflightRequest { origin: origin.as_bytes(), method: method.as_bytes(), path };
        Self { preflight, origin, method }
    }
}

/// What a preflight asks; `None` for every other request.
pub(super) fn read<B>(request: &http::Request<B>) -> Option<Asked<'_>> {
    if request.method() != Method::OPTIONS {
        return None;
    }
    let only = |name| single(request.headers().get_all(name).iter()).ok().flatten();
    Some(Asked::new(only(ORIGIN)?, only(ACCESS_CONTROL_REQUEST_METHOD)?, request.uri().path()))
}

fn lines<B>(request: &http::Request<B>, name: http::HeaderName) -> impl Iterator<Item = &[u8]> {
    request.headers().get_all(name).iter().map(HeaderValue::as_bytes)
}

fn respond<S>(
    preflights: &Preflights<S>,
    answer: PreflightAnswer,
    asked: Asked<'_>,
    request: &Request,
) -> Response {
    let Preflights { policies, answers, .. } = preflights;
    if Slot::<HeaderValue>::is_in_use()
        && let Some(slot) = request.slot()
    {
        let routed = policies.routes_method(asked.preflight.method);
        slot.fill(if routed { Filled::Preflight } else { Filled::OtherMethod(Arc::clone(policies)) });
    }
    let requested = || lines(request, ACCESS_CONTROL_REQUEST_HEADERS);
    let headers = match answer {
        PreflightAnswer::Denied(denial) => return denied(denial),
        PreflightAnswer::Allowed { route, routed: true } => {
            let mut headers = answers[route].clone();
            policies.complete(route, (asked.origin, asked.method), requested, &mut headers);
            headers
        }
        PreflightAnswer::Allowed { route, routed: false } => {
            let mut headers = answer_headers(6);
            policies.write((route, false), (asked.origin, asked.method), requested, &mut headers);
            headers
        }
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    *response.headers_mut() = headers;
    response
}

/// 403; in builds with `debug_assertions` the body says why.
fn denied(denial: Denial) -> Response {
    let mut response =
        Response::new(if cfg!(debug_assertions) { Body::from(denial.text()) } else { Body::empty() });
    *response.status_mut() = StatusCode::FORBIDDEN;
    response.headers_mut().insert(VARY, HeaderValue::from_static(VARY_PREFLIGHT));
    response
}

/// `Vary`, and room for so many headers: a map that grows is filled twice.
fn answer_headers(room: usize) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(room);
    headers.insert(VARY, HeaderValue::from_static(VARY_PREFLIGHT));
    headers
}

/// Status and headers of a default policy's answer, and in builds with `debug_assertions` why it refuses.
pub(super) fn write_answer<'a, L: Iterator<Item = &'a [u8]>>(
    policies: &PathPolicies<HeaderValue>,
    answer: PreflightAnswer,
    asked: Asked<'_>,
    requested_headers: impl FnOnce() -> L,
) -> (StatusCode, HeaderMap, &'static str) {
    let mut headers = answer_headers(6);
    let (status, reason) = match answer {
        PreflightAnswer::Allowed { route, routed } => {
            policies.write((route, routed), (asked.origin, asked.method), requested_headers, &mut headers);
            (StatusCode::NO_CONTENT, "")
        }
        PreflightAnswer::Denied(denial) if cfg!(debug_assertions) => (StatusCode::FORBIDDEN, denial.text()),
        PreflightAnswer::Denied(_) => (StatusCode::FORBIDDEN, ""),
    };
    (status, headers, reason)
}
