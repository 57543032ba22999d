//! CORS around the handler of one route.

use super::boxed::{BoxedHandler, ResponseFuture};
use super::http::{OutcomeCell, RoutePolicy};
use crate::cors::{Admission, Decision, RequestHead, Verdict};
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

/// Asks the policy of a route about an actual request.
pub(super) fn admit(policy: &Arc<RoutePolicy>, request: &Request) -> Admission<HeaderValue> {
    admit_with(policy, policy.verdict(request.origin()), request)
}

/// Asks the policy of a route about an actual request whose verdict is known.
pub(super) fn admit_with(
    policy: &Arc<RoutePolicy>,
    verdict: Verdict<HeaderValue>,
    request: &Request,
) -> Admission<HeaderValue> {
    policy.admit(verdict, request, request.extensions().get::<OutcomeCell>())
}

/// The response to a request that `enforce` refuses.
#[cold]
pub(super) fn refuse(decision: Decision<HeaderValue>) -> Response {
    let mut response = StatusCode::FORBIDDEN.into_response();
    decision.write_refusal(&mut response);
    response
}

/// CORS around a handler with layers, as a middleware.
pub(super) async fn cors(State(policy): State<Arc<RoutePolicy>>, request: Request, next: Next) -> Response {
    match admit(&policy, &request) {
        Admission::Refuse(decision) => refuse(decision),
        Admission::Call(decision) => {
            let mut response = next.run(request).await;
            decision.write(&mut response);
            response
        }
    }
}

/// CORS around a handler without layers. It does what [`cors`] does, but needs no box of its own for a request.
pub(super) struct CorsHandler<S> {
    pub(super) policy: Arc<RoutePolicy>,
    pub(super) handler: BoxedHandler<S>,
}

impl<S> Clone for CorsHandler<S> {
    fn clone(&self) -> Self {
        Self { policy: Arc::clone(&self.policy), handler: self.handler.clone() }
    }
}

impl<S: 'static> Handler<(), S> for CorsHandler<S> {
    type Future = CorsFuture;

    fn call(self, request: Request, state: S) -> CorsFuture {
        match admit(&self.policy, &request) {
            Admission::Refuse(decision) => {
                CorsFuture { response: Box::pin(ready(refuse(decision))), decision: None }
            }
            Admission::Call(decision) => {
                CorsFuture { response: self.handler.respond(request, state), decision: Some(decision) }
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
