//! A default policy around any tower service.

use super::http::OutcomeCell;
use super::options::write_answer;
use crate::cors::{
    DefaultPolicy, PendingPreflight, PendingResponse, PreflightOutcome, PreflightRequest, ResponseHead,
    grant_nothing,
};
use crate::error::or_panic;
use crate::{BuildError, SourceLocation};
use axum::body::Body;
use cors_policy::Policy;
use http::header::HeaderValue;
use http::{Request, Response};
use pin_project_lite::pin_project;
use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tower_layer::Layer;
use tower_service::Service;

/// A default policy for everything that has none of its own: routes without an annotation, 404 and 405. A tower layer
/// for any service, with axum or without.
///
/// It leaves annotated routes alone, however deep they are nested, and whatever layers stand in between: what comes
/// back from such a route gets the headers of *its* policy. A preflight is answered here only if nothing inside wants
/// it (404 or 405). If something in between answers it, a login most likely, it is refused, and an event says so
/// (target `cors`, reason `preflight-intercepted`): put such layers into [`Routes::layer`](super::Routes::layer), or
/// outside of this one.
///
/// Of two default policies the inner one counts.
///
/// A layer in between has to keep the request's extensions: behind one that builds a request of its own the annotated
/// routes are not seen, and the default speaks for them, too. A handler without an annotation that asks several routes
/// with copies of its request gets the headers of none of them, nor those of the default: annotate it.
///
/// ```
/// use axum::{Router, routing::get};
/// use cors_runtime::axum::{PolicyLayer, policy};
///
/// let policy = policy!(origins = ["https://app.example.com"]);
/// let app: Router = Router::new()
///     .route("/health", get(|| async { "ok" }))
///     .layer(PolicyLayer::new(policy).methods(["GET", "PUT"]));
/// ```
#[derive(Clone, Debug)]
pub struct PolicyLayer {
    default: Arc<DefaultPolicy<HeaderValue>>,
}

impl PolicyLayer {
    /// A default policy for `GET`, `HEAD` and `POST`.
    ///
    /// # Panics
    ///
    /// As [`try_new`](Self::try_new) fails.
    #[track_caller]
    pub fn new(policy: impl Into<Policy>) -> Self {
        or_panic(Self::try_new(policy))
    }

    /// A default policy for `GET`, `HEAD` and `POST`.
    ///
    /// # Errors
    ///
    /// If an environment variable that the policy names is missing or wrong, or if the policy has `enforce`: that needs
    /// a route.
    #[track_caller]
    pub fn try_new(policy: impl Into<Policy>) -> Result<Self, BuildError> {
        let default = DefaultPolicy::new(policy.into(), SourceLocation::caller())?;
        Ok(Self { default: Arc::new(default) })
    }

    /// Names the methods that preflights may ask for, instead of `GET`, `HEAD` and `POST`.
    ///
    /// # Panics
    ///
    /// As [`try_methods`](Self::try_methods) fails.
    #[cfg(feature = "runtime-policies")]
    #[must_use]
    #[track_caller]
    pub fn methods(self, methods: impl IntoIterator<Item: AsRef<str>>) -> Self {
        or_panic(self.try_methods(methods))
    }

    /// Names the methods that preflights may ask for, instead of `GET`, `HEAD` and `POST`.
    ///
    /// # Errors
    ///
    /// If one of them is no method, is not in upper case, or can be sent by no script.
    #[cfg(feature = "runtime-policies")]
    pub fn try_methods(self, methods: impl IntoIterator<Item: AsRef<str>>) -> Result<Self, BuildError> {
        Ok(Self { default: Arc::new(self.default.with_methods(methods)?) })
    }
}

impl<S> Layer<S> for PolicyLayer {
    type Service = PolicyService<S>;

    fn layer(&self, inner: S) -> PolicyService<S> {
        PolicyService { default: Arc::clone(&self.default), inner }
    }
}

/// What [`PolicyLayer`] makes of a service.
///
/// ```
/// use axum::Router;
/// use cors_runtime::axum::{PolicyLayer, PolicyService, policy};
/// use tower::Layer;
///
/// let service: PolicyService<Router> = PolicyLayer::new(policy!(origins = ["*"])).layer(Router::new());
/// ```
#[derive(Clone, Debug)]
pub struct PolicyService<S> {
    default: Arc<DefaultPolicy<HeaderValue>>,
    inner: S,
}

impl<S, B, R> Service<Request<B>> for PolicyService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    R: Default + 'static,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = PolicyFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let cell = OutcomeCell::of_default(request.extensions().get::<OutcomeCell>());
        let pending = match PreflightRequest::read(&request) {
            Some(preflight) => Pending::Preflight {
                default: Arc::clone(&self.default),
                preflight: self.default.remember(preflight),
            },
            None => Pending::Response(self.default.decide(&request)),
        };
        request.extensions_mut().insert(cell.clone());
        PolicyFuture { response: self.inner.call(request), cell, pending: Some(pending) }
    }
}

/// What is left to do when the response comes back from inside.
#[derive(Debug)]
enum Pending {
    Response(PendingResponse<HeaderValue>),
    Preflight { default: Arc<DefaultPolicy<HeaderValue>>, preflight: PendingPreflight<HeaderValue> },
}

pin_project! {
    /// The response of [`PolicyService`].
    ///
    /// ```
    /// use axum::Router;
    /// use axum::http::Request;
    /// use cors_runtime::axum::{PolicyFuture, PolicyLayer, policy};
    /// use tower::{Layer, Service};
    ///
    /// let mut service = PolicyLayer::new(policy!(origins = ["*"])).layer(Router::new());
    /// let response: PolicyFuture<_> = service.call(Request::new(axum::body::Body::empty()));
    /// ```
    #[derive(Debug)]
    pub struct PolicyFuture<F> {
        #[pin]
        response: F,
        cell: OutcomeCell,
        pending: Option<Pending>,
    }
}

impl<F, R, E> Future for PolicyFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    R: Default + 'static,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut response = ready!(this.response.poll(context))?;
        match this.pending.take() {
            Some(Pending::Response(pending)) => {
                pending.resolve(this.cell, response.is_marked_as_annotated()).write(&mut response);
            }
            Some(Pending::Preflight { default, preflight }) => {
                let inner = (response.status().as_u16(), response.is_marked_as_annotated());
                match default.finish_preflight(preflight, this.cell, inner) {
                    PreflightOutcome::LeaveAlone => {}
                    PreflightOutcome::Answer(answer) => {
                        response = Response::new(body_of(answer.body()));
                        write_answer(answer, &mut response);
                    }
                    PreflightOutcome::Intercepted => grant_nothing(response.headers_mut()),
                }
            }
            None => {}
        }
        Poll::Ready(Ok(response))
    }
}

/// A body with a text, if it is axum's. Of any other body it is only known how to make an empty one.
fn body_of<R: Default + 'static>(text: &'static str) -> R {
    let mut body = R::default();
    if let Some(body) = (&mut body as &mut dyn Any).downcast_mut::<Body>() {
        *body = Body::from(text);
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;
    use cors_policy::Declared;
    use std::future::Ready;
    use std::task::Waker;

    /// A service that is waiting, for a connection for example.
    struct Busy;

    impl Service<Request<()>> for Busy {
        type Response = Response<()>;
        type Error = ();
        type Future = Ready<Result<Response<()>, ()>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
            Poll::Pending
        }

        fn call(&mut self, _: Request<()>) -> Self::Future {
            std::future::ready(Err(()))
        }
    }

    #[test]
    fn the_service_is_not_ready_before_the_one_inside() {
        let mut service = PolicyLayer::new(Policy::from_declared(Declared::EMPTY)).layer(Busy);
        assert!(service.poll_ready(&mut Context::from_waker(Waker::noop())).is_pending());
    }
}
