//! Policies that a function decides, per request.

use super::around::{Around, refused};
use super::methods::method_router;
use crate::engine::{Methods, OriginHeader, RequestHead, RoutePolicy, Verdict};
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use cors_policy::Origin;
use http::StatusCode;
use http::request::Parts;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

/// What a function says of an origin, later.
pub type CheckFuture<'a> = Pin<Box<dyn Future<Output = Result<bool, Rejected>> + Send + 'a>>;

/// An extractor of the function rejected the request.
#[derive(Debug)]
pub struct Rejected;

/// Implemented by `#[origin_check]`, on the type that stands beside the function.
#[diagnostic::on_unimplemented(
    message = "`dynamic` takes a function with `#[origin_check]`",
    label = "not an origin check for this state",
    note = "write `#[origin_check]` above the function, and take only extractors that the state can give"
)]
pub trait OriginCheck<S> {
    /// Runs the extractors, then the function.
    fn check<'a>(origin: Origin, parts: &'a mut Parts, state: &'a S) -> CheckFuture<'a>;
}

/// What `dynamic` finds in the type namespace for a function that is no origin check.
pub mod fallback {
    /// See the module.
    #[allow(non_camel_case_types)]
    #[derive(Debug)]
    pub enum function_without_origin_check {}
}

/// A function that decides.
pub struct Check<S>(for<'a> fn(Origin, &'a mut Parts, &'a S) -> CheckFuture<'a>);

impl<S> Check<S> {
    /// The function that stands beside `C`.
    pub fn of<C: OriginCheck<S>>() -> Self {
        Self(C::check)
    }

    /// Asks it. A rejected extractor denies.
    pub(super) async fn ask(&self, origin: Origin, parts: &mut Parts, state: &S) -> Verdict {
        match (self.0)(origin, parts, state).await {
            Ok(true) => Verdict::Allowed,
            Ok(false) => Verdict::Denied,
            Err(Rejected) => Verdict::Rejected,
        }
    }
}

impl<S> Clone for Check<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Check<S> {}

impl<S> fmt::Debug for Check<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Check")
    }
}

/// A route for which a function decides, before it is known whether layers come in between.
pub(super) trait DynamicEndpoint<S>: Send {
    /// The handler with CORS around it.
    fn build(self: Box<Self>, around: Around) -> MethodRouter<S>;
    /// The bare handler, for layers, which know of no state.
    fn stateless(self: Box<Self>) -> MethodRouter;
    /// The function.
    fn check(&self) -> Check<S>;
}

/// See [`DynamicEndpoint`].
pub(super) struct DynamicRoute<H, T, S> {
    pub(super) methods: Methods,
    pub(super) handler: H,
    pub(super) check: Check<S>,
    pub(super) marker: PhantomData<fn() -> T>,
}

impl<H, T, S> DynamicEndpoint<S> for DynamicRoute<H, T, S>
where
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    fn build(self: Box<Self>, around: Around) -> MethodRouter<S> {
        let Self { methods, handler, check, .. } = *self;
        method_router(&methods, DynamicHandler { around, check, inner: handler })
    }

    fn stateless(self: Box<Self>) -> MethodRouter {
        method_router(&self.methods, StatelessHandler { handler: self.handler, marker: PhantomData })
    }

    fn check(&self) -> Check<S> {
        self.check
    }
}

/// Asks the function, then calls the handler.
#[derive(Clone, Debug)]
pub(super) struct DynamicHandler<H, S> {
    pub(super) around: Around,
    pub(super) check: Check<S>,
    pub(super) inner: H,
}

impl<H, T, S> Handler<T, S> for DynamicHandler<H, S>
where
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    type Future = Pin<Box<dyn Future<Output = Response> + Send>>;

    fn call(self, request: Request, state: S) -> Self::Future {
        Box::pin(async move {
            let Self { around, check, inner } = self;
            let header = request.origin();
            let origin = match header {
                OriginHeader::One(bytes) => std::str::from_utf8(bytes).ok().and_then(Origin::parse),
                OriginHeader::Missing | OriginHeader::Several => None,
            };
            let is_missing = header == OriginHeader::Missing;
            RoutePolicy::ask(&request);
            let (mut parts, body) = request.into_parts();
            let verdict = match origin {
                Some(origin) => check.ask(origin, &mut parts, &state).await,
                None if is_missing => Verdict::NoOrigin,
                None => Verdict::Denied,
            };
            let request = Request::from_parts(parts, body);
            match RoutePolicy::decided(around, verdict, &request) {
                Ok(mut decided) => {
                    let mut response = inner.call(request, state).await;
                    decided.apply(response.headers_mut());
                    response
                }
                Err(decided) => refused(decided),
            }
        })
    }
}

/// The state, on its way through layers that know nothing of it.
#[derive(Clone)]
struct StateSlot<S>(S);

/// Layers around a handler that needs the state: puts it into the request's extensions.
#[derive(Clone, Debug)]
pub(super) struct LayeredHandler(pub(super) MethodRouter);

impl<S> Handler<(), S> for LayeredHandler
where
    S: Clone + Send + Sync + 'static,
{
    type Future = Pin<Box<dyn Future<Output = Response> + Send>>;

    fn call(self, mut request: Request, state: S) -> Self::Future {
        request.extensions_mut().insert(StateSlot(state));
        Box::pin(Handler::<(), ()>::call(self.0, request, ()))
    }
}

/// The handler inside of the layers: takes the state out again.
pub(super) struct StatelessHandler<H, S> {
    handler: H,
    marker: PhantomData<fn() -> S>,
}

impl<H: Clone, S> Clone for StatelessHandler<H, S> {
    fn clone(&self) -> Self {
        Self { handler: self.handler.clone(), marker: PhantomData }
    }
}

impl<H, T, S> Handler<(T, S), ()> for StatelessHandler<H, S>
where
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    type Future = Pin<Box<dyn Future<Output = Response> + Send>>;

    fn call(self, mut request: Request, (): ()) -> Self::Future {
        if let Some(StateSlot(state)) = request.extensions_mut().remove::<StateSlot<S>>() {
            Box::pin(self.handler.call(request, state))
        } else {
            tracing::error!(
                target: "cors",
                "a layer in `Routes::layer` replaced the request's extensions: the handler cannot have its state"
            );
            Box::pin(std::future::ready(StatusCode::INTERNAL_SERVER_ERROR.into_response()))
        }
    }
}
