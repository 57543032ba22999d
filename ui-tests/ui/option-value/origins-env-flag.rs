use cors_runtime::axum::{cors, routes};

#[cors(origins = [env("ORIGINS", required)])]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
