use cors_runtime::Origin;
use cors_runtime::axum::{cors, origin_check, routes};

#[origin_check]
pub fn tenant(origin: &Origin) -> Option<bool> {
    Some(origin.host() == "a.example")
}

#[cors(origins = dynamic(tenant), credentials)]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
