use cors_runtime::axum::{cors, routes};
use cors_runtime::{Policy, policy};

static BASE: Policy = policy!(origins = ["http://printer.example"], credentials, danger(insecure_origins));

#[cors(policy = BASE, origins = ["http://app.example.com"])]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
