//! The handlers of a group, until their policies are prepared.

use super::boxed::BoxedHandler;
use super::handler::{CorsHandler, cors};
use super::http::RoutePolicy;
use super::layers::{GroupLayer, SharedLayer, with_layers_inside};
use super::methods::method_router;
use super::origin_check::{Check, CheckedCorsHandler};
use crate::cors::Methods;
use axum::middleware::from_fn_with_state;
use axum::routing::MethodRouter;
use std::sync::Arc;

/// The handler of a route with the layers of its group.
pub(super) struct Endpoint<S> {
    pub(super) handler: BoxedHandler<S>,
    /// The origin check of the policy.
    pub(super) check: Option<Check<S>>,
    /// The innermost layer comes first.
    pub(super) layers: Vec<SharedLayer<S>>,
}

impl<S> Endpoint<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// A router that does CORS, then calls the layers, and inside of them the handler.
    pub(super) fn build(self, methods: &Methods, policy: Arc<RoutePolicy>) -> MethodRouter<S> {
        let Self { handler, check, layers } = self;
        if let Some(check) = check {
            // The check needs the state, which layers do not have.
            let handler = with_layers_inside(handler, methods, &layers);
            return method_router(methods, CheckedCorsHandler { policy, check, handler });
        }
        if layers.is_empty() {
            return method_router(methods, CorsHandler { policy, handler });
        }
        let layered = layers
            .iter()
            .fold(method_router(methods, handler), |router, layer| layer.around(router, methods));
        from_fn_with_state(policy, cors).around(layered, methods)
    }
}

/// The handler of `Routes::options` with the layers of its group.
pub(super) struct OptionsEndpoint<S> {
    pub(super) handler: BoxedHandler<S>,
    /// The innermost layer comes first.
    pub(super) layers: Vec<SharedLayer<S>>,
}

impl<S> OptionsEndpoint<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// The handler, with the layers around it.
    pub(super) fn build(self) -> BoxedHandler<S> {
        with_layers_inside(self.handler, &Methods::named(["OPTIONS"]), &self.layers)
    }
}
