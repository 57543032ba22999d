use actix_web::App;
use cors_runtime::actix::cors;

#[cors(origins = ["https://app.example.com"])]
async fn handler() -> &'static str {
    "hello"
}

fn main() {
    let _ = App::new().service(handler);
}
