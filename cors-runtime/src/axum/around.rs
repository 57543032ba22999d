//! CORS around the handler of one route.

use super::headers::read_origin;
use crate::engine::{RoutePolicy, Verdict};
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use axum::routing::Route;
use axum::routing::future::RouteFuture;
use http::StatusCode;
use http::header::{HeaderMap, HeaderValue, ORIGIN};
use pin_project_lite::pin_project;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tower_layer::Layer;
use tower_service::Service;

/// The policy around the handler of one route.
#[derive(Clone, Debug)]
pub(super) struct Around(pub(super) Arc<RoutePolicy<HeaderValue>>);

impl Around {
    /// Looks at a request before anything else does.
    #[inline]
    pub(super) fn enter(self, request: &Request) -> Entered {
        let verdict = self.0.decide(read_origin(request.headers()));
        self.decided(verdict, request)
    }

    /// Goes on with what the policy, or a function, says of the request's origin.
    #[inline]
    pub(super) fn decided(self, verdict: Verdict, request: &Request) -> Entered {
        if verdict == Verdict::Denied {
            self.0.log_denied(read_origin(request.headers()), request.method().as_str());
            if self.0.policy.enforce() {
                let mut response = StatusCode::FORBIDDEN.into_response();
                self.0.apply(verdict, None, response.headers_mut());
                return Entered::Answered(response);
            }
        }
        let origin = (verdict == Verdict::Allowed).then(|| request.headers().get(ORIGIN).cloned()).flatten();
        Entered::Continue(Pending { policy: self.0, verdict, origin })
    }
}

/// What to do with a request.
pub(super) enum Entered {
    /// It is answered already.
    Answered(Response),
    /// The handler runs, then the response gets its headers.
    Continue(Pending),
}

/// The headers that a response will get.
#[derive(Debug)]
pub(super) struct Pending {
    policy: Arc<RoutePolicy<HeaderValue>>,
    verdict: Verdict,
    origin: Option<HeaderValue>,
}

impl Pending {
    #[inline]
    pub(super) fn apply(&mut self, headers: &mut HeaderMap) {
        self.policy.apply(self.verdict, self.origin.take(), headers);
    }
}

pin_project! {
    /// The handler's response with its headers.
    #[project = AroundFutureProj]
    pub enum AroundFuture<F> {
        #[doc(hidden)]
        Plain { #[pin] inner: F },
        #[doc(hidden)]
        Pending { #[pin] inner: F, pending: Pending },
        #[doc(hidden)]
        Answered { response: Option<Response> },
    }
}

impl<F: Future<Output: Answer>> Future for AroundFuture<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        match self.project() {
            AroundFutureProj::Plain { inner } => inner.poll(cx),
            AroundFutureProj::Pending { inner, pending } => {
                let mut answer = ready!(inner.poll(cx));
                pending.apply(answer.headers_mut());
                Poll::Ready(answer)
            }
            AroundFutureProj::Answered { response } => {
                let response = response.take().expect("a future is not polled after it is ready");
                Poll::Ready(F::Output::from_response(response))
            }
        }
    }
}

/// What handlers and services give.
pub(super) trait Answer {
    fn headers_mut(&mut self) -> &mut HeaderMap;
    fn from_response(response: Response) -> Self;
}

impl Answer for Response {
    fn headers_mut(&mut self) -> &mut HeaderMap {
        self.headers_mut()
    }

    fn from_response(response: Response) -> Self {
        response
    }
}

impl Answer for Result<Response, Infallible> {
    fn headers_mut(&mut self) -> &mut HeaderMap {
        match self {
            Ok(response) => response.headers_mut(),
            Err(never) => match *never {},
        }
    }

    fn from_response(response: Response) -> Self {
        Ok(response)
    }
}

/// A handler with CORS around it, or bare: for a group's layer to come in between.
#[derive(Clone, Debug)]
pub(super) struct AroundHandler<H> {
    pub(super) around: Option<Around>,
    pub(super) handler: H,
}

impl<H, T, S> Handler<T, S> for AroundHandler<H>
where
    H: Handler<T, S>,
{
    type Future = AroundFuture<H::Future>;

    #[inline]
    fn call(self, request: Request, state: S) -> Self::Future {
        let Some(around) = self.around else {
            return AroundFuture::Plain { inner: self.handler.call(request, state) };
        };
        match around.enter(&request) {
            Entered::Answered(response) => AroundFuture::Answered { response: Some(response) },
            Entered::Continue(pending) => {
                AroundFuture::Pending { inner: self.handler.call(request, state), pending }
            }
        }
    }
}

/// CORS around a handler that has layers of its own.
#[derive(Clone, Debug)]
pub(super) struct AroundLayer(pub(super) Around);

impl Layer<Route> for AroundLayer {
    type Service = AroundService;

    fn layer(&self, inner: Route) -> AroundService {
        AroundService { around: self.0.clone(), inner }
    }
}

/// See [`AroundLayer`].
#[derive(Clone, Debug)]
pub(super) struct AroundService {
    around: Around,
    inner: Route,
}

impl Service<Request> for AroundService {
    type Response = Response;
    type Error = Infallible;
    type Future = AroundFuture<RouteFuture<Infallible>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request>::poll_ready(&mut self.inner, cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        match self.around.clone().enter(&request) {
            Entered::Answered(response) => AroundFuture::Answered { response: Some(response) },
            Entered::Continue(pending) => AroundFuture::Pending { inner: self.inner.call(request), pending },
        }
    }
}
