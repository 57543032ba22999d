//! A tool server on the user's own machine, as MCP servers are. Every page that the user opens can send requests to it, and
//! one layer refuses those of other pages.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::{get, post};
use axum::{Json, Router};
use cors_runtime::Policy;
use cors_runtime::axum::{PolicyLayer, policy};
use serde::Deserialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The ports of the server, of a page that may use it, and of a page that may not.
pub const PORTS: [u16; 3] = [3000, 4100, 4200];

/// The HTML of the page, which lists the tools and calls one.
pub const PAGE: &str = include_str!("page.html");

/// The page on port 4100 may use the server, and the server's own page always may. A page whose name was made to resolve to
/// this machine (DNS rebinding) looks like the server's own page, except for its host.
pub static PROTECTION: Policy =
    policy!(origins = ["http://localhost:4100"], enforce(hosts = ["localhost:*", "127.0.0.1:*"]));

/// How often a tool was called.
type Calls = Arc<AtomicUsize>;

/// The body of a request that calls a tool.
#[derive(Debug, Deserialize)]
struct Call {
    name: String,
}

async fn list_tools() -> Json<[&'static str; 1]> {
    Json(["count"])
}

/// Calls a tool. This handler takes the JSON as text and does not look at `Content-Type`, so that every page can send such a
/// request without a preflight.
async fn call_tool(State(calls): State<Calls>, body: String) -> Result<String, StatusCode> {
    let call: Call = serde_json::from_str(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
    if call.name != "count" {
        return Err(StatusCode::NOT_FOUND);
    }
    Ok((calls.fetch_add(1, Ordering::Relaxed) + 1).to_string())
}

/// Returns the server without its protection, so that the tests can show what the protection stops.
pub fn unprotected() -> Router {
    Router::new()
        .route("/", get(async || Html(PAGE)))
        .route("/tools", get(list_tools))
        .route("/tools/call", post(call_tool))
        .with_state(Calls::default())
}

/// Returns the server. One line protects all of its routes.
pub fn app() -> Router {
    unprotected().layer(PolicyLayer::answering_every_preflight(PROTECTION.clone()))
}

/// Returns the page for the two other origins.
pub fn page() -> Router {
    Router::new().route("/", get(async || Html(PAGE)))
}
