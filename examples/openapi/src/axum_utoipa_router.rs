//! The API with axum and utoipa-axum: an `OpenApiRouter` collects the routes and the document.

use crate::{Db, PUBLIC, User};
use axum::extract::State;
use axum::http::Method;
use axum::http::StatusCode;
use axum::{Json, Router};
use cors_runtime::axum::{Routes, cors, methods};
use std::sync::Arc;
use utoipa::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

/// Returns the user.
#[cors(origins = ["http://localhost:4100"], credentials, max_age = 7200)]
#[utoipa::path(get, path = "/me", responses((status = 200, body = User)))]
async fn me(State(db): State<Arc<Db>>) -> Json<User> {
    Json(db.lock().expect("no handler panics").clone())
}

/// Replaces the user.
#[cors(origins = ["http://localhost:4100"], credentials, allow_headers = ["content-type"])]
#[utoipa::path(put, path = "/me", request_body = User, responses((status = 204)))]
async fn update_me(State(db): State<Arc<Db>>, Json(user): Json<User>) -> StatusCode {
    *db.lock().expect("no handler panics") = user;
    StatusCode::NO_CONTENT
}

/// The document without its paths. It has the title and the version of this package.
#[derive(OpenApi)]
struct Document;

/// Returns the router of the API, which also serves the document.
pub fn api(user: User) -> Router {
    let (router, document) = OpenApiRouter::with_openapi(Document::openapi())
        // `routes!` gives the paths of the document, and `methods!` the handlers with their policies.
        .routes(routes!(me, update_me).map(|_| methods![get(me), put(update_me)]))
        .split_for_parts();
    let document = async || Json(document);
    router
        .merge(Routes::new().route([Method::GET], "/openapi.json", PUBLIC.clone(), document))
        .with_state(Arc::new(Db::new(user)))
}
