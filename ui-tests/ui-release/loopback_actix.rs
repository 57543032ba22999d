use actix_web::{App, get};
use cors_runtime::actix::cors;

#[cors(origins = ["http://[::1]:3000"])]
#[get("/")]
async fn handler() -> &'static str {
    "hello"
}

// Not warned of.
#[cors(origins = ["http://*.localhost:*"])]
#[allow(deprecated)]
#[get("/allowed")]
async fn allowed() -> &'static str {
    "hello"
}

fn main() {
    let _ = App::new().service(handler).service(allowed);
}
