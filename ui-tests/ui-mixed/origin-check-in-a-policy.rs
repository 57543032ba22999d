use cors_runtime::axum::origin_check;
use cors_runtime::{Origin, Policy, policy};

#[origin_check]
pub fn tenant(origin: &Origin) -> bool {
    origin.host() == "a.example"
}

static PARTNERS: Policy = policy!(origins = dynamic(tenant), credentials);

fn main() {}
