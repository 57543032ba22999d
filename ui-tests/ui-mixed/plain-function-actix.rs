use actix_web::App;
use cors_runtime::actix::routes;

async fn plain() -> &'static str {
    "hello"
}

fn main() {
    let _ = App::new().service(routes![plain]);
}
