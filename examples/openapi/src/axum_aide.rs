//! The API with axum and aide, which describes handlers by their types.

use crate::{Db, PUBLIC, User};
use aide::axum::{ApiRouter, routing};
use aide::openapi::{Info, OpenApi};
use axum::extract::State;
use axum::http::Method;
use axum::http::StatusCode;
use axum::{Json, Router};
use cors_runtime::axum::{Routes, cors, routes};
use std::sync::Arc;

#[cors(origins = ["http://localhost:4100"], credentials, max_age = 7200)]
#[get("/me")]
async fn me(State(db): State<Arc<Db>>) -> Json<User> {
    Json(db.lock().expect("no handler panics").clone())
}

#[cors(origins = ["http://localhost:4100"], credentials, allow_headers = ["content-type"])]
#[put("/me")]
async fn update_me(State(db): State<Arc<Db>>, Json(user): Json<User>) -> StatusCode {
    *db.lock().expect("no handler panics") = user;
    StatusCode::NO_CONTENT
}

/// Returns the document.
pub fn document() -> OpenApi {
    aide::generate::infer_responses(true);
    aide::generate::extract_schemas(true);
    let info = Info {
        title: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..Info::default()
    };
    let mut document = OpenApi { info, ..OpenApi::default() };
    // This router is only for the document. It is not served, because aide registers the handlers without their policies.
    let _: Router<Arc<Db>> =
        ApiRouter::new().api_route("/me", routing::get(me).put(update_me)).finish_api(&mut document);
    document
}

/// Returns the routes that the document describes.
pub fn documented_routes() -> Routes<Arc<Db>> {
    routes![me, update_me]
}

/// Returns the router of the API, which also serves the document.
pub fn api(user: User) -> Router {
    let document = document();
    documented_routes()
        .route([Method::GET], "/openapi.json", PUBLIC.clone(), async || Json(document))
        .into_router()
        .with_state(Arc::new(Db::new(user)))
}
