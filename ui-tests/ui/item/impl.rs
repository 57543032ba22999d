use cors_runtime::axum::cors;

struct Users;

#[cors(origins = ["https://app.example.com"])]
impl Users {}

fn main() {}
