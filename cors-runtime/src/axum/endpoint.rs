//! The handlers of a group, until their policies are prepared.

use super::handler::{CorsHandler, cors};
use super::http::RoutePolicy;
use super::layers::{LayeredHandler, SharedLayer, StatelessHandler, around};
use super::methods::method_router;
use super::options::{OptionsHandler, Preflights};
use super::origin_check::{Check, CheckedCorsHandler};
use crate::cors::Methods;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// The handler of a route with the layers of its group.
pub struct Endpoint<S> {
    handler: Box<dyn ErasedHandler<S>>,
    pub(super) check: Option<Check<S>>,
    /// The innermost layer comes first.
    pub(super) layers: Vec<SharedLayer<S>>,
}

impl<S> Endpoint<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// A handler whose policy lists its origins.
    pub(super) fn new<H, T>(handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let handler = Box::new(ListedHandler { handler, marker: PhantomData });
        Self { handler, check: None, layers: Vec::new() }
    }

    /// A handler whose policy has an origin check.
    pub(super) fn with_check<H, T>(handler: H, check: Check<S>) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let handler = Box::new(CheckedHandler { handler, check, marker: PhantomData });
        Self { handler, check: Some(check), layers: Vec::new() }
    }

    /// A router with CORS around the layers, and the layers around the handler.
    pub(super) fn build(self, methods: &Methods, policy: Arc<RoutePolicy>) -> MethodRouter<S> {
        self.handler.build(methods, policy, &self.layers)
    }
}

impl<S> fmt::Debug for Endpoint<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("check", &self.check).finish_non_exhaustive()
    }
}

/// A handler of a route, whatever its type.
trait ErasedHandler<S>: Send {
    fn build(
        self: Box<Self>,
        methods: &Methods,
        policy: Arc<RoutePolicy>,
        layers: &[SharedLayer<S>],
    ) -> MethodRouter<S>;
}

struct ListedHandler<H, T> {
    handler: H,
    marker: PhantomData<fn() -> T>,
}

impl<H, T, S> ErasedHandler<S> for ListedHandler<H, T>
where
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    fn build(
        self: Box<Self>,
        methods: &Methods,
        policy: Arc<RoutePolicy>,
        layers: &[SharedLayer<S>],
    ) -> MethodRouter<S> {
        let inner_policy = layers.is_empty().then(|| Arc::clone(&policy));
        let router = method_router(methods, CorsHandler { policy: inner_policy, handler: self.handler });
        with_layers(router, methods, policy, layers)
    }
}

/// Puts layers around a handler, and CORS around the layers.
fn with_layers<S>(
    handler: MethodRouter<S>,
    methods: &Methods,
    policy: Arc<RoutePolicy>,
    layers: &[SharedLayer<S>],
) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    if layers.is_empty() {
        return handler;
    }
    let layered = layers.iter().fold(handler, |router, layer| layer.around(router, methods));
    around(layered, methods, from_fn_with_state(policy, cors))
}

/// An origin check needs the state, which layers do not have. So a handler outside of the layers takes the state, asks the
/// check, and passes the state on to the handler inside of the layers.
struct CheckedHandler<H, T, S> {
    handler: H,
    check: Check<S>,
    marker: PhantomData<fn() -> T>,
}

impl<H, T, S> ErasedHandler<S> for CheckedHandler<H, T, S>
where
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    fn build(
        self: Box<Self>,
        methods: &Methods,
        policy: Arc<RoutePolicy>,
        layers: &[SharedLayer<S>],
    ) -> MethodRouter<S> {
        let Self { handler, check, .. } = *self;
        if layers.is_empty() {
            return method_router(methods, CheckedCorsHandler { policy, check, handler });
        }
        let handler = method_router(methods, StatelessHandler::new(handler));
        let handler = LayeredHandler::new(handler, methods, layers);
        method_router(methods, CheckedCorsHandler { policy, check, handler })
    }
}

/// The handler of `Routes::options` with the layers of its group.
pub(super) struct OptionsEndpoint<S> {
    handler: Box<dyn ErasedOptionsHandler<S>>,
    /// The innermost layer comes first.
    pub(super) layers: Vec<SharedLayer<S>>,
}

impl<S> OptionsEndpoint<S>
where
    S: Clone + Send + Sync + 'static,
{
    pub(super) fn new<H, T>(handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        Self { handler: Box::new(ListedHandler { handler, marker: PhantomData }), layers: Vec::new() }
    }

    /// A router that answers preflights, and calls the layers and the handler for every other `OPTIONS` request.
    pub(super) fn build(self, preflights: Preflights<S>) -> MethodRouter<S> {
        self.handler.build(preflights, &self.layers)
    }
}

/// A handler of `Routes::options`, whatever its type.
trait ErasedOptionsHandler<S>: Send {
    fn build(self: Box<Self>, preflights: Preflights<S>, layers: &[SharedLayer<S>]) -> MethodRouter<S>;
}

impl<H, T, S> ErasedOptionsHandler<S> for ListedHandler<H, T>
where
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    fn build(self: Box<Self>, preflights: Preflights<S>, layers: &[SharedLayer<S>]) -> MethodRouter<S> {
        if layers.is_empty() {
            return on(MethodFilter::OPTIONS, OptionsHandler::new(preflights, self.handler));
        }
        let handler = on(MethodFilter::OPTIONS, StatelessHandler::new(self.handler));
        let layered = LayeredHandler::new(handler, &Methods::named(["OPTIONS"]), layers);
        on(MethodFilter::OPTIONS, OptionsHandler::new(preflights, layered))
    }
}
