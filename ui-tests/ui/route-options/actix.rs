use actix_web::{App, options};
use cors_runtime::actix::cors;

#[cors(origins = ["https://app.example.com"])]
#[options("/")]
async fn handler() -> &'static str {
    "hello"
}

fn main() {
    let _ = App::new().service(handler);
}
