use actix_web::{App, connect};
use cors_runtime::actix::cors;

#[cors(origins = ["https://app.example.com"])]
#[connect("/")]
async fn handler() -> &'static str {
    "hello"
}

fn main() {
    let _ = App::new().service(handler);
}
