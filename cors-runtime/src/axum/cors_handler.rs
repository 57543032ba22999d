//! CORS around the handler of one route.

use super::boxed_handler::{BoxedHandler, ResponseFuture};
use super::http::{OutcomeCell, RoutePolicy};
use super::origin_check::DynamicCheckFn;
use crate::cors::{Admission, Decision, RouteOutcome, Verdict};
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::HeaderValue;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// Asks the policy of a route about an actual request whose verdict is known.
fn admit(
    policy: &Arc<RoutePolicy>,
    verdict: Verdict<HeaderValue>,
    request: &Request,
) -> Admission<HeaderValue> {
    policy.admit(verdict, request, request.extensions().get::<OutcomeCell>())
}

/// The response to a request that is refused.
#[cold]
fn refuse(decision: Decision<HeaderValue>) -> Response {
    let mut response = StatusCode::FORBIDDEN.into_response();
    decision.write_refusal(&mut response);
    response
}

/// CORS around a handler with layers, as a middleware.
pub(super) async fn cors_middleware(
    State(policy): State<Arc<RoutePolicy>>,
    request: Request,
    next: Next,
) -> Response {
    match admit(&policy, policy.verdict(&request), &request) {
        Admission::Refuse(decision) => refuse(decision),
        Admission::Call(decision) => {
            let mut response = next.run(request).await;
            decision.write(&mut response);
            response
        }
    }
}

/// CORS around a handler. Without an origin check it does the same as [`cors_middleware`], but without allocating a future.
pub(super) struct CorsHandler<S> {
    pub(super) policy: Arc<RoutePolicy>,
    pub(super) check: Option<DynamicCheckFn<S>>,
    pub(super) handler: BoxedHandler<S>,
}

impl<S> Clone for CorsHandler<S> {
    fn clone(&self) -> Self {
        Self { policy: Arc::clone(&self.policy), check: self.check, handler: self.handler.clone() }
    }
}

impl<S> Handler<(), S> for CorsHandler<S>
where
    S: Send + Sync + 'static,
{
    type Future = CorsFuture;

    fn call(self, request: Request, state: S) -> CorsFuture {
        if let Some(check) = self.check {
            let response = Box::pin(self.call_checked(check, request, state));
            return CorsFuture { response, decision: None };
        }
        match admit(&self.policy, self.policy.verdict(&request), &request) {
            Admission::Refuse(decision) => {
                CorsFuture { response: Box::pin(ready(refuse(decision))), decision: None }
            }
            Admission::Call(decision) => {
                CorsFuture { response: self.handler.respond(request, state), decision: Some(decision) }
            }
        }
    }
}

impl<S> CorsHandler<S> {
    /// Asks the origin check first.
    async fn call_checked(self, check: DynamicCheckFn<S>, request: Request, state: S) -> Response {
        // Until the check has answered, no default policy may decide about the request.
        if let Some(cell) = request.extensions().get::<OutcomeCell>() {
            cell.record(RouteOutcome::CheckPending);
        }
        let listed = self.policy.verdict(&request);
        let (mut parts, body) = request.into_parts();
        let verdict = check.verdict(listed, &mut parts, &state).await;
        let request = Request::from_parts(parts, body);
        match admit(&self.policy, verdict, &request) {
            Admission::Refuse(decision) => refuse(decision),
            Admission::Call(decision) => {
                let mut response = self.handler.respond(request, state).await;
                decision.write(&mut response);
                response
            }
        }
    }
}

/// The response of a [`CorsHandler`].
pub(super) struct CorsFuture {
    response: ResponseFuture,
    /// Is written into the response.
    decision: Option<Decision<HeaderValue>>,
}

impl Future for CorsFuture {
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Response> {
        let mut response = ready!(self.response.as_mut().poll(context));
        if let Some(decision) = self.decision.take() {
            decision.write(&mut response);
        }
        Poll::Ready(response)
    }
}
