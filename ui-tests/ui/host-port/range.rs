use cors_runtime::axum::{cors, routes};

#[cors(origins = ["https://app.example.com"], enforce(hosts = ["localhost:3000-3010"]))]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
