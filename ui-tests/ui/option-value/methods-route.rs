use axum::Router;
use cors_runtime::axum::{cors, methods};

#[cors(origins = ["https://app.example.com"])]
#[get("/me")]
async fn me() {}

#[cors(origins = ["https://app.example.com"])]
#[route("/me", method = "PUT", method = "PATCH")]
#[delete("/me")]
async fn update_me() {}

#[cors(origins = ["https://app.example.com"])]
async fn without_route() {}

#[cors(origins = ["https://app.example.com"])]
#[any("/proxy")]
async fn proxy() {}

fn main() {
    let _ = Router::<()>::new()
        .route("/right", methods![get(me), put(update_me), patch(update_me), delete(update_me), post(without_route)])
        .route("/any", methods![get(proxy)])
        .route("/wrong", methods![post(me), get(update_me)])
        .route("/wrong/any", methods![any(me)]);
}
