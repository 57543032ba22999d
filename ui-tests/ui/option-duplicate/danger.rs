use cors_runtime::axum::{cors, routes};

#[cors(origins = ["http://app.example.com"], credentials, danger(insecure_origins, insecure_origins))]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
