use cors_runtime::Origin;
use cors_runtime::axum::{cors, origin_check, routes};

#[origin_check]
pub fn tenant(origin: &Origin) -> bool {
    origin.host() == "a.example"
}

#[cors(origins = [dynamic(tenant), "https://a.example"], dev_origins = dynamic(tenant))]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
