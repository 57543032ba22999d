//! What one writes by hand: a middleware around the resource that also covers errors, and a sibling resource for
//! preflights. It does less than this crate: it neither merges `Vary` nor removes what the handler set.

use crate::row::{ONE, Origins};
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap,
    HeaderValue, ORIGIN, VARY,
};
use actix_web::web::{self, ServiceConfig};
use actix_web::{Error, HttpRequest, HttpResponse, Resource, guard};
use pin_project_lite::pin_project;
use std::collections::HashSet;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

pub(super) fn configure(get: Resource, origins: Origins, config: &mut ServiceConfig) {
    match origins {
        Origins::One => register(get, One, config),
        Origins::Any => register(get, Any, config),
        Origins::Exact(_) | Origins::InSet(_) => {
            let list: Rc<HashSet<Vec<u8>>> =
                Rc::new(origins.list().into_iter().map(String::into_bytes).collect());
            register(get, Listed(move |origin: &[u8]| list.contains(origin)), config);
        }
        Origins::Patterns(_) => register(get, Listed(crate::row::patterns(origins)), config),
    }
}

fn register<A: Allowed>(get: Resource, allowed: A, config: &mut ServiceConfig) {
    let preflight = allowed.clone();
    config.service(get.wrap(Hand(allowed))).service(
        web::resource("/items")
            .guard(guard::Options())
            .to(move |request: HttpRequest| ready(answer(&preflight, &request))),
    );
}

/// Who is allowed.
trait Allowed: Clone + 'static {
    const CREDENTIALS: bool = true;

    fn allow(&self, origin: &HeaderValue) -> Option<HeaderValue>;
}

#[derive(Clone)]
struct One;

impl Allowed for One {
    #[inline]
    fn allow(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        (origin.as_bytes() == ONE.as_bytes()).then(|| HeaderValue::from_static(ONE))
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

impl<F: Fn(&[u8]) -> bool + Clone + 'static> Allowed for Listed<F> {
    #[inline]
    fn allow(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        (self.0)(origin.as_bytes()).then(|| origin.clone())
    }
}

struct Hand<A>(A);

impl<S, B, A> Transform<S, ServiceRequest> for Hand<A>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody,
    A: Allowed,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type Transform = HandService<S, A>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(HandService { inner, allowed: self.0.clone() }))
    }
}

struct HandService<S, A> {
    inner: S,
    allowed: A,
}

impl<S, B, A> Service<ServiceRequest> for HandService<S, A>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    A: Allowed,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type Future = HandFuture<S::Future>;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    #[inline]
    fn call(&self, request: ServiceRequest) -> Self::Future {
        let allow = request.headers().get(ORIGIN).and_then(|origin| self.allowed.allow(origin));
        HandFuture { inner: self.inner.call(request), allow, credentials: A::CREDENTIALS }
    }
}

pin_project! {
    struct HandFuture<F> {
        #[pin]
        inner: F,
        allow: Option<HeaderValue>,
        credentials: bool,
    }
}

impl<F, B> Future for HandFuture<F>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
{
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.inner.poll(cx).map(|mut result| {
            let (allow, credentials) = (this.allow.take(), *this.credentials);
            match &mut result {
                Ok(response) => insert(allow, credentials, response.headers_mut()),
                Err(error) => error.add_response_mapper(move |mut response| {
                    insert(allow.clone(), credentials, response.headers_mut());
                    response
                }),
            }
            result
        })
    }
}

#[inline]
fn insert(allow: Option<HeaderValue>, credentials: bool, headers: &mut HeaderMap) {
    if let Some(origin) = allow {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if credentials {
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
    }
    if credentials {
        headers.append(VARY, HeaderValue::from_static("Origin"));
    }
}

fn answer<A: Allowed>(allowed: &A, request: &HttpRequest) -> HttpResponse {
    let headers = request.headers();
    let (Some(origin), Some(_)) = (headers.get(ORIGIN), headers.get(ACCESS_CONTROL_REQUEST_METHOD)) else {
        return HttpResponse::NoContent().finish();
    };
    let mut response = match allowed.allow(origin) {
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
    response.headers_mut().insert(
        VARY,
        HeaderValue::from_static("Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
    );
    response
}
