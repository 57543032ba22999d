use cors_runtime::axum::{cors, routes};

#[cors(r#origins = ["https://app.example.com"], r#credentials, r#type = 5)]
#[get("/")]
async fn r#move() {}

#[cors(origins = ["https://app.example.com"])]
async fn r#match() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![r#move, r#match]);
}
