//! The layers of `Routes::layer`.

use super::boxed_handler::{BoxedHandler, ResponseFuture};
use super::method_filter::method_router;
use crate::cors::Methods;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, Route};
use http::StatusCode;
use std::convert::Infallible;
use std::future::ready;
use std::sync::Arc;
use tower_layer::Layer;
use tower_service::Service;

/// A layer that the routes of a group share.
pub(super) type SharedLayer<S> = Arc<dyn GroupLayer<S>>;

/// A layer of any type. It can be put around a handler with the state `S`, and around a handler without state.
pub(super) trait GroupLayer<S>: Send + Sync {
    /// Puts the layer around the handler of a method router, but not around its 405.
    fn apply_to(&self, router: MethodRouter<S>, methods: &Methods) -> MethodRouter<S>;

    /// Does the same as [`apply_to`](Self::apply_to).
    fn apply_to_stateless(&self, router: MethodRouter, methods: &Methods) -> MethodRouter;
}

impl<S, L> GroupLayer<S> for L
where
    S: Clone + Send + Sync + 'static,
    L: Layer<Route> + Clone + Send + Sync + 'static,
    L::Service: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
    <L::Service as Service<Request>>::Response: IntoResponse + 'static,
    <L::Service as Service<Request>>::Future: Send + 'static,
{
    fn apply_to(&self, router: MethodRouter<S>, methods: &Methods) -> MethodRouter<S> {
        match methods {
            // The handler of an `any` route is the method router's fallback, which `route_layer` leaves out.
            Methods::Any => router.layer(self.clone()),
            Methods::Named(_) => router.route_layer(self.clone()),
        }
    }

    fn apply_to_stateless(&self, router: MethodRouter, methods: &Methods) -> MethodRouter {
        GroupLayer::<()>::apply_to(self, router, methods)
    }
}

/// The state, in the extensions of a request that passes through layers.
#[derive(Clone)]
struct StateExtension<S>(S);

/// Puts the layers around a handler, the first innermost. Layers have no state, so the state passes through the request's
/// extensions.
pub(super) fn apply_layers<S>(
    handler: BoxedHandler<S>,
    methods: &Methods,
    layers: &[SharedLayer<S>],
) -> BoxedHandler<S>
where
    S: Clone + Send + Sync + 'static,
{
    if layers.is_empty() {
        return handler;
    }
    let innermost = method_router(methods, StateFromExtension(handler));
    let layered = layers.iter().fold(innermost, |router, layer| layer.apply_to_stateless(router, methods));
    // With its state the method router is complete: it does not build the layers anew for each request.
    BoxedHandler::new(LayeredHandler(layered.with_state(())))
}

/// Puts the state into the request's extensions, then calls the layers with a [`StateFromExtension`] inside.
#[derive(Clone)]
struct LayeredHandler(MethodRouter);

impl<S> Handler<(), S> for LayeredHandler
where
    S: Clone + Send + Sync + 'static,
{
    type Future = ResponseFuture;

    fn call(self, mut request: Request, state: S) -> ResponseFuture {
        request.extensions_mut().insert(StateExtension(state));
        Box::pin(Handler::<(), ()>::call(self.0, request, ()))
    }
}

/// The handler inside of a [`LayeredHandler`], which takes the state from the request's extensions.
struct StateFromExtension<S>(BoxedHandler<S>);

impl<S> Clone for StateFromExtension<S> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<S> Handler<(), ()> for StateFromExtension<S>
where
    S: Clone + Send + Sync + 'static,
{
    type Future = ResponseFuture;

    fn call(self, mut request: Request, (): ()) -> ResponseFuture {
        if let Some(StateExtension(state)) = request.extensions_mut().remove::<StateExtension<S>>() {
            self.0.respond(request, state)
        } else {
            tracing::error!(
                target: "cors",
                "a layer in `Routes::layer` replaced the request's extensions: the handler cannot have its state"
            );
            Box::pin(ready(StatusCode::INTERNAL_SERVER_ERROR.into_response()))
        }
    }
}
