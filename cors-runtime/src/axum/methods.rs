//! Methods, as axum routes them, and what `methods!` builds: routes without a path.

use super::route::Annotated;
use super::routes::Routes;
use crate::engine::Methods;
use axum::handler::Handler;
use axum::routing::{MethodFilter, MethodRouter, any, on};
use std::borrow::Cow;

/// Every method that axum can route. Groups refuse `OPTIONS`, whose endpoint is ours.
const FILTERS: [(&str, MethodFilter); 9] = [
    ("GET", MethodFilter::GET),
    ("HEAD", MethodFilter::HEAD),
    ("POST", MethodFilter::POST),
    ("PUT", MethodFilter::PUT),
    ("PATCH", MethodFilter::PATCH),
    ("DELETE", MethodFilter::DELETE),
    ("OPTIONS", MethodFilter::OPTIONS),
    ("CONNECT", MethodFilter::CONNECT),
    ("TRACE", MethodFilter::TRACE),
];

/// The handler behind its methods.
pub(super) fn method_router<H, T, S>(methods: &Methods, handler: H) -> MethodRouter<S>
where
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    match filter(methods) {
        Some(filter) => on(filter, handler),
        None => any(handler),
    }
}

/// `None` for every method.
fn filter(methods: &Methods) -> Option<MethodFilter> {
    let named =
        FILTERS.iter().filter(|(name, _)| *methods != Methods::Any && methods.contains(name.as_bytes()));
    named.map(|(_, filter)| *filter).reduce(MethodFilter::or)
}

/// The methods of a filter.
pub(super) fn names(filter: MethodFilter) -> Vec<Cow<'static, str>> {
    FILTERS
        .iter()
        .filter(|(_, one)| filter.or(*one) == filter)
        .map(|(name, _)| Cow::Borrowed(*name))
        .collect()
}

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
    /// None so far.
    #[allow(clippy::new_without_default, reason = "only the macro calls it")]
    pub fn new() -> Self {
        Self(Routes::new())
    }

    /// Names the methods of the next handler; none stands for every method.
    pub fn method(self, names: &'static [&'static str]) -> NextMethod<S> {
        NextMethod { routes: self.0, methods: Methods::from_names(names) }
    }

    /// What axum's router takes.
    ///
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
    /// Adds the handler.
    pub fn add_method<R, H, T>(self, handler: H) -> MethodRoutes<S>
    where
        R: Annotated<S>,
        H: Handler<T, S>,
        T: 'static,
    {
        MethodRoutes(R::register(self.routes, self.methods, "", handler))
    }
}
