//! The handler of a route, until its policy is prepared.

use super::boxed_handler::BoxedHandler;
use super::cors_handler::{CorsHandler, cors_middleware};
use super::group_layers::{GroupLayer, SharedLayer, apply_layers};
use super::http::RoutePolicy;
use super::method_filter::method_router;
use super::origin_check::DynamicCheckFn;
use crate::cors::Methods;
use axum::middleware::from_fn_with_state;
use axum::routing::MethodRouter;
use std::sync::Arc;

/// The handler of a route, or of `Routes::options`, with the layers of its group.
pub(super) struct RouteHandler<S> {
    handler: BoxedHandler<S>,
    /// The origin check of the policy.
    pub(super) check: Option<DynamicCheckFn<S>>,
    /// The innermost layer comes first.
    layers: Vec<SharedLayer<S>>,
}

impl<S> RouteHandler<S>
where
    S: Clone + Send + Sync + 'static,
{
    pub(super) fn new(handler: BoxedHandler<S>, check: Option<DynamicCheckFn<S>>) -> Self {
        Self { handler, check, layers: Vec::new() }
    }

    /// Puts a layer around the handler and the layers that it has so far.
    pub(super) fn add_layer(&mut self, layer: &SharedLayer<S>) {
        self.layers.push(Arc::clone(layer));
    }

    /// Builds a router that does CORS, then calls the layers, and inside of them the handler.
    pub(super) fn build(self, methods: &Methods, policy: Arc<RoutePolicy>) -> MethodRouter<S> {
        let Self { handler, check, layers } = self;
        if check.is_some() || layers.is_empty() {
            // The check needs the state, which layers do not have.
            let handler = apply_layers(handler, methods, &layers);
            return method_router(methods, CorsHandler { policy, check, handler });
        }
        let layered = layers
            .iter()
            .fold(method_router(methods, handler), |router, layer| layer.apply_to(router, methods));
        from_fn_with_state(policy, cors_middleware).apply_to(layered, methods)
    }

    /// Builds the layers and the handler for `OPTIONS` requests that are not preflights.
    pub(super) fn build_for_options(&self) -> BoxedHandler<S> {
        apply_layers(self.handler.clone(), &Methods::named(["OPTIONS"]), &self.layers)
    }

    /// Does the same as [`build_for_options`](Self::build_for_options), with CORS around the layers.
    pub(super) fn build_for_options_with_cors(&self, policy: Arc<RoutePolicy>) -> BoxedHandler<S> {
        BoxedHandler::new(CorsHandler { policy, check: self.check, handler: self.build_for_options() })
    }
}
