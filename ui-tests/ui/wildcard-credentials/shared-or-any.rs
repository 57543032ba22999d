use cors_runtime::axum::{cors, routes};
use cors_runtime::{Policy, policy};

static BASE: Policy = policy!(origins = [env("ORIGINS", or_any)]);

#[cors(policy = BASE, credentials)]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
