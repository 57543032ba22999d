//! A default policy around an app or a scope.

use super::cors_middleware::refuse;
use super::http::{OutcomeCell, map_error_response};
use super::options::preflight_response;
use crate::cors::{Begin, DefaultPolicy, OwnResponse, PendingRequest, ResponseHead};
use crate::error::or_panic;
use crate::{BuildError, SourceLocation};
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::http::header::HeaderValue;
use actix_web::{Error, HttpMessage};
use cors_policy::Policy;
use pin_project_lite::pin_project;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// A default policy for everything that has none of its own: routes without an annotation, 404 and 405. A middleware
/// for an app or a scope.
///
/// It does not change the responses of annotated routes, also if middlewares are between them: such a response has the
/// headers of the route's own policy. It answers a preflight only if the inner service returned 404 or 405. If another
/// middleware answers a preflight, most likely a login, the default policy refuses it and logs an event (target `cors`,
/// reason
/// `preflight-intercepted`): put such middlewares into [`Routes::wrap`](super::Routes::wrap), or outside of this one.
///
/// If two default policies are nested, the inner one decides.
///
/// ```
/// use actix_web::{App, web};
/// use cors_runtime::actix::{PolicyMiddleware, policy};
///
/// let policy = policy!(origins = ["https://app.example.com"]);
/// let app = App::new()
///     .wrap(PolicyMiddleware::new(policy).methods(["GET", "PUT"]))
///     .route("/health", web::get().to(|| async { "ok" }));
/// ```
#[derive(Clone, Debug)]
pub struct PolicyMiddleware {
    default: Arc<DefaultPolicy<HeaderValue>>,
}

impl PolicyMiddleware {
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
    /// With `enforce`, requests of other sites are refused before anything inside runs, so that no handler has to be
    /// annotated:
    /// `GET`, `HEAD` and `OPTIONS` pass, unless they open a WebSocket, and every other request passes or fails as on an
    /// annotated route. With `enforce(hosts = [..])`, every request to another host is refused. See the guide
    /// [cross-origin protection](crate::guide::cross_origin_protection).
    ///
    /// ```
    /// use actix_web::{App, web};
    /// use cors_runtime::actix::{PolicyMiddleware, policy};
    ///
    /// let policy = policy!(origins = ["https://app.example.com"], enforce);
    /// let app = App::new()
    ///     .wrap(PolicyMiddleware::answering_every_preflight(policy))
    ///     .route("/notes", web::post().to(|| async { "added" }));
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
    /// once.
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
        Ok(Self { default: Arc::new(self.default.with_methods(methods, false)?) })
    }

    /// Answers every preflight itself, before anything inside runs.
    ///
    /// This is for apps and scopes without annotated routes: handlers for every method (`web::to(handler)`),
    /// `default_service` and proxies answer `OPTIONS` themselves, and then browsers refuse the request.
    ///
    /// An annotated route inside keeps its own policy: it answers 403 to requests from other origins that this policy
    /// does not allow, or that may have credentials which it does not allow, and logs an event of level `error` once
    /// (target `cors`). It cannot do that if a middleware between the default
    /// policy and the route drops the extensions of the request.
    ///
    /// ```
    /// use actix_web::{App, web};
    /// use cors_runtime::actix::{PolicyMiddleware, policy};
    ///
    /// let policy = policy!(origins = ["https://app.example.com"]);
    /// let app = App::new()
    ///     .wrap(PolicyMiddleware::new(policy).answer_every_preflight())
    ///     .default_service(web::to(|| async { "from somewhere else" }));
    /// ```
    #[must_use]
    pub fn answer_every_preflight(self) -> Self {
        Self { default: Arc::new(self.default.answering_every_preflight()) }
    }
}

impl<S, B> Transform<S, ServiceRequest> for PolicyMiddleware
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Transform = PolicyService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(PolicyService { default: Arc::clone(&self.default), inner: service }))
    }
}

/// What [`PolicyMiddleware`] makes of a service.
///
/// ```
/// use actix_web::dev::{ServiceRequest, Transform, fn_service};
/// use actix_web::{App, HttpResponse};
/// use cors_runtime::actix::{PolicyMiddleware, PolicyService, policy};
///
/// let inner = fn_service(async |request: ServiceRequest| Ok(request.into_response(HttpResponse::Ok())));
/// # use actix_web::dev::ServiceFactory;
/// # actix_web::rt::System::new().block_on(async {
/// let inner = inner.new_service(()).await?;
/// let service: PolicyService<_> =
///     PolicyMiddleware::new(policy!(origins = ["*"])).new_transform(inner).await?;
/// # Ok::<(), ()>(())
/// # }).unwrap();
/// ```
#[derive(Debug)]
pub struct PolicyService<S> {
    default: Arc<DefaultPolicy<HeaderValue>>,
    inner: S,
}

impl<S, B> Service<ServiceRequest> for PolicyService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Future = PolicyFuture<S::Future>;

    forward_ready!(inner);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let begin = self.default.begin(&request, request.extensions().get::<OutcomeCell>());
        let state = match begin {
            Begin::Respond(OwnResponse::PreflightAnswer(answer)) => {
                FutureState::Answered { response: Some(request.into_response(preflight_response(answer))) }
            }
            Begin::Respond(OwnResponse::Refusal(decision)) => {
                FutureState::Answered { response: Some(refuse(decision, request)) }
            }
            Begin::PassOn(pending) => {
                request.extensions_mut().insert(pending.cell.clone());
                FutureState::Called { response: self.inner.call(request), pending: Some(pending) }
            }
        };
        PolicyFuture { state }
    }
}

pin_project! {
    /// The response of [`PolicyService`].
    ///
    /// ```
    /// use actix_web::dev::{Service, ServiceRequest, ServiceResponse};
    /// use actix_web::{Error, body::BoxBody};
    /// use cors_runtime::actix::{PolicyFuture, PolicyService};
    ///
    /// fn call<S>(service: &PolicyService<S>, request: ServiceRequest) -> PolicyFuture<S::Future>
    /// where
    ///     S: Service<ServiceRequest, Response = ServiceResponse<BoxBody>, Error = Error> + 'static,
    /// {
    ///     service.call(request)
    /// }
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
        Answered { response: Option<ServiceResponse> },
        // The inner service has been called.
        Called {
            #[pin]
            response: F,
            pending: Option<PendingRequest<HeaderValue>>,
        },
    }
}

impl<F, B> Future for PolicyFuture<F>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
    B: MessageBody + 'static,
{
    type Output = Result<ServiceResponse, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        const POLLED_AGAIN: &str = "a future is not polled after it is ready";
        match self.project().state.project() {
            FutureStateProjection::Answered { response } => {
                Poll::Ready(Ok(response.take().expect(POLLED_AGAIN)))
            }
            FutureStateProjection::Called { response, pending } => {
                let result =
                    std::task::ready!(response.poll(context)).map(ServiceResponse::map_into_boxed_body);
                Poll::Ready(finish(pending.take().expect(POLLED_AGAIN), result))
            }
        }
    }
}

fn finish(
    pending: PendingRequest<HeaderValue>,
    mut result: Result<ServiceResponse, Error>,
) -> Result<ServiceResponse, Error> {
    match &mut result {
        Ok(inner) => {
            let action = pending.finish(inner.status().as_u16(), inner.response().is_marked_as_annotated());
            if let Some(answer) = action.apply(inner.response_mut()) {
                *inner.response_mut() = preflight_response(answer);
            }
        }
        Err(error) => {
            let action = pending.finish(error.as_response_error().status_code().as_u16(), false);
            map_error_response(error, move |inner| {
                if inner.is_marked_as_annotated() {
                    return;
                }
                if let Some(answer) = action.clone().apply(inner) {
                    *inner = preflight_response(answer);
                }
            });
        }
    }
    result
}
