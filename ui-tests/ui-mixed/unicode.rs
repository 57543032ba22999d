use cors_runtime::axum::{cors, routes};

#[cors(örigins = ["https://ä.example"], allow_headers = ["größe"], expose_headers = ["\u{202e}x"])]
#[get("/grüße")]
async fn grüße() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![grüße]);
}
