use cors_runtime::axum::{cors, routes};
use cors_runtime::{OriginSet, Policy, policy};

const ORIGIN: &str = "https://app.example.com";
static ORIGINS: &[&str] = &["https://app.example.com"];
static TENANTS: OriginSet = OriginSet::new();

mod settings {
    pub const ORIGINS: [&str; 2] = ["https://app.example.com", "https://admin.example.com"];
}

#[cors(origins = ["https://www.example.com", TENANTS, ORIGIN])]
#[get("/one")]
async fn one() {}

#[cors(origins = ORIGINS, dev_origins = [settings::ORIGINS])]
#[get("/two")]
async fn two() {}

static SHARED: Policy = policy!(origins = [ORIGIN]);

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![one, two]);
}
