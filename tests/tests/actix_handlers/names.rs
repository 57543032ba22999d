//! Handlers and items whose names also occur in expansions.

use crate::{allowed, ask};

/// Handlers in modules of their own, each beside another handler. Handlers are unit structs, which a pattern in
/// generated code could match instead of binding a variable.
macro_rules! handlers_named {
    ($($module:ident $name:ident;)+) => {
        $(
            mod $module {
                #[::cors_runtime::actix::cors(origins = ["https://app.example"], max_age = 60)]
                #[::actix_web::get("/")]
                pub(super) async fn $name() -> ::std::string::String {
                    ::std::string::String::new()
                }

                #[::cors_runtime::actix::cors(origins = ["https://app.example"])]
                #[::actix_web::put("/", guard = "yes", wrap = "::actix_web::middleware::NormalizePath::trim()")]
                pub(super) async fn beside() -> ::std::string::String {
                    ::std::string::String::new()
                }

                fn yes(_: &::actix_web::guard::GuardContext<'_>) -> bool {
                    true
                }

                pub(super) fn app() -> ::cors_runtime::actix::Routes {
                    ::cors_runtime::actix::routes![self::$name, beside]
                }
            }
        )+

        #[actix_web::test]
        async fn handlers_with_names_of_expansions_answer() {
            $(
                assert_eq!(ask($module::app(), "GET", "/").await, allowed(200), stringify!($name));
                assert_eq!(ask($module::app(), "PUT", "/").await, allowed(200), stringify!($name));
                assert_eq!(ask($module::$name, "GET", "/").await, allowed(200), stringify!($name));
            )+
        }
    };
}

handlers_named! {
    m0 core; m1 std; m2 actix_web; m3 cors_runtime; m4 cors; m5 routes; m6 route; m7 get; m8 config; m9 str;
    m10 resource; m11 register; m12 r#type; m13 r#move; m14 resources; m15 handler; m16 options; m17 policy;
}

/// Constants and statics with names that occur in expansions.
mod constants {
    use crate::{allowed, ask};
    use actix_web::get;
    use cors_runtime::Policy;
    use cors_runtime::actix::{cors, policy, routes};

    static POLICY: Policy = policy!(origins = ["https://app.example"]);
    static BASE: Policy = policy!(policy = POLICY, credentials);
    const ORIGINS: Policy = policy!(policy = BASE, max_age = 60);

    #[cors(policy = POLICY)]
    #[get("/policy")]
    async fn a() -> &'static str {
        ""
    }

    #[cors(policy = ORIGINS)]
    #[get("/origins")]
    async fn b() -> &'static str {
        ""
    }

    #[actix_web::test]
    async fn policies_with_names_of_expansions_are_found() {
        for path in ["/policy", "/origins"] {
            assert_eq!(ask(routes![a, b], "GET", path).await, allowed(200), "{path}");
        }
    }
}

/// Handlers with the names of variables in the expansion of `#[origin_check]`.
mod checks {
    use crate::{allowed, ask};
    use actix_web::{HttpRequest, get, put};
    use cors_runtime::Origin;
    use cors_runtime::actix::{cors, origin_check, routes};

    #[origin_check]
    fn check(asked: &Origin, _: HttpRequest) -> bool {
        asked.host() == "app.example"
    }

    #[cors(origins = dynamic(check))]
    #[get("/origin")]
    async fn origin() -> &'static str {
        ""
    }

    #[cors(origins = dynamic(check))]
    #[put("/origin")]
    async fn request() -> &'static str {
        ""
    }

    #[actix_web::test]
    async fn handlers_with_names_of_checks_answer() {
        assert_eq!(ask(routes![origin, request], "GET", "/origin").await, allowed(200));
        assert_eq!(ask(request, "PUT", "/origin").await, allowed(200));
    }
}

/// A handler is a unit struct, which a binding of the same name in generated code would be taken for.
mod sets {
    use crate::{allowed, ask};
    use actix_web::get;
    use cors_runtime::OriginSet;
    use cors_runtime::actix::{cors, routes};

    static PARTNERS: OriginSet = OriginSet::new();

    #[cors(origins = [PARTNERS], max_age = 60)]
    #[get("/")]
    async fn set() -> &'static str {
        ""
    }

    #[actix_web::test]
    async fn a_handler_with_a_set_of_origins_can_be_called_set() {
        PARTNERS.replace(["https://app.example"]).expect("this is an origin");
        assert_eq!(ask(routes![set], "GET", "/").await, allowed(200));
    }
}
