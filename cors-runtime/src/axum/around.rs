//! CORS around the handler of one route.

use super::cell::{Covered, PolicyCell};
use crate::engine::{Decided, RoutePolicy};
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
use std::task::{Context, Poll};
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
        Running {
            #[pin]
            inner: F,
            // None where something else does CORS.
            decided: Option<Decided<HeaderValue, P>>,
        },
        #[doc(hidden)]
        // Rare, and large.
        Answered { response: Option<Box<Response>> },
    }
}

impl<F, P> AroundFuture<F, P> {
    #[cold]
    pub(super) fn answered(response: Response) -> Self {
        Self::Answered { response: Some(Box::new(response)) }
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
            AroundFutureProj::Running { inner, decided } => {
                // In its place: a response is large, and `ready!` would move it twice.
                let mut answer = inner.poll(cx);
                if let (Poll::Ready(answer), Some(decided)) = (&mut answer, decided) {
                    decided.apply(answer.headers_mut());
                }
                answer
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
        match self.around.map(|around| RoutePolicy::enter(around, &request)).transpose() {
            Ok(decided) => AroundFuture::Running { inner: self.handler.call(request, state), decided },
            Err(decided) => AroundFuture::answered(refused(decided)),
        }
    }
}

/// CORS around a handler that has layers of its own.
#[derive(Clone, Debug)]
pub(super) struct AroundLayer {
    pub(super) around: Around,
    /// The handler, if it would do CORS by itself.
    pub(super) cell: Option<&'static PolicyCell>,
}

impl Layer<Route> for AroundLayer {
    type Service = AroundService;

    fn layer(&self, inner: Route) -> AroundService {
        AroundService { layer: self.clone(), inner }
    }
}

/// See [`AroundLayer`].
#[derive(Clone, Debug)]
pub(super) struct AroundService {
    layer: AroundLayer,
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
        if let Some(cell) = self.layer.cell {
            request.extensions_mut().insert(Covered(cell));
        }
        match RoutePolicy::enter(self.layer.around.clone(), &request) {
            Ok(decided) => AroundFuture::Running { inner: self.inner.call(request), decided: Some(decided) },
            Err(decided) => AroundFuture::answered(refused(decided)),
        }
    }
}
