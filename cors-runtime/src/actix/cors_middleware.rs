//! CORS around the resource of one route, outside of every middleware.

use super::group_middleware::ServiceFuture;
use super::http::{OutcomeCell, RoutePolicy, map_error_response};
use super::origin_check::DynamicCheckFn;
use crate::cors::{Admission, Decision, RouteOutcome, Verdict};
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::http::header::HeaderValue;
use actix_web::{Error, HttpMessage, HttpResponse};
use pin_project_lite::pin_project;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// The middleware that puts CORS around a resource.
#[derive(Clone)]
pub(super) struct CorsMiddleware {
    pub(super) policy: Arc<RoutePolicy>,
    pub(super) check: Option<DynamicCheckFn>,
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
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        let Self { policy, check } = self.clone();
        ready(Ok(CorsService { policy, check, inner: Rc::new(service) }))
    }
}

/// The service of a [`CorsMiddleware`].
pub(super) struct CorsService<S> {
    policy: Arc<RoutePolicy>,
    check: Option<DynamicCheckFn>,
    inner: Rc<S>,
}

impl<S, B> Service<ServiceRequest> for CorsService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Future = CorsFuture<S::Future>;

    forward_ready!(inner);

    #[inline]
    fn call(&self, request: ServiceRequest) -> Self::Future {
        if let Some(check) = self.check {
            return CorsFuture::Boxed { response: self.call_checked(check, request) };
        }
        match admit(&self.policy, self.policy.verdict(&request), &request) {
            Admission::Refuse(decision) => {
                CorsFuture::Boxed { response: Box::pin(ready(Ok(refuse(decision, request)))) }
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
    fn call_checked(&self, check: DynamicCheckFn, request: ServiceRequest) -> ServiceFuture {
        let (policy, inner) = (Arc::clone(&self.policy), Rc::clone(&self.inner));
        // Until the check has answered, no default policy may decide about the request.
        if let Some(cell) = request.extensions().get::<OutcomeCell>() {
            cell.record(RouteOutcome::CheckPending);
        }
        let verdict = check.verdict(&policy, &request);
        Box::pin(async move {
            match admit(&policy, verdict.await, &request) {
                Admission::Refuse(decision) => Ok(refuse(decision, request)),
                Admission::Call(decision) => Ok(write(decision, inner.call(request).await)?),
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
    policy.admit(verdict, request, request.extensions().get::<OutcomeCell>())
}

/// The response to a request that is refused.
#[cold]
pub(super) fn refuse(decision: Decision<HeaderValue>, request: ServiceRequest) -> ServiceResponse {
    let mut response = HttpResponse::Forbidden().finish();
    decision.write_refusal(&mut response);
    request.into_response(response)
}

/// Writes a decision into the response of the inner service.
#[inline]
fn write<B: MessageBody + 'static>(
    decision: Decision<HeaderValue>,
    result: Result<ServiceResponse<B>, Error>,
) -> Result<ServiceResponse, Error> {
    let mut result = result.map(ServiceResponse::map_into_boxed_body);
    match &mut result {
        Ok(response) => decision.write(response.response_mut()),
        Err(error) => map_error_response(error, move |response| decision.clone().write(response)),
    }
    result
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
        /// An origin check is asked first, or `enforce` has refused the request.
        Boxed { response: ServiceFuture },
    }
}

impl<F, B> Future for CorsFuture<F>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
    B: MessageBody + 'static,
{
    type Output = Result<ServiceResponse, Error>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            CorsFutureProjection::Called { response, decision } => {
                let result = ready!(response.poll(context));
                let decision = decision.take().expect("a future is not polled after it is ready");
                Poll::Ready(write(decision, result))
            }
            CorsFutureProjection::Boxed { response } => response.as_mut().poll(context),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::PolicyMiddleware;
    use super::super::group_middleware::{GroupMiddleware, share_middleware};
    use super::*;
    use crate::SourceLocation;
    use crate::cors::DeclaredPolicy;
    use cors_policy::{Declared, Policy};
    use std::task::Waker;

    /// A service that is waiting, for a connection for example.
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
    async fn the_service_is_not_ready_before_the_one_inside() {
        let policy = Policy::from_declared(Declared::EMPTY);
        let group = GroupMiddleware(vec![share_middleware(PolicyMiddleware::new(policy.clone()))]);
        let policy = RoutePolicy::new(DeclaredPolicy::new(policy, SourceLocation::caller()), "/");
        let policy = Arc::new(policy.expect("nothing is read"));
        let cors = CorsMiddleware { policy, check: None };
        let mut context = Context::from_waker(Waker::noop());
        let service = cors.new_transform(Busy).await.expect("no middleware fails");
        assert!(service.poll_ready(&mut context).is_pending());
        let inner = group.new_transform(Busy).await.expect("no middleware fails");
        let service = cors.new_transform(inner).await.expect("no middleware fails");
        assert!(service.poll_ready(&mut context).is_pending());
    }
}
