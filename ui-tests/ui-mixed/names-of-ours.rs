use cors_runtime::axum::{cors, routes};
use cors_runtime::{Policy, policy};

static BASE: Policy = policy!(origins = ["*"]);
static POLICY: Policy = policy!(origins = ["*"]);
static DECLARED: Policy = policy!(policy = POLICY, max_age = 5);

#[cors(policy = BASE, credentials)]
#[get("/base")]
async fn base() {}

#[cors(policy = DECLARED, credentials)]
#[get("/policy")]
async fn policy_() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![base, policy_]);
}
