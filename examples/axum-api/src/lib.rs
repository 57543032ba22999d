//! An API whose policies allow the pages of one origin to call it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Json, Router};
use cors_runtime::Manifest;
use cors_runtime::axum::{Routes, cors, routes};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex};

/// The data of the API, which every allowed page can read and replace.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct User {
    /// The name for the greeting.
    pub name: String,
}

type Db = Arc<Mutex<User>>;

#[cors(origins = ["http://localhost:4100"], credentials, max_age = 7200)]
#[get("/me")]
async fn me(State(db): State<Db>) -> Json<User> {
    Json(db.lock().expect("no handler panics").clone())
}

#[cors(origins = ["http://localhost:4100"], credentials, allow_headers = ["content-type"])]
#[put("/me")]
async fn update_me(State(db): State<Db>, Json(user): Json<User>) -> StatusCode {
    *db.lock().expect("no handler panics") = user;
    StatusCode::NO_CONTENT
}

fn annotated_routes() -> Routes<Db> {
    routes![me, update_me]
}

/// Returns the router of the API.
pub fn api(user: User) -> Router {
    Router::new().merge(annotated_routes()).with_state(Arc::new(Mutex::new(user)))
}

/// Returns what the routes promise: `cors verify` compares it with what a deployment answers.
pub fn manifest() -> Manifest {
    annotated_routes().manifest()
}

/// Returns the router of the page.
pub fn page() -> Router {
    Router::new().route("/", axum::routing::get(|| async { axum::response::Html(include_str!("page.html")) }))
}
