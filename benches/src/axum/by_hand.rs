//! The code that is written by hand: without boxes, and with constants where that is possible. It promises less than
//! this crate: it neither merges `Vary` nor removes headers that the handler set.

use crate::row::{ONE, Origins, pattern_matcher};
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap,
    HeaderValue, ORIGIN, VARY,
};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::{MethodRouter, Route, get, options};
use pin_project_lite::pin_project;
use std::collections::HashSet;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower_layer::layer_fn;
use tower_service::Service;

/// Builds a route with CORS around the handler, and an `OPTIONS` handler beside it.
pub(super) fn route<H, T, S>(handler: H, origins: Origins) -> MethodRouter<S>
where
    H: Handler<T, S> + Sync,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    match origins {
        Origins::One => route_for(handler, AllowOne),
        Origins::Any => route_for(handler, AllowAny),
        Origins::Exact(_) | Origins::InSet(_) => route_for(handler, allow_listed(origins)),
        Origins::Patterns(_) => route_for(handler, AllowIf(pattern_matcher(origins))),
    }
}

fn route_for<H, T, S, A>(handler: H, allow: A) -> MethodRouter<S>
where
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
    A: AllowOrigin,
{
    get(CorsHandler { handler, allow: allow.clone() }).merge(options(PreflightHandler(allow)))
}

/// Puts a layer around the router that answers preflights, and adds the headers to all other responses.
pub(super) fn with_layer<S>(router: Router<S>, origins: Origins) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    match origins {
        Origins::One => with_layer_for(router, AllowOne),
        Origins::Any => with_layer_for(router, AllowAny),
        Origins::Exact(_) | Origins::InSet(_) => with_layer_for(router, allow_listed(origins)),
        Origins::Patterns(_) => with_layer_for(router, AllowIf(pattern_matcher(origins))),
    }
}

/// Puts the same layer around the whole router, so that preflights are answered before routing.
pub(super) fn around(router: Router) -> impl Service<Request, Response = Response, Error = Infallible> {
    CorsService { inner: router, allow: AllowOne }
}

fn with_layer_for<S, A>(router: Router<S>, allow: A) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    A: AllowOrigin,
{
    router.layer(layer_fn(move |inner: Route| CorsService { inner, allow: allow.clone() }))
}

/// Decides which origins are allowed.
trait AllowOrigin: Clone + Send + Sync + 'static {
    const CREDENTIALS: bool = true;

    /// Returns the value of `Access-Control-Allow-Origin`.
    fn allow_origin(&self, origin: &HeaderValue) -> Option<HeaderValue>;
}

#[derive(Clone)]
struct AllowOne;

impl AllowOrigin for AllowOne {
    #[inline]
    fn allow_origin(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        const VALUE: HeaderValue = HeaderValue::from_static(ONE);
        (origin.as_bytes() == ONE.as_bytes()).then_some(VALUE)
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

impl<F> AllowOrigin for AllowIf<F>
where
    F: Fn(&[u8]) -> bool + Clone + Send + Sync + 'static,
{
    #[inline]
    fn allow_origin(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        (self.0)(origin.as_bytes()).then(|| origin.clone())
    }
}

fn allow_listed(origins: Origins) -> impl AllowOrigin {
    let list: HashSet<Vec<u8>> = origins.list().into_iter().map(String::into_bytes).collect();
    let list = Arc::new(list);
    AllowIf(move |origin: &[u8]| list.contains(origin))
}

/// A handler with CORS around it.
#[derive(Clone)]
struct CorsHandler<H, A> {
    handler: H,
    allow: A,
}

impl<H, T, S, A> Handler<T, S> for CorsHandler<H, A>
where
    H: Handler<T, S>,
    A: AllowOrigin,
{
    type Future = HandlerFuture<H::Future>;

    #[inline]
    fn call(self, request: Request, state: S) -> Self::Future {
        let headers = CorsHeaders::of(&self.allow, request.headers());
        HandlerFuture { inner: self.handler.call(request, state), headers }
    }
}

pin_project! {
    struct HandlerFuture<F> {
        #[pin]
        inner: F,
        headers: CorsHeaders,
    }
}

impl<F: Future<Output = Response>> Future for HandlerFuture<F> {
    type Output = Response;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        let this = self.project();
        this.inner.poll(cx).map(|mut response| {
            this.headers.add_to(response.headers_mut());
            response
        })
    }
}

/// A service with CORS around it.
#[derive(Clone)]
struct CorsService<S, A> {
    inner: S,
    allow: A,
}

impl<S, A> Service<Request> for CorsService<S, A>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    A: AllowOrigin,
{
    type Response = Response;
    type Error = Infallible;
    type Future = ServiceFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    #[inline]
    fn call(&mut self, request: Request) -> Self::Future {
        if request.method() == Method::OPTIONS
            && let Some(response) = preflight_response(&self.allow, request.headers())
        {
            return ServiceFuture::Preflight { response: Some(response) };
        }
        let headers = CorsHeaders::of(&self.allow, request.headers());
        ServiceFuture::Actual { inner: self.inner.call(request), headers }
    }
}

pin_project! {
    #[project = ServiceFutureProjection]
    enum ServiceFuture<F> {
        Preflight { response: Option<Response> },
        Actual {
            #[pin]
            inner: F,
            headers: CorsHeaders,
        },
    }
}

impl<F> Future for ServiceFuture<F>
where
    F: Future<Output = Result<Response, Infallible>>,
{
    type Output = Result<Response, Infallible>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            ServiceFutureProjection::Preflight { response } => {
                Poll::Ready(Ok(response.take().expect("a future is not polled after it is ready")))
            }
            ServiceFutureProjection::Actual { inner, headers } => inner.poll(cx).map(|result| {
                let Ok(mut response) = result;
                headers.add_to(response.headers_mut());
                Ok(response)
            }),
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
    fn add_to(&mut self, headers: &mut HeaderMap) {
        if let Some(origin) = self.allow_origin.take() {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            if self.credentials {
                headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
            }
        }
        if self.credentials {
            headers.append(VARY, HeaderValue::from_static("Origin"));
        }
    }
}

/// Answers preflights, and other `OPTIONS` requests with an empty 204.
#[derive(Clone)]
struct PreflightHandler<A>(A);

impl<S, A: AllowOrigin> Handler<(), S> for PreflightHandler<A> {
    type Future = Ready<Response>;

    #[inline]
    fn call(self, request: Request, _: S) -> Self::Future {
        ready(preflight_response(&self.0, request.headers()).unwrap_or_else(no_content))
    }
}

/// Returns `None` if the headers of the `OPTIONS` request are not those of a preflight.
#[inline]
fn preflight_response<A: AllowOrigin>(allow: &A, request_headers: &HeaderMap) -> Option<Response> {
    let origin = request_headers.get(ORIGIN)?;
    request_headers.get(ACCESS_CONTROL_REQUEST_METHOD)?;
    let mut response = no_content();
    match allow.allow_origin(origin) {
        Some(origin) => {
            let mut headers = HeaderMap::with_capacity(6);
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
            *response.headers_mut() = headers;
        }
        None => *response.status_mut() = StatusCode::FORBIDDEN,
    }
    let vary = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
    response.headers_mut().insert(VARY, HeaderValue::from_static(vary));
    Some(response)
}

#[inline]
fn no_content() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}
