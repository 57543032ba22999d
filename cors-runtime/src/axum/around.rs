//! CORS around the handler of one route.

use super::annotation::{Annotation, Covered};
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

/// What a policy says of a request before the handler gets it.
pub(super) enum Entered<P = Around> {
    /// Something else does CORS.
    Covered,
    /// The response gets the headers.
    Decided(Decided<HeaderValue, P>),
    /// Rare, and large: the handler does not get the request.
    Answered(Box<Response>),
}

impl<P: Borrow<Around>> Entered<P> {
    /// Asks the policy.
    #[inline]
    pub(super) fn by(policy: P, request: &Request) -> Self {
        match RoutePolicy::enter(policy, request) {
            Ok(decided) => Self::Decided(decided),
            Err(decided) => Self::Answered(Box::new(refused(decided))),
        }
    }

    pub(super) fn is_answered(&self) -> bool {
        matches!(self, Self::Answered(_))
    }
}

pin_project! {
    /// The handler's response with its headers.
    pub struct AroundFuture<F, P = Around> {
        #[pin]
        inner: Option<F>,
        entered: Entered<P>,
    }
}

impl<F, P> AroundFuture<F, P> {
    /// Where `inner` is not there, the request is answered. If it is, too, `inner` is dropped as it is.
    #[inline]
    pub(super) fn new(entered: Entered<P>, inner: Option<F>) -> Self {
        Self { inner, entered }
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
        let this = self.project();
        if matches!(this.entered, Entered::Answered(_)) {
            return Poll::Ready(take_answer(this.entered));
        }
        let inner = this.inner.as_pin_mut().expect("only requests that are answered have none");
        // In its place: a response is large, and `ready!` would move it twice.
        let mut answer = inner.poll(cx);
        if let (Poll::Ready(answer), Entered::Decided(decided)) = (&mut answer, this.entered) {
            decided.apply(answer.headers_mut());
        }
        answer
    }
}

#[cold]
fn take_answer<A: Answer, P>(entered: &mut Entered<P>) -> A {
    match std::mem::replace(entered, Entered::Covered) {
        Entered::Answered(response) => A::from_response(*response),
        Entered::Covered | Entered::Decided(_) => unreachable!("the only caller has looked"),
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
        let entered = self.around.map_or(Entered::Covered, |around| Entered::by(around, &request));
        let inner = if entered.is_answered() { None } else { Some(self.handler.call(request, state)) };
        AroundFuture::new(entered, inner)
    }
}

/// CORS around a handler that has layers of its own.
#[derive(Clone, Debug)]
pub(super) struct AroundLayer {
    pub(super) around: Around,
    /// The handler, if it would do CORS by itself.
    pub(super) annotation: Option<&'static Annotation>,
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
        if let Some(annotation) = self.layer.annotation {
            request.extensions_mut().insert(Covered(annotation));
        }
        let entered = Entered::by(self.layer.around.clone(), &request);
        let inner = if entered.is_answered() { None } else { Some(self.inner.call(request)) };
        AroundFuture::new(entered, inner)
    }
}
