//! CORS around one resource, outside of every middleware.

use super::check::Check;
use super::wrap::{Inner, InnerFuture, ServiceFuture, SharedWrap};
use crate::engine::{Decided, Found, OriginHeader, RequestHead, RoutePolicy, Verdict};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::header::HeaderValue;
use actix_web::{Error, HttpResponse};
use pin_project_lite::pin_project;
use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

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
            Ok(AroundService { policy: Rc::new(around.policy), check: around.check, inner })
        })
    }
}

/// Requests of one worker stay on its thread: no request has to count references for other threads too.
type LocalPolicy = Rc<Arc<RoutePolicy<HeaderValue>>>;

/// What the policy of a route decided about a request.
type LocallyDecided = Decided<HeaderValue, LocalPolicy>;

/// See [`Around`].
pub(super) struct AroundService<S> {
    policy: LocalPolicy,
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
        match RoutePolicy::enter(Rc::clone(&self.policy), &request) {
            Ok(decided) => AroundFuture::Decided { inner: self.inner.call(request), decided },
            Err(decided) => AroundFuture::Answered { response: Some(Box::new(refused(decided, request))) },
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
        let (policy, inner) = (Rc::clone(&self.policy), Rc::clone(&self.inner));
        let (value, several) = match request.origin() {
            OriginHeader::Missing => (None, false),
            OriginHeader::One(_) => (request.origin_value(), false),
            OriginHeader::Several => (None, true),
        };
        RoutePolicy::ask(&request);
        Box::pin(async move {
            let verdict = match value {
                None if several => Verdict::Denied,
                None => Verdict::NoOrigin,
                Some(value) => check.ask(&value, request.request()).await,
            };
            match RoutePolicy::decided(policy, verdict, &request) {
                Ok(mut decided) => {
                    let mut result = inner.call(request).await;
                    apply(&mut decided, &mut result);
                    result
                }
                Err(decided) => Ok(refused(decided, request)),
            }
        })
    }
}

/// What `enforce` answers.
#[cold]
fn refused(mut decided: LocallyDecided, request: ServiceRequest) -> ServiceResponse {
    let mut response = request.into_response(HttpResponse::Forbidden().finish());
    decided.apply(response.headers_mut());
    response
}

#[inline]
fn apply(decided: &mut LocallyDecided, result: &mut Result<ServiceResponse, Error>) {
    match result {
        Ok(response) => decided.apply(response.headers_mut()),
        Err(error) => apply_to_error(decided.shared(), Found::Own, error),
    }
}

/// The error stays what it is, so that an outer middleware still finds it; its response gets the headers.
#[cold]
pub(super) fn apply_to_error(decided: Decided<HeaderValue>, found: Found, error: &mut Error) {
    error.add_response_mapper(move |mut response| {
        decided.apply_shared(found, response.headers_mut());
        response
    });
}

pin_project! {
    /// The handler's response with its headers.
    #[project = AroundFutureProj]
    pub(super) enum AroundFuture<F> {
        Decided { #[pin] inner: F, decided: LocallyDecided },
        // Rare, and large.
        Answered { response: Option<Box<ServiceResponse>> },
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
            AroundFutureProj::Decided { inner, decided } => {
                let mut result = inner.poll(cx);
                if let Poll::Ready(result) = &mut result {
                    apply(decided, result);
                }
                result
            }
            AroundFutureProj::Answered { response } => {
                let response = response.take().expect("a future is not polled after it is ready");
                Poll::Ready(Ok(*response))
            }
            AroundFutureProj::Boxed { inner } => inner.as_mut().poll(cx),
        }
    }
}

/// Boxes the body, which costs nothing where it is boxed already.
pub(super) fn boxed<B: MessageBody + 'static>(response: ServiceResponse<B>) -> ServiceResponse<BoxBody> {
    let mut response = Some(response);
    // Almost always it is: then the response need not be taken apart and put together again.
    if let Some(boxed) = (&mut response as &mut dyn Any).downcast_mut::<Option<ServiceResponse>>() {
        return boxed.take().expect("it was put there");
    }
    response.expect("it was put there").map_into_boxed_body()
}

#[cfg(test)]
mod tests {
    use super::super::PolicyMiddleware;
    use super::super::wrap::shared;
    use super::*;
    use crate::SourceLocation;
    use actix_web::http::header::HeaderMap;
    use cors_policy::{Declared, Policy};
    use std::future::{Ready, ready};
    use std::task::Waker;

    /// Waits for a connection, say.
    struct Busy;

    impl Service<ServiceRequest> for Busy {
        type Response = ServiceResponse;
        type Error = Error;
        type Future = Ready<Result<ServiceResponse, Error>>;

        fn poll_ready(&self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
            Poll::Pending
        }

        fn call(&self, request: ServiceRequest) -> Self::Future {
            ready(Ok(request.into_response(HttpResponse::ServiceUnavailable())))
        }
    }

    #[actix_web::test]
    async fn what_stands_around_a_service_is_not_ready_before_it() {
        let policy = Policy::from_declared(Declared::EMPTY);
        let middleware = shared(PolicyMiddleware::new(policy.clone()));
        let policy = RoutePolicy::new::<HeaderMap>(policy, "/", SourceLocation::caller(), false);
        let policy = Arc::new(policy.expect("nothing is read"));
        for wraps in [Rc::from([]), Rc::from([middleware])] {
            let around = Around { policy: Arc::clone(&policy), check: None, wraps };
            let service = around.new_transform(Busy).await.expect("no middleware fails");
            assert!(service.poll_ready(&mut Context::from_waker(Waker::noop())).is_pending());
        }
    }
}
