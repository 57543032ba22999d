use actix_web::get;
use cors_runtime::actix::cors;

struct Users;

impl Users {
    #[cors(origins = ["https://app.example.com"])]
    #[get("/")]
    async fn list() {}
}

fn main() {}
