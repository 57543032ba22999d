use cors_runtime::axum::{cors, routes};

#[cors(origins = ["https://app.example.com"], dev_origins = ["http://192.168.1.5:3000"], credentials)]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
