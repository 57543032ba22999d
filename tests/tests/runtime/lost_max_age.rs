//! A `max_age` that never takes effect, because another route of the path refuses every origin of the policy: it is told
//! when the routes are built.

use crate::events::{self, Captured};
use cors_runtime::{Manifest, OriginSet, OriginSource, Policy, PolicyBuilder};
use tests::ask::{self, App, Ask};
use tracing::Level;

const A: &str = "https://a.example";
const B: &str = "https://b.example";
const ORIGINS: [&str; 3] = [A, B, "https://x.c.example"];

static SET: OriginSet = OriginSet::new();

/// The routes of a path, and what is told about them.
struct Case {
    name: &'static str,
    routes: Vec<(&'static str, Policy)>,
    /// The methods whose `max_age` is lost, and the methods because of which it is.
    lost: &'static [(&'static str, &'static str)],
    /// Whether all origins are known when the routes are built. Then nothing else is lost.
    is_certain: bool,
}

fn list<const N: usize>(origins: [&str; N]) -> PolicyBuilder {
    Policy::builder().origins(origins).max_age(600)
}

fn cases() -> Vec<Case> {
    let case = |name, lost, routes: Vec<(&'static str, PolicyBuilder)>| {
        let build = |(methods, builder): (_, PolicyBuilder)| (methods, builder.build().unwrap());
        Case { name, routes: routes.into_iter().map(build).collect(), lost, is_certain: true }
    };
    let uncertain = |name, lost, routes| Case { is_certain: false, ..case(name, lost, routes) };
    let set = || Policy::builder().origins([OriginSource::from(&SET)]).max_age(600);
    vec![
        case("one list", &[], vec![("PUT", list([A])), ("GET", list([A]))]),
        case("two lists", &[("PUT", "GET")], vec![("PUT", list([A])), ("GET", list([B]))]),
        case("a safelisted method", &[("PUT", "POST")], vec![("PUT", list([A])), ("POST", list([B]))]),
        // A browser that reuses the answer for `PUT` sends no `DELETE`.
        case("another method", &[], vec![("PUT", list([A])), ("DELETE", list([B]))]),
        case("a part of the list", &[], vec![("PUT", list([A, B])), ("GET", list([B]))]),
        case("a longer list", &[], vec![("PUT", list([A])), ("GET", list([A, B]))]),
        case(
            "a pattern",
            &[],
            vec![("PUT", list(["https://x.c.example"])), ("GET", list(["https://*.c.example"]))],
        ),
        case(
            "another pattern",
            &[("PUT", "GET")],
            vec![("PUT", list([A])), ("GET", list(["https://*.c.example"]))],
        ),
        case("any origin beside a list", &[], vec![("PUT", list(["*"])), ("GET", list([A]))]),
        case("a list beside any origin", &[], vec![("PUT", list([A])), ("GET", list(["*"]))]),
        case("credentials", &[("PUT", "GET")], vec![("PUT", list([A]).credentials()), ("GET", list([A]))]),
        case("no credentials", &[], vec![("PUT", list([A])), ("GET", list([A]).credentials())]),
        case(
            "credentials beside any origin",
            &[("PUT", "GET")],
            vec![("PUT", list([A]).credentials()), ("GET", list(["*"]))],
        ),
        case("other headers", &[], vec![("PUT", list([A]).allow_headers(["x-a"])), ("GET", list([A]))]),
        // Both have a `max_age`. The answer for `GET` lets a browser send `POST` as well.
        case("both", &[("GET", "POST"), ("POST", "GET")], vec![("GET", list([A])), ("POST", list([B]))]),
        case(
            "the first reason is told",
            &[("PUT", "GET")],
            vec![("PUT", list([A])), ("GET", list([B])), ("POST", list([B]))],
        ),
        case(
            "no max_age, or 0",
            &[],
            vec![
                ("PUT", Policy::builder().origins([A])),
                ("PATCH", Policy::builder().origins([A]).max_age(0)),
                ("GET", Policy::builder().origins([B])),
            ],
        ),
        uncertain("a set", &[], vec![("PUT", set()), ("GET", list([B]))]),
        uncertain("beside a set", &[], vec![("PUT", list([A])), ("GET", set())]),
        uncertain(
            "a set with credentials",
            &[("PUT", "GET")],
            vec![("PUT", set().credentials()), ("GET", list([B]))],
        ),
        uncertain(
            "a variable",
            &[],
            vec![
                (
                    "PUT",
                    Policy::builder().origins([OriginSource::optional_env("CORS_TEST_NOT_SET")]).max_age(600),
                ),
                ("GET", list([B])),
            ],
        ),
        uncertain(
            "a pattern that may match",
            &[],
            vec![("PUT", list(["https://*.c.example"])), ("GET", list([B]))],
        ),
        // Each origin is refused by one of the others, but no route refuses both.
        uncertain(
            "two reasons",
            &[],
            vec![
                ("PUT", list([A, B])),
                ("GET", Policy::builder().origins([A])),
                ("POST", Policy::builder().origins([B])),
            ],
        ),
    ]
}

fn in_axum(case: &Case) -> (Manifest, Vec<Captured>, App) {
    let routes =
        case.routes.iter().fold(cors_runtime::axum::Routes::<()>::new(), |routes, (method, policy)| {
            routes.route([method], "/path", policy.clone(), async || "")
        });
    let manifest = routes.manifest();
    let (built, events) = events::during(|| routes.into_router());
    (manifest, events, ask::axum(built))
}

fn in_actix(case: &Case) -> (Manifest, Vec<Captured>, App) {
    let routes = case.routes.iter().fold(cors_runtime::actix::Routes::new(), |routes, (method, policy)| {
        routes.route([method], "/path", policy.clone(), async || "")
    });
    let manifest = routes.manifest();
    let (built, events) = events::during(|| routes.try_build().unwrap());
    let app = ask::actix(|config| {
        config.service(built);
    });
    (manifest, events, app)
}

#[test]
fn a_warning_names_both_places_if_a_max_age_never_takes_effect() {
    for case in cases() {
        for (manifest, events, _) in [in_axum(&case), in_actix(&case)] {
            let location = |method: &str| {
                let mut routes = manifest.iter();
                let route = routes.find(|route| route.methods().eq([method])).unwrap();
                route.location().to_string()
            };
            let warnings: Vec<_> = events.iter().filter(|event| event.level == Level::WARN).collect();
            let told = warnings.iter().map(|event| {
                let message = event.field("message").unwrap();
                assert!(message.contains("`max_age` never takes effect"), "{event:?}");
                assert!(message.contains("Give both policies the same origins and credentials"), "{event:?}");
                let fields = ["path", "max_age", "methods", "policy", "other_methods", "other_policy"];
                fields.map(|name| event.field(name).unwrap_or_default().to_owned())
            });
            let expected = case.lost.iter().map(|(lost, other)| {
                ["/path", "600", lost, &location(lost), other, &location(other)].map(str::to_owned)
            });
            assert_eq!(told.collect::<Vec<_>>(), expected.collect::<Vec<_>>(), "{}", case.name);
        }
    }
}

mod annotated {
    pub(super) mod in_axum {
        use cors_runtime::axum::{Routes, cors, routes};

        pub(crate) const LINES: [u32; 2] = [line!() + 2, line!() + 6];

        #[cors(origins = ["https://a.example"], max_age = 600)]
        #[put("/path")]
        async fn lost() {}

        #[cors(origins = ["https://b.example"])]
        #[get("/path")]
        async fn reason() {}

        pub(crate) fn routes() -> Routes {
            routes![lost, reason]
        }
    }

    pub(super) mod in_actix {
        use actix_web::{get, put};
        use cors_runtime::actix::{Routes, cors, routes};

        pub(crate) const LINES: [u32; 2] = [line!() + 2, line!() + 8];

        #[cors(origins = ["https://a.example"], max_age = 600)]
        #[put("/path")]
        async fn lost() -> &'static str {
            ""
        }

        #[cors(origins = ["https://b.example"])]
        #[get("/path")]
        async fn reason() -> &'static str {
            ""
        }

        pub(crate) fn routes() -> Routes {
            routes![lost, reason]
        }
    }
}

#[test]
fn the_places_are_those_of_the_annotations() {
    use annotated::{in_actix, in_axum};

    let (built, in_axum_events) = events::during(|| in_axum::routes().try_into_router().is_ok());
    let (built_too, in_actix_events) = events::during(|| in_actix::routes().try_build().is_ok());
    assert!(built && built_too);
    for (events, lines) in [(in_axum_events, in_axum::LINES), (in_actix_events, in_actix::LINES)] {
        let [event] = &events[..] else { panic!("one event: {events:?}") };
        let places = lines.map(|line| format!("{}:{line}", file!()));
        let told = ["policy", "other_policy"].map(|name| event.field(name).unwrap_or_default());
        assert_eq!(told, places.each_ref().map(String::as_str));
    }
}

/// Two routes of one path whose policies have the same function with an extractor.
mod shared_function {
    pub(super) mod in_axum {
        use axum::http::HeaderMap;
        use cors_runtime::Origin;
        use cors_runtime::axum::{Routes, cors, origin_check, routes};

        #[origin_check]
        fn with_extractor(_: &Origin, _: HeaderMap) -> bool {
            true
        }

        #[cors(origins = dynamic(with_extractor), max_age = 600)]
        #[put("/path")]
        async fn lost() {}

        #[cors(origins = dynamic(with_extractor))]
        #[get("/path")]
        async fn reason() {}

        #[cors(origins = dynamic(with_extractor), credentials, max_age = 600)]
        #[put("/credentials")]
        async fn with_credentials() {}

        #[cors(origins = dynamic(with_extractor))]
        #[get("/credentials")]
        async fn without_credentials() {}

        #[cors(origins = dynamic(with_extractor), max_age = 600)]
        #[get("/alone")]
        async fn alone() {}

        pub(crate) fn routes() -> [Routes; 2] {
            [routes![lost, reason], routes![with_credentials, without_credentials]]
        }

        pub(crate) fn one_route() -> Routes {
            routes![alone]
        }
    }

    pub(super) mod in_actix {
        use actix_web::{HttpRequest, get, put};
        use cors_runtime::Origin;
        use cors_runtime::actix::{Routes, cors, origin_check, routes};

        #[origin_check]
        fn with_extractor(_: &Origin, _: HttpRequest) -> bool {
            true
        }

        #[cors(origins = dynamic(with_extractor), max_age = 600)]
        #[put("/path")]
        async fn lost() -> &'static str {
            ""
        }

        #[cors(origins = dynamic(with_extractor))]
        #[get("/path")]
        async fn reason() -> &'static str {
            ""
        }

        #[cors(origins = dynamic(with_extractor), credentials, max_age = 600)]
        #[put("/credentials")]
        async fn with_credentials() -> &'static str {
            ""
        }

        #[cors(origins = dynamic(with_extractor))]
        #[get("/credentials")]
        async fn without_credentials() -> &'static str {
            ""
        }

        #[cors(origins = dynamic(with_extractor), max_age = 600)]
        #[get("/alone")]
        async fn alone() -> &'static str {
            ""
        }

        pub(crate) fn routes() -> [Routes; 2] {
            [routes![lost, reason], routes![with_credentials, without_credentials]]
        }

        pub(crate) fn one_route() -> Routes {
            routes![alone]
        }
    }
}

#[test]
fn the_warning_about_one_function_for_two_routes_names_the_function() {
    let in_axum = shared_function::in_axum::routes();
    let in_axum = in_axum.map(|routes| events::during(|| routes.try_into_router().is_ok()));
    let in_actix = shared_function::in_actix::routes();
    let in_actix = in_actix.map(|routes| events::during(|| routes.try_build().is_ok()));
    for [same_policy, other_credentials] in [in_axum, in_actix] {
        for ((is_built, events), expected) in [
            (same_policy, "function of `dynamic(..)` without extractors"),
            (other_credentials, "Give both policies the same origins and credentials"),
        ] {
            let [event] = &events[..] else { panic!("one event: {events:?}") };
            let message = event.field("message").unwrap();
            assert!(is_built && message.starts_with("`max_age` never takes effect"), "{message}");
            assert!(message.contains(expected), "{message}");
        }
    }
}

/// No other route of the path takes the requests of a browser that reuses the answer.
#[test]
fn one_route_with_a_function_loses_no_max_age() {
    let in_axum = shared_function::in_axum::one_route();
    let in_actix = shared_function::in_actix::one_route();
    for manifest in [in_axum.manifest(), in_actix.manifest()] {
        assert!(manifest.iter().all(|route| !route.preflights_are_never_reused()), "{manifest}");
    }
    let (is_built, in_axum_events) = events::during(|| in_axum.try_into_router().is_ok());
    let (is_built_too, in_actix_events) = events::during(|| in_actix.try_build().is_ok());
    assert!(is_built && is_built_too);
    assert!(
        in_axum_events.is_empty() && in_actix_events.is_empty(),
        "{in_axum_events:?} {in_actix_events:?}"
    );
}

#[test]
fn the_manifest_shows_a_max_age_that_never_takes_effect() {
    for case in cases() {
        for (manifest, ..) in [in_axum(&case), in_actix(&case)] {
            let route = |method: &str| manifest.iter().find(|route| route.methods().eq([method])).unwrap();
            let lost =
                |method: &str| case.lost.iter().find(|(lost, _)| *lost == method).map(|(_, other)| *other);
            let table = format!("{manifest:#}");
            for ((method, policy), line) in case.routes.iter().zip(table.lines()) {
                let shown = line.split_once("max_age = ").map(|(_, shown)| shown);
                match lost(method) {
                    Some(other) => {
                        let location = route(other).location();
                        assert_eq!(
                            route(method).reuse_prevented_by(),
                            Some(location),
                            "{} {method}",
                            case.name
                        );
                        assert!(route(method).preflights_are_never_reused(), "{} {method}", case.name);
                        let expected = format!("0 instead of 600 (because of {other})");
                        assert_eq!(shown, Some(&*expected), "{} {method}", case.name);
                    }
                    None if policy.max_age() == Some(600) => {
                        assert_eq!(route(method).reuse_prevented_by(), None, "{} {method}", case.name);
                        assert_eq!(shown, Some("600"), "{} {method}", case.name);
                    }
                    None => {}
                }
            }
        }
    }
}

/// What is told when the routes are built agrees with the answers.
#[test]
fn a_lost_max_age_is_in_no_answer_and_any_other_one_is_in_some_answer() {
    SET.replace([A]).unwrap();
    for case in cases() {
        for (_, _, mut app) in [in_axum(&case), in_actix(&case)] {
            for (method, _) in case.routes.iter().filter(|(_, policy)| policy.max_age() == Some(600)) {
                let answers = ORIGINS.map(|origin| app(&Ask::preflight(method, "/path").origin(origin)));
                let takes_effect =
                    answers.iter().any(|answer| answer.header("access-control-max-age") == Some("600"));
                let is_lost = case.lost.iter().any(|(lost, _)| lost == method);
                assert!(!(is_lost && takes_effect), "{} {method}", case.name);
                assert!(is_lost || takes_effect || !case.is_certain, "{} {method}", case.name);
            }
        }
    }
}
