//! Whatever the user's names are, the expansions mean their own.
#![deny(warnings)]
#![allow(dead_code, non_camel_case_types, non_upper_case_globals)]

struct Option;
struct Result;
struct Vec;
struct String;
struct Box;
struct Some;
struct None;
struct Ok;
struct Err;
struct Copy;
struct Clone;
struct Send;
struct Sync;
struct Static;
struct Policy;
struct Declared;
struct Source;
struct Routes;
struct str;
struct bool;
struct u32;
struct S;
struct T;
struct H;
mod alloc {}

mod in_axum {
    #[allow(unused_imports)]
    use super::*;
    use cors_runtime::axum::{cors, methods, routes};
    use cors_runtime::policy;

    mod std {}
    mod cors_runtime_ {}

    static BASE: cors_runtime::Policy = policy!(origins = ["https://a.example"]);
    static POLICY: cors_runtime::Policy = policy!(policy = BASE, max_age = 1);
    static DECLARED: cors_runtime::Policy = policy!(policy = POLICY, max_age = 2);
    static ORIGINS: cors_runtime::Policy = policy!(policy = DECLARED, max_age = 3);
    static LOCATION: cors_runtime::Policy = policy!(policy = ORIGINS, max_age = 4);

    #[cors(policy = POLICY, credentials)]
    #[get("/routes")]
    async fn routes() {}

    #[cors(policy = ORIGINS, credentials)]
    #[get("/core")]
    async fn core() {}

    #[cors(policy = LOCATION)]
    #[get("/handler")]
    async fn handler_with_cors() {}

    #[cors(policy = DECLARED)]
    #[get("/state")]
    async fn state() {}

    #[cors(policy = BASE, dev_origins = ["http://localhost:*"])]
    async fn method() {}

    pub(crate) fn router() -> axum::Router {
        axum::Router::new()
            .route("/method", methods![get(method), put(method)])
            .merge(routes![routes, self::core, handler_with_cors, state])
    }
}

mod in_actix {
    #[allow(unused_imports)]
    use super::*;
    use actix_web::{App, get};
    use cors_runtime::actix::{cors, routes};
    use cors_runtime::policy;

    mod std {}

    static BASE: cors_runtime::Policy = policy!(origins = ["https://a.example"]);
    static POLICY: cors_runtime::Policy = policy!(policy = BASE, max_age = 1);

    #[cors(policy = POLICY, credentials)]
    #[get("/routes")]
    async fn routes() -> &'static ::core::primitive::str {
        "routes"
    }

    #[cors(policy = BASE)]
    #[get("/route")]
    async fn route() -> &'static ::core::primitive::str {
        "route"
    }

    #[cors(policy = POLICY)]
    #[get("/config")]
    async fn config() -> &'static ::core::primitive::str {
        "config"
    }

    #[cors(policy = BASE)]
    #[get("/core")]
    async fn core() -> &'static ::core::primitive::str {
        "core"
    }

    pub(crate) fn app() {
        let _ = App::new().service(routes![routes, route, config, core]).service(routes).service(config);
    }
}

fn main() {
    let _ = in_axum::router();
    in_actix::app();
}
