//! The code that is written by hand: a middleware that also covers errors. It promises less than this crate: it neither
//! merges `Vary` nor removes headers that the handler set.

use super::boxed;
use crate::candidate::Candidate;
use crate::row::{ONE, Origins, pattern_matcher};
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap,
    HeaderValue, ORIGIN, VARY,
};
use actix_web::web::{self, ServiceConfig};
use actix_web::{App, Error, HttpRequest, HttpResponse, Resource, guard};
use pin_project_lite::pin_project;
use std::collections::HashSet;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// Registers a route with CORS around the resource, and a resource for `OPTIONS` beside it.
pub(super) fn configure(get: Resource, origins: Origins, config: &mut ServiceConfig) {
    match origins {
        Origins::One => configure_for(get, AllowOne, config),
        Origins::Any => configure_for(get, AllowAny, config),
        Origins::Exact(_) | Origins::InSet(_) => configure_for(get, allow_listed(origins), config),
        Origins::Patterns(_) => configure_for(get, AllowIf(pattern_matcher(origins)), config),
    }
}

fn configure_for<A: AllowOrigin>(get: Resource, allow: A, config: &mut ServiceConfig) {
    let preflight = allow.clone();
    let answer = move |request: HttpRequest| {
        let response = preflight_response(&preflight, request.headers());
        ready(response.unwrap_or_else(|| HttpResponse::NoContent().finish()))
    };
    config
        .service(get.wrap(RouteMiddleware(allow)))
        .service(web::resource("/items").guard(guard::Options()).to(answer));
}

/// Builds an app with a middleware that answers preflights, and adds the headers to all other responses.
pub(super) fn app(origins: Origins, configure: impl FnOnce(&mut ServiceConfig)) -> Box<dyn Candidate> {
    match origins {
        Origins::One => app_for(AllowOne, configure),
        Origins::Any => app_for(AllowAny, configure),
        Origins::Exact(_) | Origins::InSet(_) => app_for(allow_listed(origins), configure),
        Origins::Patterns(_) => app_for(AllowIf(pattern_matcher(origins)), configure),
    }
}

fn app_for<A: AllowOrigin>(allow: A, configure: impl FnOnce(&mut ServiceConfig)) -> Box<dyn Candidate> {
    boxed(App::new().wrap(AppMiddleware(allow)).configure(configure))
}

/// Decides which origins are allowed.
trait AllowOrigin: Clone + 'static {
    const CREDENTIALS: bool = true;

    /// Returns the value of `Access-Control-Allow-Origin`.
    fn allow_origin(&self, origin: &HeaderValue) -> Option<HeaderValue>;
}

#[derive(Clone)]
struct AllowOne;

impl AllowOrigin for AllowOne {
    #[inline]
    fn allow_origin(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        (origin.as_bytes() == ONE.as_bytes()).then(|| HeaderValue::from_static(ONE))
    }
}

#[derive(Clone)]
struct AllowAny;

impl AllowOrigin for AllowAny {
    const CREDENTIALS: bool = false;

    #[inline]
    fn allow_origin(&self, _: &HeaderValue) -> Option<HeaderValue> {
        Some(HeaderValue::from_static("*"))
    }
}

#[derive(Clone)]
struct AllowIf<F>(F);

impl<F: Fn(&[u8]) -> bool + Clone + 'static> AllowOrigin for AllowIf<F> {
    #[inline]
    fn allow_origin(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        (self.0)(origin.as_bytes()).then(|| origin.clone())
    }
}

fn allow_listed(origins: Origins) -> impl AllowOrigin {
    let list: HashSet<Vec<u8>> = origins.list().into_iter().map(String::into_bytes).collect();
    let list = Rc::new(list);
    AllowIf(move |origin: &[u8]| list.contains(origin))
}

/// Adds the headers to the responses of a route.
struct RouteMiddleware<A>(A);

impl<S, B, A> Transform<S, ServiceRequest> for RouteMiddleware<A>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody,
    A: AllowOrigin,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type Transform = RouteService<S, A>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(RouteService { inner, allow: self.0.clone() }))
    }
}

struct RouteService<S, A> {
    inner: S,
    allow: A,
}

impl<S, B, A> Service<ServiceRequest> for RouteService<S, A>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    A: AllowOrigin,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type Future = RouteFuture<S::Future>;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    #[inline]
    fn call(&self, request: ServiceRequest) -> Self::Future {
        let headers = CorsHeaders::of(&self.allow, request.headers());
        RouteFuture { inner: self.inner.call(request), headers }
    }
}

pin_project! {
    struct RouteFuture<F> {
        #[pin]
        inner: F,
        headers: CorsHeaders,
    }
}

impl<F, B> Future for RouteFuture<F>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
{
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.inner.poll(cx).map(|result| this.headers.add_to(result))
    }
}

/// Answers the preflights of an app, and adds the headers to all other responses.
struct AppMiddleware<A>(A);

impl<S, B, A> Transform<S, ServiceRequest> for AppMiddleware<A>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody,
    A: AllowOrigin,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = AppService<S, A>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(AppService { inner, allow: self.0.clone() }))
    }
}

struct AppService<S, A> {
    inner: S,
    allow: A,
}

impl<S, B, A> Service<ServiceRequest> for AppService<S, A>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    A: AllowOrigin,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = AppFuture<S::Future>;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    #[inline]
    fn call(&self, request: ServiceRequest) -> Self::Future {
        if request.method() == Method::OPTIONS
            && let Some(response) = preflight_response(&self.allow, request.headers())
        {
            return AppFuture::Preflight { response: Some(request.into_response(response)) };
        }
        let headers = CorsHeaders::of(&self.allow, request.headers());
        AppFuture::Actual { inner: self.inner.call(request), headers }
    }
}

pin_project! {
    #[project = AppFutureProjection]
    enum AppFuture<F> {
        Preflight { response: Option<ServiceResponse> },
        Actual {
            #[pin]
            inner: F,
            headers: CorsHeaders,
        },
    }
}

impl<F, B> Future for AppFuture<F>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
{
    type Output = Result<ServiceResponse<EitherBody<B>>, Error>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            AppFutureProjection::Preflight { response } => {
                let response = response.take().expect("a future is not polled after it is ready");
                Poll::Ready(Ok(response.map_into_right_body()))
            }
            AppFutureProjection::Actual { inner, headers } => {
                inner.poll(cx).map(|result| Ok(headers.add_to(result)?.map_into_left_body()))
            }
        }
    }
}

/// The headers of the response to an actual request.
struct CorsHeaders {
    allow_origin: Option<HeaderValue>,
    credentials: bool,
}

impl CorsHeaders {
    #[inline]
    fn of<A: AllowOrigin>(allow: &A, request_headers: &HeaderMap) -> Self {
        let allow_origin = request_headers.get(ORIGIN).and_then(|origin| allow.allow_origin(origin));
        Self { allow_origin, credentials: A::CREDENTIALS }
    }

    #[inline]
    fn add_to<B>(
        &mut self,
        mut result: Result<ServiceResponse<B>, Error>,
    ) -> Result<ServiceResponse<B>, Error> {
        let (allow_origin, credentials) = (self.allow_origin.take(), self.credentials);
        match &mut result {
            Ok(response) => insert(allow_origin, credentials, response.headers_mut()),
            Err(error) => error.add_response_mapper(move |mut response| {
                insert(allow_origin.clone(), credentials, response.headers_mut());
                response
            }),
        }
        result
    }
}

#[inline]
fn insert(allow_origin: Option<HeaderValue>, credentials: bool, headers: &mut HeaderMap) {
    if let Some(origin) = allow_origin {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if credentials {
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
    }
    if credentials {
        headers.append(VARY, HeaderValue::from_static("Origin"));
    }
}

/// Returns `None` if the headers of the `OPTIONS` request are not those of a preflight.
#[inline]
fn preflight_response<A: AllowOrigin>(allow: &A, request_headers: &HeaderMap) -> Option<HttpResponse> {
    let origin = request_headers.get(ORIGIN)?;
    request_headers.get(ACCESS_CONTROL_REQUEST_METHOD)?;
    let mut response = match allow.allow_origin(origin) {
        Some(origin) => {
            let mut response = HttpResponse::NoContent().finish();
            let headers = response.headers_mut();
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            if A::CREDENTIALS {
                headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
            }
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET"));
            headers.insert(
                ACCESS_CONTROL_ALLOW_HEADERS,
                HeaderValue::from_static("content-type, x-requested-with"),
            );
            headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
            response
        }
        None => HttpResponse::Forbidden().finish(),
    };
    let vary = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
    response.headers_mut().insert(VARY, HeaderValue::from_static(vary));
    Some(response)
}
