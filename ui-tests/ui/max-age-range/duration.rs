use cors_runtime::axum::{cors, routes};

#[cors(origins = ["https://app.example.com"], max_age = std::time::Duration::from_secs(60))]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
