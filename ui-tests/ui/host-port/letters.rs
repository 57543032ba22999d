use cors_runtime::axum::{cors, routes};

#[cors(origins = ["https://app.example.com"], enforce(hosts = ["localhost:port"]))]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
