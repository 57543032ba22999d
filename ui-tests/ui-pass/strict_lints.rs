//! The expansions are clean under the lints of strict projects.
#![forbid(unsafe_code)]
#![deny(
    warnings,
    future_incompatible,
    missing_copy_implementations,
    missing_debug_implementations,
    missing_docs,
    nonstandard_style,
    rust_2018_idioms,
    trivial_casts,
    trivial_numeric_casts,
    unreachable_pub,
    unused,
    unused_import_braces,
    unused_lifetimes,
    unused_qualifications,
    variant_size_differences
)]

/// axum.
pub mod in_axum {
    use axum::Router;
    use cors_runtime::axum::{cors, methods, routes};
    use cors_runtime::{Policy, policy};

    /// Shared.
    pub static PARTNERS: Policy = policy!(origins = ["https://*.partner.example"], credentials);

    /// Public.
    #[cors(policy = PARTNERS, max_age = 600)]
    #[get("/public")]
    pub async fn public() {}

    #[cors(origins = ["https://a.example"], dev_origins = ["http://localhost:3000"])]
    #[route("/private", method = "GET", method = "PUT")]
    async fn private() {}

    #[cors(origins = ["*"])]
    pub(crate) async fn without_route() {}

    /// Everything.
    pub fn router() -> Router {
        Router::new().route("/", methods![get(without_route)]).merge(routes![public, private])
    }
}

/// actix-web.
pub mod in_actix {
    use actix_web::{App, get};
    use cors_runtime::actix::{Routes, cors, routes};
    use cors_runtime::{Policy, policy};

    /// Shared.
    pub static PARTNERS: Policy = policy!(origins = ["https://*.partner.example"], credentials);

    /// Public.
    #[cors(policy = PARTNERS, max_age = 600)]
    #[get("/public", name = "public")]
    pub async fn public() -> &'static str {
        "public"
    }

    #[cors(origins = ["https://a.example"], dev_origins = ["http://localhost:3000"])]
    #[actix_web::put("/private")]
    async fn private() -> &'static str {
        "private"
    }

    /// Everything.
    pub fn all() -> Routes {
        let _ = App::new().service(public).service(private);
        routes![public, private]
    }
}

fn main() {
    let _ = in_axum::router();
    let _ = in_actix::all();
}
