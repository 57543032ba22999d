//! Functions that have other attributes beside `#[cors]`.

use crate::{allowed, ask, preflight};
use axum::debug_handler;
use axum::extract::State;
use axum::http::StatusCode;
use cors_runtime::axum::{cors, routes};
use tracing::instrument;

#[cors(origins = ["https://app.example"])]
#[get("/debug-below")]
#[debug_handler]
async fn debug_below() {}

#[debug_handler]
#[cors(origins = ["https://app.example"])]
#[get("/debug-above")]
async fn debug_above() {}

#[cors(origins = ["https://app.example"])]
#[get("/debug-state")]
#[debug_handler(state = u8)]
async fn debug_state(State(_): State<u8>) {}

#[cors(origins = ["https://app.example"])]
#[get("/instrument-below")]
#[tracing::instrument(skip_all)]
async fn instrument_below(_: String) -> StatusCode {
    StatusCode::ACCEPTED
}

#[instrument(ret, err(Debug))]
#[cors(origins = ["https://app.example"])]
#[get("/instrument-above")]
async fn instrument_above() -> Result<&'static str, StatusCode> {
    Err(StatusCode::CONFLICT)
}

/// Documentation above both attributes and between them.
#[cors(origins = ["https://app.example"])]
/// More of it.
#[doc = "And more."]
#[get("/documented")]
#[must_use]
#[deprecated(note = "an attribute that the type beside it must not have")]
async fn documented() -> &'static str {
    ""
}

#[cors(origins = ["https://app.example"])]
#[get("/one")]
#[get("/two")]
#[put("/two")]
async fn two_routes() {}

#[cors(origins = ["https://app.example"])]
#[get("/lints")]
#[expect(unused_variables, reason = "one expectation, fulfilled once")]
#[allow(clippy::unused_async)]
async fn lints(unused: String) {}

#[cors(origins = ["https://app.example"])]
#[cfg_attr(all(), get("/cfg-attr"))]
#[cfg_attr(any(), get("/never"))]
async fn behind_cfg_attr() {}

#[cfg(any())]
#[cors(origins = ["https://app.example"])]
#[get("/never")]
async fn off_above(_: NoSuchType) {}

#[cors(origins = ["https://app.example"])]
#[cfg(any())]
#[get("/never")]
async fn off_below(_: NoSuchType) {}

#[cfg(not(any()))]
#[cors(origins = ["https://app.example"])]
#[cfg(test)]
#[get("/cfg")]
#[cfg(not(any()))]
async fn on() {}

#[cors(origins = ["https://app.example"])]
#[cfg(any())]
#[get("/variant")]
async fn variant() {
    compile_error!("off")
}

#[cors(origins = ["https://app.example"])]
#[cfg(not(any()))]
#[get("/variant")]
async fn variant() {}

#[tokio::test]
async fn handlers_with_other_attributes_answer_requests_and_preflights() {
    #[expect(deprecated, reason = "the handler is")]
    let app = || {
        axum::Router::from(
            routes![debug_below, debug_above, instrument_below, instrument_above, two_routes, documented]
                .merge(routes![lints, behind_cfg_attr, on, variant]),
        )
        .merge(axum::Router::from(routes![debug_state]).with_state(7))
    };
    for (method, path, status) in [
        ("GET", "/debug-below", 200),
        ("GET", "/debug-above", 200),
        ("GET", "/debug-state", 200),
        ("GET", "/instrument-below", 202),
        ("GET", "/instrument-above", 409),
        ("GET", "/documented", 200),
        ("GET", "/one", 200),
        ("GET", "/two", 200),
        ("PUT", "/two", 200),
        ("GET", "/lints", 200),
        ("GET", "/cfg-attr", 200),
        ("GET", "/cfg", 200),
        ("GET", "/variant", 200),
    ] {
        assert_eq!(ask(app(), method, path).await, allowed(status), "{method} {path}");
        assert_eq!(preflight(app(), method, path).await, allowed(204), "{method} {path}");
    }
    assert_eq!(ask(app(), "PUT", "/one").await, (405, None));
}
