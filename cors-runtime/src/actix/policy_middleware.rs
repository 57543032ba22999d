//! A default policy around an app or a scope.

use super::http::OutcomeCell;
use super::options::response;
use super::wrap::ServiceFuture;
use crate::cors::{
    DefaultPolicy, PendingPreflight, PreflightOutcome, PreflightRequest, ResponseHead, grant_nothing,
};
use crate::error::or_panic;
use crate::{BuildError, SourceLocation};
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::header::HeaderValue;
use actix_web::{Error, HttpMessage};
use cors_policy::Policy;
use std::future::{Ready, ready};
use std::rc::Rc;
use std::task::{Context, Poll};

/// A default policy for everything that has none of its own: routes without an annotation, 404 and 405. A middleware
/// for an app or a scope.
///
/// It leaves annotated routes alone, however deep they are nested, and whatever middlewares stand in between: what
/// comes back from such a route gets the headers of *its* policy. A preflight is answered here only if nothing inside
/// wants it (404 or 405). If something in between answers it, a login most likely, it is refused, and an event says so
/// (target `cors`, reason `preflight-intercepted`): put such middlewares into [`Routes::wrap`](super::Routes::wrap), or
/// outside of this one.
///
/// Of two default policies the inner one counts.
///
/// ```
/// use actix_web::{App, web};
/// use cors_runtime::actix::{PolicyMiddleware, policy};
///
/// let policy = policy!(origins = ["https://app.example.com"]);
/// let app = App::new()
///     .wrap(PolicyMiddleware::new(policy).methods(["GET", "PUT"]))
///     .route("/health", web::get().to(|| async { "ok" }));
/// ```
#[derive(Clone, Debug)]
pub struct PolicyMiddleware {
    default: Rc<DefaultPolicy<HeaderValue>>,
}

impl PolicyMiddleware {
    /// A default policy for `GET`, `HEAD` and `POST`.
    ///
    /// # Panics
    ///
    /// As [`try_new`](Self::try_new) fails.
    #[track_caller]
    pub fn new(policy: impl Into<Policy>) -> Self {
        or_panic(Self::try_new(policy))
    }

    /// A default policy for `GET`, `HEAD` and `POST`.
    ///
    /// # Errors
    ///
    /// If an environment variable that the policy names is missing or wrong, or if the policy has `enforce`: that needs
    /// a route.
    #[track_caller]
    pub fn try_new(policy: impl Into<Policy>) -> Result<Self, BuildError> {
        let default = DefaultPolicy::new(policy.into(), SourceLocation::caller())?;
        Ok(Self { default: Rc::new(default) })
    }

    /// Names the methods that preflights may ask for, instead of `GET`, `HEAD` and `POST`.
    ///
    /// # Panics
    ///
    /// As [`try_methods`](Self::try_methods) fails.
    #[cfg(feature = "runtime-policies")]
    #[must_use]
    #[track_caller]
    pub fn methods(self, methods: impl IntoIterator<Item: AsRef<str>>) -> Self {
        or_panic(self.try_methods(methods))
    }

    /// Names the methods that preflights may ask for, instead of `GET`, `HEAD` and `POST`.
    ///
    /// # Errors
    ///
    /// If one of them is no method, is not in upper case, or can be sent by no script.
    #[cfg(feature = "runtime-policies")]
    pub fn try_methods(self, methods: impl IntoIterator<Item: AsRef<str>>) -> Result<Self, BuildError> {
        Ok(Self { default: Rc::new(self.default.with_methods(methods)?) })
    }
}

impl<S, B> Transform<S, ServiceRequest> for PolicyMiddleware
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Transform = PolicyService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(PolicyService { default: Rc::clone(&self.default), inner: service }))
    }
}

/// What [`PolicyMiddleware`] makes of a service.
///
/// ```
/// use actix_web::dev::{ServiceRequest, Transform, fn_service};
/// use actix_web::{App, HttpResponse};
/// use cors_runtime::actix::{PolicyMiddleware, PolicyService, policy};
///
/// let inner = fn_service(async |request: ServiceRequest| Ok(request.into_response(HttpResponse::Ok())));
/// # use actix_web::dev::ServiceFactory;
/// # actix_web::rt::System::new().block_on(async {
/// let inner = inner.new_service(()).await?;
/// let service: PolicyService<_> =
///     PolicyMiddleware::new(policy!(origins = ["*"])).new_transform(inner).await?;
/// # Ok::<(), ()>(())
/// # }).unwrap();
/// ```
#[derive(Debug)]
pub struct PolicyService<S> {
    default: Rc<DefaultPolicy<HeaderValue>>,
    inner: S,
}

impl<S, B> Service<ServiceRequest> for PolicyService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Future = ServiceFuture;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&self, request: ServiceRequest) -> ServiceFuture {
        let cell = OutcomeCell::of_default(request.extensions().get::<OutcomeCell>());
        request.extensions_mut().insert(cell.clone());
        if let Some(preflight) = PreflightRequest::read(&request) {
            let (default, preflight) = (Rc::clone(&self.default), self.default.remember(preflight));
            let result = self.inner.call(request);
            return Box::pin(async move {
                let result = result.await.map(ServiceResponse::map_into_boxed_body);
                finish_preflight(&default, preflight, &cell, result)
            });
        }
        let pending = self.default.decide(&request);
        let result = self.inner.call(request);
        Box::pin(async move {
            let mut result = result.await.map(ServiceResponse::map_into_boxed_body);
            match &mut result {
                Ok(response) => {
                    pending.resolve(&cell, response.is_marked_as_annotated()).write(response);
                }
                Err(error) => {
                    let outcome = pending.resolve(&cell, false);
                    error.add_response_mapper(move |mut response| {
                        if !response.is_marked_as_annotated() {
                            outcome.clone().write(&mut response);
                        }
                        response
                    });
                }
            }
            result
        })
    }
}

fn finish_preflight(
    default: &DefaultPolicy<HeaderValue>,
    preflight: PendingPreflight<HeaderValue>,
    cell: &OutcomeCell,
    mut result: Result<ServiceResponse, Error>,
) -> Result<ServiceResponse, Error> {
    let inner = match &result {
        Ok(response) => (response.status().as_u16(), response.is_marked_as_annotated()),
        Err(error) => (error.as_response_error().status_code().as_u16(), false),
    };
    match default.finish_preflight(preflight, cell, inner) {
        PreflightOutcome::LeaveAlone => result,
        PreflightOutcome::Answer(answer) => match result {
            Ok(inner) => Ok(inner.into_response(response(answer))),
            // The request is gone: the error goes on, with this answer as its response.
            Err(mut error) => {
                error.add_response_mapper(move |_| response(answer.clone()));
                Err(error)
            }
        },
        PreflightOutcome::Intercepted => {
            match &mut result {
                Ok(response) => grant_nothing(response.headers_mut()),
                Err(error) => error.add_response_mapper(|mut response| {
                    grant_nothing(response.headers_mut());
                    response
                }),
            }
            result
        }
    }
}
