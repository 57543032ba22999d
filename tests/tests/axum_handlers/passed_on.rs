//! Handlers that pass their request on to a router of their own.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use cors_runtime::axum::{cors, routes};
use tower::ServiceExt as _;
use tower::layer::util::Identity;

#[cors(origins = ["https://app.example"], enforce)]
#[post("/inner")]
async fn inner() -> &'static str {
    "done"
}

#[cors(origins = ["*"])]
#[post("/outer")]
async fn outer(mut request: Request) -> Response {
    *request.uri_mut() = "/inner".parse().unwrap();
    let app: Router = routes![inner].into();
    app.oneshot(request).await.unwrap()
}

#[tokio::test]
async fn the_inner_policy_is_enforced_though_the_outer_one_stands_around_a_layer() {
    // As a process may have it: the inner handler also stands behind a layer somewhere.
    let _behind_a_layer: Router = routes![inner].layer(Identity::new()).into();
    let app: Router = routes![outer].layer(Identity::new()).into();
    for (origin, expected) in
        [("https://app.example", StatusCode::OK), ("https://evil.example", StatusCode::FORBIDDEN)]
    {
        let request = Request::post("/outer").header("origin", origin).body(Body::empty()).unwrap();
        let response = app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), expected, "{origin}");
        // The outer policy has the last word about the headers.
        assert_eq!(response.headers()["access-control-allow-origin"], "*", "{origin}");
    }
}
