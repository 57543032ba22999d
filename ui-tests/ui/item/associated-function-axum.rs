use cors_runtime::axum::cors;

struct Users;

impl Users {
    #[cors(origins = ["https://app.example.com"])]
    #[get("/")]
    async fn list() {}
}

fn main() {}
