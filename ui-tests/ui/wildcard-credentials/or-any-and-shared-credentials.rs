use cors_runtime::axum::{cors, routes};
use cors_runtime::{Policy, policy};

static BASE: Policy = policy!(origins = ["https://app.example.com"], credentials);

#[cors(policy = BASE, origins = [env("ORIGINS", or_any)])]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
