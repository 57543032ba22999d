//! Methods, as axum routes them.

use crate::cors::Methods;
use axum::handler::Handler;
use axum::routing::{MethodFilter, MethodRouter, any, on};

/// Every method that axum can route.
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

/// A router that calls the handler for these methods.
pub(super) fn method_router<H, T, S>(methods: &Methods, handler: H) -> MethodRouter<S>
where
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    let Methods::Named(names) = methods else { return any(handler) };
    match filter_of(names) {
        Some(filter) => on(filter, handler),
        None => MethodRouter::new(),
    }
}

/// The filter of these methods. `None` if axum can route none of them.
// It is apart from `method_router`, which is compiled for each handler.
fn filter_of(names: &[String]) -> Option<MethodFilter> {
    let filters = FILTERS.iter().filter(|(name, _)| names.iter().any(|method| method == name));
    filters.map(|(_, filter)| *filter).reduce(MethodFilter::or)
}

/// Whether axum has a filter for a method.
pub(super) fn has_filter(method: &str) -> bool {
    FILTERS.iter().any(|(name, _)| *name == method)
}
