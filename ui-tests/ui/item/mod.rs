use cors_runtime::axum::cors;

#[cors(origins = ["https://app.example.com"])]
mod users {}

fn main() {}
