use cors_runtime::axum::cors;

#[cors(origins = ["https://app.example.com"])]
trait Users {}

fn main() {}
