use axum::extract::State;
use cors_runtime::Origin;
use cors_runtime::axum::{cors, origin_check, routes};

#[origin_check]
pub async fn tenant(origin: &Origin, State(hosts): State<Vec<String>>) -> bool {
    hosts.iter().any(|host| host == origin.host())
}

#[cors(origins = dynamic(tenant), credentials)]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<u8>::new().merge(routes![handler]);
}
