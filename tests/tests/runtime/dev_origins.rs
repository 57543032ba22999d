//! `dev_origins` beside `dynamic(..)`: builds with `debug_assertions` allow them as well as the origins that the function
//! allows, and each origin is answered with its own name.

use tests::ask::{self, App, Ask};

const DEV: &str = "http://localhost:3000";
const TENANT: &str = "https://tenant.example";

mod in_axum {
    use axum::Router;
    use cors_runtime::axum::{cors, origin_check, policy, routes};
    use cors_runtime::{Origin, Policy};

    #[origin_check]
    fn is_tenant(origin: &Origin) -> bool {
        origin.as_str() == super::TENANT
    }

    static DEVELOPED: Policy =
        policy!(origins = ["https://app.example"], dev_origins = ["http://localhost:3000"], credentials);

    #[cors(origins = dynamic(is_tenant), dev_origins = ["http://localhost:3000"], credentials)]
    #[get("/own")]
    async fn own() {}

    #[cors(policy = DEVELOPED, origins = dynamic(is_tenant))]
    #[get("/inherited")]
    async fn inherited() {}

    pub(super) fn app() -> Router {
        routes![own, inherited].into_router()
    }
}

mod in_actix {
    use actix_web::get;
    use actix_web::web::ServiceConfig;
    use cors_runtime::actix::{cors, origin_check, policy, routes};
    use cors_runtime::{Origin, Policy};

    #[origin_check]
    fn is_tenant(origin: &Origin) -> bool {
        origin.as_str() == super::TENANT
    }

    static DEVELOPED: Policy =
        policy!(origins = ["https://app.example"], dev_origins = ["http://localhost:3000"], credentials);

    #[cors(origins = dynamic(is_tenant), dev_origins = ["http://localhost:3000"], credentials)]
    #[get("/own")]
    async fn own() -> &'static str {
        ""
    }

    #[cors(policy = DEVELOPED, origins = dynamic(is_tenant))]
    #[get("/inherited")]
    async fn inherited() -> &'static str {
        ""
    }

    pub(super) fn app(config: &mut ServiceConfig) {
        config.service(routes![own, inherited]);
    }
}

fn apps() -> [App; 2] {
    [ask::axum(in_axum::app()), ask::actix(in_actix::app)]
}

#[test]
fn each_origin_is_answered_with_its_own_name() {
    for mut app in apps() {
        for path in ["/own", "/inherited"] {
            for ask in [Ask::get(path), Ask::preflight("GET", path)] {
                let answer = app(&ask.clone().origin(TENANT));
                assert_eq!(answer.allowed(), Some(TENANT), "{ask:?}");
                assert_eq!(answer.header("access-control-allow-credentials"), Some("true"), "{ask:?}");
                for origin in ["https://evil.example", "https://app.example", "http://localhost:3001"] {
                    assert_eq!(app(&ask.clone().origin(origin)).allowed(), None, "{ask:?} {origin}");
                }
            }
        }
    }
}

#[test]
fn a_dev_origin_is_allowed_in_builds_with_debug_assertions() {
    for mut app in apps() {
        for path in ["/own", "/inherited"] {
            for ask in [Ask::get(path), Ask::preflight("GET", path)] {
                let answer = app(&ask.clone().origin(DEV));
                assert_eq!(answer.allowed(), cfg!(debug_assertions).then_some(DEV), "{ask:?}");
            }
        }
    }
}
