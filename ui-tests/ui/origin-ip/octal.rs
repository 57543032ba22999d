use cors_runtime::axum::{cors, routes};

#[cors(origins = ["http://0177.0.0.1"])]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
