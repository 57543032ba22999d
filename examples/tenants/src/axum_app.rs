//! The API and the page with axum.

use crate::PAGE;
use crate::customers::Customers;
use crate::partners::PARTNERS;
use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use cors_runtime::Origin;
use cors_runtime::axum::{cors, origin_check, routes};
use tokio::task::spawn_blocking;

/// Decides whether an origin belongs to a customer. Such a function can have the same extractors as a handler, except those
/// that read the body. It runs before the layers and the handler, and also for preflights.
#[origin_check]
async fn is_customer(origin: &Origin, State(customers): State<Customers>) -> bool {
    let origin = origin.to_string();
    matches!(spawn_blocking(move || customers.has(&origin)).await, Ok(Ok(true)))
}

#[cors(origins = dynamic(is_customer), credentials)]
#[get("/orders")]
async fn orders() -> &'static str {
    "your orders"
}

#[cors(origins = PARTNERS, max_age = 600)]
#[get("/stock")]
async fn stock() -> &'static str {
    "42"
}

/// Returns the router of the API.
pub fn app(customers: Customers) -> Router {
    Router::new().merge(routes![orders, stock]).with_state(customers)
}

/// Returns the router of the page.
pub fn page() -> Router {
    Router::new().route("/", get(|| async { Html(PAGE) }))
}
