use cors_runtime::axum::cors;

#[cors(origins = ["https://app.example.com"])]
pub use std::fmt;

fn main() {}
