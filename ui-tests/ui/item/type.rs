use cors_runtime::axum::cors;

#[cors(origins = ["https://app.example.com"])]
type Users = u8;

fn main() {}
