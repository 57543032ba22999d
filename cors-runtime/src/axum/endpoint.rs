//! The handlers of a group, until their policies are prepared.

use super::handler::{CorsHandler, cors};
use super::http::RoutePolicy;
use super::layers::{GroupLayer, LayeredHandler, SharedLayer, StatelessHandler};
use super::methods::method_router;
use super::options::{OptionsHandler, Preflights};
use super::origin_check::{Check, CheckedCorsHandler};
use crate::cors::Methods;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use std::fmt;
use std::sync::Arc;

type BuildRoute<S> =
    Arc<dyn Fn(&Methods, Arc<RoutePolicy>, &[SharedLayer<S>]) -> MethodRouter<S> + Send + Sync>;

type BuildOptions<S> = Box<dyn FnOnce(Preflights<S>, &[SharedLayer<S>]) -> MethodRouter<S> + Send>;

/// The handler of a route with the layers of its group. A handler with several route attributes has a clone for each.
#[derive(Clone)]
pub struct Endpoint<S> {
    build: BuildRoute<S>,
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
        let build = move |methods: &Methods, policy: Arc<RoutePolicy>, layers: &[SharedLayer<S>]| {
            // One type of handler for both cases, so that axum's part is compiled once for each handler.
            let inner_policy = if layers.is_empty() { Some(Arc::clone(&policy)) } else { None };
            let router = method_router(methods, CorsHandler { policy: inner_policy, handler: handler.clone() });
            with_layers(router, methods, policy, layers)
        };
        Self { build: Arc::new(build), check: None, layers: Vec::new() }
    }

    /// A handler whose policy has an origin check.
    ///
    /// The check needs the state, which layers do not have. So a handler outside of the layers takes the state, asks the
    /// check, and passes the state on to the handler inside of the layers.
    pub(super) fn with_check<H, T>(handler: H, check: Check<S>) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let build = move |methods: &Methods, policy: Arc<RoutePolicy>, layers: &[SharedLayer<S>]| {
            let handler = handler.clone();
            if layers.is_empty() {
                return method_router(methods, CheckedCorsHandler { policy, check, handler });
            }
            let handler = method_router(methods, StatelessHandler::new(handler));
            let handler = LayeredHandler::new(handler, methods, layers);
            method_router(methods, CheckedCorsHandler { policy, check, handler })
        };
        Self { build: Arc::new(build), check: Some(check), layers: Vec::new() }
    }

    /// A router that does CORS, then calls the layers, and inside of them the handler.
    pub(super) fn build(self, methods: &Methods, policy: Arc<RoutePolicy>) -> MethodRouter<S> {
        (self.build)(methods, policy, &self.layers)
    }
}

/// Puts layers around a handler, and CORS around the layers. Without layers the handler does CORS itself.
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
    from_fn_with_state(policy, cors).around(layered, methods)
}

impl<S> fmt::Debug for Endpoint<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("check", &self.check).finish_non_exhaustive()
    }
}

/// The handler of `Routes::options` with the layers of its group.
pub(super) struct OptionsEndpoint<S> {
    build: BuildOptions<S>,
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
        let build = |preflights: Preflights<S>, layers: &[SharedLayer<S>]| {
            if layers.is_empty() {
                return on(MethodFilter::OPTIONS, OptionsHandler::new(preflights, handler));
            }
            let handler = on(MethodFilter::OPTIONS, StatelessHandler::new(handler));
            let layered = LayeredHandler::new(handler, &Methods::named(["OPTIONS"]), layers);
            on(MethodFilter::OPTIONS, OptionsHandler::new(preflights, layered))
        };
        Self { build: Box::new(build), layers: Vec::new() }
    }

    /// A router that answers preflights, and calls the layers and the handler for every other `OPTIONS` request.
    pub(super) fn build(self, preflights: Preflights<S>) -> MethodRouter<S> {
        (self.build)(preflights, &self.layers)
    }
}
