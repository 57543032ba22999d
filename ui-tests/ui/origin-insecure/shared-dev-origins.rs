use cors_runtime::axum::{cors, routes};
use cors_runtime::{Policy, policy};

static BASE: Policy = policy!(origins = ["https://app.example.com"], dev_origins = ["http://192.168.1.5:3000"]);

#[cors(policy = BASE, credentials, origins = ["https://b.example"])]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
