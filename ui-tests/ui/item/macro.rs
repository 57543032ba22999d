use cors_runtime::axum::cors;

#[cors(origins = ["https://app.example.com"])]
macro_rules! users { () => {} }

users! {}

fn main() {}
