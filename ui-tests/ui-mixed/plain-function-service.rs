use actix_web::App;

async fn plain() -> &'static str {
    "hello"
}

fn main() {
    let _ = App::new().service(plain);
}
