use axum::Router;
use cors_runtime::axum::{cors, routes};
use std::rc::Rc;

#[cors(origins = ["https://app.example.com"])]
#[get("/first")]
async fn first() {}

#[cors(origins = ["https://app.example.com"])]
#[get("/wrong")]
async fn wrong() {
    let shared = Rc::new(());
    first().await;
    drop(shared);
}

#[cors(origins = ["https://app.example.com"])]
#[get("/last")]
async fn last() {}

fn main() {
    let _ = Router::<()>::new().merge(routes![first, wrong, last]);
}
