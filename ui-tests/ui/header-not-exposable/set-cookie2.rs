use cors_runtime::axum::{cors, routes};

#[cors(origins = ["https://app.example.com"], expose_headers = ["Set-Cookie2"])]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
