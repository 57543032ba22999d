use cors_runtime::axum::{cors, routes};

#[cors(origins = ["https://app.example.com"], max_age = Duration::from_hours(3))]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
