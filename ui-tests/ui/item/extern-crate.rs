use cors_runtime::axum::cors;

#[cors(origins = ["https://app.example.com"])]
extern crate std as mine;

fn main() {}
