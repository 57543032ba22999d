//! Nothing in the expansions comes from the prelude.
#![no_implicit_prelude]
#![deny(warnings)]

mod in_axum {
    use ::cors_runtime::axum::{cors, methods, routes};
    use ::cors_runtime::{Policy, policy};

    static PARTNERS: Policy = policy!(origins = ["https://*.partner.example"], max_age = 600);

    #[cors(policy = PARTNERS, credentials, allow_headers = ["content-type"], expose_headers = ["etag"])]
    #[get("/")]
    async fn get() {}

    #[cors(origins = ["https://a.example"], dev_origins = ["http://localhost:*"], allow_headers = any)]
    async fn put() {}

    pub(crate) fn router() -> ::axum::Router {
        let router = ::axum::Router::new().route("/put", methods![put(put)]);
        router.merge(routes![get])
    }
}

mod in_actix {
    use ::actix_web::{App, get, route};
    use ::cors_runtime::actix::{cors, routes};
    use ::cors_runtime::{Policy, policy};

    static PARTNERS: Policy = policy!(origins = ["https://*.partner.example"], max_age = 600);

    #[cors(policy = PARTNERS, credentials, allow_headers = ["content-type"], expose_headers = ["etag"])]
    #[get("/")]
    async fn first() -> &'static str {
        ""
    }

    #[cors(origins = ["https://a.example"], dev_origins = ["http://localhost:*"], allow_headers = any)]
    #[route("/second", method = "GET", method = "PUT")]
    async fn second() -> &'static str {
        ""
    }

    pub(crate) fn app() {
        let _ = App::new().service(routes![first]).service(second);
    }
}

fn main() {
    let _ = in_axum::router();
    in_actix::app();
}
