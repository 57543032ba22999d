//! An API that one web page may call: `cargo run -p actix-api`.

use actix_web::{App, HttpResponse, HttpServer, get, put, web};
use cors_runtime::actix::{cors, routes};
use serde::{Deserialize, Serialize};
use std::sync::Mutex;

#[derive(Clone, Serialize, Deserialize)]
struct User {
    name: String,
}

type Db = Mutex<User>;

#[cors(origins = ["http://localhost:4100"], credentials, max_age = 7200)]
#[get("/me")]
async fn me(db: web::Data<Db>) -> web::Json<User> {
    web::Json(db.lock().expect("no handler panics").clone())
}

#[cors(origins = ["http://localhost:4100"], credentials, allow_headers = ["content-type"])]
#[put("/me")]
async fn update_me(db: web::Data<Db>, user: web::Json<User>) -> HttpResponse {
    *db.lock().expect("no handler panics") = user.into_inner();
    HttpResponse::NoContent().finish()
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let db = web::Data::new(Db::new(User { name: "Ada".to_owned() }));
    let server = HttpServer::new(move || App::new().app_data(db.clone()).service(routes![me, update_me]));
    println!("listening on http://localhost:3001");
    server.bind(("127.0.0.1", 3001))?.run().await
}
