use cors_runtime::axum::{cors, methods};

#[cors(origins = ["https://app.example.com"])]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().route("/", methods![handler, fetch(handler), get()]);
}
