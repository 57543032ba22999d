//! An API that one web page may call: `cargo run -p axum-api`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Json, Router};
use cors_runtime::axum::{cors, routes};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex};

#[derive(Clone, Serialize, Deserialize)]
struct User {
    name: String,
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

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let db = Db::new(Mutex::new(User { name: "Ada".to_owned() }));
    let app = Router::new().merge(routes![me, update_me]).with_state(db);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("listening on http://localhost:3000");
    axum::serve(listener, app).await
}
