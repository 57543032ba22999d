use cors_runtime::axum::{cors, routes};

pub static PARTNERS: &str = "https://app.example.com";

#[cors(policy = PARTNERS)]
#[get("/")]
async fn handler() {}

#[cors(policy = ELSEWHERE)]
#[get("/nowhere")]
async fn nowhere() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler, nowhere]);
}
