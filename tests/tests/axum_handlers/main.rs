//! Handlers, attributes and groups that the macros have to accept in axum.

mod extractors;
mod groups;
mod names;
mod neighbours;
mod overlapping_groups;
mod passed_on;
mod places;
mod shared;
mod strict;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use tower::ServiceExt as _;

const APP: &str = "https://app.example";

/// The status, and the value of `Access-Control-Allow-Origin`.
type Answer = (u16, Option<String>);

/// Sends a request from `https://app.example`.
async fn ask(app: impl Into<Router>, method: &str, path: &str) -> Answer {
    let request = Request::builder().method(method).uri(path).header("origin", APP);
    send(app.into(), request.body(Body::empty()).unwrap()).await
}

/// Sends a preflight from `https://app.example`.
async fn preflight(app: impl Into<Router>, method: &str, path: &str) -> Answer {
    let request = Request::builder()
        .method("OPTIONS")
        .uri(path)
        .header("origin", APP)
        .header("access-control-request-method", method);
    send(app.into(), request.body(Body::empty()).unwrap()).await
}

async fn send(app: Router, request: Request<Body>) -> Answer {
    let response = app.oneshot(request).await.unwrap();
    let origin = response.headers().get("access-control-allow-origin");
    (response.status().as_u16(), origin.map(|value| value.to_str().unwrap().to_owned()))
}

/// The answer that `https://app.example` may read.
fn allowed(status: u16) -> Answer {
    (status, Some(APP.to_owned()))
}
