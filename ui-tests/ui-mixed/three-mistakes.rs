use cors_runtime::axum::{cors, routes};

#[cors(origins = ["https://app.example.com/"], credentials = true, allow_headers = ["cookie"])]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
