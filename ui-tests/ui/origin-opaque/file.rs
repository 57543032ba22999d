use cors_runtime::axum::{cors, routes};

#[cors(origins = ["file:///home/me/index.html"])]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
