use cors_runtime::axum::{cors, routes};

#[cors(origins = ["https://shop.example\\@evil.example"])]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
