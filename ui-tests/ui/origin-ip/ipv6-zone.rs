use cors_runtime::axum::{cors, routes};

#[cors(origins = ["http://[fe80::1%eth0]"])]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
