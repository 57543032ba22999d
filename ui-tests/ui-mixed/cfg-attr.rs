use cors_runtime::axum::{cors, routes};

#[cfg_attr(all(), cors(origins = ["https://app.example.com/"]))]
#[cfg_attr(all(), get("/:id"))]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
