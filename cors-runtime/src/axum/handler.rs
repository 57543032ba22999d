//! CORS around the handler of one route.

use super::http::{OutcomeCell, RoutePolicy};
use crate::cors::{Admission, Decision, RequestHead, Verdict};
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::HeaderValue;
use pin_project_lite::pin_project;
use std::future::Future;
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
    decision.write(&mut response);
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
#[derive(Clone, Debug)]
pub(super) struct CorsHandler<H> {
    /// `None` if the handler has layers: then [`cors`] is outside of them.
    pub(super) policy: Option<Arc<RoutePolicy>>,
    pub(super) handler: H,
}

impl<H, T, S> Handler<T, S> for CorsHandler<H>
where
    H: Handler<T, S>,
{
    type Future = CorsFuture<H::Future>;

    #[inline]
    fn call(self, request: Request, state: S) -> Self::Future {
        let decision = match &self.policy {
            None => None,
            Some(policy) => match admit(policy, &request) {
                Admission::Call(decision) => Some(decision),
                Admission::Refuse(decision) => return CorsFuture::Refused { decision: Some(decision) },
            },
        };
        CorsFuture::Called { response: self.handler.call(request, state), decision }
    }
}

pin_project! {
    /// The response of a [`CorsHandler`].
    #[project = CorsFutureProjection]
    pub(super) enum CorsFuture<F> {
        /// The handler has been called. Its response gets the headers of the decision.
        Called {
            #[pin]
            response: F,
            decision: Option<Decision<HeaderValue>>,
        },
        /// `enforce` has refused the request.
        Refused { decision: Option<Decision<HeaderValue>> },
    }
}

impl<F> Future for CorsFuture<F>
where
    F: Future<Output = Response>,
{
    type Output = Response;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Response> {
        match self.project() {
            CorsFutureProjection::Called { response, decision } => {
                let mut response = ready!(response.poll(context));
                if let Some(decision) = decision.take() {
                    decision.write(&mut response);
                }
                Poll::Ready(response)
            }
            CorsFutureProjection::Refused { decision } => {
                Poll::Ready(refuse(decision.take().expect("a future is not polled after it is ready")))
            }
        }
    }
}
