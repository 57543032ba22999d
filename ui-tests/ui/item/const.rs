use cors_runtime::axum::cors;

#[cors(origins = ["https://app.example.com"])]
const USERS: u8 = 0;

fn main() {}
