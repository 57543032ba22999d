//! The middlewares of a group: between CORS and what the route attributes made.

use super::around::boxed;
use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

type LocalBoxFuture<T> = Pin<Box<dyn Future<Output = T>>>;
pub(super) type ServiceFuture = LocalBoxFuture<Result<ServiceResponse, Error>>;

/// The service of one route, as the middlewares of [`Routes::wrap`](super::Routes::wrap) see it.
///
/// ```
/// use actix_web::dev::{ServiceRequest, ServiceResponse, Transform};
/// use cors_runtime::actix::RouteService;
///
/// /// A middleware that `Routes::wrap` takes.
/// trait Fits: Transform<RouteService, ServiceRequest, Response = ServiceResponse> {}
/// ```
pub struct RouteService(
    Box<dyn Service<ServiceRequest, Response = ServiceResponse, Error = Error, Future = ServiceFuture>>,
);

impl RouteService {
    fn new<S, B>(service: S) -> Self
    where
        S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
        B: MessageBody + 'static,
    {
        Self(Box::new(Boxing(service)))
    }
}

impl Service<ServiceRequest> for RouteService {
    type Response = ServiceResponse;
    type Error = Error;
    type Future = ServiceFuture;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&self, request: ServiceRequest) -> ServiceFuture {
        self.0.call(request)
    }
}

impl fmt::Debug for RouteService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RouteService")
    }
}

/// Boxes futures and bodies.
struct Boxing<S>(S);

impl<S, B> Service<ServiceRequest> for Boxing<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Future = ServiceFuture;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&self, request: ServiceRequest) -> ServiceFuture {
        let response = self.0.call(request);
        Box::pin(async move { Ok(boxed(response.await?)) })
    }
}

/// A middleware that every route of a group shares.
pub(super) type SharedWrap = Rc<dyn Fn(RouteService) -> LocalBoxFuture<Result<RouteService, ()>>>;

/// Makes a middleware shareable.
pub(super) fn shared<M, B>(middleware: M) -> SharedWrap
where
    M: Transform<RouteService, ServiceRequest, Response = ServiceResponse<B>, Error = Error, InitError = ()>
        + 'static,
    B: MessageBody + 'static,
{
    Rc::new(move |service| {
        let transform = middleware.new_transform(service);
        Box::pin(async move { Ok(RouteService::new(transform.await?)) })
    })
}

/// What CORS stands around: the resource itself, or the group's middlewares around it.
pub(super) enum Inner<S> {
    Plain(S),
    Wrapped(RouteService),
}

impl<S, B> Inner<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    pub(super) async fn new(service: S, wraps: &[SharedWrap]) -> Result<Self, ()> {
        if wraps.is_empty() {
            return Ok(Self::Plain(service));
        }
        let mut service = RouteService::new(service);
        for wrap in wraps {
            service = wrap(service).await?;
        }
        Ok(Self::Wrapped(service))
    }

    pub(super) fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        match self {
            Self::Plain(service) => service.poll_ready(cx),
            Self::Wrapped(service) => service.poll_ready(cx),
        }
    }

    #[inline]
    pub(super) fn call(&self, request: ServiceRequest) -> InnerFuture<S::Future> {
        match self {
            Self::Plain(service) => InnerFuture::Plain { inner: service.call(request) },
            Self::Wrapped(service) => InnerFuture::Wrapped { inner: service.call(request) },
        }
    }
}

pin_project! {
    /// See [`Inner`].
    #[project = InnerFutureProj]
    pub(super) enum InnerFuture<F> {
        Plain { #[pin] inner: F },
        Wrapped { inner: ServiceFuture },
    }
}

impl<F, B> Future for InnerFuture<F>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
    B: MessageBody + 'static,
{
    type Output = Result<ServiceResponse, Error>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            InnerFutureProj::Plain { inner } => Poll::Ready(ready!(inner.poll(cx)).map(boxed)),
            InnerFutureProj::Wrapped { inner } => inner.as_mut().poll(cx),
        }
    }
}
