//! The layers of `Routes::layer`.

use crate::cors::Methods;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, Route};
use http::StatusCode;
use std::convert::Infallible;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use tower_layer::Layer;
use tower_service::Service;

/// A layer that the routes of a group share.
pub(super) type SharedLayer<S> = Arc<dyn GroupLayer<S>>;

/// A layer, whatever its type. It can be put around a handler with the state `S`, and around one without state.
pub(super) trait GroupLayer<S>: GroupLayerWithoutState + Send + Sync {
    /// Puts the layer around the handler of a method router, but not around its 405.
    fn around(&self, router: MethodRouter<S>, methods: &Methods) -> MethodRouter<S>;
}

/// The part of [`GroupLayer`] that does not depend on the state.
pub(super) trait GroupLayerWithoutState {
    /// Does what [`GroupLayer::around`] does.
    fn around_stateless(&self, router: MethodRouter, methods: &Methods) -> MethodRouter;
}

impl<S, L> GroupLayer<S> for L
where
    S: Clone + Send + Sync + 'static,
    L: Layer<Route> + Clone + Send + Sync + 'static,
    L::Service: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
    <L::Service as Service<Request>>::Response: IntoResponse + 'static,
    <L::Service as Service<Request>>::Future: Send + 'static,
{
    fn around(&self, router: MethodRouter<S>, methods: &Methods) -> MethodRouter<S> {
        match methods {
            // The handler of an `any` route is the method router's fallback, which `route_layer` leaves out.
            Methods::Any => router.layer(self.clone()),
            Methods::Named(_) => router.route_layer(self.clone()),
        }
    }
}

impl<L: GroupLayer<()>> GroupLayerWithoutState for L {
    fn around_stateless(&self, router: MethodRouter, methods: &Methods) -> MethodRouter {
        self.around(router, methods)
    }
}

/// The state of a request on its way through layers, which do not have the type of the state.
#[derive(Clone)]
struct StateExtension<S>(S);

/// Calls layers and, inside of them, a [`StatelessHandler`].
#[derive(Clone, Debug)]
pub(super) struct LayeredHandler(MethodRouter);

impl LayeredHandler {
    /// Puts the layers around a handler, the first one innermost.
    pub(super) fn new<S>(handler: MethodRouter, methods: &Methods, layers: &[SharedLayer<S>]) -> Self {
        let layered = layers.iter().fold(handler, |router, layer| layer.around_stateless(router, methods));
        // With its state the method router is complete: it does not build the layers anew for each request.
        Self(layered.with_state(()))
    }
}

impl<S> Handler<(), S> for LayeredHandler
where
    S: Clone + Send + Sync + 'static,
{
    type Future = Pin<Box<dyn Future<Output = Response> + Send>>;

    fn call(self, mut request: Request, state: S) -> Self::Future {
        request.extensions_mut().insert(StateExtension(state));
        Box::pin(Handler::<(), ()>::call(self.0, request, ()))
    }
}

/// The handler inside of a [`LayeredHandler`].
pub(super) struct StatelessHandler<H, S> {
    handler: H,
    marker: PhantomData<fn() -> S>,
}

impl<H, S> StatelessHandler<H, S> {
    pub(super) fn new(handler: H) -> Self {
        Self { handler, marker: PhantomData }
    }
}

impl<H: Clone, S> Clone for StatelessHandler<H, S> {
    fn clone(&self) -> Self {
        Self::new(self.handler.clone())
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
        if let Some(StateExtension(state)) = request.extensions_mut().remove::<StateExtension<S>>() {
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
