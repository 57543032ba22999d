//! The rows of the table on `actix_cors::Cors`.

use crate::pages::{Outcomes, compare, outcomes};
use actix_cors::Cors;
use actix_web::http::Method;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::web::{self, ServiceConfig};
use actix_web::{App, HttpResponse, route};
use cors_runtime::actix::{PolicyMiddleware, Routes, cors, origin_check, policy, routes};
use cors_runtime::{Origin, Policy};

struct Row {
    option: &'static str,
    old: fn() -> Cors,
    new: New,
    /// The requests whose results differ, as the docs say.
    differs: &'static [&'static str],
}

enum New {
    /// A policy, and the methods of its routes.
    Policy(Policy, &'static [&'static str]),
    /// Annotated routes, if a default policy cannot do the same.
    Routes(fn() -> Routes),
}

const SOME: &[&str] = &["GET", "HEAD", "POST", "PUT"];
const ALL: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/// The configuration that most rows change.
fn cors_of_both() -> Cors {
    Cors::default()
        .allowed_origin("https://a.example")
        .allowed_origin("https://b.example")
        .allowed_methods(["GET", "HEAD", "POST", "PUT"])
}

async fn handler() -> HttpResponse {
    HttpResponse::Ok().insert_header(("x-a", "1")).insert_header(("x-b", "2")).finish()
}

#[origin_check]
fn is_b(origin: &Origin) -> bool {
    origin.scheme() == "https" && (origin.host() == "b.example" || origin.is_subdomain_of("b.example"))
}

#[cors(origins = dynamic(is_b))]
#[route("/", method = "GET", method = "HEAD", method = "POST", method = "PUT")]
async fn for_b() -> HttpResponse {
    handler().await
}

#[cors(origins = ["https://a.example", "https://b.example"], enforce)]
#[route("/", method = "GET", method = "HEAD", method = "POST", method = "PUT")]
async fn enforced() -> HttpResponse {
    handler().await
}

/// The rows in the order of the docs.
#[expect(clippy::too_many_lines, reason = "one table")]
fn rows() -> Vec<Row> {
    let row = |option, old, new| Row { option, old, new, differs: &[] };
    let both = || policy!(origins = ["https://a.example", "https://b.example"]);
    vec![
        // A route without a policy allows no cross-origin request.
        row("Cors::default()", Cors::default, New::Routes(Routes::new)),
        Row {
            option: "Cors::permissive()",
            old: Cors::permissive,
            new: New::Policy(
                policy!(origins = ["*"], allow_headers = any, expose_headers = ["*"], max_age = 3600),
                ALL,
            ),
            differs: &[
                "a gets with credentials",
                "a puts json with credentials",
                "evil gets with credentials",
            ],
        },
        row(
            "allow_any_origin()",
            || cors_of_both().allow_any_origin(),
            New::Policy(policy!(origins = ["*"]), SOME),
        ),
        row(
            "allowed_origin(..)",
            || {
                Cors::default()
                    .allowed_origin("https://a.example")
                    .allowed_methods(["GET", "HEAD", "POST", "PUT"])
            },
            New::Policy(policy!(origins = ["https://a.example"]), SOME),
        ),
        row(
            "allowed_origin_fn(f)",
            || {
                let cors = Cors::default().allowed_methods(["GET", "HEAD", "POST", "PUT"]);
                cors.allowed_origin_fn(|origin, _| {
                    origin == "https://b.example" || origin.as_bytes().ends_with(b".b.example")
                })
            },
            New::Routes(|| routes![for_b]),
        ),
        row("allow_any_method()", || cors_of_both().allow_any_method(), New::Policy(both(), ALL)),
        row("allowed_methods([..])", cors_of_both, New::Policy(both(), SOME)),
        row(
            "allow_any_header()",
            || cors_of_both().allow_any_header(),
            New::Policy(
                policy!(origins = ["https://a.example", "https://b.example"], allow_headers = any),
                SOME,
            ),
        ),
        row(
            "allowed_header(..)",
            || cors_of_both().allowed_header("content-type"),
            New::Policy(
                policy!(
                    origins = ["https://a.example", "https://b.example"],
                    allow_headers = ["content-type"]
                ),
                SOME,
            ),
        ),
        row(
            "allowed_headers([..])",
            || cors_of_both().allowed_headers(["content-type", "x-a"]),
            New::Policy(
                policy!(
                    origins = ["https://a.example", "https://b.example"],
                    allow_headers = ["content-type", "x-a"]
                ),
                SOME,
            ),
        ),
        row(
            "expose_any_header()",
            || cors_of_both().expose_any_header(),
            New::Policy(
                policy!(origins = ["https://a.example", "https://b.example"], expose_headers = ["*"]),
                SOME,
            ),
        ),
        row(
            "expose_headers([..])",
            || cors_of_both().expose_headers(["x-a"]),
            New::Policy(
                policy!(origins = ["https://a.example", "https://b.example"], expose_headers = ["x-a"]),
                SOME,
            ),
        ),
        row(
            "max_age(seconds)",
            || cors_of_both().max_age(600),
            New::Policy(policy!(origins = ["https://a.example", "https://b.example"], max_age = 600), SOME),
        ),
        row(
            "send_wildcard()",
            || cors_of_both().allow_any_origin().send_wildcard(),
            New::Policy(policy!(origins = ["*"]), SOME),
        ),
        row(
            "supports_credentials()",
            || cors_of_both().supports_credentials().allowed_header("content-type"),
            New::Policy(
                policy!(
                    origins = ["https://a.example", "https://b.example"],
                    credentials,
                    allow_headers = ["content-type"]
                ),
                SOME,
            ),
        ),
        row(
            "allow_private_network_access()",
            // The method needs a feature of actix-cors, and has no effect on requests that do not ask for private
            // network access.
            cors_of_both,
            New::Policy(both(), SOME),
        ),
        row("disable_vary_header()", || cors_of_both().disable_vary_header(), New::Policy(both(), SOME)),
        Row {
            option: "disable_preflight()",
            old: || cors_of_both().disable_preflight(),
            new: New::Policy(both(), SOME),
            differs: &["b puts"],
        },
        row(
            "block_on_origin_mismatch(true)",
            || cors_of_both().block_on_origin_mismatch(true),
            New::Routes(|| routes![enforced]),
        ),
    ]
}

pub(crate) fn options() -> Vec<&'static str> {
    rows().iter().map(|row| row.option).collect()
}

/// Routes without annotation for every method of the table.
fn unannotated(config: &mut ServiceConfig) {
    let methods = ALL.iter().map(|name| web::method(name.parse::<Method>().unwrap()).to(handler));
    config.service(methods.fold(web::resource("/"), actix_web::Resource::route));
}

macro_rules! pages {
    ($app:expr) => {{
        let outcomes: Outcomes =
            actix_web::rt::System::new().block_on(async { outcomes(&init_service($app).await).await });
        outcomes
    }};
}

#[actix_web::test]
async fn the_app_answers_requests() {
    let app = init_service(App::new().configure(unannotated)).await;
    let response = call_service(&app, TestRequest::get().uri("/").to_request()).await;
    assert_eq!(response.status(), 200);
}

#[test]
fn pages_get_the_results_that_the_row_states() {
    let mut failures = Vec::new();
    for Row { option, old, new, differs } in rows() {
        let old = pages!(App::new().configure(unannotated).wrap(old()));
        match new {
            New::Routes(routes) => {
                failures.extend(compare(option, &old, &pages!(App::new().service(routes())), differs));
            }
            New::Policy(policy, methods) => {
                let routes = Routes::new().route(methods, "/", policy.clone(), handler);
                failures.extend(compare(option, &old, &pages!(App::new().service(routes)), differs));
                let default = PolicyMiddleware::new(policy).methods(methods);
                let new = pages!(App::new().configure(unannotated).wrap(default));
                failures.extend(compare(&format!("{option}, as a default"), &old, &new, differs));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
