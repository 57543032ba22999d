//! Conflicts between routes, and patterns that overlap.

use crate::{APP, allowed, ask, preflight};
use actix_web::http::Method;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, HttpResponse, delete, get, put, route, web};
use cors_runtime::ManifestRoute;
use cors_runtime::actix::{Routes, cors, policy, routes};
use std::time::Duration;

const FIRST: u32 = line!() + 2;

#[cors(origins = ["https://app.example"])]
#[route("/same", method = "GET", method = "PUT")]
async fn first() -> &'static str {
    ""
}

const SECOND: u32 = line!() + 2;

#[cors(origins = ["https://other.example"])]
#[put("/same")]
async fn second() -> &'static str {
    ""
}

fn here(line: u32) -> String {
    format!("{}:{line}", file!())
}

#[test]
fn two_routes_with_one_method_are_an_error_that_names_both_places() {
    let error = routes![first, second].try_build().unwrap_err().to_string();
    let expected = format!("`PUT /same` is routed twice: at {} and at {}", here(FIRST), here(SECOND));
    assert!(error.starts_with(&expected), "{error}");
    let error = routes![second].merge(routes![first]).try_build().unwrap_err().to_string();
    assert!(error.contains(&here(FIRST)) && error.contains(&here(SECOND)), "{error}");
}

#[actix_web::test]
#[should_panic(expected = "`PUT /same` is routed twice")]
async fn registering_the_group_panics_with_the_error() {
    ask(routes![first, second], "PUT", "/same").await;
}

#[test]
fn the_place_of_a_route_without_the_macro_is_the_call() {
    let handler = || async { "" };
    let line = line!() + 1;
    let by_hand = routes![second].route([Method::PUT], "/same", policy!(origins = ["*"]), handler);
    let error = by_hand.try_build().unwrap_err().to_string();
    assert!(error.contains(&here(SECOND)) && error.contains(&here(line)), "{error}");
}

#[test]
fn two_handlers_for_options_are_an_error() {
    let handler = || async { "" };
    let error = routes![second].options("/same", handler).options("/same", handler).try_build().unwrap_err();
    assert!(error.to_string().starts_with("`OPTIONS /same` is routed twice"), "{error}");
}

fn wants_json(context: &actix_web::guard::GuardContext<'_>) -> bool {
    context.head().headers().get("accept").is_some_and(|accept| accept == "application/json")
}

#[cors(origins = ["https://app.example"])]
#[get("/guarded", guard = "wants_json")]
async fn json() -> &'static str {
    "{}"
}

#[cors(origins = ["https://app.example"])]
#[get("/guarded")]
async fn text() -> &'static str {
    "text"
}

#[test]
fn guards_may_choose_between_routes_with_one_policy() {
    assert!(routes![json, text].try_build().is_ok());
}

const OTHER_PAGES: u32 = line!() + 2;

#[cors(origins = ["https://other.example"])]
#[get("/guarded")]
async fn for_other_pages() -> &'static str {
    "text"
}

/// Guards cannot be evaluated for a preflight, so that one of the two policies would answer for the other.
#[test]
fn guards_that_choose_between_two_policies_are_an_error() {
    let error = routes![json, for_other_pages].try_build().unwrap_err().to_string();
    assert!(error.starts_with("guards choose between two policies of `GET /guarded`: at "), "{error}");
    assert!(error.contains(&here(OTHER_PAGES)) && error.contains("\nhelp: "), "{error}");
}

fn has_key(context: &actix_web::guard::GuardContext<'_>) -> bool {
    context.head().headers().contains_key("x-key")
}

const KEYED: u32 = line!() + 2;

#[cors(origins = ["https://partner.example"])]
#[delete("/keyed/{id}", guard = "has_key")]
async fn with_key() -> &'static str {
    "with the key"
}

#[cors(origins = ["https://partner.example"])]
#[delete("/keyed/{id:\\d+}", guard = "has_key")]
async fn number_with_key() -> &'static str {
    ""
}

#[cors(origins = ["https://partner.example"])]
#[delete("/keyed/{path}*", guard = "has_key")]
async fn path_with_key() -> &'static str {
    ""
}

#[cors(origins = ["https://admin.example"])]
#[delete("/keyed/{item}")]
async fn without_key() -> &'static str {
    "without the key"
}

/// The preflight would go to the policy of the guarded route, and the request to the handler of the other one.
#[test]
fn guards_that_choose_between_policies_of_overlapping_patterns_are_an_error() {
    let error = routes![with_key, without_key].try_build().unwrap_err().to_string();
    assert!(error.starts_with("guards choose between two policies of `DELETE /keyed/"), "{error}");
    for part in [&here(KEYED), &here(KEYED + 18), "\nhelp: "] {
        assert!(error.contains(part), "{part}: {error}");
    }
    let admin = |path| {
        let admin = policy!(origins = ["https://admin.example"]);
        Routes::new().route([Method::DELETE], path, admin, async || "")
    };
    for (guarded, other, is_error) in [
        (routes![with_key], "/keyed/{item}", true),
        (routes![with_key], "/keyed/latest", true),
        (routes![with_key], "/keyed/{item:[a-z]+}", true),
        (routes![with_key], "/{any}*", true),
        (routes![number_with_key], "/keyed/{item}", true),
        (routes![number_with_key], "/keyed/7", true),
        (routes![path_with_key], "/keyed/a/b", true),
        (routes![path_with_key], "/keyed/{item}", true),
        (routes![with_key], "/keyed/{item}/notes", false),
        (routes![with_key], "/other/{item}", false),
        (routes![path_with_key], "/other/{item}", false),
    ] {
        let built = guarded.merge(admin(other)).try_build();
        assert_eq!(built.is_err(), is_error, "{other}: {built:?}");
    }
}

#[test]
fn guards_may_choose_between_overlapping_patterns_with_one_policy() {
    let partner = policy!(origins = ["https://partner.example"]);
    let other = Routes::new().route([Method::DELETE], "/keyed/{item}", partner, async || "");
    assert!(routes![with_key].merge(other).try_build().is_ok());
    let admin = policy!(origins = ["https://admin.example"]);
    let other_method = Routes::new().route([Method::PUT], "/keyed/{item}", admin, async || "");
    assert!(routes![with_key].merge(other_method).try_build().is_ok());
}

/// A handler outside of the group gets the requests that the guard rejects. The policy of the guarded route answers
/// their preflights, but does not change their responses.
#[test]
fn a_guarded_route_answers_the_preflights_of_an_unannotated_handler() {
    use cors_runtime::actix::PolicyMiddleware;
    use tests::ask::{self, Ask};

    const PARTNER: &str = "https://partner.example";
    const DEFAULT: &str = "https://default.example";
    let default = PolicyMiddleware::new(policy!(origins = ["https://default.example"])).methods(["DELETE"]);
    let open = web::resource("/keyed/{id}").route(web::delete().to(|| async { "open" }));
    let mut app = ask::actix_app(App::new().service(routes![with_key]).service(open).wrap(default));
    for (origin, status, allowed) in [(PARTNER, 204, Some(PARTNER)), (DEFAULT, 403, None)] {
        let answer = app(&Ask::preflight("DELETE", "/keyed/7").origin(origin));
        assert_eq!((answer.status, answer.allowed()), (status, allowed));
    }
    for (origin, allowed) in [(PARTNER, None), (DEFAULT, Some(DEFAULT))] {
        let answer = app(&Ask::new("DELETE", "/keyed/7").origin(origin));
        assert_eq!((&*answer.body, answer.allowed()), ("open", allowed));
    }
    for (origin, allowed) in [(PARTNER, Some(PARTNER)), (DEFAULT, None)] {
        let answer = app(&Ask::new("DELETE", "/keyed/7").origin(origin).header("x-key", "1"));
        assert_eq!((&*answer.body, answer.allowed()), ("with the key", allowed));
    }
}

#[actix_web::test]
async fn groups_and_handlers_work_in_scopes() {
    let inner = || web::scope("/inner").service(routes![first]);
    let app = || web::scope("/outer").service(inner()).service(second);
    assert_eq!(ask(app(), "GET", "/outer/inner/same").await, allowed(200));
    assert_eq!(preflight(app(), "PUT", "/outer/inner/same").await, allowed(204));
    assert_eq!(preflight(app(), "PUT", "/outer/same").await, (403, None));
    assert_eq!(
        ask(web::scope("/tried").service(routes![first].try_build().unwrap()), "GET", "/tried/same").await,
        allowed(200)
    );
}

#[cors(origins = ["https://app.example"])]
#[get("/items/{id}")]
async fn any_item() -> &'static str {
    ""
}

#[cors(origins = ["https://app.example"])]
#[put("/items/special")]
async fn special_item() -> HttpResponse {
    HttpResponse::Created().finish()
}

#[cors(origins = ["https://other.example"])]
#[put("/items/{id}")]
async fn update_item() -> &'static str {
    ""
}

/// actix-web matches resources in the order in which they are registered.
#[actix_web::test]
async fn routes_of_a_group_are_matched_in_the_order_of_the_list() {
    let app = || routes![any_item, special_item, update_item];
    assert_eq!(ask(app(), "PUT", "/items/special").await, allowed(201));
    assert_eq!(ask(app(), "PUT", "/items/7").await, (200, None));
}

#[actix_web::test]
async fn a_preflight_is_answered_by_the_route_that_would_get_the_request() {
    let app = || routes![any_item, special_item, update_item];
    assert_eq!(preflight(app(), "PUT", "/items/special").await, allowed(204));
    assert_eq!(preflight(app(), "PUT", "/items/7").await, (403, None));
    assert_eq!(preflight(app(), "GET", "/items/special").await, allowed(204));
}

#[cors(origins = ["https://app.example"], allow_headers = ["x-a"], max_age = 600)]
#[put("/notes/{id}")]
async fn update_note() -> &'static str {
    ""
}

#[cors(origins = ["https://other.example"])]
#[get("/notes/latest")]
async fn latest_note() -> &'static str {
    ""
}

#[cors(origins = ["https://other.example"])]
#[get("/notes/{id}/text")]
async fn text_of_note() -> &'static str {
    ""
}

/// `PUT /notes/latest` and `GET /notes/latest` are one URL for the browser, which remembers header names per URL.
#[actix_web::test]
async fn no_preflight_is_remembered_where_patterns_overlap() {
    async fn max_age(routes: Routes) -> Option<String> {
        let app = init_service(App::new().service(routes)).await;
        let request = TestRequest::with_uri("/notes/latest")
            .method(Method::OPTIONS)
            .insert_header(("origin", APP))
            .insert_header(("access-control-request-method", "PUT"))
            .to_request();
        let response = call_service(&app, request).await;
        assert_eq!(response.status(), 204);
        let max_age = response.headers().get("access-control-max-age");
        max_age.map(|value| value.to_str().unwrap().to_owned())
    }

    assert_eq!(max_age(routes![update_note, latest_note]).await.as_deref(), Some("0"));
    assert_eq!(max_age(routes![latest_note, update_note]).await.as_deref(), Some("0"));
    let manifest = routes![latest_note, update_note, text_of_note].manifest();
    // It depends on the URL: the manifest cannot tell.
    assert!(!manifest.iter().any(ManifestRoute::preflights_are_never_reused));
    // No request gets to both.
    assert_eq!(max_age(routes![update_note, text_of_note]).await.as_deref(), Some("600"));
}

#[test]
fn a_route_for_a_method_that_no_script_can_send_is_an_error() {
    for (method, rule) in [
        ("CONNECT", "method-forbidden"),
        ("TRACE", "method-forbidden"),
        ("TRACK", "method-forbidden"),
        ("trace", "method-forbidden"),
        ("Connect", "method-forbidden"),
        ("patch", "method-case"),
        ("get", "method-case"),
        ("Put", "method-case"),
        ("*", "method-name"),
    ] {
        let name = Method::from_bytes(method.as_bytes()).unwrap();
        let line = line!() + 1;
        let routes = Routes::new().route([name], "/x", policy!(origins = ["*"]), async || "");
        let error = routes.try_build().unwrap_err().to_string();
        let start = error.lines().next().unwrap_or_default();
        assert!(start.ends_with(&format!("[{rule}]")) && start.contains(method), "{error}");
        assert!(error.contains(&here(line)), "{error}");
    }
    let propfind = Method::from_bytes(b"PROPFIND").unwrap();
    let routes = Routes::new().route([propfind], "/x", policy!(origins = ["*"]), async || "");
    assert!(routes.try_build().is_ok());
}

#[test]
fn every_wrong_method_of_a_group_is_named() {
    let route = |routes: Routes, method: &[u8], path| {
        routes.route([Method::from_bytes(method).unwrap()], path, policy!(origins = ["*"]), async || "")
    };
    let routes = route(route(route(Routes::new(), b"patch", "/a"), b"GET", "/b"), b"TRACK", "/c");
    let error = routes.try_build().unwrap_err().to_string();
    assert!(error.contains("[method-case]") && error.contains("[method-forbidden]"), "{error}");
}

#[test]
fn a_route_for_options_is_an_error() {
    let routes = Routes::new().route([Method::OPTIONS], "/x", policy!(origins = ["*"]), async || "");
    let line = line!() - 1;
    let error = routes.try_build().unwrap_err().to_string();
    assert!(error.starts_with("`OPTIONS /x` cannot have a policy") && error.contains(&here(line)), "{error}");
    assert!(error.contains("scripts of other origins cannot call it"), "{error}");
}

/// The time that this thread has run on a processor, which does not depend on other threads.
#[cfg(target_os = "linux")]
fn time_on_cpu() -> Duration {
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let nanoseconds = statistics.split(' ').next().unwrap();
    Duration::from_nanos(nanoseconds.parse().unwrap())
}

#[cfg(not(target_os = "linux"))]
fn time_on_cpu() -> Duration {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed()
}

/// Every worker of a server builds the app. If each pattern were compared with every other one, 16 times as many would
/// take 256 times as long.
#[test]
fn many_patterns_are_built_in_near_linear_time() {
    let policies = [policy!(origins = ["https://app.example"]), policy!(origins = ["https://other.example"])];
    let build = |count: usize, pattern: fn(usize) -> String| {
        let routes = (0..count).fold(Routes::new(), |routes, number| {
            let policy = policies[number % 2].clone();
            routes.route([Method::GET], &pattern(number), policy, async || "")
        });
        let start = time_on_cpu();
        routes.try_build().unwrap();
        time_on_cpu().saturating_sub(start)
    };
    let patterns: [fn(usize) -> String; 6] = [
        |number| format!("/items{number}"),
        |number| format!("/items{number}/{{id}}"),
        |number| format!("/tenants/{{id}}/items{number}"),
        |number| format!("/{{tenant}}/{{id}}/items{number}"),
        |number| format!("/tenants/{{id:\\d+}}/items{number}"),
        |number| format!("/items{number}/{{path}}*"),
    ];
    for pattern in patterns {
        // The least of three times is taken, because other processes slow down some of them.
        let least = |count| (0..3).map(|_| build(count, pattern)).min().unwrap_or_default();
        // Linux does not measure single milliseconds.
        let few = least(250).max(Duration::from_millis(4));
        let (name, more) = (pattern(0), build(1000, pattern));
        assert!(more < Duration::from_secs(2), "{name}: {few:?} for 250 and {more:?} for 1,000");
        let many = least(4000);
        assert!(many < few * 64, "{name}: {few:?} for 250 and {many:?} for 4,000");
    }
}
