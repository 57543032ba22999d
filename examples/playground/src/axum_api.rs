//! The API with axum. `actix_api.rs` has the same routes with the same policies.

use std::collections::HashMap;

use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use cors_runtime::axum::{cors, routes};
use serde_json::{Value, json};

use crate::PAGE;
use crate::record::{self, Record};

pub(crate) fn app() -> Router {
    let record = Record::default();
    Router::new()
        .merge(routes![
            hello,
            save_note,
            delete_note,
            save_shared,
            add_shared,
            sign_in,
            me,
            orders,
            status,
            seen
        ])
        // This has to be the outermost layer, so that it records the preflights as well.
        .layer(from_fn_with_state(record.clone(), keep))
        .with_state(record)
}

#[cors(origins = [PAGE])]
#[get("/hello")]
async fn hello() -> Json<Value> {
    Json(json!({ "hello": "from axum" }))
}

#[cors(origins = [PAGE], allow_headers = ["content-type"], max_age = 600)]
#[put("/notes/{id}")]
async fn save_note(Path(id): Path<u32>, Json(note): Json<Value>) -> Json<Value> {
    Json(json!({ "id": id, "saved": note }))
}

// It allows the same headers as `PUT`. If it allowed fewer, browsers could not cache the response to a preflight.
#[cors(origins = ["https://admin.example.com"], credentials, allow_headers = ["content-type"])]
#[delete("/notes/{id}")]
async fn delete_note(Path(_id): Path<u32>) -> StatusCode {
    StatusCode::NO_CONTENT
}

#[cors(origins = [PAGE], allow_headers = ["content-type"], max_age = 600)]
#[put("/shared")]
async fn save_shared(Json(_shared): Json<Value>) -> Json<Value> {
    Json(json!({ "replaced": true }))
}

#[cors(origins = ["https://partner.example.com"], allow_headers = ["content-type"])]
#[post("/shared")]
async fn add_shared(Json(_shared): Json<Value>) -> Json<Value> {
    Json(json!({ "added": true }))
}

#[cors(origins = [PAGE], credentials)]
#[post("/session")]
async fn sign_in() -> impl IntoResponse {
    // All ports of a host are the same site, so the browser sends a `Lax` cookie of one port to the others as well.
    let cookie = "playground=demo; Path=/; Max-Age=600; HttpOnly; SameSite=Lax";
    ([(header::SET_COOKIE, cookie)], Json(json!({ "signed_in": true })))
}

#[cors(origins = [PAGE], credentials)]
#[get("/me")]
async fn me(headers: HeaderMap) -> Response {
    let cookies = headers.get(header::COOKIE).and_then(|cookies| cookies.to_str().ok());
    if cookies.is_some_and(|cookies| cookies.contains("playground=demo")) {
        Json(json!({ "account": "demo" })).into_response()
    } else {
        (StatusCode::UNAUTHORIZED, Json(json!({ "error": "sign in first" }))).into_response()
    }
}

#[cors(origins = [PAGE], expose_headers = ["x-total-count"])]
#[get("/orders")]
async fn orders() -> impl IntoResponse {
    ([("x-total-count", "3"), ("x-request-id", "f81d4fae")], Json(json!([{ "id": 17 }])))
}

#[cors(origins = ["*"])]
#[get("/status")]
async fn status() -> Json<Value> {
    Json(json!({ "status": "up" }))
}

/// Returns the recorded requests of a probe.
#[cors(origins = ["*"])]
#[get("/seen")]
async fn seen(State(record): State<Record>, Query(query): Query<HashMap<String, String>>) -> Json<Value> {
    Json(record.of(query.get("of").map_or("", String::as_str)))
}

async fn keep(State(record): State<Record>, request: Request, next: Next) -> Response {
    let kept = record::Request::new(
        request.method().as_str(),
        request.uri().path(),
        request.uri().query(),
        relevant(request.headers()),
    );
    let response = next.run(request).await;
    if let Some(request) = kept {
        record.keep(request, response.status().as_u16(), relevant(response.headers()));
    }
    response
}

fn relevant(headers: &HeaderMap) -> Vec<record::Header> {
    record::relevant(headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())))
}
