//! A default policy around any tower service.

use super::http::OutcomeCell;
use super::options::preflight_response;
use crate::cors::{Begin, Decision, DefaultPolicy, OwnResponse, PendingRequest, ResponseHead};
use crate::error::or_panic;
use crate::{BuildError, SourceLocation};
use cors_policy::Policy;
use http::header::HeaderValue;
use http::{Request, Response, StatusCode};
use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tower_layer::Layer;
use tower_service::Service;

/// A default policy for everything that has none of its own: routes without an annotation, 404 and 405. A tower layer
/// for any service, with axum or without.
///
/// It does not change the responses of annotated routes, also if layers are between them: such a response has the headers of
/// the route's own policy. It answers a preflight only if the inner service returned 404 or 405. If another layer answers a
/// preflight, most likely a login, the default policy refuses it and logs an event (target `cors`, reason
/// `preflight-intercepted`): put such layers into [`Routes::layer`](super::Routes::layer), or outside of this one.
///
/// If two default policies are nested, the inner one decides.
///
/// A layer between the default policy and its routes should keep the request's extensions. If a layer builds a new request,
/// an annotated route inside marks its response, so that the response keeps its headers; but a response that such a layer
/// builds itself gets the headers of the default policy. If a handler without an annotation calls several routes with copies
/// of its request, its response gets neither the headers of these routes nor those of the default policy: annotate the
/// handler.
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
    /// Panics if [`try_new`](Self::try_new) returns an error.
    #[track_caller]
    pub fn new(policy: impl Into<Policy>) -> Self {
        or_panic(Self::try_new(policy))
    }

    /// A default policy for `GET`, `HEAD` and `POST`.
    ///
    /// # Errors
    ///
    /// If an environment variable that the policy names is missing or wrong, or if the policy has `enforce`: that
    /// needs a route, or [`try_answering_every_preflight`](Self::try_answering_every_preflight).
    #[track_caller]
    pub fn try_new(policy: impl Into<Policy>) -> Result<Self, BuildError> {
        let default = DefaultPolicy::new(policy.into(), false, SourceLocation::caller())?;
        Ok(Self { default: Arc::new(default) })
    }

    /// A default policy for `GET`, `HEAD` and `POST` that answers every preflight itself, as after
    /// [`answer_every_preflight`](Self::answer_every_preflight), and that may have `enforce`.
    ///
    /// With `enforce`, requests of other sites are refused before anything inside runs, so that no route has to be annotated:
    /// `GET`, `HEAD` and `OPTIONS` pass, unless they open a WebSocket, and every other request passes or fails as on an
    /// annotated route. With `enforce(hosts = [..])`, every request to another host is refused. See the guide
    /// [cross-origin protection](crate::guide::cross_origin_protection).
    ///
    /// ```
    /// use axum::{Router, routing::post};
    /// use cors_runtime::axum::{PolicyLayer, policy};
    ///
    /// let policy = policy!(origins = ["https://app.example.com"], enforce);
    /// let app: Router = Router::new()
    ///     .route("/notes", post(async || "added"))
    ///     .layer(PolicyLayer::answering_every_preflight(policy));
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if [`try_answering_every_preflight`](Self::try_answering_every_preflight) returns an error.
    #[track_caller]
    pub fn answering_every_preflight(policy: impl Into<Policy>) -> Self {
        or_panic(Self::try_answering_every_preflight(policy))
    }

    /// A default policy that answers every preflight itself: see
    /// [`answering_every_preflight`](Self::answering_every_preflight).
    ///
    /// # Errors
    ///
    /// If an environment variable that the policy names is missing or wrong.
    #[track_caller]
    pub fn try_answering_every_preflight(policy: impl Into<Policy>) -> Result<Self, BuildError> {
        let default = DefaultPolicy::new(policy.into(), true, SourceLocation::caller())?;
        Ok(Self { default: Arc::new(default) })
    }

    /// Names the methods that preflights may ask for, instead of `GET`, `HEAD` and `POST`. A name that comes twice counts
    /// once, and `GET` allows `HEAD` as well, since axum routes `HEAD` to the handler of `GET`.
    ///
    /// Name only methods that the service inside routes, and call `.methods(..)` if it has no `POST`. If two routers with a
    /// default policy each are merged and share a path, the default policy of the router that is merged last answers the
    /// preflights for all methods of this path: axum keeps only that router's answer to other methods (405), and does not
    /// tell a layer which methods are routed. A method that only the other router has would then be allowed by the wrong
    /// policy:
    ///
    /// ```
    /// use axum::{Router, routing::{delete, get}};
    /// use cors_runtime::axum::{PolicyLayer, policy};
    ///
    /// let admins = PolicyLayer::new(policy!(origins = ["https://admin.example.com"])).methods(["DELETE"]);
    /// let everybody = PolicyLayer::new(policy!(origins = ["*"])).methods(["GET"]); // not `DELETE`
    /// let app: Router = Router::new()
    ///     .route("/items", delete(async || "deleted"))
    ///     .layer(admins)
    ///     .merge(Router::new().route("/items", get(async || "read")).layer(everybody));
    /// ```
    ///
    /// Here no page can send `DELETE`. Annotate the handlers of such a path to give each method a policy of its own.
    ///
    /// # Panics
    ///
    /// Panics if [`try_methods`](Self::try_methods) returns an error.
    #[cfg(feature = "runtime-policies")]
    #[must_use]
    #[track_caller]
    pub fn methods(self, methods: impl IntoIterator<Item: AsRef<str>>) -> Self {
        or_panic(self.try_methods(methods))
    }

    /// Names the methods that preflights may ask for: see [`methods`](Self::methods).
    ///
    /// # Errors
    ///
    /// If the list is empty, or if a name is not a method, is not in upper case, or is a method that no script can send.
    #[cfg(feature = "runtime-policies")]
    pub fn try_methods(self, methods: impl IntoIterator<Item: AsRef<str>>) -> Result<Self, BuildError> {
        Ok(Self { default: Arc::new(self.default.with_methods(methods, true)?) })
    }

    /// Answers every preflight itself, before anything inside runs.
    ///
    /// This is for services, or parts of services, without annotated routes: handlers for every method
    /// (`any(handler)`), fallbacks and proxies answer `OPTIONS` themselves, and then browsers refuse the request.
    ///
    /// An annotated route inside keeps its own policy: it answers 403 to requests from other origins that this policy
    /// does not allow, or that may have credentials which it does not allow, and logs an event of level `error` once
    /// (target `cors`). It cannot do that if a layer between the default policy
    /// and the route drops the extensions of the request.
    ///
    /// ```
    /// use axum::{Router, routing::any};
    /// use cors_runtime::axum::{PolicyLayer, policy};
    ///
    /// let policy = policy!(origins = ["https://app.example.com"]);
    /// let app: Router = Router::new()
    ///     .route("/proxy/{*path}", any(async || "from somewhere else"))
    ///     .layer(PolicyLayer::new(policy).answer_every_preflight());
    /// ```
    #[must_use]
    pub fn answer_every_preflight(self) -> Self {
        Self { default: Arc::new(self.default.answering_every_preflight()) }
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
        match self.default.begin(&request, request.extensions().get::<OutcomeCell>()) {
            Begin::Respond(response) => {
                PolicyFuture { state: FutureState::Answered { response: Some(response) } }
            }
            Begin::PassOn(pending) => {
                request.extensions_mut().insert(pending.cell.clone());
                let response = self.inner.call(request);
                PolicyFuture { state: FutureState::Called { response, pending: Some(pending) } }
            }
        }
    }
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
        state: FutureState<F>,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = FutureStateProjection]
    enum FutureState<F> {
        // The default policy has answered without calling the inner service.
        Answered { response: Option<OwnResponse<HeaderValue>> },
        // The inner service has been called.
        Called {
            #[pin]
            response: F,
            pending: Option<PendingRequest<HeaderValue>>,
        },
    }
}

impl<F, R, E> Future for PolicyFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    R: Default + 'static,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        const POLLED_AGAIN: &str = "a future is not polled after it is ready";
        match self.project().state.project() {
            FutureStateProjection::Answered { response } => {
                Poll::Ready(Ok(match response.take().expect(POLLED_AGAIN) {
                    OwnResponse::PreflightAnswer(answer) => preflight_response(answer),
                    OwnResponse::Refusal(decision) => refuse(decision),
                }))
            }
            FutureStateProjection::Called { response, pending } => {
                let mut response = ready!(response.poll(context))?;
                let pending = pending.take().expect(POLLED_AGAIN);
                let action = pending.finish(response.status().as_u16(), response.is_marked_as_annotated());
                if let Some(answer) = action.apply(&mut response) {
                    response = preflight_response(answer);
                }
                Poll::Ready(Ok(response))
            }
        }
    }
}

/// The response to a request that `enforce` refuses.
#[cold]
fn refuse<R: Default>(decision: Decision<HeaderValue>) -> Response<R> {
    let mut response = Response::new(R::default());
    *response.status_mut() = StatusCode::FORBIDDEN;
    decision.write_refusal(&mut response);
    response
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
