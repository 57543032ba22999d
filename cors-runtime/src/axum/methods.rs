//! Methods, as axum routes them, and what `methods!` builds: routes without a path.

use super::route::{Annotated, RouteSpec};
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
pub(super) fn filter(methods: &Methods) -> Option<MethodFilter> {
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

impl<S> MethodRoutes<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// None so far.
    #[allow(clippy::new_without_default, reason = "only the macro calls it")]
    pub fn new() -> Self {
        Self(Routes::new())
    }

    /// Adds a handler for these methods; none stands for every method.
    pub fn add_method<R, H, T>(&mut self, methods: &'static [&'static str], handler: H)
    where
        R: Annotated<S>,
        H: Handler<T, S>,
        T: 'static,
    {
        R::register(&mut self.0, &[RouteSpec { methods, path: "" }], handler);
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
