//! Functions that decide about origins where there are no extractors: `Policy::builder().origin_check(..)`, in default
//! policies and on routes. And one function of `dynamic(..)` that many routes share.

use cors_runtime::{Origin, OriginSource, Policy};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tests::ask::Ask;

const LISTED: &str = "https://listed.example";
const TENANT: &str = "https://a.tenants.example";
const EVIL: &str = "https://evil.example";

/// A policy that lists an origin and has a function, which counts its calls.
fn policy(calls: &Arc<AtomicUsize>) -> Policy {
    let calls = Arc::clone(calls);
    let is_tenant = move |origin: &Origin| {
        calls.fetch_add(1, Ordering::Relaxed);
        in_axum::is_tenant(origin)
    };
    Policy::builder().origins([LISTED]).origin_check(is_tenant).credentials().max_age(600).build().unwrap()
}

mod in_axum {
    use super::policy;
    use axum::Router;
    use axum::http::Method;
    use axum::routing::{any, get};
    use cors_runtime::axum::{PolicyLayer, Routes, cors, origin_check, routes};
    use cors_runtime::{Origin, Policy, policy};
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;
    use tests::ask;

    #[origin_check]
    pub(super) fn is_tenant(origin: &Origin) -> bool {
        origin.scheme() == "https" && origin.is_subdomain_of("tenants.example")
    }

    static SHARED: Policy = policy!(
        origins = ["https://listed.example"],
        credentials,
        allow_headers = ["x-a"],
        expose_headers = ["etag"],
        max_age = 600,
    );

    #[cors(policy = SHARED, origins = dynamic(is_tenant))]
    #[get("/tenants")]
    async fn tenants() {}

    #[cors(policy = SHARED, origins = dynamic(is_tenant))]
    #[put("/tenants")]
    async fn change_tenants() {}

    #[cors(origins = ["*"])]
    #[get("/public")]
    async fn public() {}

    pub(super) fn sharing() -> ask::App {
        ask::axum(routes![tenants, change_tenants].into_router())
    }

    /// The function on a route, and in a default policy around routes without an annotation.
    pub(super) fn app(calls: &Arc<AtomicUsize>) -> ask::App {
        let routes = Routes::<()>::new().route([Method::GET], "/route", policy(calls), async || "");
        let app = routes.into_router().route("/default", get(async || ""));
        ask::axum(app.layer(PolicyLayer::new(policy(calls))))
    }

    /// A default policy that answers every preflight, around an annotated route without credentials.
    pub(super) fn answering_every_preflight(calls: &Arc<AtomicUsize>) -> ask::App {
        let router = Router::new().merge(routes![public]).route("/any", any(async || ""));
        ask::axum(router.layer(PolicyLayer::new(policy(calls)).answer_every_preflight()))
    }

    pub(super) fn two_policies(get: Policy, put: Policy) -> ask::App {
        let routes = Routes::<()>::new().route([Method::GET], "/", get, async || "").route(
            [Method::PUT],
            "/",
            put,
            async || "",
        );
        ask::axum(routes.into_router())
    }
}

mod in_actix {
    use super::policy;
    use actix_web::http::Method;
    use actix_web::{App, get, put, web};
    use cors_runtime::actix::{PolicyMiddleware, Routes, cors, origin_check, routes};
    use cors_runtime::{Origin, Policy, policy};
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;
    use tests::ask;

    #[origin_check]
    fn is_tenant(origin: &Origin) -> bool {
        origin.scheme() == "https" && origin.is_subdomain_of("tenants.example")
    }

    static SHARED: Policy = policy!(
        origins = ["https://listed.example"],
        credentials,
        allow_headers = ["x-a"],
        expose_headers = ["etag"],
        max_age = 600,
    );

    #[cors(policy = SHARED, origins = dynamic(is_tenant))]
    #[get("/tenants")]
    async fn tenants() -> &'static str {
        ""
    }

    #[cors(policy = SHARED, origins = dynamic(is_tenant))]
    #[put("/tenants")]
    async fn change_tenants() -> &'static str {
        ""
    }

    #[cors(origins = ["*"])]
    #[get("/public")]
    async fn public() -> &'static str {
        ""
    }

    pub(super) fn sharing() -> ask::App {
        ask::actix(|config| {
            config.service(routes![tenants, change_tenants]);
        })
    }

    pub(super) fn app(calls: &Arc<AtomicUsize>) -> ask::App {
        let routes = Routes::new().route([Method::GET], "/route", policy(calls), async || "");
        let app = App::new().service(routes).route("/default", web::get().to(async || ""));
        ask::actix_app(app.wrap(PolicyMiddleware::new(policy(calls))))
    }

    pub(super) fn answering_every_preflight(calls: &Arc<AtomicUsize>) -> ask::App {
        let app = App::new().service(routes![public]).route("/any", web::to(async || ""));
        ask::actix_app(app.wrap(PolicyMiddleware::new(policy(calls)).answer_every_preflight()))
    }

    pub(super) fn two_policies(get: Policy, put: Policy) -> ask::App {
        let routes = Routes::new().route([Method::GET], "/", get, async || "").route(
            [Method::PUT],
            "/",
            put,
            async || "",
        );
        ask::actix(|config| {
            config.service(routes);
        })
    }
}

#[test]
fn a_function_decides_about_origins_that_are_not_listed() {
    for build in [in_axum::app, in_actix::app] {
        let calls = Arc::new(AtomicUsize::new(0));
        let mut app = build(&calls);
        for path in ["/route", "/default", "/nowhere"] {
            for (origin, is_allowed, is_asked) in [
                (LISTED, true, false),
                (TENANT, true, true),
                (EVIL, false, true),
                ("http://a.tenants.example", false, true),
                ("https://tenants.example", false, true),
                ("https://eviltenants.example", false, true),
                // The function is called for well-formed origins only.
                ("null", false, false),
                ("https://A.tenants.example", false, false),
                ("https://a.tenants.example/", false, false),
            ] {
                let expected = is_allowed.then_some(origin);
                calls.store(0, Ordering::Relaxed);
                let actual = app(&Ask::get(path).origin(origin));
                assert_eq!((actual.allowed(), actual.varies()), (expected, true), "{path} {origin}");
                let credentials = actual.header("access-control-allow-credentials");
                assert_eq!(credentials, expected.map(|_| "true"), "{path} {origin}");
                assert_eq!(calls.load(Ordering::Relaxed) > 0, is_asked, "{path} {origin}");
                let preflight = app(&Ask::preflight("GET", path).origin(origin));
                let status = if is_allowed { 204 } else { 403 };
                assert_eq!((preflight.status, preflight.allowed()), (status, expected), "{path} {origin}");
            }
            let doubled = app(&Ask::get(path).origin(TENANT).origin(TENANT));
            assert_eq!(doubled.allowed(), None, "{path}");
            calls.store(0, Ordering::Relaxed);
            assert_eq!(app(&Ask::get(path)).allowed(), None, "{path}");
            assert_eq!(calls.load(Ordering::Relaxed), 0, "{path}");
        }
    }
}

/// The default policy may have answered the preflight with credentials, which the route does not allow.
#[test]
fn an_annotated_route_is_not_widened_by_the_function_of_a_default_policy() {
    for build in [in_axum::answering_every_preflight, in_actix::answering_every_preflight] {
        let mut app = build(&Arc::default());
        for path in ["/any", "/public"] {
            let preflight = app(&Ask::preflight("GET", path).origin(TENANT));
            assert_eq!((preflight.status, preflight.allowed()), (204, Some(TENANT)), "{path}");
        }
        assert_eq!(app(&Ask::get("/any").origin(TENANT)).allowed(), Some(TENANT));
        assert_eq!(app(&Ask::get("/public").origin(TENANT)).status, 403);
        let other = app(&Ask::get("/public").origin(EVIL));
        assert_eq!((other.status, other.allowed()), (200, Some("*")));
    }
}

/// The functions say whether the other policy of a path trusts an origin.
#[test]
fn an_answer_is_reused_if_the_functions_of_both_policies_allow_the_origin() {
    let allowing = |hosts: &'static [&'static str]| {
        let builder = Policy::builder().origin_check(move |origin| hosts.contains(&origin.host()));
        builder.max_age(600).build().unwrap()
    };
    for build in [in_axum::two_policies, in_actix::two_policies] {
        let mut app = build(allowing(&["a.example", "b.example"]), allowing(&["b.example", "c.example"]));
        for (origin, max_age) in [
            ("https://b.example", Some("600")),
            ("https://c.example", Some("0")),
            ("https://a.example", None),
        ] {
            let answer = app(&Ask::preflight("PUT", "/").origin(origin));
            assert_eq!(answer.header("access-control-max-age"), max_age, "{origin}");
        }
    }
}

#[test]
fn routes_share_a_function_and_the_keys_of_a_policy() {
    for mut app in [in_axum::sharing(), in_actix::sharing()] {
        for method in ["GET", "PUT"] {
            let answer = app(&Ask::new(method, "/tenants").origin(TENANT));
            assert_eq!(answer.allowed(), Some(TENANT));
            assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
            assert_eq!(answer.header("access-control-expose-headers"), Some("etag"));
            let preflight = app(&Ask::preflight(method, "/tenants").origin(TENANT));
            assert_eq!((preflight.status, preflight.allowed()), (204, Some(TENANT)));
            // Both routes have the same function, which takes only the origin.
            assert_eq!(preflight.header("access-control-allow-methods"), Some("GET, PUT"));
            assert_eq!(preflight.header("access-control-allow-headers"), Some("x-a"));
            assert_eq!(preflight.header("access-control-max-age"), Some("600"));
            // The function replaces the list of the shared policy.
            for origin in [LISTED, EVIL] {
                assert_eq!(app(&Ask::new(method, "/tenants").origin(origin)).allowed(), None, "{origin}");
                assert_eq!(app(&Ask::preflight(method, "/tenants").origin(origin)).status, 403, "{origin}");
            }
        }
    }
}

#[test]
fn a_function_obeys_the_rules_about_elements_that_are_read_at_runtime() {
    let builder = || Policy::builder().origin_check(|_| true);
    assert!(builder().enforce().credentials().build().is_ok());
    for builder in [builder().origins(["*"]), builder().origins([OriginSource::env_or_any("CORS_TEST_A")])] {
        let errors = builder.build().unwrap_err();
        assert!(errors.iter().map(|error| error.rule().name()).eq(["origin-shadowed"]), "{errors}");
    }
    let policy = builder().build().unwrap();
    assert_eq!(policy.clone(), policy);
    assert_ne!(policy, builder().build().unwrap());
    let shown: Vec<_> = policy.origins().map(|origin| origin.to_string()).collect();
    assert_eq!(shown, ["a function"]);
}
