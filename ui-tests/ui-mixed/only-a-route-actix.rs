use actix_web::{App, get};
use cors_runtime::actix::routes;

#[get("/")]
async fn without_cors() -> &'static str {
    "hello"
}

fn main() {
    let _ = App::new().service(routes![without_cors]);
}
