//! Events about denials and about headers that were replaced, in both frameworks.

use crate::events::{self, Captured};
use tests::ask::{self, App, Ask};
use tracing::Level;

/// The lines of the policies below.
const ACCOUNT: u32 = line!() + 8;
const ACTIX_ACCOUNT: u32 = ACCOUNT + 20;

mod in_axum {
    use axum::extract::Path;
    use axum::http::HeaderName;
    use cors_runtime::axum::{Routes, cors, routes};

    #[cors(origins = ["https://app.example"])]
    #[get("/account/{id}")]
    async fn account(_: Path<String>) {}

    /// Sets headers of its own.
    #[cors(origins = ["https://app.example"])]
    #[get("/noisy/{n}")]
    async fn noisy(Path(_): Path<u8>) -> [(HeaderName, &'static str); 1] {
        [(HeaderName::from_static("access-control-allow-origin"), "*")]
    }

    pub(super) fn app() -> Routes {
        routes![account, noisy]
    }
}

mod in_actix {
    use actix_web::{HttpResponse, get};
    use cors_runtime::actix::{Routes, cors, routes};

    #[cors(origins = ["https://app.example"])]
    #[get("/account/{id}")]
    async fn account() -> &'static str {
        ""
    }

    /// Sets headers of its own.
    #[cors(origins = ["https://app.example"])]
    #[get("/noisy/{n}")]
    async fn noisy() -> HttpResponse {
        HttpResponse::Ok().insert_header(("access-control-allow-origin", "*")).finish()
    }

    pub(super) fn app() -> Routes {
        routes![account, noisy]
    }
}

/// The apps, with the line of the policy of `/account/{id}`.
fn apps() -> [(App, u32); 2] {
    let actix = |config: &mut actix_web::web::ServiceConfig| {
        config.service(in_actix::app());
    };
    [(ask::axum(in_axum::app().into_router()), ACCOUNT), (ask::actix(actix), ACTIX_ACCOUNT)]
}

fn place(line: u32) -> String {
    format!("tests/tests/runtime/denials.rs:{line}")
}

/// The level of an event, and its fields without the message.
fn fields(event: &Captured) -> (Level, [&str; 5]) {
    let field = |name| event.field(name).unwrap_or("(missing)");
    (event.level, [field("reason"), field("origin"), field("method"), field("path"), field("policy")])
}

#[test]
fn every_denial_is_one_event() {
    let get = || Ask::get("/account/7?secret=1");
    let preflight = |method| Ask::preflight(method, "/account/7");
    let long = format!("https://{}.example", "a".repeat(200));
    let cut = format!("{}..", &long[..100]);
    for (mut app, line) in apps() {
        let policy = place(line);
        for (ask, reason, origin, method) in [
            (get().origin("https://evil.example"), "origin-not-allowed", "https://evil.example", "GET"),
            (get().origin("null"), "origin-null", "null", "GET"),
            (get().origin("https://app.example/"), "origin-malformed", "https://app.example/", "GET"),
            (get().origin("\u{e9}\t"), "origin-malformed", r"\xc3\xa9\t", "GET"),
            (get().origin(""), "origin-malformed", "", "GET"),
            (get().origin("https://app.example").origin("x"), "several-origins", "(several)", "GET"),
            (get().origin(&long), "origin-not-allowed", &cut, "GET"),
            (
                preflight("GET").origin("https://evil.example"),
                "origin-not-allowed",
                "https://evil.example",
                "GET",
            ),
            (preflight("GET").origin("null"), "origin-null", "null", "GET"),
            (
                preflight("PUT").origin("https://app.example"),
                "method-not-routed",
                "https://app.example",
                "PUT",
            ),
            (
                preflight("PUT").origin("https://evil.example"),
                "origin-not-allowed",
                "https://evil.example",
                "PUT",
            ),
        ] {
            // In process, the value of a header keeps the white space around it.
            let ((), events) = events::during(|| drop(app(&ask)));
            let told: Vec<_> = events.iter().map(fields).collect();
            assert_eq!(told, [(Level::DEBUG, [reason, origin, method, "/account/{id}", &policy])], "{ask:?}");
        }
    }
}

/// In the lines of a log, a value with spaces would otherwise look like further fields.
#[test]
fn a_request_cannot_forge_a_field_of_a_logged_event() {
    for (mut app, _) in apps() {
        for ask in [
            Ask::preflight("GET reason=ok", "/account/7").origin("https://app.example"),
            Ask::preflight("GET\treason=ok", "/account/7").origin("https://app.example"),
            Ask::preflight("GET\" reason=ok \"", "/account/7").origin("https://app.example"),
            Ask::preflight("\\\" reason=ok \\", "/account/7").origin("https://app.example"),
            Ask::get("/account/7").origin("https://evil.example reason=ok"),
            Ask::get("/account/7").origin("https://evil.example\" reason=ok \"x"),
            Ask::preflight("GET", "/account/7").origin("https://evil.example reason=ok"),
        ] {
            let ((), log) = events::logged(|| drop(app(&ask)));
            assert!(log.contains("reason="), "{ask:?}: {log}");
            assert!(!unquoted(&log).contains("reason=ok"), "{ask:?}: {log}");
        }
        let ask = Ask::preflight("GET reason=ok", "/account/7").origin("https://app.example");
        let ((), log) = events::logged(|| drop(app(&ask)));
        assert!(log.contains(r#"method="GET reason=ok""#), "{log}");
    }
}

/// The text of a log without the parts in quotation marks.
fn unquoted(log: &str) -> String {
    let mut rest = log.chars();
    let (mut text, mut is_quoted) = (String::new(), false);
    while let Some(char) = rest.next() {
        match char {
            '"' => is_quoted = !is_quoted,
            '\\' if is_quoted => drop(rest.next()),
            char if !is_quoted => text.push(char),
            _ => {}
        }
    }
    text
}

#[test]
fn an_allowed_request_gives_no_event() {
    for (mut app, _) in apps() {
        for ask in [
            Ask::get("/account/7"),
            Ask::get("/account/7").origin("https://app.example"),
            Ask::preflight("GET", "/account/7").origin("https://app.example"),
            Ask::new("OPTIONS", "/account/7"),
        ] {
            let ((), events) = events::during(|| drop(app(&ask)));
            assert!(events.is_empty(), "{ask:?}: {events:?}");
        }
    }
}

#[test]
fn headers_that_are_replaced_are_reported_once_for_each_route() {
    for (mut app, line) in apps() {
        let ask = |n: u8, origin| Ask::get(&format!("/noisy/{n}")).origin(origin);
        let ((), events) = events::during(|| {
            for n in 0..3 {
                assert_eq!(app(&ask(n, "https://app.example")).allowed(), Some("https://app.example"));
                assert_eq!(app(&ask(n, "https://evil.example")).allowed(), None);
            }
        });
        let warnings: Vec<_> = events.iter().filter(|event| event.level == Level::WARN).collect();
        let [warning] = &*warnings else { panic!("{warnings:?}") };
        assert_eq!(warning.field("path"), Some("/noisy/{n}"));
        let policy = warning.field("policy").unwrap_or_default();
        assert_ne!(policy, place(line));
        assert!(policy.starts_with("tests/tests/runtime/denials.rs:"), "{policy}");
    }
}

/// Apps without routes, with a default policy.
fn default_apps() -> [App; 2] {
    use cors_runtime::actix::PolicyMiddleware;
    use cors_runtime::axum::{PolicyLayer, policy};

    let axum = axum::Router::new().layer(PolicyLayer::new(policy!(origins = ["https://app.example"])));
    let middleware = PolicyMiddleware::new(policy!(origins = ["https://app.example"]));
    [ask::axum(axum), ask::actix_app(actix_web::App::new().wrap(middleware))]
}

#[test]
fn a_request_that_a_default_policy_allows_gives_no_event() {
    for mut app in default_apps() {
        for ask in [
            Ask::get("/"),
            Ask::get("/").origin("https://app.example"),
            Ask::get("/").origin("https://own.example").header("host", "own.example"),
            Ask::preflight("POST", "/").origin("https://app.example"),
        ] {
            let ((), events) = events::during(|| drop(app(&ask)));
            assert!(events.is_empty(), "{ask:?}: {events:?}");
        }
    }
}

#[test]
fn the_event_of_a_default_policy_names_the_path_of_the_request() {
    for mut app in default_apps() {
        for (ask, method) in
            [(Ask::get("/no/where?secret=1"), "GET"), (Ask::preflight("POST", "/no/where"), "POST")]
        {
            let ((), events) = events::during(|| drop(app(&ask.origin("https://evil.example"))));
            let told: Vec<_> = events.iter().map(fields).collect();
            let [(Level::DEBUG, [reason, origin, asked, path, policy])] = &*told else { panic!("{told:?}") };
            assert_eq!((*reason, *origin), ("origin-not-allowed", "https://evil.example"));
            assert_eq!((*asked, *path), (method, "/no/where"));
            assert!(policy.starts_with("tests/tests/runtime/denials.rs:"), "{policy}");
        }
    }
}

#[test]
fn entries_that_are_removed_from_a_list_are_reported() {
    use cors_runtime::{OriginSet, Policy};

    static SET: OriginSet = OriginSet::new();
    let list = ["https://a.example", "https://a.example", "https://b.c.example", "https://*.c.example"];
    let (result, events) = events::during(|| SET.replace(list));
    result.unwrap();
    let rules: Vec<_> = events.iter().filter_map(|event| event.field("rule")).collect();
    assert_eq!(rules, ["origin-duplicate", "origin-shadowed"]);
    let (result, events) = events::during(|| Policy::builder().origins(list).build());
    result.unwrap();
    assert_eq!(events.len(), 2, "{events:?}");
    assert!(events.iter().all(|event| event.level == Level::DEBUG));
}

/// One handler is in a group with a layer and in a group without.
#[test]
fn a_denial_of_a_handler_in_two_groups_is_one_event() {
    let plain = ask::axum(in_axum::app().into_router());
    let layered = in_axum::app().layer(tower::layer::util::Identity::new());
    for mut app in [plain, ask::axum(layered.into_router())] {
        let ask = Ask::get("/account/7");
        let ((), events) = events::during(|| drop(app(&ask.clone().origin("https://evil.example"))));
        let told: Vec<_> = events.iter().map(fields).collect();
        let [(Level::DEBUG, ["origin-not-allowed", ..])] = &*told else { panic!("{told:?}") };
        let ((), events) = events::during(|| drop(app(&ask.origin("https://app.example"))));
        assert!(events.is_empty(), "{events:?}");
    }
}

#[test]
fn the_event_of_a_handler_with_two_routes_names_the_requested_path() {
    use cors_runtime::axum::{cors, routes};

    #[cors(origins = ["https://app.example"])]
    #[get("/one")]
    #[get("/two")]
    async fn twice() {}

    let mut app = ask::axum(routes![twice].into_router());
    for path in ["/one", "/two"] {
        let ((), events) = events::during(|| drop(app(&Ask::get(path).origin("https://evil.example"))));
        let paths: Vec<_> = events.iter().map(|event| event.field("path")).collect();
        assert_eq!(paths, [Some(path)], "{events:?}");
        let ((), events) = events::during(|| drop(app(&Ask::get(path).origin("https://app.example"))));
        assert!(events.is_empty(), "{events:?}");
    }
}
