use actix_web::App;
use cors_runtime::actix::routes;
use cors_runtime::axum::cors;

#[cors(origins = ["https://app.example.com"])]
#[get("/me")]
async fn me() -> &'static str {
    "Ada"
}

fn main() {
    let _ = App::new().service(routes![me]);
}
