use cors_runtime::axum::{cors, routes};

#[cors(origins = ["blob:https://app.example.com/5f3c"])]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
