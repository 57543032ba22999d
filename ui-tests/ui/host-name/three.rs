use cors_runtime::axum::{cors, routes};

#[cors(origins = ["https://app.example.com"], enforce(navigations, hosts = ["https://api.example.com", "localhost:*", "Localhost:3000", "*"]))]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
