//! `enforce`: the same decisions wherever the origins of a policy come from, their events, and `Vary`. The cases of the
//! decision table are in `conformance/cases/protection.http`.

use crate::events;
use cors_runtime::{Origin, OriginSet, OriginSource, Policy, PolicyBuilder};
use std::sync::Arc;
use tests::ask::{self, App, Ask};

const ALLOWED: &str = "https://a.tenants.example";
const OWN: &str = "https://own.example";

/// One app of each framework, whose route `/` has the policy. The handler responds with `Vary: {vary}`.
fn apps(policy: &Policy, vary: &'static str) -> [App; 2] {
    use actix_web::HttpResponse;

    let axum = cors_runtime::axum::Routes::<()>::new().route(
        ["GET", "PUT"],
        "/",
        policy.clone(),
        move || async move { ([("vary", vary)], "ran") },
    );
    let respond = move || async move { HttpResponse::Ok().insert_header(("vary", vary)).body("ran") };
    let actix = cors_runtime::actix::Routes::new().route(["GET", "PUT"], "/", policy.clone(), respond);
    let actix = ask::actix(|config: &mut actix_web::web::ServiceConfig| {
        config.service(actix);
    });
    [ask::axum(axum.into_router()), actix]
}

fn policy(builder: PolicyBuilder) -> Policy {
    builder.enforce().build().expect("the policy is valid")
}

fn vary(answer: &ask::Answer) -> String {
    let lines = answer.headers.iter().filter(|(name, _)| name == "vary").map(|(_, value)| &**value);
    lines.collect::<Vec<_>>().join(", ")
}

#[test]
fn every_source_of_origins_is_protected_alike() {
    let set = Arc::new(OriginSet::new());
    set.replace([ALLOWED]).unwrap();
    let policies = [
        ("list", policy(Policy::builder().origins([ALLOWED]))),
        ("lists", policy(Policy::builder().origins(["https://b.example", ALLOWED]))),
        ("pattern", policy(Policy::builder().origins(["https://*.tenants.example"]))),
        ("env", policy(Policy::builder().origins([OriginSource::env("CORS_TEST_PROTECTION")]))),
        ("set", policy(Policy::builder().origins([Arc::clone(&set)]))),
        (
            "function",
            policy(
                Policy::builder().origin_check(|origin: &Origin| origin.is_subdomain_of("tenants.example")),
            ),
        ),
    ];
    for (source, policy) in policies {
        let apps = temp_env::with_var("CORS_TEST_PROTECTION", Some(ALLOWED), || apps(&policy, "Origin"));
        for (number, mut app) in apps.into_iter().enumerate() {
            for (headers, status) in [
                (&[("origin", ALLOWED), ("sec-fetch-site", "cross-site")][..], 200),
                (&[("sec-fetch-site", "same-origin")], 200),
                (&[("origin", OWN), ("sec-fetch-site", "same-origin")], 200),
                (&[("sec-fetch-site", "cross-site")], 403),
                (&[("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")], 403),
                (&[], 200),
                (&[("origin", OWN), ("host", "own.example")], 200),
                (&[("origin", "https://evil.example"), ("host", "own.example")], 403),
            ] {
                for method in ["GET", "PUT"] {
                    let ask = headers
                        .iter()
                        .fold(Ask::new(method, "/"), |ask, (name, value)| ask.header(name, value));
                    let answer = app(&ask);
                    assert_eq!(answer.status, status, "{source} {number} {method} {headers:?}");
                    assert_eq!(vary(&answer), "Origin, Sec-Fetch-Site", "{source} {number} {headers:?}");
                    let no_store = (status == 403).then_some("no-store");
                    assert_eq!(answer.header("cache-control"), no_store, "{source} {number} {headers:?}");
                }
            }
        }
    }
}

#[test]
fn names_that_the_handler_has_put_into_vary_are_not_repeated() {
    let policy = policy(Policy::builder().origins([ALLOWED]));
    for (own, merged) in [
        ("Accept", "Accept, Origin, Sec-Fetch-Site"),
        ("origin", "origin, Sec-Fetch-Site"),
        ("Sec-Fetch-Site, Accept", "Sec-Fetch-Site, Accept, Origin"),
        ("sec-fetch-site, origin", "sec-fetch-site, origin"),
        ("*", "*"),
    ] {
        for mut app in apps(&policy, own) {
            assert_eq!(vary(&app(&Ask::get("/"))), merged);
        }
    }
}

#[test]
fn a_refused_request_is_one_event_with_the_reason() {
    let policy = policy(Policy::builder().origins([ALLOWED]));
    for mut app in apps(&policy, "Origin") {
        for (headers, reason, origin) in [
            (&[("sec-fetch-site", "cross-site")][..], "cross-site", "-"),
            (&[("sec-fetch-site", "same-site")], "cross-site", "-"),
            (&[("sec-fetch-site", "cross-site"), ("origin", OWN)], "cross-site", OWN),
            (&[("origin", OWN)], "origin-not-allowed", OWN),
            (&[("origin", "null")], "origin-null", "null"),
            (&[("origin", "nonsense")], "origin-malformed", "nonsense"),
            (&[("origin", ALLOWED), ("origin", ALLOWED)], "several-origins", "(several)"),
        ] {
            let ask = headers.iter().fold(Ask::new("PUT", "/"), |ask, (name, value)| ask.header(name, value));
            let (answer, events) = events::during(|| app(&ask));
            assert_eq!(answer.status, 403, "{headers:?}");
            let fields: Vec<_> =
                events.iter().map(|event| (event.field("reason"), event.field("origin"))).collect();
            assert_eq!(fields, [(Some(reason), Some(origin))], "{headers:?}");
        }
    }
}

fn hosts(hosts: &[&str]) -> Policy {
    policy(Policy::builder().origins([ALLOWED]).enforce_hosts(hosts.iter().copied()))
}

/// A server of HTTP/1 may answer 400 before the app sees such requests.
#[test]
fn a_request_without_exactly_one_host_is_refused() {
    for mut app in apps(&hosts(&["own.example"]), "Origin") {
        for (uri, lines, status) in [
            ("/", &[][..], 403),
            ("/", &["own.example"], 200),
            ("/", &["own.example", "own.example"], 403),
            ("/", &["own.example", "evil.example"], 403),
            ("http://own.example/", &[], 200),
            ("http://own.example/", &["own.example"], 200),
            ("http://own.example/", &["own.example", "own.example"], 403),
            ("http://own.example/", &["evil.example"], 403),
            ("http://evil.example/", &["own.example"], 403),
        ] {
            let ask = lines.iter().fold(Ask::get(uri), |ask, host| ask.header("host", host));
            assert_eq!(app(&ask).status, status, "{uri} {lines:?}");
        }
        let not_utf_8 = Ask::get("/").header("host", b"own.example\xff");
        assert_eq!(app(&not_utf_8).status, 403);
    }
}

#[test]
fn a_request_to_another_host_is_one_event_with_the_reason() {
    for mut app in apps(&hosts(&["own.example"]), "Origin") {
        for ask in [
            Ask::get("/").header("host", "evil.example"),
            Ask::get("/").header("host", "evil.example").origin(ALLOWED),
            Ask::preflight("PUT", "/").header("host", "evil.example").origin(ALLOWED),
        ] {
            let (answer, events) = events::during(|| app(&ask));
            assert_eq!((answer.status, answer.header("cache-control")), (403, Some("no-store")), "{ask:?}");
            let reasons: Vec<_> = events.iter().map(|event| event.field("reason")).collect();
            assert_eq!(reasons, [Some("host-not-listed")], "{ask:?}");
        }
    }
}

#[test]
fn an_empty_list_of_hosts_is_an_error_and_does_not_turn_the_protection_off() {
    let builder = || Policy::builder().origins([ALLOWED]);
    let error = builder().enforce_hosts::<[&str; 0]>([]).build().unwrap_err();
    assert!(error.to_string().contains("[host-empty]"), "{error}");
}

/// What Go's tests of `CrossOriginProtection.AddTrustedOrigin` accept and refuse.
#[test]
fn what_go_refuses_as_a_trusted_origin_is_refused() {
    for (origin, is_valid) in [
        ("https://example.com", true),
        ("https://example.com:8080", true),
        ("http://example.com", true),
        ("example.com", false),
        ("https://", false),
        ("https://example.com/", false),
        ("https://example.com/path", false),
        ("https://example.com?query=value", false),
        ("https://example.com#fragment", false),
        ("https://ex ample.com", false),
        ("", false),
        ("null", false),
    ] {
        let result = Policy::builder().origins([origin]).enforce().build();
        assert_eq!(result.is_ok(), is_valid, "{origin}: {result:?}");
    }
}

mod defaults {
    use super::{ALLOWED, hosts, policy, vary};
    use crate::events;
    use cors_runtime::{Policy, actix, axum};
    use tests::ask::{self, App, Ask};

    /// A handler for every method inside of a default policy that enforces, and that one inside of another default policy.
    fn nested(inner: &Policy) -> [App; 2] {
        let outer = || Policy::builder().origins(["https://outer.example"]).credentials().build().unwrap();
        let router = ::axum::Router::new()
            .fallback(async || "ran")
            .layer(axum::PolicyLayer::answering_every_preflight(inner.clone()))
            .layer(axum::PolicyLayer::new(outer()));
        let app = actix_web::App::new()
            .default_service(actix_web::web::to(|| async { "ran" }))
            .wrap(actix::PolicyMiddleware::answering_every_preflight(inner.clone()))
            .wrap(actix::PolicyMiddleware::new(outer()));
        [ask::axum(router), ask::actix_app(app)]
    }

    #[test]
    fn an_outer_default_policy_leaves_the_answers_of_an_inner_one_alone() {
        for mut app in nested(&policy(Policy::builder().origins([ALLOWED]))) {
            let refused = app(&Ask::new("POST", "/").origin("https://outer.example"));
            assert_eq!((refused.status, refused.allowed()), (403, None), "{refused:?}");
            assert_eq!(vary(&refused), "Origin, Sec-Fetch-Site");
            let (answer, events) = events::during(|| app(&Ask::preflight("POST", "/").origin(ALLOWED)));
            assert_eq!((answer.status, answer.allowed()), (204, Some(ALLOWED)), "{answer:?}");
            assert!(events.is_empty(), "{events:?}");
            let allowed = app(&Ask::new("POST", "/").origin(ALLOWED));
            assert_eq!((allowed.status, allowed.allowed()), (200, Some(ALLOWED)), "{allowed:?}");
        }
    }

    #[test]
    fn a_request_that_a_default_policy_refuses_is_one_event() {
        for mut app in nested(&hosts(&["own.example"])) {
            for (ask, reason) in [
                (Ask::get("/a").header("host", "evil.example"), "host-not-listed"),
                (
                    Ask::preflight("POST", "/a").origin(ALLOWED).header("host", "evil.example"),
                    "host-not-listed",
                ),
                (
                    Ask::new("POST", "/a")
                        .header("host", "own.example")
                        .header("sec-fetch-site", "cross-site"),
                    "cross-site",
                ),
            ] {
                let (answer, events) = events::during(|| app(&ask));
                assert_eq!(
                    (answer.status, answer.header("cache-control")),
                    (403, Some("no-store")),
                    "{ask:?}"
                );
                let fields: Vec<_> =
                    events.iter().map(|event| (event.field("reason"), event.field("path"))).collect();
                assert_eq!(fields, [(Some(reason), Some("/a"))], "{ask:?}");
            }
        }
    }

    /// Whatever the order of the calls is, a default policy enforces or cannot be made.
    #[test]
    fn a_default_policy_that_passes_preflights_on_cannot_enforce() {
        for policy in [
            policy(Policy::builder().origins([ALLOWED])),
            policy(Policy::builder().origins([ALLOWED]).enforce_except_navigations()),
            hosts(&["own.example"]),
        ] {
            let errors = [
                axum::PolicyLayer::try_new(policy.clone()).unwrap_err(),
                actix::PolicyMiddleware::try_new(policy.clone()).unwrap_err(),
            ];
            for error in errors {
                assert!(error.to_string().contains("`answering_every_preflight(policy)`"), "{error}");
            }
            assert!(axum::PolicyLayer::try_answering_every_preflight(policy.clone()).is_ok());
            assert!(actix::PolicyMiddleware::try_answering_every_preflight(policy).is_ok());
        }
    }

    #[test]
    fn methods_that_are_named_later_do_not_turn_the_protection_off() {
        let policy = || policy(Policy::builder().origins([ALLOWED]));
        let router = ::axum::Router::new().fallback(async || "ran").layer(
            axum::PolicyLayer::answering_every_preflight(policy()).methods(["PUT"]).answer_every_preflight(),
        );
        let app = actix_web::App::new().default_service(actix_web::web::to(|| async { "ran" })).wrap(
            actix::PolicyMiddleware::answering_every_preflight(policy())
                .methods(["PUT"])
                .answer_every_preflight(),
        );
        for mut app in [ask::axum(router), ask::actix_app(app)] {
            assert_eq!(app(&Ask::new("PUT", "/").header("sec-fetch-site", "cross-site")).status, 403);
        }
    }
}
