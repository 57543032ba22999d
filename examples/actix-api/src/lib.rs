//! An API whose policies allow the pages of one origin to call it.

use actix_web::web::{Data, Html, Json, ServiceConfig};
use actix_web::{HttpResponse, get, put, web};
use cors_runtime::Manifest;
use cors_runtime::actix::{Routes, cors, routes};
use serde::{Deserialize, Serialize};
use std::sync::Mutex;

/// The data of the API, which every allowed page can read and replace.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct User {
    /// The name for the greeting.
    pub name: String,
}

type Db = Mutex<User>;

#[cors(origins = ["http://localhost:4100"], credentials, max_age = 7200)]
#[get("/me")]
async fn me(db: Data<Db>) -> Json<User> {
    Json(db.lock().expect("no handler panics").clone())
}

#[cors(origins = ["http://localhost:4100"], credentials, allow_headers = ["content-type"])]
#[put("/me")]
async fn update_me(db: Data<Db>, user: Json<User>) -> HttpResponse {
    *db.lock().expect("no handler panics") = user.into_inner();
    HttpResponse::NoContent().finish()
}

fn annotated_routes() -> Routes {
    routes![me, update_me]
}

/// Returns what the routes promise: `cors verify` compares it with what a deployment answers.
pub fn manifest() -> Manifest {
    annotated_routes().manifest()
}

/// Returns the configuration of the API.
pub fn api(user: User) -> impl Fn(&mut ServiceConfig) + Clone {
    let db = Data::new(Db::new(user)); // all workers share it
    move |config| {
        config.app_data(db.clone()).service(annotated_routes());
    }
}

/// Configures the server of the page.
pub fn page(config: &mut ServiceConfig) {
    config.route("/", web::get().to(|| async { Html::new(include_str!("page.html")) }));
}
