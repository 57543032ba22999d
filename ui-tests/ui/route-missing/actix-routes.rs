use actix_web::{App, routes};
use cors_runtime::actix::cors;

#[cors(origins = ["https://app.example.com"])]
#[routes]
async fn handler() -> &'static str {
    "hello"
}

fn main() {
    let _ = App::new().service(handler);
}
