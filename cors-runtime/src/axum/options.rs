//! The `OPTIONS` endpoint of a path.

use super::http::OutcomeCell;
use super::origin_check::{Check, head_of};
use crate::cors::{PathPolicies, PreflightAnswer, PreflightRequest, ResponseHead, RouteOutcome, Verdict};
use axum::body::Body;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;
use http::header::{ALLOW, HeaderMap, HeaderValue};
use http::{HeaderName, StatusCode};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// Answers the preflights of a path.
#[derive(Debug)]
pub(super) struct Preflights<S> {
    policies: Arc<PathPolicies<HeaderValue>>,
    /// The origin checks, by the number of their route.
    checks: Vec<Option<Check<S>>>,
}

impl<S> Preflights<S> {
    pub(super) fn new(policies: Arc<PathPolicies<HeaderValue>>, checks: Vec<Option<Check<S>>>) -> Self {
        Self { policies, checks }
    }

    fn respond<B>(
        &self,
        preflight: PreflightRequest<'_, http::Request<B>>,
        check_results: &[(usize, Verdict<HeaderValue>)],
        request: &http::Request<B>,
    ) -> Response {
        // In axum a URL has one path.
        let mut response = response(self.policies.answer(preflight, check_results, |_| true));
        match request.extensions().get::<OutcomeCell>() {
            Some(cell) if self.policies.routes_method(preflight.method) => {
                cell.record(RouteOutcome::PreflightAnswered);
            }
            Some(cell) => {
                cell.record_path(&self.policies);
                cell.record(RouteOutcome::MethodNotAnnotated);
            }
            None => response.mark_as_annotated(),
        }
        response
    }

    /// Asks the origin checks of these routes, then answers.
    async fn respond_with_checks(&self, request: Request, routes: Vec<usize>, state: &S) -> Response {
        let (mut parts, _) = request.into_parts();
        let head = head_of(&parts);
        let mut results = Vec::new();
        for route in routes {
            let verdict = match self.checks.get(route) {
                Some(Some(check)) => {
                    check.verdict(self.policies.policy(route), &head, &mut parts, state).await
                }
                Some(None) | None => Verdict::Denied,
            };
            let is_denied = verdict.is_denied();
            results.push((route, verdict));
            if !is_denied {
                break;
            }
        }
        match PreflightRequest::read(&head) {
            Some(preflight) => self.respond(preflight, &results, &head),
            None => response(PreflightAnswer::Denied(None)),
        }
    }
}

/// The handler for `OPTIONS`: answers the preflights of a path and passes every other request on.
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

impl<H, T, S> Handler<T, S> for OptionsHandler<H, S>
where
    H: Handler<T, S>,
    T: 'static,
    S: Send + Sync + 'static,
{
    type Future = Pin<Box<dyn Future<Output = Response> + Send>>;

    fn call(self, request: Request, state: S) -> Self::Future {
        let (preflights, other) = &*self.0;
        let preflight = PreflightRequest::read(&request).filter(|_| !preflights.policies.is_empty());
        let Some(preflight) = preflight else { return Box::pin(other.clone().call(request, state)) };
        let checks = preflights.policies.checks_to_ask(preflight);
        if checks.is_empty() {
            return Box::pin(std::future::ready(preflights.respond(preflight, &[], &request)));
        }
        Box::pin(async move { self.0.0.respond_with_checks(request, checks, &state).await })
    }
}

/// The response to an `OPTIONS` request that is not a preflight, if no handler takes it: 204 with `Allow`.
pub(super) fn allow(methods: &str) -> (StatusCode, [(HeaderName, HeaderValue); 1]) {
    let value = HeaderValue::from_str(methods).expect("methods are tokens");
    (StatusCode::NO_CONTENT, [(ALLOW, value)])
}

fn response(answer: PreflightAnswer<HeaderValue>) -> Response {
    let mut response = Response::new(Body::from(answer.body()));
    write_answer(answer, &mut response);
    response
}

/// Writes status and headers of an answer into a new response.
pub(super) fn write_answer<B>(answer: PreflightAnswer<HeaderValue>, response: &mut http::Response<B>) {
    *response.status_mut() =
        StatusCode::from_u16(answer.status()).expect("204 and 403 are valid status codes");
    // Room for every header of the answer and for the length that axum adds: a map that grows is filled twice.
    let mut headers = HeaderMap::with_capacity(7);
    answer.write(&mut headers);
    *response.headers_mut() = headers;
}
