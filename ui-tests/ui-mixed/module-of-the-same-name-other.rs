mod health {
    use cors_runtime::axum::cors;

    #[cors(origins = ["https://app.example.com"])]
    #[get("/health")]
    pub async fn health() {}
}

mod other {
    pub async fn health() {}
}

mod plain {
    pub async fn plain() {}
}

use cors_runtime::axum::routes;
use other::health;
use plain::plain;

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![health, health::health]);
    let _ = axum::Router::<()>::new().merge(routes![plain]);
}
