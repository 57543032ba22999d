//! Public handlers in a crate that denies every lint that it can: expansions must be clean.

#![deny(warnings, missing_docs, missing_debug_implementations, missing_copy_implementations, unreachable_pub)]
#![deny(unused, unused_qualifications, single_use_lifetimes, trivial_casts, let_underscore_drop)]
#![deny(nonstandard_style, rust_2018_idioms, unused_results)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]
#![forbid(unsafe_code)]

use actix_web::middleware::NormalizePath;
use actix_web::web::ServiceConfig;
use actix_web::{get, put, route};
use cors_runtime::Policy;
use cors_runtime::actix::{cors, policy, routes};

/// Shared.
pub static SHARED: Policy =
    policy!(origins = ["https://app.example"], dev_origins = ["http://localhost:*"], credentials);

/// Who is logged in.
#[cors(origins = ["https://app.example"], credentials, expose_headers = ["etag"], max_age = 60)]
#[get("/me", name = "me", wrap = "NormalizePath::trim()")]
pub async fn me() -> &'static str {
    "Ada"
}

/// With a shared policy.
#[cors(policy = SHARED, allow_headers = ["content-type"])]
#[route("/documented", method = "GET", method = "PUT")]
pub async fn documented() -> &'static str {
    ""
}

#[cors(policy = SHARED)]
#[actix_web::routes]
#[get("/private")]
#[put("/private/too")]
async fn private(body: String) -> String {
    std::future::ready(body).await
}

#[cors(policy = SHARED)]
#[actix_web::delete("/private")]
pub(crate) async fn alone(body: String) -> String {
    std::future::ready(body).await
}

/// All of them.
pub fn app(config: &mut ServiceConfig) {
    let _ = config.service(routes![me, documented, private]).service(alone);
}
