use cors_runtime::axum::{cors, routes};

#[cors(origins = ["http://2130706433"])]
#[get("/")]
async fn handler() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler]);
}
