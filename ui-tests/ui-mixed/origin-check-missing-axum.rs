use cors_runtime::Origin;
use cors_runtime::axum::{cors, origin_check, routes};

pub fn tenant(origin: &Origin) -> bool {
    origin.host() == "a.example"
}

#[origin_check]
pub fn other(origin: &Origin) -> bool {
    origin.host() == "a.example"
}

#[cors(origins = dynamic(tenant), credentials)]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
