use cors_runtime::axum::cors;

struct Users;

impl Users {
    const MOST: usize = 10;

    #[cors(origins = ["https://app.example.com"])]
    #[get("/users")]
    async fn list() -> impl axum::response::IntoResponse {
        format!("{}", Self::MOST)
    }
}

fn main() {
    let _ = Users::list();
}
