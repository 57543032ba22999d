//! CORS around the handler of one route.

use super::cell::Covered;
use crate::engine::{Decided, Entered, RoutePolicy};
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use axum::routing::Route;
use axum::routing::future::RouteFuture;
use http::StatusCode;
use http::header::{HeaderMap, HeaderValue};
use pin_project_lite::pin_project;
use std::borrow::Borrow;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tower_layer::Layer;
use tower_service::Service;

/// The policy around the handler of one route.
pub(super) type Around = Arc<RoutePolicy<HeaderValue>>;

/// What `enforce` answers.
#[cold]
pub(super) fn refused<P: Borrow<Around>>(mut decided: Decided<HeaderValue, P>) -> Response {
    let mut response = StatusCode::FORBIDDEN.into_response();
    decided.apply(response.headers_mut());
    response
}

pin_project! {
    /// The handler's response with its headers.
    #[project = AroundFutureProj]
    pub enum AroundFuture<F, P = Around> {
        #[doc(hidden)]
        Plain { #[pin] inner: F },
        #[doc(hidden)]
        Decided { #[pin] inner: F, decided: Decided<HeaderValue, P> },
        #[doc(hidden)]
        // Rare, and large.
        Answered { response: Option<Box<Response>> },
    }
}

impl<F, P> Future for AroundFuture<F, P>
where
    F: Future<Output: Answer>,
    P: Borrow<Around>,
{
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        match self.project() {
            AroundFutureProj::Plain { inner } => inner.poll(cx),
            AroundFutureProj::Decided { inner, decided } => {
                let mut answer = ready!(inner.poll(cx));
                decided.apply(answer.headers_mut());
                Poll::Ready(answer)
            }
            AroundFutureProj::Answered { response } => {
                let response = response.take().expect("a future is not polled after it is ready");
                Poll::Ready(F::Output::from_response(*response))
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
        match RoutePolicy::enter(around, &request) {
            Entered::Refused(decided) => {
                AroundFuture::Answered { response: Some(Box::new(refused(decided))) }
            }
            Entered::Continue(decided) => {
                AroundFuture::Decided { inner: self.handler.call(request, state), decided }
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

    fn call(&mut self, mut request: Request) -> Self::Future {
        request.extensions_mut().insert(Covered);
        match RoutePolicy::enter(self.around.clone(), &request) {
            Entered::Refused(decided) => {
                AroundFuture::Answered { response: Some(Box::new(refused(decided))) }
            }
            Entered::Continue(decided) => AroundFuture::Decided { inner: self.inner.call(request), decided },
        }
    }
}
