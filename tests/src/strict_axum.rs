//! Public handlers in a module that denies most lints, because expansions must not break the lints of their users.

#![deny(warnings, missing_docs, missing_debug_implementations, missing_copy_implementations, unreachable_pub)]
#![deny(unused, unused_qualifications, single_use_lifetimes, trivial_casts, let_underscore_drop)]
#![deny(nonstandard_style, rust_2018_idioms, unused_results)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]
#![forbid(unsafe_code)]

use axum::Router;
use cors_runtime::Policy;
use cors_runtime::axum::{cors, methods, policy, routes};

/// A shared policy.
pub static SHARED: Policy =
    policy!(origins = ["https://app.example"], dev_origins = ["http://localhost:*"], credentials);

/// The user who is logged in.
#[cors(origins = ["https://app.example"], credentials, expose_headers = ["etag"], max_age = 60)]
#[get("/me")]
pub async fn me() -> &'static str {
    "Ada"
}

/// A handler with a shared policy.
#[cors(policy = SHARED, allow_headers = ["content-type"])]
#[route("/documented", method = "GET", method = "PUT")]
pub async fn documented() {}

#[cors(policy = SHARED)]
#[any("/private")]
async fn private(body: String) -> String {
    std::future::ready(body).await
}

#[cors(policy = SHARED)]
pub(crate) async fn without_route(body: String) -> String {
    std::future::ready(body).await
}

/// A router with all handlers of this module.
pub fn app() -> Router {
    Router::new()
        .merge(routes![me, documented, private])
        .route("/methods", methods![get(without_route), put(self::without_route)])
}
