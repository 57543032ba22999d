//! CORS around the resource of one route, outside of every middleware.

use super::http::{RoutePolicy, cell_of};
use super::origin_check::Check;
use super::wrap::{Inner, InnerFuture, ServiceFuture, SharedWrap};
use crate::cors::{Admission, Decision, RequestHead, RouteOutcome, Verdict};
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::header::HeaderValue;
use actix_web::{Error, HttpResponse};
use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// The middleware that puts CORS around a resource.
#[derive(Clone)]
pub(super) struct CorsMiddleware {
    pub(super) policy: Arc<RoutePolicy>,
    pub(super) check: Option<Check>,
    /// The middlewares of the group, the innermost first.
    pub(super) wraps: Rc<[SharedWrap]>,
}

impl<S, B> Transform<S, ServiceRequest> for CorsMiddleware
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Transform = CorsService<S>;
    type InitError = ();
    type Future = Pin<Box<dyn Future<Output = Result<Self::Transform, ()>>>>;

    fn new_transform(&self, service: S) -> Self::Future {
        let Self { policy, check, wraps } = self.clone();
        Box::pin(async move {
            Ok(CorsService { policy, check, inner: Rc::new(Inner::new(service, &wraps).await?) })
        })
    }
}

/// The service of a [`CorsMiddleware`].
pub(super) struct CorsService<S> {
    policy: Arc<RoutePolicy>,
    check: Option<Check>,
    inner: Rc<Inner<S>>,
}

impl<S, B> Service<ServiceRequest> for CorsService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Future = CorsFuture<InnerFuture<S::Future>>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(context)
    }

    #[inline]
    fn call(&self, request: ServiceRequest) -> Self::Future {
        if let Some(check) = self.check {
            return CorsFuture::Checked { response: self.call_after(check, request) };
        }
        match admit(&self.policy, self.policy.verdict(request.origin()), &request) {
            Admission::Refuse(decision) => {
                CorsFuture::Refused { response: Some(Box::new(refuse(decision, request))) }
            }
            Admission::Call(decision) => {
                CorsFuture::Called { response: self.inner.call(request), decision: Some(decision) }
            }
        }
    }
}

impl<S, B> CorsService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    /// Asks the origin check first.
    fn call_after(&self, check: Check, request: ServiceRequest) -> ServiceFuture {
        let (policy, inner) = (Arc::clone(&self.policy), Rc::clone(&self.inner));
        // Until the check has answered, no default policy may decide about the request.
        if let Some(cell) = cell_of(&request) {
            cell.record(RouteOutcome::CheckPending);
        }
        let verdict = check.verdict(&policy, &request);
        Box::pin(async move {
            match admit(&policy, verdict.await, &request) {
                Admission::Refuse(decision) => Ok(refuse(decision, request)),
                Admission::Call(decision) => {
                    let mut result = inner.call(request).await;
                    write(decision, &mut result);
                    result
                }
            }
        })
    }
}

/// Asks the policy of a route about an actual request whose verdict is known.
fn admit(
    policy: &Arc<RoutePolicy>,
    verdict: Verdict<HeaderValue>,
    request: &ServiceRequest,
) -> Admission<HeaderValue> {
    policy.admit(verdict, request, cell_of(request).as_ref())
}

/// The response to a request that `enforce` refuses.
#[cold]
fn refuse(decision: Decision<HeaderValue>, request: ServiceRequest) -> ServiceResponse {
    let mut response = request.into_response(HttpResponse::Forbidden().finish());
    decision.write(&mut response);
    response
}

/// Writes a decision into a response. An error stays an error, so that an outer middleware can still find it: the
/// decision is written when its response is made.
#[inline]
fn write(decision: Decision<HeaderValue>, result: &mut Result<ServiceResponse, Error>) {
    match result {
        Ok(response) => decision.write(response),
        Err(error) => error.add_response_mapper(move |mut response| {
            decision.clone().write(&mut response);
            response
        }),
    }
}

pin_project! {
    /// The response of a [`CorsService`].
    #[project = CorsFutureProjection]
    pub(super) enum CorsFuture<F> {
        /// The inner service has been called. Its response gets the headers of the decision.
        Called {
            #[pin]
            response: F,
            decision: Option<Decision<HeaderValue>>,
        },
        /// `enforce` has refused the request. The response is in a box, since it is large and rare.
        Refused { response: Option<Box<ServiceResponse>> },
        /// An origin check is asked first.
        Checked { response: ServiceFuture },
    }
}

impl<F> Future for CorsFuture<F>
where
    F: Future<Output = Result<ServiceResponse, Error>>,
{
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        match self.project() {
            CorsFutureProjection::Called { response, decision } => {
                let mut result = ready!(response.poll(context));
                if let Some(decision) = decision.take() {
                    write(decision, &mut result);
                }
                Poll::Ready(result)
            }
            CorsFutureProjection::Refused { response } => {
                Poll::Ready(Ok(*response.take().expect("a future is not polled after it is ready")))
            }
            CorsFutureProjection::Checked { response } => response.as_mut().poll(context),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::PolicyMiddleware;
    use super::super::wrap::shared;
    use super::*;
    use crate::SourceLocation;
    use crate::cors::DeclaredPolicy;
    use cors_policy::{Declared, Policy};
    use std::future::ready;
    use std::task::Waker;

    /// A service that is waiting, for a connection for example.
    struct Busy;

    impl Service<ServiceRequest> for Busy {
        type Response = ServiceResponse;
        type Error = Error;
        type Future = std::future::Ready<Result<ServiceResponse, Error>>;

        fn poll_ready(&self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
            Poll::Pending
        }

        fn call(&self, request: ServiceRequest) -> Self::Future {
            ready(Ok(request.into_response(HttpResponse::ServiceUnavailable())))
        }
    }

    #[actix_web::test]
    async fn the_service_is_not_ready_before_the_one_inside() {
        let policy = Policy::from_declared(Declared::EMPTY);
        let middleware = shared(PolicyMiddleware::new(policy.clone()));
        let policy = RoutePolicy::new(DeclaredPolicy::new(policy, SourceLocation::caller()), "/");
        let policy = Arc::new(policy.expect("nothing is read"));
        for wraps in [Rc::from([]), Rc::from([middleware])] {
            let cors = CorsMiddleware { policy: Arc::clone(&policy), check: None, wraps };
            let service = cors.new_transform(Busy).await.expect("no middleware fails");
            assert!(service.poll_ready(&mut Context::from_waker(Waker::noop())).is_pending());
        }
    }
}
