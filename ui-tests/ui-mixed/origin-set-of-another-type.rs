use cors_runtime::OriginSet;
use cors_runtime::axum::{cors, routes};
use std::sync::LazyLock;

static TENANTS: LazyLock<OriginSet> = LazyLock::new(OriginSet::new);

#[cors(origins = [TENANTS])]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
