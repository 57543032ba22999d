use cors_runtime::axum::{cors, routes};

#[cors(origins = ["https://*.za"])]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
