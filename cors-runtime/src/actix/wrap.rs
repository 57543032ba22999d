//! The middlewares of `Routes::wrap`, which are between CORS and the resources.

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

/// The service of one route: what the middlewares of [`Routes::wrap`](super::Routes::wrap) are put around.
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

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.0.poll_ready(context)
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

/// Puts the futures and the bodies of a service into boxes.
struct Boxing<S>(S);

impl<S, B> Service<ServiceRequest> for Boxing<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Future = ServiceFuture;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.0.poll_ready(context)
    }

    fn call(&self, request: ServiceRequest) -> ServiceFuture {
        let response = self.0.call(request);
        Box::pin(async move { Ok(response.await?.map_into_boxed_body()) })
    }
}

/// A middleware that the routes of a group share.
pub(super) type SharedWrap = Rc<dyn Fn(RouteService) -> LocalBoxFuture<Result<RouteService, ()>>>;

/// Puts a middleware of any type into a [`SharedWrap`].
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

/// The middlewares of a group as one middleware, the innermost first.
pub(super) struct Wraps(pub(super) Rc<[SharedWrap]>);

impl<S, B> Transform<S, ServiceRequest> for Wraps
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Transform = Inner<S>;
    type InitError = ();
    type Future = LocalBoxFuture<Result<Inner<S>, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        let wraps = Rc::clone(&self.0);
        Box::pin(async move { Inner::new(service, &wraps).await })
    }
}

/// The service inside of CORS: the resource itself, or the middlewares of the group around it.
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
}

impl<S, B> Service<ServiceRequest> for Inner<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Future = InnerFuture<S::Future>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        match self {
            Self::Plain(service) => service.poll_ready(context),
            Self::Wrapped(service) => service.poll_ready(context),
        }
    }

    #[inline]
    fn call(&self, request: ServiceRequest) -> InnerFuture<S::Future> {
        match self {
            Self::Plain(service) => InnerFuture::Plain { response: service.call(request) },
            Self::Wrapped(service) => InnerFuture::Wrapped { response: service.call(request) },
        }
    }
}

pin_project! {
    /// The response of an [`Inner`].
    #[project = InnerFutureProjection]
    pub(super) enum InnerFuture<F> {
        Plain { #[pin] response: F },
        Wrapped { response: ServiceFuture },
    }
}

impl<F, B> Future for InnerFuture<F>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
    B: MessageBody + 'static,
{
    type Output = Result<ServiceResponse, Error>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            InnerFutureProjection::Plain { response } => {
                Poll::Ready(ready!(response.poll(context)).map(ServiceResponse::map_into_boxed_body))
            }
            InnerFutureProjection::Wrapped { response } => response.as_mut().poll(context),
        }
    }
}
