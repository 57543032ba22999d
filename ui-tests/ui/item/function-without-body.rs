use cors_runtime::axum::cors;

trait Users {
    #[cors(origins = ["https://app.example.com"])]
    #[get("/")]
    async fn list(&self);
}

fn main() {}
