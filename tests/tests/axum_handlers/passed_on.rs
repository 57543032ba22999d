//! Handlers that pass the request on to another router.

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
async fn the_policy_of_the_inner_route_is_enforced() {
    // The process has another router in which the inner handler is behind a layer.
    let _behind_a_layer: Router = routes![inner].layer(Identity::new()).into();
    let app: Router = routes![outer].layer(Identity::new()).into();
    for (origin, expected) in
        [("https://app.example", StatusCode::OK), ("https://evil.example", StatusCode::FORBIDDEN)]
    {
        let request = Request::post("/outer").header("origin", origin).body(Body::empty()).unwrap();
        let response = app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), expected, "{origin}");
        // The headers of the response are those of the outer policy.
        assert_eq!(response.headers()["access-control-allow-origin"], "*", "{origin}");
    }
}
