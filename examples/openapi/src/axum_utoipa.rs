//! The API with axum and utoipa: `#[derive(OpenApi)]` lists the handlers of the document.

use crate::{Db, PUBLIC, User};
use axum::extract::State;
use axum::http::Method;
use axum::http::StatusCode;
use axum::{Json, Router};
use cors_runtime::axum::{Routes, cors, routes};
use std::sync::Arc;
use utoipa::OpenApi;

/// Returns the user.
#[cors(origins = ["http://localhost:4100"], credentials, max_age = 7200)]
#[get("/me")]
#[utoipa::path(get, path = "/me", responses((status = 200, body = User)))]
async fn me(State(db): State<Arc<Db>>) -> Json<User> {
    Json(db.lock().expect("no handler panics").clone())
}

/// Replaces the user.
#[cors(origins = ["http://localhost:4100"], credentials, allow_headers = ["content-type"])]
#[put("/me")]
#[utoipa::path(put, path = "/me", request_body = User, responses((status = 204)))]
async fn update_me(State(db): State<Arc<Db>>, Json(user): Json<User>) -> StatusCode {
    *db.lock().expect("no handler panics") = user;
    StatusCode::NO_CONTENT
}

/// The document.
#[derive(Debug, OpenApi)]
#[openapi(paths(me, update_me))]
pub struct Document;

/// Returns the routes that the document describes.
pub fn documented_routes() -> Routes<Arc<Db>> {
    routes![me, update_me]
}

/// Returns the router of the API, which also serves the document.
pub fn api(user: User) -> Router {
    let document = async || Json(Document::openapi());
    documented_routes()
        .route([Method::GET], "/openapi.json", PUBLIC.clone(), document)
        .into_router()
        .with_state(Arc::new(Db::new(user)))
}
