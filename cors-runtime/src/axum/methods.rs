//! What `methods!` builds: routes without a path.

use super::route::Annotated;
use super::routes::Routes;
use crate::engine::Methods;
use axum::handler::Handler;
use axum::routing::MethodRouter;

/// The handlers so far.
#[derive(Debug)]
pub struct MethodRoutes<S>(Routes<S>);

/// The handlers so far, and the method of the next.
#[derive(Debug)]
pub struct NextMethod<S> {
    routes: Routes<S>,
    methods: Methods,
}

impl<S> MethodRoutes<S>
where
    S: Clone + Send + Sync + 'static,
{
    #[allow(clippy::new_without_default, reason = "only the macro calls it")]
    pub fn new() -> Self {
        Self(Routes::new())
    }

    pub fn method(self, names: &'static [&'static str]) -> NextMethod<S> {
        NextMethod { routes: self.0, methods: Methods::from_names(names) }
    }

    /// # Panics
    ///
    /// If a method is there twice.
    pub fn into_method_router(self) -> MethodRouter<S> {
        self.0.into_method_router()
    }
}

impl<S> NextMethod<S>
where
    S: Clone + Send + Sync + 'static,
{
    pub fn add_method<R, H, T>(self, handler: H) -> MethodRoutes<S>
    where
        R: Annotated<S>,
        H: Handler<T, S>,
        T: 'static,
    {
        MethodRoutes(self.routes.push(self.methods, String::new(), R::POLICY.clone(), R::LOCATION, handler))
    }
}
