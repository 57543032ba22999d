//! The middlewares of `Routes::wrap`, which are between CORS and the resources.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

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
pub(super) type SharedMiddleware = Rc<dyn Fn(RouteService) -> LocalBoxFuture<Result<RouteService, ()>>>;

/// Puts a middleware of any type into a [`SharedMiddleware`].
pub(super) fn shared<M, B>(middleware: M) -> SharedMiddleware
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
pub(super) struct GroupMiddleware(pub(super) Vec<SharedMiddleware>);

impl<S, B> Transform<S, ServiceRequest> for GroupMiddleware
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Transform = RouteService;
    type InitError = ();
    type Future = LocalBoxFuture<Result<RouteService, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        let middlewares = self.0.clone();
        Box::pin(async move {
            let mut service = RouteService::new(service);
            for middleware in middlewares {
                service = middleware(service).await?;
            }
            Ok(service)
        })
    }
}
