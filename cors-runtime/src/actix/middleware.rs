//! A default policy around an app or a scope.

use super::around::{apply_to_error, boxed};
use super::preflight::{self, read, write_answer};
use super::wrap::ServiceFuture;
use crate::engine::{DefaultPolicy, PreflightOutcome, Slot, Undelivered, grant_nothing};
use crate::{BuildError, SourceLocation};
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::header::{ACCESS_CONTROL_REQUEST_HEADERS, HeaderMap, HeaderValue};
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
        Self::try_new(policy).unwrap_or_else(|error| panic!("{error}"))
    }

    /// A default policy for `GET`, `HEAD` and `POST`.
    ///
    /// # Errors
    ///
    /// If an environment variable that the policy names is missing or wrong, or if the policy has `enforce`: that needs
    /// a route.
    #[track_caller]
    pub fn try_new(policy: impl Into<Policy>) -> Result<Self, BuildError> {
        let default = DefaultPolicy::new::<HeaderMap>(policy.into(), SourceLocation::caller())?;
        Ok(Self { default: Rc::new(default) })
    }

    /// Names the methods that preflights may ask for, instead of `GET`, `HEAD` and `POST`.
    ///
    /// # Panics
    ///
    /// As [`try_methods`](Self::try_methods) fails.
    #[cfg(feature = "runtime-policies")]
    #[must_use]
    pub fn methods(self, methods: impl IntoIterator<Item: AsRef<str>>) -> Self {
        self.try_methods(methods).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Names the methods that preflights may ask for, instead of `GET`, `HEAD` and `POST`.
    ///
    /// # Errors
    ///
    /// If one of them is no method, is not in upper case, or can be sent by no script.
    #[cfg(feature = "runtime-policies")]
    pub fn try_methods(self, methods: impl IntoIterator<Item: AsRef<str>>) -> Result<Self, BuildError> {
        let methods = crate::engine::Methods::checked(methods)?;
        Ok(Self { default: Rc::new(self.default.with_methods::<HeaderMap>(methods)) })
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

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&self, request: ServiceRequest) -> ServiceFuture {
        let present = request.extensions().get::<Slot<HeaderValue>>().cloned();
        let slot = Slot::of_default(present);
        request.extensions_mut().insert(slot.clone());
        if let Some(asked) = Asked::of(&request) {
            let default = Rc::clone(&self.default);
            let response = self.inner.call(request);
            return Box::pin(async move { answer(default, asked, &slot, response.await.map(boxed)) });
        }
        let undelivered: Undelivered<HeaderValue> = self.default.decide(&request);
        let response = self.inner.call(request);
        Box::pin(async move {
            let mut result = response.await.map(boxed);
            if let Some((decided, found)) = undelivered.deliver(&slot) {
                match &mut result {
                    Ok(response) => decided.apply_shared(found, response.headers_mut()),
                    Err(error) => apply_to_error(decided, found, error),
                }
            }
            result
        })
    }
}

/// A preflight, kept until it is known who answers it.
struct Asked {
    origin: HeaderValue,
    method: HeaderValue,
    headers: Vec<HeaderValue>,
    path: String,
}

impl Asked {
    fn of(request: &ServiceRequest) -> Option<Self> {
        let asked = read(request.head())?;
        Some(Self {
            origin: asked.origin.clone(),
            method: asked.method.clone(),
            headers: request.headers().get_all(ACCESS_CONTROL_REQUEST_HEADERS).cloned().collect(),
            path: request.uri().path().to_owned(),
        })
    }
}

fn answer(
    default: Rc<DefaultPolicy<HeaderValue>>,
    asked: Asked,
    slot: &Slot<HeaderValue>,
    mut result: Result<ServiceResponse, Error>,
) -> Result<ServiceResponse, Error> {
    let status = match &result {
        Ok(response) => response.status(),
        Err(error) => error.as_response_error().status_code(),
    };
    let preflight = preflight::Asked::new(&asked.origin, &asked.method, &asked.path).preflight;
    match default.preflight(slot, preflight, status.as_u16()) {
        PreflightOutcome::Leave => result,
        PreflightOutcome::Answer { answer, afresh } => {
            let write = move || {
                let preflight = preflight::Asked::new(&asked.origin, &asked.method, &asked.path);
                let requested = || asked.headers.iter().map(HeaderValue::as_bytes);
                write_answer(default.answers(afresh), answer, preflight, requested)
            };
            match result {
                Ok(inner) => Ok(inner.into_response(write())),
                // The request is gone: the error goes on, with this answer as its response.
                Err(mut error) => {
                    error.add_response_mapper(move |_| write());
                    Err(error)
                }
            }
        }
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
