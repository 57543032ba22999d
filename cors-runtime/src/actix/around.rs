//! CORS around one resource, outside of every middleware.

use super::check::Check;
use super::headers::read_origin;
use super::wrap::{Inner, InnerFuture, ServiceFuture, SharedWrap};
use crate::engine::{OriginHeader, RoutePolicy, Verdict};
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
    /// The function that decides, if one does.
    pub(super) check: Option<Check>,
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
            let inner = Rc::new(Inner::new(service, &around.wraps).await?);
            Ok(AroundService { policy: around.policy, check: around.check, inner })
        })
    }
}

/// See [`Around`].
pub(super) struct AroundService<S> {
    policy: Arc<RoutePolicy<HeaderValue>>,
    check: Option<Check>,
    inner: Rc<Inner<S>>,
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
        if let Some(check) = self.check {
            return AroundFuture::Boxed { inner: self.call_dynamic(check, request) };
        }
        let verdict = self.policy.decide(read_origin(request.headers()));
        match enter(&self.policy, verdict, request) {
            Entered::Answered(response) => AroundFuture::Answered { response: Some(response) },
            Entered::Continue(request, pending) => {
                AroundFuture::Pending { inner: self.inner.call(request), pending }
            }
        }
    }
}

impl<S, B> AroundService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    /// Asks the function, then calls the service.
    fn call_dynamic(&self, check: Check, request: ServiceRequest) -> ServiceFuture {
        let (policy, inner) = (Arc::clone(&self.policy), Rc::clone(&self.inner));
        let (value, several) = match read_origin(request.headers()) {
            OriginHeader::Missing => (None, false),
            OriginHeader::One(_) => (request.headers().get(ORIGIN).cloned(), false),
            OriginHeader::Several => (None, true),
        };
        Box::pin(async move {
            let verdict = match value {
                None if several => Verdict::Denied,
                None => Verdict::NoOrigin,
                Some(value) if check.ask(&value, request.request()).await => Verdict::Allowed,
                Some(_) => Verdict::Denied,
            };
            match enter(&policy, verdict, request) {
                Entered::Answered(response) => Ok(response),
                Entered::Continue(request, mut pending) => {
                    let mut result = inner.call(request).await;
                    pending.apply(&mut result);
                    result
                }
            }
        })
    }
}

/// What to do with a request.
enum Entered {
    /// It is answered already.
    Answered(ServiceResponse),
    /// The service runs, then the response gets its headers.
    Continue(ServiceRequest, Pending),
}

/// Goes on with what the policy, or a function, says of the request's origin.
#[inline]
fn enter(policy: &Arc<RoutePolicy<HeaderValue>>, verdict: Verdict, request: ServiceRequest) -> Entered {
    if verdict == Verdict::Denied {
        policy.log_denied(read_origin(request.headers()), request.method().as_str());
        if policy.policy.enforce() {
            let mut response = request.into_response(HttpResponse::Forbidden().finish());
            policy.apply(verdict, None, response.headers_mut());
            return Entered::Answered(response);
        }
    }
    // A clone of the request would make whatever is inside panic that changes the request: keep the value alone.
    let origin = (verdict == Verdict::Allowed).then(|| request.headers().get(ORIGIN).cloned()).flatten();
    Entered::Continue(request, Pending { policy: Arc::clone(policy), verdict, origin })
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
    fn apply(&mut self, result: &mut Result<ServiceResponse, Error>) {
        match result {
            Ok(response) => self.policy.apply(self.verdict, self.origin.take(), response.headers_mut()),
            Err(error) => self.apply_to_error(error),
        }
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
        Answered { response: Option<ServiceResponse> },
        Boxed { inner: ServiceFuture },
    }
}

impl<F> Future for AroundFuture<F>
where
    F: Future<Output = Result<ServiceResponse, Error>>,
{
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        match self.project() {
            AroundFutureProj::Pending { inner, pending } => {
                let mut result = ready!(inner.poll(cx));
                pending.apply(&mut result);
                Poll::Ready(result)
            }
            AroundFutureProj::Answered { response } => {
                Poll::Ready(Ok(response.take().expect("a future is not polled after it is ready")))
            }
            AroundFutureProj::Boxed { inner } => inner.as_mut().poll(cx),
        }
    }
}

/// Boxes the body, which costs nothing where it is boxed already.
pub(super) fn boxed<B: MessageBody + 'static>(response: ServiceResponse<B>) -> ServiceResponse<BoxBody> {
    response.map_into_boxed_body()
}
