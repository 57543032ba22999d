use cors_runtime::axum::cors;

#[cors(origins = ["https://app.example.com"])]
struct Users;

fn main() {}
