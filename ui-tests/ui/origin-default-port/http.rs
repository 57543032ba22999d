use cors_runtime::axum::{cors, routes};

#[cors(origins = ["http://localhost:80"])]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
