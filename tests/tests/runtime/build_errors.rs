//! `BuildError`: what a program can read from it, how it is printed, and which line a panic names.

use cors_runtime::{BuildError, BuildProblem, OriginSet, OriginSource, Policy, Rule, policy};
use std::cell::Cell;
use std::panic::{self, UnwindSafe};
use std::sync::Once;

/// A policy with a variable that is never set.
static UNSET: Policy = policy!(origins = [env("CORS_TEST_NEVER_SET")], credentials);
static EVERYBODY: Policy = policy!(origins = ["*"]);
static ENFORCED: Policy = policy!(origins = ["https://app.example"], enforce);
static RELAXED: OriginSet = OriginSet::new().danger_public_suffixes();

mod in_axum {
    use super::UNSET;
    use cors_runtime::axum::cors;

    pub(super) const FIRST: u32 = line!() + 2;

    #[cors(policy = UNSET)]
    #[get("/first")]
    pub(super) async fn first() {}

    #[cors(policy = UNSET, max_age = 60)]
    #[get("/second")]
    pub(super) async fn second() {}

    // Two routes that are declared in one place.
    #[cors(policy = UNSET, expose_headers = ["etag"])]
    #[get("/third")]
    #[get("/fourth")]
    pub(super) async fn third() {}

    #[cors(policy = UNSET)]
    pub(super) async fn without_a_route() {}
}

mod in_actix {
    use super::UNSET;
    use actix_web::{get, route};
    use cors_runtime::actix::cors;

    pub(super) const FIRST: u32 = line!() + 2;

    #[cors(policy = UNSET)]
    #[get("/first")]
    pub(super) async fn first() -> &'static str {
        ""
    }

    #[cors(policy = UNSET, max_age = 60)]
    #[get("/second")]
    pub(super) async fn second() -> &'static str {
        ""
    }

    // Two routes that are declared in one place.
    #[cors(policy = UNSET, expose_headers = ["etag"])]
    #[route("/third", method = "GET")]
    #[get("/fourth")]
    pub(super) async fn third() -> &'static str {
        ""
    }
}

fn axum_routes() -> cors_runtime::axum::Routes {
    use in_axum::{first, second, third};
    cors_runtime::axum::routes![first, second, third]
}

fn actix_routes() -> cors_runtime::actix::Routes {
    use in_actix::{first, second, third};
    cors_runtime::actix::routes![first, second, third]
}

fn place(problem: &BuildProblem) -> Option<(&'static str, u32)> {
    problem.location().map(|location| (location.file, location.line))
}

/// One route in both frameworks, with the line of the call that adds it.
fn errors_of_a_route(method: &str, policy: &Policy) -> [(BuildError, u32); 2] {
    let axum = cors_runtime::axum::Routes::<()>::new();
    let axum_line = line!() + 1;
    let axum = axum.route([method], "/", policy.clone(), || async {});
    let actix = cors_runtime::actix::Routes::new();
    let actix_line = line!() + 1;
    let actix = actix.route([method], "/", policy.clone(), || async { "" });
    [(axum.try_into_router().unwrap_err(), axum_line), (actix.try_build().unwrap_err(), actix_line)]
}

fn errors_of_a_default(policy: &Policy) -> [(BuildError, u32); 2] {
    use cors_runtime::{actix, axum};
    [
        (axum::PolicyLayer::try_new(policy.clone()).unwrap_err(), line!()),
        (actix::PolicyMiddleware::try_new(policy.clone()).unwrap_err(), line!()),
    ]
}

#[test]
fn a_program_can_read_the_rule_and_the_place_of_each_error() {
    let relaxed = Policy::builder().origins([OriginSource::from(&RELAXED)]).build().unwrap();
    for (errors, expected) in [
        (errors_of_a_route("OPTIONS", &EVERYBODY), Some(Rule::RouteOptions)),
        (errors_of_a_route("TRACE", &EVERYBODY), Some(Rule::MethodForbidden)),
        (errors_of_a_route("get", &EVERYBODY), Some(Rule::MethodCase)),
        (errors_of_a_route("a b", &EVERYBODY), Some(Rule::MethodName)),
        (errors_of_a_route("GET", &relaxed), Some(Rule::OriginPublicSuffix)),
        (errors_of_a_route("GET", &UNSET), None),
        (errors_of_a_default(&relaxed), Some(Rule::OriginPublicSuffix)),
        (errors_of_a_default(&UNSET), None),
        (errors_of_a_default(&ENFORCED), None),
    ] {
        for (error, line) in errors {
            let read: Vec<_> = error.iter().map(|problem| (problem.rule(), place(problem))).collect();
            assert_eq!(read, [(expected, Some((file!(), line)))], "{error}");
            let texts: Vec<_> = error.iter().map(ToString::to_string).collect();
            assert_eq!(texts, [error.to_string()]);
        }
    }
}

#[test]
fn an_error_about_the_method_of_a_route_says_what_to_write() {
    for (method, mistake, help) in [
        ("TRACE", "no script can send this method [method-forbidden]", "remove the route"),
        ("get", "methods are in upper case [method-case]", "write the method in upper case"),
        ("a b", "this is not a method [method-name]", "write a method, such as `GET`"),
    ] {
        let expected = format!("`{method}` cannot be routed at `/`: {mistake}\nhelp: {help}\n");
        for (error, _) in errors_of_a_route(method, &EVERYBODY) {
            assert!(error.to_string().starts_with(&expected), "{error}");
        }
    }
}

#[test]
fn a_loop_over_an_error_gets_each_problem() {
    let routes = cors_runtime::axum::Routes::<()>::new();
    let routes = routes.route(["get", "TRACE"], "/", EVERYBODY.clone(), || async {});
    let error = routes.try_into_router().unwrap_err();
    let expected = [Some(Rule::MethodCase), Some(Rule::MethodForbidden)];
    assert_eq!(Vec::from_iter(&error).into_iter().map(BuildProblem::rule).collect::<Vec<_>>(), expected);
    assert_eq!(Vec::from_iter(error).iter().map(BuildProblem::rule).collect::<Vec<_>>(), expected);
}

#[test]
fn each_wrong_method_of_a_default_policy_is_an_error_at_the_place_of_the_policy() {
    let methods = ["GET", "put", "TRACE"];
    let (axum, axum_line) = (cors_runtime::axum::PolicyLayer::new(&EVERYBODY), line!());
    let (actix, actix_line) = (cors_runtime::actix::PolicyMiddleware::new(&EVERYBODY), line!());
    for (error, line) in [
        (axum.try_methods(methods).unwrap_err(), axum_line),
        (actix.try_methods(methods).unwrap_err(), actix_line),
    ] {
        let read: Vec<_> = error.iter().map(|problem| (problem.rule(), place(problem))).collect();
        let place = Some((file!(), line));
        assert_eq!(read, [(Some(Rule::MethodCase), place), (Some(Rule::MethodForbidden), place)], "{error}");
    }
}

#[test]
fn the_place_of_a_method_that_is_routed_twice_is_its_first_route() {
    use in_actix::first as in_actix;
    use in_axum::first as in_axum;

    let axum = cors_runtime::axum::routes![in_axum, in_axum].try_into_router().map(|_: axum::Router| ());
    let actix = cors_runtime::actix::routes![in_actix, in_actix].try_build();
    let errors = [(axum.unwrap_err(), self::in_axum::FIRST), (actix.unwrap_err(), self::in_actix::FIRST)];
    for (error, line) in errors {
        let first = error.iter().next().map(|problem| (problem.rule(), place(problem)));
        assert_eq!(first, Some((None, Some((file!(), line)))), "{error}");
    }
}

#[test]
fn a_missing_variable_of_a_shared_policy_is_one_error_that_names_every_place() {
    for (error, first) in [
        (axum_routes().try_into_router().unwrap_err(), in_axum::FIRST),
        (actix_routes().try_build().unwrap_err(), in_actix::FIRST),
    ] {
        let text = error.to_string();
        assert_eq!(error.iter().count(), 1, "{text}");
        assert_eq!(text.matches("CORS_TEST_NEVER_SET` is not set").count(), 1, "{text}");
        assert_eq!(text.matches(file!()).count(), 3, "{text}");
        assert!(text.contains(&format!("\nthe policies are declared at {}:{first}, ", file!())), "{text}");
    }
}

#[test]
fn errors_are_printed_as_messages_by_debug_too() {
    let errors = errors_of_a_route("GET", &UNSET).into_iter().chain(errors_of_a_default(&ENFORCED));
    for (error, _) in errors {
        assert_eq!(format!("{error:?}"), error.to_string());
    }
    let errors = Policy::builder().origins(["null", "https://app.example/"]).build().unwrap_err();
    assert_eq!(format!("{errors:?}"), errors.to_string());
}

/// The place that a panic of the function names.
fn place_of_panic<T>(act: impl FnOnce() -> T + UnwindSafe) -> (String, u32) {
    thread_local!(static PLACE: Cell<Option<(String, u32)>> = const { Cell::new(None) });
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let other_tests = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            PLACE.set(panic.location().map(|location| (location.file().to_owned(), location.line())));
            other_tests(panic);
        }));
    });
    let result = panic::catch_unwind(|| drop(act()));
    assert!(result.is_err(), "the function has not panicked");
    PLACE.take().expect("a panic has a place")
}

fn here(line: u32) -> (String, u32) {
    (file!().to_owned(), line)
}

#[test]
fn a_panic_in_axum_names_the_line_of_the_caller() {
    use cors_runtime::axum::{PolicyLayer, methods};
    use in_axum::without_a_route;

    assert_eq!(place_of_panic(|| axum_routes().into_router()), here(line!()));
    assert_eq!(place_of_panic(|| axum::Router::from(axum_routes())), here(line!()));
    assert_eq!(place_of_panic(|| axum::Router::new().merge(axum_routes())), here(line!()));
    let methods = || -> axum::routing::MethodRouter { methods![get(without_a_route)] };
    assert_eq!(place_of_panic(methods), here(line!() - 1));
    assert_eq!(place_of_panic(|| PolicyLayer::new(&UNSET)), here(line!()));
    assert_eq!(place_of_panic(|| PolicyLayer::new(&EVERYBODY).methods(["get"])), here(line!()));
}

#[test]
fn a_panic_in_actix_web_names_the_line_of_the_caller() {
    use actix_web::dev::{AppService, HttpServiceFactory};
    use cors_runtime::actix::PolicyMiddleware;

    const REGISTER: u32 = line!() + 6;

    struct Group;

    impl HttpServiceFactory for Group {
        fn register(self, config: &mut AppService) {
            actix_routes().register(config);
        }
    }

    fn register(service: impl HttpServiceFactory + 'static) {
        drop(tests::ask::actix(|config| {
            config.service(service);
        }));
    }

    assert_eq!(place_of_panic(|| register(Group)), here(REGISTER));
    // The handler registers itself in the expansion of its attribute.
    assert_eq!(place_of_panic(|| register(in_actix::first)), here(in_actix::FIRST));
    assert_eq!(place_of_panic(|| PolicyMiddleware::new(&UNSET)), here(line!()));
    assert_eq!(place_of_panic(|| PolicyMiddleware::new(&EVERYBODY).methods(["get"])), here(line!()));
}

/// Guarded routes of one path, which have an equal policy with the same function.
mod guarded {
    use actix_web::guard::GuardContext;
    use actix_web::{HttpRequest, get};
    use cors_runtime::Origin;
    use cors_runtime::actix::{cors, origin_check};

    fn never(_: &GuardContext<'_>) -> bool {
        false
    }

    #[origin_check]
    fn with_extractor(_: &Origin, _: HttpRequest) -> bool {
        true
    }

    #[cors(origins = dynamic(with_extractor))]
    #[get("/guarded", guard = "never")]
    pub(super) async fn first() -> &'static str {
        ""
    }

    #[cors(origins = dynamic(with_extractor))]
    #[get("/guarded")]
    pub(super) async fn second() -> &'static str {
        ""
    }

    #[cors(origins = dynamic(with_extractor), credentials)]
    #[get("/guarded")]
    pub(super) async fn with_credentials() -> &'static str {
        ""
    }

    #[origin_check]
    fn without_extractor(_: &Origin) -> bool {
        true
    }

    #[cors(origins = dynamic(without_extractor))]
    #[get("/guarded")]
    pub(super) async fn with_another_function() -> &'static str {
        ""
    }

    #[cors(origins = dynamic(without_extractor), dev_origins = ["https://dev.example"])]
    #[get("/guarded", guard = "never")]
    pub(super) async fn function_and_list() -> &'static str {
        ""
    }

    #[cors(origins = ["https://dev.example"])]
    #[get("/guarded")]
    pub(super) async fn list() -> &'static str {
        ""
    }
}

#[test]
fn an_error_about_guarded_routes_with_one_function_asks_for_a_function_without_extractors() {
    use cors_runtime::actix::routes;
    use guarded::{first, second, with_another_function, with_credentials};

    let equal = routes![first, second].try_build().unwrap_err().to_string();
    assert!(
        equal.contains("\nhelp: use a function without extractors in `dynamic(..)`, or put each"),
        "{equal}"
    );
    assert!(!equal.contains("give both the same policy"), "{equal}");
    for routes in [routes![first, with_credentials], routes![first, with_another_function]] {
        let different = routes.try_build().unwrap_err().to_string();
        assert!(different.contains("\nhelp: give both the same policy, or put each"), "{different}");
    }
}

/// With `debug_assertions` both policies list the same origin.
#[test]
fn guards_cannot_choose_between_a_function_with_a_list_and_the_list_alone() {
    use cors_runtime::actix::routes;
    use guarded::{function_and_list, list};

    let error = routes![function_and_list, list].try_build().unwrap_err().to_string();
    assert!(error.starts_with("guards choose between two policies of `GET /guarded`: "), "{error}");
}
