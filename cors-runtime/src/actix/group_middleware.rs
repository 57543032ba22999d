//! The middlewares of `Routes::wrap`, which are between CORS and the resources.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

type LocalBoxFuture<T> = Pin<Box<dyn Future<Output = T>>>;
pub(super) type ServiceFuture = LocalBoxFuture<Result<ServiceResponse, Error>>;

/// The service of one route, around which the middlewares of [`Routes::wrap`](super::Routes::wrap) are put.
///
/// ```
/// use actix_web::dev::{ServiceRequest, ServiceResponse, Transform, forward_ready};
/// use cors_runtime::actix::RouteService;
///
/// /// A middleware that `Routes::wrap` takes.
/// trait Fits: Transform<RouteService, ServiceRequest, Response = ServiceResponse> {}
/// ```
pub struct RouteService {
    inner:
        Box<dyn Service<ServiceRequest, Response = ServiceResponse, Error = Error, Future = ServiceFuture>>,
}

impl RouteService {
    fn new<S, B>(service: S) -> Self
    where
        S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
        B: MessageBody + 'static,
    {
        Self { inner: Box::new(BoxedFutures { inner: service }) }
    }
}

impl Service<ServiceRequest> for RouteService {
    type Response = ServiceResponse;
    type Error = Error;
    type Future = ServiceFuture;

    forward_ready!(inner);

    fn call(&self, request: ServiceRequest) -> ServiceFuture {
        self.inner.call(request)
    }
}

impl fmt::Debug for RouteService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RouteService")
    }
}

/// Boxes the futures and the bodies of a service.
struct BoxedFutures<S> {
    inner: S,
}

impl<S, B> Service<ServiceRequest> for BoxedFutures<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Future = ServiceFuture;

    forward_ready!(inner);

    fn call(&self, request: ServiceRequest) -> ServiceFuture {
        let response = self.inner.call(request);
        Box::pin(async move { Ok(response.await?.map_into_boxed_body()) })
    }
}

/// A middleware that the routes of a group share.
pub(super) type SharedMiddleware = Rc<dyn Fn(RouteService) -> LocalBoxFuture<Result<RouteService, ()>>>;

/// Puts a middleware of any type into a [`SharedMiddleware`].
pub(super) fn share_middleware<M, B>(middleware: M) -> SharedMiddleware
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
