//! Handlers and items whose names also occur in expansions.

use crate::{allowed, ask};
use axum::Router;

/// Handlers in modules of their own, with names that generated code could refer to. `routes!` gets `self::core`,
/// because `core` alone would be the crate.
macro_rules! handlers_named {
    ($($module:ident $name:ident;)+) => {
        $(
            mod $module {
                #[::cors_runtime::axum::cors(origins = ["https://app.example"], max_age = 60)]
                #[get("/")]
                pub(super) async fn $name() {}

                pub(super) fn app() -> ::axum::Router {
                    ::cors_runtime::axum::routes![self::$name].into()
                }
            }
        )+

        #[tokio::test]
        async fn handlers_with_names_of_expansions_answer() {
            $(assert_eq!(ask($module::app(), "GET", "/").await, allowed(200), stringify!($name));)+
        }
    };
}

handlers_named! {
    m0 core; m1 std; m2 alloc; m3 axum; m4 cors_runtime; m5 cors;
    m6 routes; m7 route; m8 get; m9 state; m10 config; m11 str;
    m12 u32; m13 bool; m14 option; m15 policy; m16 add; m17 file;
    m18 line; m19 r#type; m20 r#move; m21 r#async; m22 methods; m23 handler_without_cors;
    m24 handler;
}

/// Constants and statics with names that occur in expansions.
mod constants {
    use crate::{allowed, ask};
    use cors_runtime::Policy;
    use cors_runtime::axum::{cors, policy, routes};

    static POLICY: Policy = policy!(origins = ["https://app.example"]);
    static BASE: Policy = policy!(policy = POLICY, credentials);
    const ORIGINS: Policy = policy!(policy = BASE, max_age = 60);
    const ROUTES: Policy = policy!(policy = ORIGINS);
    const LOCATION: Policy = policy!(policy = ROUTES);

    #[cors(policy = POLICY)]
    #[get("/policy")]
    async fn a() {}

    #[cors(policy = BASE)]
    #[get("/base")]
    async fn b() {}

    #[cors(policy = ORIGINS, origins = ["https://app.example"])]
    #[get("/origins")]
    async fn c() {}

    #[cors(policy = LOCATION)]
    #[get("/location")]
    async fn d() {}

    #[tokio::test]
    async fn policies_with_names_of_expansions_are_found() {
        for path in ["/policy", "/base", "/origins", "/location"] {
            assert_eq!(ask(routes![a, b, c, d], "GET", path).await, allowed(200), "{path}");
        }
    }
}

/// The names of the prelude have other meanings.
mod shadowed {
    #![allow(dead_code)]

    use cors_runtime::axum::cors;

    struct Option;
    struct Result;
    struct Vec;
    struct String;
    struct Some;
    struct None;
    trait Default {}
    trait Into {}
    trait From {}
    trait Clone {}
    trait Send {}
    trait Sized {}

    #[cors(origins = ["https://app.example"], credentials, allow_headers = any, max_age = 60)]
    #[route("/", method = "GET", method = "PUT")]
    pub(super) async fn handler() {}

    pub(super) fn app() -> axum::Router {
        cors_runtime::axum::routes![handler].into_router()
    }
}

#[tokio::test]
async fn expansions_do_not_depend_on_the_prelude() {
    assert_eq!(ask(shadowed::app(), "PUT", "/").await, allowed(200));
}

/// The runtime is a dependency with another name.
mod renamed {
    pub(super) extern crate cors_runtime as other_name;
}

#[renamed::other_name::axum::cors(origins = ["https://app.example"], crate = renamed::other_name)]
#[get("/renamed")]
async fn through_another_name() {}

#[tokio::test]
async fn expansions_find_the_runtime_by_another_name() {
    let app: Router = renamed::other_name::axum::routes![through_another_name].into();
    assert_eq!(ask(app, "GET", "/renamed").await, allowed(200));
}
