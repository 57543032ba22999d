use cors_runtime::axum::{cors, routes};
use cors_runtime::{Policy, policy};

static PARTNERS: Policy = policy!(origins = ["https://*.com"], max_age = -5);

#[cors(origins = ["HTTPS://app.example.com"])]
#[get("users")]
async fn first() {}

#[cors(policy = PARTNERS, expose_headers = ["set-cookie"])]
#[route("/second", method = "get", method = "PROPFIND")]
async fn second() {}

mod inner {
    use cors_runtime::axum::cors;

    #[cors(origins = ["null", "https://b.example:443"], allow_headers = ["content type", "Content-Type"])]
    #[options("/third")]
    #[put("/third")]
    pub async fn third() {}
}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![first, second, inner::third]);
}
