use cors_runtime::axum::{cors, routes};

#[cors(origins = ["http://*.com"], credentials, danger(insecure_origins), danger(public_suffixes))]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
