use actix_web::{App, route};
use cors_runtime::actix::cors;

#[cors(origins = ["https://app.example.com"])]
#[route("/")]
async fn handler() -> &'static str {
    "hello"
}

fn main() {
    let _ = App::new().service(handler);
}
