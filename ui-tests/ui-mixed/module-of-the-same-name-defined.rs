use cors_runtime::axum::{cors, routes};

mod users {
    pub(crate) const MOST: usize = 10;
}

#[cors(origins = ["https://app.example.com"])]
#[get("/users")]
async fn users() -> String {
    users::MOST.to_string()
}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![users]);
}
