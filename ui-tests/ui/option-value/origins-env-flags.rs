use cors_runtime::axum::{cors, routes};

#[cors(origins = [env("ORIGINS", optional, or_any)])]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
