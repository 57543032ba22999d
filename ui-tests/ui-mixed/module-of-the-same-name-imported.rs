mod health {
    use cors_runtime::axum::cors;

    #[cors(origins = ["https://app.example.com"])]
    #[get("/health")]
    pub async fn health() {}
}

use cors_runtime::axum::routes;
use health::health;

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![health]);
}
