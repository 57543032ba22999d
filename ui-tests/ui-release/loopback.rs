use cors_runtime::axum::{cors, routes};
use cors_runtime::{Policy, policy};

static SHARED: Policy = policy!(origins = ["http://localhost:*"]);

#[cors(origins = ["https://app.example.com", "http://localhost:3000"])]
#[get("/")]
async fn handler() {}

// None of these is warned of.
#[allow(deprecated)]
#[cors(origins = ["http://127.0.0.1:3000"])]
#[get("/allowed")]
async fn allowed() {}

#[cors(policy = SHARED, dev_origins = ["http://127.0.0.1:3000"], max_age = 600)]
#[get("/development")]
async fn development() {}

#[cors(origins = ["http://localhost", "capacitor://localhost", "https://localhost.example:3000"])]
#[get("/without-port")]
async fn without_port() {}

fn main() {
    let _ = axum::Router::<()>::new().merge(routes![handler, allowed, development, without_port]);
}
