//! The rows of the table on `tower_http::cors::CorsLayer`.

use crate::pages::{Outcomes, compare, outcomes};
use axum::Router;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::routing::{MethodFilter, any, on};
use cors_runtime::axum::{PolicyLayer, Routes, cors, origin_check, policy, routes};
use cors_runtime::{Origin, Policy};
use std::time::Duration;
use tower_http::cors::{
    AllowCredentials, AllowHeaders, AllowMethods, AllowOrigin, AllowPrivateNetwork, Any, CorsLayer,
    ExposeHeaders, MaxAge, Vary,
};

struct Row {
    option: &'static str,
    old: CorsLayer,
    new: New,
    /// The requests whose results differ, as the docs say.
    differs: &'static [&'static str],
}

enum New {
    /// A policy, and the methods of its routes.
    Policy(Policy, &'static [&'static str]),
    /// Annotated routes, if a default policy cannot do the same.
    Routes(Routes),
}

const SOME: &[&str] = &["GET", "HEAD", "POST", "PUT"];
const ALL: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

fn origin(origin: &'static str) -> HeaderValue {
    HeaderValue::from_static(origin)
}

/// The configuration that most rows change.
fn layer() -> CorsLayer {
    CorsLayer::new()
        .allow_origin([origin("https://a.example"), origin("https://b.example")])
        .allow_methods([Method::PUT])
}

type Response = [(HeaderName, &'static str); 2];

async fn handler() -> Response {
    [(HeaderName::from_static("x-a"), "1"), (HeaderName::from_static("x-b"), "2")]
}

#[origin_check]
fn is_b(origin: &Origin) -> bool {
    origin.scheme() == "https" && (origin.host() == "b.example" || origin.is_subdomain_of("b.example"))
}

#[origin_check]
async fn is_b_later(origin: &Origin) -> bool {
    tokio::task::yield_now().await;
    origin.as_str() == "https://b.example"
}

#[origin_check]
fn is_anybody(_: &Origin) -> bool {
    true
}

#[cors(origins = dynamic(is_b))]
#[route("/", method = "GET", method = "POST", method = "PUT")]
async fn for_b() -> Response {
    handler().await
}

#[cors(origins = dynamic(is_b_later))]
#[route("/", method = "GET", method = "POST", method = "PUT")]
async fn for_b_later() -> Response {
    handler().await
}

#[cors(origins = dynamic(is_anybody))]
#[route("/", method = "GET", method = "POST", method = "PUT")]
async fn for_anybody() -> Response {
    handler().await
}

#[cors(origins = dynamic(is_anybody), credentials, allow_headers = any)]
#[any("/")]
async fn very_permissive() -> Response {
    handler().await
}

#[cors(origins = ["https://a.example", "https://b.example"])]
#[any("/")]
async fn any_method() -> Response {
    handler().await
}

/// The rows in the order of the docs.
#[expect(clippy::too_many_lines, reason = "one table")]
fn rows() -> Vec<Row> {
    let row = |option, old, new| Row { option, old, new, differs: &[] };
    let named = || policy!(origins = ["https://a.example", "https://b.example"]);
    let a = || policy!(origins = ["https://a.example"]);
    vec![
        // A route without a policy allows no cross-origin request.
        row("CorsLayer::new()", CorsLayer::new(), New::Routes(Routes::new())),
        row(
            "CorsLayer::permissive()",
            CorsLayer::permissive(),
            New::Policy(policy!(origins = ["*"], allow_headers = ["*"], expose_headers = ["*"]), ALL),
        ),
        Row {
            option: "CorsLayer::very_permissive()",
            old: CorsLayer::very_permissive(),
            new: New::Routes(routes![very_permissive]),
            differs: &["a sandboxed page gets", "a sandboxed page puts"],
        },
        row(
            "allow_credentials(true)",
            layer().allow_credentials(true).allow_headers([CONTENT_TYPE]),
            New::Policy(
                policy!(
                    origins = ["https://a.example", "https://b.example"],
                    credentials,
                    allow_headers = ["content-type"]
                ),
                SOME,
            ),
        ),
        Row {
            option: "AllowCredentials::predicate(f)",
            old: layer().allow_credentials(AllowCredentials::predicate(|origin, parts| {
                origin == "https://a.example" && parts.method == Method::GET
            })),
            new: New::Policy(named(), SOME),
            differs: &["a gets with credentials"],
        },
        row(
            "allow_headers([..])",
            layer().allow_headers([CONTENT_TYPE, AUTHORIZATION]),
            New::Policy(
                policy!(
                    origins = ["https://a.example", "https://b.example"],
                    allow_headers = ["content-type", "authorization"]
                ),
                SOME,
            ),
        ),
        row(
            "allow_headers(Any)",
            layer().allow_headers(Any),
            New::Policy(
                Policy::builder()
                    .origins(["https://a.example", "https://b.example"])
                    .allow_headers(["*"])
                    .build()
                    .unwrap(),
                SOME,
            ),
        ),
        row(
            "AllowHeaders::mirror_request()",
            layer().allow_headers(AllowHeaders::mirror_request()),
            New::Policy(
                policy!(origins = ["https://a.example", "https://b.example"], allow_headers = any),
                SOME,
            ),
        ),
        row("allow_methods([..])", layer().allow_methods([Method::PUT]), New::Policy(named(), SOME)),
        row("allow_methods(Any)", layer().allow_methods(Any), New::Policy(named(), ALL)),
        row(
            "AllowMethods::mirror_request()",
            layer().allow_methods(AllowMethods::mirror_request()),
            New::Routes(routes![any_method]),
        ),
        row("allow_origin(value)", layer().allow_origin(origin("https://a.example")), New::Policy(a(), SOME)),
        row("AllowOrigin::list([..])", layer(), New::Policy(named(), SOME)),
        row("allow_origin(Any)", layer().allow_origin(Any), New::Policy(policy!(origins = ["*"]), SOME)),
        row(
            "AllowOrigin::predicate(f)",
            layer().allow_origin(AllowOrigin::predicate(|origin, _| {
                origin == "https://b.example" || origin.as_bytes().ends_with(b".b.example")
            })),
            New::Routes(routes![for_b]),
        ),
        row(
            "AllowOrigin::async_predicate(f)",
            layer().allow_origin(AllowOrigin::async_predicate(|origin, _| async move {
                tokio::task::yield_now().await;
                origin == "https://b.example"
            })),
            New::Routes(routes![for_b_later]),
        ),
        Row {
            option: "AllowOrigin::mirror_request()",
            old: layer().allow_origin(AllowOrigin::mirror_request()),
            new: New::Routes(routes![for_anybody]),
            differs: &["a sandboxed page gets", "a sandboxed page puts"],
        },
        row(
            "expose_headers([..])",
            layer().expose_headers([HeaderName::from_static("x-a")]),
            New::Policy(
                policy!(origins = ["https://a.example", "https://b.example"], expose_headers = ["x-a"]),
                SOME,
            ),
        ),
        row(
            "expose_headers(Any)",
            layer().expose_headers(ExposeHeaders::any()),
            New::Policy(
                policy!(origins = ["https://a.example", "https://b.example"], expose_headers = ["*"]),
                SOME,
            ),
        ),
        row(
            "max_age(duration)",
            layer().max_age(Duration::from_secs(600)),
            New::Policy(policy!(origins = ["https://a.example", "https://b.example"], max_age = 600), SOME),
        ),
        Row {
            option: "MaxAge::dynamic(f)",
            old: layer().max_age(MaxAge::dynamic(|origin, _| {
                Duration::from_secs(if origin == "https://a.example" { 600 } else { 0 })
            })),
            new: New::Policy(
                policy!(origins = ["https://a.example", "https://b.example"], max_age = 600),
                SOME,
            ),
            differs: &["b puts"],
        },
        row(
            "allow_private_network(..)",
            layer().allow_private_network(AllowPrivateNetwork::yes()),
            New::Policy(named(), SOME),
        ),
        row("vary([..])", layer().vary(Vary::list([])), New::Policy(named(), SOME)),
    ]
}

pub(crate) fn options() -> Vec<&'static str> {
    rows().iter().map(|row| row.option).collect()
}

fn pages(app: &Router) -> Outcomes {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(outcomes(app))
}

#[test]
fn pages_get_the_results_that_the_row_states() {
    let mut failures = Vec::new();
    for Row { option, old, new, differs } in rows() {
        let old = pages(&Router::new().route("/", any(handler)).layer(old));
        match new {
            New::Routes(routes) => {
                let rest = Router::new().fallback(handler);
                failures.extend(compare(option, &old, &pages(&routes.into_router().merge(rest)), differs));
            }
            New::Policy(policy, methods) => {
                let route = Routes::new().route(methods, "/", policy.clone(), handler);
                failures.extend(compare(option, &old, &pages(&route.into_router()), differs));
                let default = PolicyLayer::new(policy).methods(methods);
                let router = Router::new().route("/", on(filter(ALL), handler)).layer(default);
                failures.extend(compare(&format!("{option}, as a default"), &old, &pages(&router), differs));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn filter(methods: &[&str]) -> MethodFilter {
    let filters = methods.iter().map(|name| Method::from_bytes(name.as_bytes()).unwrap().try_into().unwrap());
    filters.reduce(MethodFilter::or).unwrap()
}

#[test]
fn combinations_for_which_tower_http_panics_are_errors_that_name_a_rule() {
    let star = || Policy::builder().origins(["*"]);
    for (builder, rule) in [
        (star().credentials(), "wildcard-credentials"),
        (
            Policy::builder().origins(["https://a.example"]).credentials().allow_headers(["*"]),
            "wildcard-headers-credentials",
        ),
        (
            Policy::builder().origins(["https://a.example"]).credentials().expose_headers(["*"]),
            "wildcard-expose-credentials",
        ),
    ] {
        let errors = builder.build().unwrap_err();
        let rules: Vec<_> = errors.iter().map(|error| error.rule().name()).collect();
        assert_eq!(rules, [rule]);
    }
}
