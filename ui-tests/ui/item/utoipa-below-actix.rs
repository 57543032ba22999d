use actix_web::{App, get};
use cors_runtime::actix::cors;

#[cors(origins = ["https://app.example.com"])]
#[utoipa::path(responses((status = 200)))]
#[get("/")]
async fn handler() -> &'static str {
    "hello"
}

fn main() {
    let _ = App::new().service(handler);
}
