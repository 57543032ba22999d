//! `Routes::route` and `Routes::any`, which add routes without a macro: both frameworks take the same arguments.

use cors_runtime::{BuildError, Policy, Rule, actix, axum, policy};
use tests::ask::{self, App, Ask};

const ORIGIN: &str = "https://app.example";
const OTHER: &str = "https://other.example";

static POLICY: Policy = policy!(origins = ["https://app.example"], max_age = 600);
static OTHER_POLICY: Policy = policy!(origins = ["https://other.example"]);

/// The result of building the same routes in both frameworks.
macro_rules! build {
    ($($call:tt)*) => {
        [
            axum::Routes::<()>::new()$($call)*.try_into_router().map(ask::axum),
            actix::Routes::new()$($call)*
                .try_build()
                .map(|routes| ask::actix_app(actix_web::App::new().service(routes))),
        ]
    };
}

fn apps(results: [Result<App, BuildError>; 2]) -> [App; 2] {
    results.map(|result| result.unwrap_or_else(|error| panic!("{error}")))
}

fn body(app: &mut App, method: &str, uri: &str) -> (u16, String) {
    let answer = app(&Ask::new(method, uri).origin(ORIGIN));
    (answer.status, answer.body)
}

/// Whether a browser that gets the answer to a preflight sends this method, which may not be safelisted.
fn allows(app: &mut App, method: &str) -> bool {
    let answer = app(&Ask::preflight(method, "/").origin(ORIGIN));
    let methods = answer.header("access-control-allow-methods").unwrap_or_default();
    answer.allowed() == Some(ORIGIN) && methods.split(", ").any(|name| name == method || name == "*")
}

#[test]
fn several_methods_are_one_route() {
    for mut app in apps(build!(.route(["GET", "PUT"], "/", &POLICY, async || "both"))) {
        for method in ["GET", "PUT"] {
            assert_eq!(body(&mut app, method, "/"), (200, "both".to_owned()));
            assert!(allows(&mut app, method), "{method}");
        }
        assert_ne!(body(&mut app, "DELETE", "/").0, 200);
        assert!(!allows(&mut app, "DELETE"));
    }
}

#[test]
fn a_route_for_every_method_has_its_policy_for_every_method() {
    for mut app in apps(build!(.any("/", &POLICY, async || "any"))) {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            assert_eq!(body(&mut app, method, "/"), (200, "any".to_owned()), "{method}");
            assert!(allows(&mut app, method), "{method}");
            let answer = app(&Ask::preflight(method, "/").origin(OTHER));
            assert_eq!((answer.status, answer.allowed()), (403, None), "{method}");
        }
        for method in ["TRACE", "CONNECT", "*"] {
            assert!(!allows(&mut app, method), "{method}");
        }
    }
}

#[test]
fn a_route_that_names_the_method_comes_before_a_route_for_every_method() {
    let any_first = build!(
        .any("/", &POLICY, async || "any").route(["PUT"], "/", &OTHER_POLICY, async || "put")
    );
    let any_last = build!(
        .route(["PUT"], "/", &OTHER_POLICY, async || "put").any("/", &POLICY, async || "any")
    );
    for mut app in apps(any_first).into_iter().chain(apps(any_last)) {
        assert_eq!(body(&mut app, "PUT", "/").1, "put");
        assert_eq!(body(&mut app, "PATCH", "/").1, "any");
        for (method, origin) in [("PUT", OTHER), ("PATCH", ORIGIN)] {
            let answer = app(&Ask::preflight(method, "/").origin(origin));
            assert_eq!((answer.status, answer.allowed()), (204, Some(origin)), "{method}");
        }
        assert_eq!(app(&Ask::preflight("PUT", "/").origin(ORIGIN)).status, 403);
    }
}

#[test]
fn a_route_for_every_method_gets_options_that_are_no_preflights_unless_the_path_has_a_handler_for_them() {
    let handled = build!(
        .any("/", &POLICY, async || "any").any("/handled", &POLICY, async || "any")
            .options("/handled", async || "options")
    );
    for mut app in apps(handled) {
        assert_eq!(body(&mut app, "OPTIONS", "/"), (200, "any".to_owned()));
        assert_eq!(body(&mut app, "OPTIONS", "/handled"), (200, "options".to_owned()));
        for path in ["/", "/handled"] {
            let answer = app(&Ask::preflight("PUT", path).origin(ORIGIN));
            assert_eq!((answer.status, answer.allowed(), &*answer.body), (204, Some(ORIGIN), ""));
        }
    }
}

#[test]
fn a_route_without_methods_is_an_error() {
    let empty: [&str; 0] = [];
    for result in build!(.route(empty, "/empty", &POLICY, async || "")) {
        let error = result.err().unwrap().to_string();
        assert!(error.starts_with("the route at `/empty` has no methods\nhelp: name the methods"), "{error}");
        assert!(error.contains(file!()), "{error}");
    }
}

#[test]
fn two_routes_for_every_method_of_a_path_are_an_error() {
    for result in build!(.any("/", &POLICY, async || "").any("/", &POLICY, async || "")) {
        let error = result.err().unwrap().to_string();
        assert!(error.starts_with("`any /` is routed twice"), "{error}");
    }
}

#[test]
fn axum_has_no_filter_for_methods_of_other_standards() {
    let [axum, actix] = build!(.route(["GET", "PROPFIND"], "/files", &POLICY, async || "files"));
    let error = axum.err().unwrap();
    let rules: Vec<_> = error.iter().map(cors_runtime::BuildProblem::rule).collect();
    assert_eq!(rules, [Some(Rule::MethodUnroutable)]);
    let text = error.to_string();
    assert!(
        text.starts_with("`PROPFIND` cannot be routed at `/files`: axum has no filter for this method"),
        "{text}"
    );
    let mut actix = actix.unwrap();
    assert_eq!(body(&mut actix, "PROPFIND", "/files"), (200, "files".to_owned()));
}
