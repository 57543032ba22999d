//! An axum application that passes nearly every request on to another server: `any(proxy)` and a fallback.

use super::steps::{Step, check_after, check_before, differs, same};
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, AUTHORIZATION, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::map_request;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get};
use cors_runtime::axum::{PolicyLayer, policy};
use cors_runtime::testing::Fetch;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tower::ServiceExt as _;
use tower_http::cors::CorsLayer;

const APP: &str = "https://app.example";
const EVIL: &str = "https://evil.example";
/// A sandboxed page, whose origin is `null`.
const SANDBOXED: &str = "";

/// The server behind the proxy. It notes every request that reaches it.
#[derive(Clone, Default)]
struct Upstream {
    reached: Arc<Mutex<Vec<String>>>,
}

impl Upstream {
    fn router(&self) -> Router {
        let reached = Arc::clone(&self.reached);
        let note = move |request: Request| {
            let line = format!("{} {}", request.method(), request.uri().path());
            reached.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            std::future::ready(request)
        };
        Router::new()
            .route("/orders", get(async || ([("x-total-count", "2")], "orders")).post(async || "created"))
            .route("/orders/{id}", any(async |method: Method, Path(id): Path<u32>| format!("{method} {id}")))
            .route("/old", get(async || (StatusCode::FOUND, [(LOCATION, "/orders")])))
            // The proxy replaces the CORS headers of the server behind it.
            .route("/open", get(async || ([(ACCESS_CONTROL_ALLOW_ORIGIN, "*")], "open")))
            .layer(map_request(note))
    }

    /// The requests that have reached the server since the last call.
    fn take_reached(&self) -> Vec<String> {
        std::mem::take(&mut *self.reached.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn proxy(State(upstream): State<Router>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let mut passed_on = Request::new(body);
    *passed_on.method_mut() = parts.method;
    *passed_on.uri_mut() = parts.uri;
    *passed_on.headers_mut() = parts.headers;
    upstream.oneshot(passed_on).await.into_response()
}

/// The application without CORS.
fn app(upstream: &Upstream) -> Router {
    Router::new()
        .route("/health", get(async || "ok"))
        .route("/orders/{*rest}", any(proxy))
        .fallback(proxy)
        .with_state(upstream.router())
}

fn before(upstream: &Upstream) -> Router {
    let cors = CorsLayer::new()
        .allow_origin([HeaderValue::from_static(APP)])
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE])
        .expose_headers([HeaderName::from_static("x-total-count")])
        .allow_credentials(true)
        .max_age(Duration::from_secs(600));
    app(upstream).layer(cors)
}

fn default_policy() -> PolicyLayer {
    PolicyLayer::new(policy!(
        origins = ["https://app.example"],
        credentials,
        allow_headers = ["authorization", "content-type"],
        expose_headers = ["x-total-count"],
        max_age = 600,
    ))
    .methods(["GET", "HEAD", "POST", "PUT", "DELETE"])
}

fn after(upstream: &Upstream) -> Router {
    app(upstream).layer(default_policy().answer_every_preflight())
}

fn steps() -> Vec<Step> {
    let put = |url: &str| Fetch::put(url).credentials().json("{}");
    vec![
        same(APP, Fetch::get("/health"), "200 ok"),
        same(APP, Fetch::get("/orders"), "200 orders x-total-count: 2"),
        same(APP, Fetch::get("/orders").credentials(), "200 orders x-total-count: 2"),
        same(APP, Fetch::post("/orders").text("{}"), "200 created"),
        same(APP, Fetch::post("/orders").json("{}"), "preflight, 200 created"),
        same(APP, Fetch::get("/orders/1").header("authorization", "x"), "preflight, 200 GET 1"),
        same(APP, put("/orders/1"), "preflight, 200 PUT 1"),
        // The browser has remembered the answer for 600 seconds.
        same(APP, put("/orders/1"), "200 PUT 1"),
        same(APP, Fetch::delete("/orders/1").credentials(), "200 DELETE 1"),
        same(APP, Fetch::head("/orders/1"), "200"),
        // The policy allows neither the method nor the header.
        same(APP, Fetch::patch("/orders/2"), "preflight, blocked"),
        same(APP, Fetch::get("/orders/2").header("x-other", "1"), "preflight, blocked"),
        same(APP, Fetch::get("/old"), "200 orders x-total-count: 2"),
        same(APP, Fetch::get("/open").credentials(), "200 open"),
        same(APP, Fetch::get("/nowhere"), "404"),
        same(APP, put("/nowhere"), "preflight, 404"),
        same(EVIL, Fetch::get("/orders"), "blocked"),
        differs(EVIL, Fetch::get("/open"), "200 open", "blocked"),
        same(EVIL, put("/orders/1"), "preflight, blocked"),
        same(EVIL, Fetch::delete("/orders/1"), "preflight, blocked"),
        same(SANDBOXED, Fetch::get("/orders"), "blocked"),
        same(SANDBOXED, put("/orders/1"), "preflight, blocked"),
    ]
}

#[tokio::test]
async fn pages_get_the_same_results_and_the_same_requests_reach_the_other_server() {
    let upstream = Upstream::default();
    check_before(&before(&upstream), &steps()).await;
    let reached_before = upstream.take_reached();
    check_after(&after(&upstream), &steps()).await;
    assert_eq!(upstream.take_reached(), reached_before);
    assert!(reached_before.iter().all(|line| !line.starts_with("OPTIONS")), "{reached_before:?}");
}

/// The reason for `.answer_every_preflight()`.
#[tokio::test]
async fn without_the_mode_the_other_server_answers_the_preflights_and_browsers_refuse_the_request() {
    let upstream = Upstream::default();
    let put = [same(APP, Fetch::put("/orders/1").json("{}"), "preflight, blocked")];
    check_after(&app(&upstream).layer(default_policy()), &put).await;
    assert_eq!(upstream.take_reached(), ["OPTIONS /orders/1"]);
}
