use cors_runtime::axum::{cors, routes};

#[cors(origins = , credentials, max_age = "60")]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
