//! What one writes by hand, around the handler, without a box and with constants wherever there can be some. It does
//! less than this crate: it neither merges `Vary` nor removes what the handler set.

use super::options;
use crate::row::{ONE, Origins};
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::StatusCode;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap,
    HeaderValue, ORIGIN, VARY,
};
use axum::response::Response;
use axum::routing::get;
use pin_project_lite::pin_project;
use std::collections::HashSet;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

pub(super) fn router<H, T>(handler: H, origins: Origins) -> Router
where
    H: Handler<T, ()> + Sync,
    T: 'static,
{
    match origins {
        Origins::One => one(handler),
        Origins::Any => build(handler, Any),
        Origins::Exact(_) | Origins::InSet(_) => {
            let list: Arc<HashSet<Vec<u8>>> =
                Arc::new(origins.list().into_iter().map(String::into_bytes).collect());
            build(handler, Listed(move |origin: &[u8]| list.contains(origin)))
        }
        Origins::Patterns(_) => build(handler, Listed(crate::row::patterns(origins))),
    }
}

fn one<H, T>(handler: H) -> Router
where
    H: Handler<T, ()>,
    T: 'static,
{
    build(handler, One)
}

fn build<H, T, A>(handler: H, allowed: A) -> Router
where
    H: Handler<T, ()>,
    T: 'static,
    A: Allowed,
{
    let actual = get(Actual { handler, allowed: allowed.clone() });
    Router::new().route("/items", actual.merge(options(Preflight(allowed))))
}

/// Who is allowed.
trait Allowed: Clone + Send + Sync + 'static {
    const CREDENTIALS: bool = true;

    fn allow(&self, origin: &HeaderValue) -> Option<HeaderValue>;
}

#[derive(Clone)]
struct One;

impl Allowed for One {
    #[inline]
    fn allow(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        const VALUE: HeaderValue = HeaderValue::from_static(ONE);
        (origin.as_bytes() == ONE.as_bytes()).then_some(VALUE)
    }
}

#[derive(Clone)]
struct Any;

impl Allowed for Any {
    const CREDENTIALS: bool = false;

    #[inline]
    fn allow(&self, _: &HeaderValue) -> Option<HeaderValue> {
        Some(HeaderValue::from_static("*"))
    }
}

#[derive(Clone)]
struct Listed<F>(F);

impl<F> Allowed for Listed<F>
where
    F: Fn(&[u8]) -> bool + Clone + Send + Sync + 'static,
{
    #[inline]
    fn allow(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        (self.0)(origin.as_bytes()).then(|| origin.clone())
    }
}

#[derive(Clone)]
struct Actual<H, A> {
    handler: H,
    allowed: A,
}

impl<H, T, A> Handler<T, ()> for Actual<H, A>
where
    H: Handler<T, ()>,
    A: Allowed,
{
    type Future = ActualFuture<H::Future>;

    #[inline]
    fn call(self, request: Request, state: ()) -> Self::Future {
        let allow = request.headers().get(ORIGIN).and_then(|origin| self.allowed.allow(origin));
        ActualFuture { inner: self.handler.call(request, state), allow, credentials: A::CREDENTIALS }
    }
}

pin_project! {
    struct ActualFuture<F> {
        #[pin]
        inner: F,
        allow: Option<HeaderValue>,
        credentials: bool,
    }
}

impl<F: Future<Output = Response>> Future for ActualFuture<F> {
    type Output = Response;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        let this = self.project();
        this.inner.poll(cx).map(|mut response| {
            let headers = response.headers_mut();
            if let Some(origin) = this.allow.take() {
                headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
                if *this.credentials {
                    headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
                }
            }
            if *this.credentials {
                headers.append(VARY, HeaderValue::from_static("Origin"));
            }
            response
        })
    }
}

#[derive(Clone)]
struct Preflight<A>(A);

impl<A: Allowed> Handler<(), ()> for Preflight<A> {
    type Future = Ready<Response>;

    #[inline]
    fn call(self, request: Request, (): ()) -> Self::Future {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        let headers = request.headers();
        if let (Some(origin), Some(_)) = (headers.get(ORIGIN), headers.get(ACCESS_CONTROL_REQUEST_METHOD)) {
            match self.0.allow(origin) {
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
            response.headers_mut().insert(
                VARY,
                HeaderValue::from_static(
                    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
                ),
            );
        }
        ready(response)
    }
}
