use axum::Router;
use axum::extract::State;
use cors_runtime::axum::{cors, routes};

#[cors(origins = ["https://app.example.com"])]
#[get("/first")]
async fn first(_: State<u8>) {}

#[cors(origins = ["https://app.example.com"])]
#[get("/wrong")]
async fn wrong(_: State<String>) {}

#[cors(origins = ["https://app.example.com"])]
#[get("/last")]
async fn last() {}

fn main() {
    let _: Router = Router::new().merge(routes![first, wrong, last]).with_state(1_u8);
}
