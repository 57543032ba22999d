//! `.methods(..)` of default policies.

use cors_runtime::{Policy, actix, axum, policy};
use tests::ask::{self, App, Ask};

const ORIGIN: &str = "https://app.example";

static POLICY: Policy = policy!(origins = ["https://app.example"], allow_headers = ["x-a"], max_age = 600);

/// An app of each framework without routes, whose default policy has these methods.
fn apps(methods: &[&str]) -> [App; 2] {
    let layer = axum::PolicyLayer::new(&POLICY).methods(methods);
    let middleware = actix::PolicyMiddleware::new(&POLICY).methods(methods);
    [ask::axum(::axum::Router::new().layer(layer)), ask::actix_app(actix_web::App::new().wrap(middleware))]
}

/// What the answer to a preflight lists, and how long it may be reused.
fn listed(app: &mut App, method: &str) -> (Option<String>, Option<String>) {
    let answer = app(&Ask::preflight(method, "/").origin(ORIGIN));
    assert_eq!((answer.status, answer.allowed()), (204, Some(ORIGIN)), "{method}");
    let header = |name| answer.header(name).map(str::to_owned);
    (header("access-control-allow-methods"), header("access-control-max-age"))
}

fn list(methods: &str, max_age: &str) -> (Option<String>, Option<String>) {
    (Some(methods.to_owned()), Some(max_age.to_owned()))
}

const EMPTY: [&str; 0] = [];

#[test]
fn an_empty_list_is_an_error_at_the_place_of_the_policy() {
    for (error, line) in [
        (axum::PolicyLayer::new(&POLICY).try_methods(EMPTY).unwrap_err(), line!()),
        (actix::PolicyMiddleware::new(&POLICY).try_methods(EMPTY).unwrap_err(), line!()),
    ] {
        let read: Vec<_> = error
            .iter()
            .map(|problem| {
                (problem.rule(), problem.location().map(|location| (location.file, location.line)))
            })
            .collect();
        assert_eq!(read, [(None, Some((file!(), line)))], "{error}");
        let text = error.to_string();
        assert!(text.starts_with("the list of `.methods(..)` is empty"), "{text}");
        assert!(text.contains("\nhelp: name the methods, such as `.methods([\"GET\", \"PUT\"])`"), "{text}");
    }
}

#[test]
#[should_panic(expected = "the list of `.methods(..)` is empty")]
fn an_empty_list_panics_in_axum() {
    let _ = axum::PolicyLayer::new(&POLICY).methods(EMPTY);
}

#[test]
#[should_panic(expected = "the list of `.methods(..)` is empty")]
fn an_empty_list_panics_in_actix() {
    let _ = actix::PolicyMiddleware::new(&POLICY).methods(EMPTY);
}

#[test]
fn a_name_that_comes_twice_is_listed_once() {
    for mut app in apps(&["PUT", "GET", "PUT", "PUT"]) {
        assert_eq!(listed(&mut app, "PUT"), list("PUT, GET", "600"));
    }
}

/// `HEAD` is safelisted, so that a preflight for it asks about header names, and the list need not name it.
#[test]
fn get_covers_head_in_axum_as_its_router_does() {
    let [mut axum, mut actix] = apps(&["GET", "PUT"]);
    assert_eq!(listed(&mut axum, "HEAD"), list("GET, PUT", "600"));
    let answer = axum(&Ask::preflight("HEAD", "/").origin(ORIGIN));
    assert_eq!(answer.header("access-control-allow-headers"), Some("x-a"));
    assert_eq!(listed(&mut actix, "HEAD"), list("GET, PUT", "0"));
    for mut app in apps(&["PUT"]) {
        assert_eq!(listed(&mut app, "HEAD"), list("PUT", "0"));
    }
}

/// A handler of `Routes::options` has no policy of its own.
#[test]
fn a_default_policy_that_names_options_opens_a_handler_for_options() {
    static ROUTE: Policy = policy!(origins = ["https://other.example"]);
    let apps = |methods: &[&str]| {
        let in_axum = axum::Routes::new()
            .route([::axum::http::Method::GET], "/me", &ROUTE, async || "read")
            .options("/me", async || "options");
        let in_actix = actix::Routes::new()
            .route([actix_web::http::Method::GET], "/me", &ROUTE, async || "read")
            .options("/me", async || "options");
        let layer = axum::PolicyLayer::new(&POLICY).methods(methods);
        let middleware = actix::PolicyMiddleware::new(&POLICY).methods(methods);
        [
            ask::axum(in_axum.into_router().layer(layer)),
            ask::actix_app(actix_web::App::new().service(in_actix).wrap(middleware)),
        ]
    };
    for mut app in apps(&["GET", "OPTIONS"]) {
        let answer = app(&Ask::preflight("OPTIONS", "/me").origin(ORIGIN));
        assert_eq!((answer.status, answer.allowed()), (204, Some(ORIGIN)));
        assert_eq!(answer.header("access-control-allow-methods"), Some("OPTIONS"));
        let answer = app(&Ask::new("OPTIONS", "/me").origin(ORIGIN));
        assert_eq!((answer.allowed(), &*answer.body), (Some(ORIGIN), "options"));
        // The route keeps its own policy.
        assert_eq!(app(&Ask::get("/me").origin(ORIGIN)).allowed(), None);
    }
    for mut app in apps(&["GET"]) {
        let answer = app(&Ask::preflight("OPTIONS", "/me").origin(ORIGIN));
        assert_eq!((answer.status, answer.allowed()), (403, None));
    }
}
