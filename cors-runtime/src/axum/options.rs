//! The `OPTIONS` endpoint of a path.

use super::boxed_handler::{BoxedHandler, ResponseFuture};
use super::http::OutcomeCell;
use super::origin_check::DynamicCheckFn;
use crate::cors::{CheckResult, PathPolicies, PreflightAnswer, PreflightRequest, record_preflight};
use axum::body::Body;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;
use http::header::{ALLOW, HeaderValue};
use http::request::Parts;
use http::{HeaderName, StatusCode};
use std::any::Any;
use std::future::ready;
use std::sync::Arc;

/// The handler for the `OPTIONS` requests of a path. axum clones it for each request.
pub(super) struct OptionsHandler<S>(Arc<PreflightEndpoint<S>>);

/// Answers the preflights of a path, and passes the other `OPTIONS` requests on.
struct PreflightEndpoint<S> {
    policies: Arc<PathPolicies<HeaderValue>>,
    /// The origin checks, by the number of their route.
    checks: Vec<Option<DynamicCheckFn<S>>>,
    /// Takes the requests that are not preflights.
    other: BoxedHandler<S>,
}

impl<S> OptionsHandler<S> {
    /// `checks` has an element for each route of the path. `other` takes the requests that are not preflights.
    pub(super) fn new(
        policies: Arc<PathPolicies<HeaderValue>>,
        checks: Vec<Option<DynamicCheckFn<S>>>,
        other: BoxedHandler<S>,
    ) -> Self {
        Self(Arc::new(PreflightEndpoint { policies, checks, other }))
    }
}

impl<S> Clone for OptionsHandler<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> Handler<(), S> for OptionsHandler<S>
where
    S: Send + Sync + 'static,
{
    type Future = ResponseFuture;

    fn call(self, request: Request, state: S) -> ResponseFuture {
        let Self(endpoint) = self;
        // A path with a handler for `OPTIONS` alone has no policy.
        let preflight = PreflightRequest::read(&request).filter(|_| !endpoint.policies.is_empty());
        let Some(preflight) = preflight else {
            return endpoint.other.respond(request, state);
        };
        let checks = endpoint.policies.checks_to_ask(preflight);
        if checks.is_empty() {
            return Box::pin(ready(endpoint.answer(preflight, &[])));
        }
        let (origin, method) = (preflight.origin.clone(), preflight.method.clone());
        let (mut parts, _) = request.into_parts();
        // The extractors of a check may change the parts that they get.
        let head = http::Request::from_parts(parts.clone(), ());
        Box::pin(async move {
            let preflight = PreflightRequest { request: &head, origin: &origin, method: &method };
            let results = endpoint.ask_checks(preflight, checks, &mut parts, &state).await;
            endpoint.answer(preflight, &results)
        })
    }
}

impl<S> PreflightEndpoint<S> {
    fn answer<B>(
        &self,
        preflight: PreflightRequest<'_, http::Request<B>>,
        check_results: &[CheckResult<HeaderValue>],
    ) -> Response {
        // In axum a URL has one path.
        let answer = self.policies.answer(preflight, check_results, |_| true);
        let mut response = preflight_response(answer);
        let cell = preflight.request.extensions().get::<OutcomeCell>();
        let takes_method = self.policies.takes_method(preflight.method);
        record_preflight(cell, &mut response, takes_method, || vec![Arc::clone(&self.policies)]);
        response
    }

    /// Asks the origin checks of these routes, until one allows the origin.
    async fn ask_checks(
        &self,
        preflight: PreflightRequest<'_, http::Request<()>>,
        routes: Vec<usize>,
        parts: &mut Parts,
        state: &S,
    ) -> Vec<CheckResult<HeaderValue>> {
        let mut results = Vec::new();
        for route in routes {
            let Some(check) = self.checks[route] else { continue };
            let listed = self.policies.policy(route).verdict(preflight.request);
            let verdict = check.verdict(listed, parts, state).await;
            let is_denied = verdict.is_denied();
            results.push(CheckResult { route, verdict });
            if !is_denied {
                break;
            }
        }
        results
    }
}

/// The response to an `OPTIONS` request that is not a preflight, if no handler takes it: 204 with `Allow`.
pub(super) fn allow(methods: &str) -> (StatusCode, [(HeaderName, HeaderValue); 1]) {
    let value = HeaderValue::from_str(methods).expect("methods are tokens");
    (StatusCode::NO_CONTENT, [(ALLOW, value)])
}

/// Makes a response of an answer to a preflight.
pub(super) fn preflight_response<R>(answer: PreflightAnswer<HeaderValue>) -> http::Response<R>
where
    R: Default + 'static,
{
    let mut response = http::Response::new(body_with_text(answer.body()));
    *response.status_mut() =
        StatusCode::from_u16(answer.status()).expect("204 and 403 are valid status codes");
    // Room for every header of the answer and for the length that axum adds: a map that grows moves its headers.
    response.headers_mut().reserve(7);
    answer.write(response.headers_mut());
    response
}

/// Returns a body with the text if `R` is axum's `Body`, and an empty body otherwise.
fn body_with_text<R: Default + 'static>(text: &'static str) -> R {
    let mut body = R::default();
    if !text.is_empty()
        && let Some(body) = (&mut body as &mut dyn Any).downcast_mut::<Body>()
    {
        *body = Body::from(text);
    }
    body
}
