use cors_runtime::axum::{cors, routes};

#[cors(origins = ["https://app.example.com"], enforce(hosts = ["localhost:03000"]))]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
