use axum::Router;
use cors_runtime::axum::{cors, methods, routes};

struct User;

#[cors(origins = ["https://app.example.com"])]
#[get("/first")]
async fn first() {}

#[cors(origins = ["https://app.example.com"])]
#[get("/wrong")]
async fn wrong(_: User) {}

#[cors(origins = ["https://app.example.com"])]
#[get("/last")]
async fn last() {}

fn main() {
    let _ = Router::<()>::new().merge(routes![first, wrong, last]);
    let _ = Router::<()>::new().route("/", methods![get(first), get(wrong), get(last)]);
}
