//! Methods as axum routes them, and what `methods!` builds: routes without a path.

use super::declaration::{Annotated, RouteSpec};
use super::routes::Routes;
use axum::handler::Handler;
use axum::routing::MethodRouter;

/// The handlers of a `methods!`.
#[derive(Debug)]
pub struct MethodRoutes<S>(Routes<S>);

impl<S> MethodRoutes<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// No handler.
    #[allow(clippy::new_without_default, reason = "only the macro calls it")]
    pub fn new() -> Self {
        Self(Routes::new())
    }

    /// Adds a handler for these methods. An empty list stands for every method.
    #[doc(hidden)]
    pub fn add_method<D, H, T>(
        &mut self,
        methods: &'static [&'static str],
        declaration: &'static D,
        handler: H,
    ) where
        D: Annotated<S>,
        H: Handler<T, S>,
        T: 'static,
    {
        self.0.add_at(&[RouteSpec { methods, path: "" }], declaration, handler);
    }

    /// The method router, for [`Router::route`](axum::Router::route).
    ///
    /// # Panics
    ///
    /// If a method is there twice.
    #[track_caller]
    pub fn into_method_router(self) -> MethodRouter<S> {
        self.0.into_method_router()
    }
}
