use cors_runtime::axum::cors;

#[cors(origins = ["https://app.example.com"])]
enum Users {}

fn main() {}
