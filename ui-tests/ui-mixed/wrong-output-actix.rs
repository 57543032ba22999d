use actix_web::{App, get};
use cors_runtime::actix::{cors, routes};

struct User;

#[cors(origins = ["https://app.example.com"])]
#[get("/first")]
async fn first() -> &'static str {
    "first"
}

#[cors(origins = ["https://app.example.com"])]
#[get("/wrong")]
async fn wrong() -> User {
    User
}

#[cors(origins = ["https://app.example.com"])]
#[get("/last")]
async fn last() -> &'static str {
    "last"
}

fn main() {
    let _ = App::new().service(routes![first, wrong, last]);
}
