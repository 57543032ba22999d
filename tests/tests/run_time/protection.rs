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
    use actix_web::http::Method;
    use axum::routing::MethodFilter;

    let axum = cors_runtime::axum::Routes::<()>::new().route(
        MethodFilter::GET.or(MethodFilter::PUT),
        "/",
        policy.clone(),
        move || async move { ([("vary", vary)], "ran") },
    );
    let respond = move || async move { HttpResponse::Ok().insert_header(("vary", vary)).body("ran") };
    let actix = cors_runtime::actix::Routes::new().route(Method::GET, "/", policy.clone(), respond).route(
        Method::PUT,
        "/",
        policy.clone(),
        respond,
    );
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
