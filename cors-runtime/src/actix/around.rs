//! CORS around one resource, outside of every middleware.

use super::headers::read_origin;
use super::wrap::{Inner, InnerFuture, SharedWrap};
use crate::engine::{RoutePolicy, Verdict};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::header::{HeaderValue, ORIGIN};
use actix_web::{Error, HttpResponse};
use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// What stands around the handler of one route.
#[derive(Clone)]
pub(super) struct Around {
    pub(super) policy: Arc<RoutePolicy<HeaderValue>>,
    pub(super) path: Rc<str>,
    /// The group's middlewares, the innermost first.
    pub(super) wraps: Rc<[SharedWrap]>,
}

impl<S, B> Transform<S, ServiceRequest> for Around
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Transform = AroundService<S>;
    type InitError = ();
    type Future = Pin<Box<dyn Future<Output = Result<Self::Transform, ()>>>>;

    fn new_transform(&self, service: S) -> Self::Future {
        let around = self.clone();
        Box::pin(async move {
            let inner = Inner::new(service, &around.wraps).await?;
            Ok(AroundService { policy: around.policy, path: around.path, inner })
        })
    }
}

/// See [`Around`].
pub(super) struct AroundService<S> {
    policy: Arc<RoutePolicy<HeaderValue>>,
    path: Rc<str>,
    inner: Inner<S>,
}

impl<S, B> Service<ServiceRequest> for AroundService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Future = AroundFuture<InnerFuture<S::Future>>;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    #[inline]
    fn call(&self, request: ServiceRequest) -> Self::Future {
        let origin = read_origin(request.headers());
        let verdict = self.policy.decide(origin);
        if verdict == Verdict::Denied {
            self.policy.log_denied(origin, request.method().as_str(), &self.path);
        }
        // A clone of the request would make whatever is inside panic that changes the request: keep the value alone.
        let origin = (verdict == Verdict::Allowed).then(|| request.headers().get(ORIGIN).cloned()).flatten();
        let pending = Pending { policy: Arc::clone(&self.policy), verdict, origin };
        if verdict == Verdict::Denied && self.policy.policy.enforce() {
            let response = request.into_response(HttpResponse::Forbidden().finish());
            return AroundFuture::Answered { response: Some(response), pending };
        }
        AroundFuture::Pending { inner: self.inner.call(request), pending }
    }
}

/// The headers that a response will get.
#[derive(Clone)]
pub(super) struct Pending {
    policy: Arc<RoutePolicy<HeaderValue>>,
    verdict: Verdict,
    origin: Option<HeaderValue>,
}

impl Pending {
    #[inline]
    fn apply(&mut self, response: &mut ServiceResponse) {
        self.policy.apply(self.verdict, self.origin.take(), response.headers_mut());
    }

    /// The error stays what it is, so that an outer middleware still finds it; its response gets the headers.
    #[cold]
    fn apply_to_error(&self, error: &mut Error) {
        let this = self.clone();
        error.add_response_mapper(move |mut response| {
            this.policy.apply(this.verdict, this.origin.clone(), response.headers_mut());
            response
        });
    }
}

pin_project! {
    /// The handler's response with its headers.
    #[project = AroundFutureProj]
    pub(super) enum AroundFuture<F> {
        Pending { #[pin] inner: F, pending: Pending },
        Answered { response: Option<ServiceResponse>, pending: Pending },
    }
}

impl<F> Future for AroundFuture<F>
where
    F: Future<Output = Result<ServiceResponse, Error>>,
{
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let (mut result, pending) = match self.project() {
            AroundFutureProj::Pending { inner, pending } => (ready!(inner.poll(cx)), pending),
            AroundFutureProj::Answered { response, pending } => {
                (Ok(response.take().expect("a future is not polled after it is ready")), pending)
            }
        };
        match &mut result {
            Ok(response) => pending.apply(response),
            Err(error) => pending.apply_to_error(error),
        }
        Poll::Ready(result)
    }
}

/// Boxes the body, which costs nothing where it is boxed already.
pub(super) fn boxed<B: MessageBody + 'static>(response: ServiceResponse<B>) -> ServiceResponse<BoxBody> {
    response.map_into_boxed_body()
}
