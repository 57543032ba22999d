use cors_runtime::axum::{cors, routes};

#[cors(origins = ["https://app.example.com"], expose_headers = ["x-request-id, x-total-count"])]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
