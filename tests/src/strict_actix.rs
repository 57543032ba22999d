//! Public handlers in a module that denies most lints, because expansions must not break the lints of their users.

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

/// A shared policy.
pub static SHARED: Policy =
    policy!(origins = ["https://app.example"], dev_origins = ["http://localhost:*"], credentials);

/// The user who is logged in.
#[cors(origins = ["https://app.example"], credentials, expose_headers = ["etag"], max_age = 60)]
#[get("/me", name = "me", wrap = "NormalizePath::trim()")]
pub async fn me() -> &'static str {
    "Ada"
}

/// A handler with a shared policy.
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
pub(crate) async fn without_group(body: String) -> String {
    std::future::ready(body).await
}

/// Registers all handlers of this module.
pub fn app(config: &mut ServiceConfig) {
    let _ = config.service(routes![me, documented, private]).service(without_group);
}
