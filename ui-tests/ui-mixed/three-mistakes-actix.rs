use actix_web::{App, get, put};
use cors_runtime::actix::{cors, routes};

#[cors(origins = ["https://app.example.com/"], credential, max_age = 100_000)]
#[get("/users/{id")]
async fn me() -> &'static str {
    "me"
}

#[cors(origins = ["*"], credentials)]
#[put("/me")]
async fn update_me() -> &'static str {
    "updated"
}

fn main() {
    let _ = App::new().service(routes![me, update_me]);
}
