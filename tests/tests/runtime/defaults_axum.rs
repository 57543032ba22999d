//! Default policies in axum: the table of [`crate::defaults`], with real layers.

use crate::defaults::{APP, DEFAULT, check, check_intercepted};
use crate::events;
use crate::servers;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use cors_runtime::Origin;
use cors_runtime::axum::{PolicyLayer, cors, origin_check, policy, routes};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use std::convert::Infallible;
use std::future::pending;
use std::time::Duration;
use tests::ask::{self, Ask};
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

#[cors(origins = ["https://app.example"], credentials)]
#[get("/me")]
async fn me() -> String {
    "me".repeat(100)
}

#[cors(origins = ["https://app.example"], credentials)]
#[get("/slow")]
async fn slow() {
    pending::<()>().await;
}

#[cors(origins = ["https://app.example"], credentials)]
#[get("/panics")]
async fn panics() {
    panic!("as the test wants");
}

const OUTER: &str = "https://outer.example";

fn default_policy() -> PolicyLayer {
    PolicyLayer::new(policy!(origins = ["https://default.example"])).methods(["GET", "PUT"])
}

fn bare() -> Router {
    let annotated = || Router::new().merge(routes![me]);
    Router::new()
        .merge(routes![me, slow, panics])
        .nest("/deep", annotated())
        .nest_service("/deeper", annotated())
        .route("/plain", get(|| async { "plain" }))
}

async fn own_response(request: Request, next: Next) -> Response {
    let (parts, body) = next.run(request).await.into_parts();
    // The response of the route loses its headers.
    let mut response = Response::new(body);
    *response.status_mut() = parts.status;
    if parts.status == StatusCode::NO_CONTENT || parts.status == StatusCode::FORBIDDEN {
        // The answer to a preflight is nothing but headers.
        *response.headers_mut() = parts.headers;
    }
    response
}

/// Replaces the CORS headers of actual responses, as another implementation of CORS does.
async fn other_cors_headers(request: Request, next: Next) -> Response {
    let is_preflight = request.method() == "OPTIONS";
    let mut response = next.run(request).await;
    if !is_preflight {
        response.headers_mut().insert("access-control-allow-origin", "*".parse().unwrap());
        response.headers_mut().remove("access-control-allow-credentials");
    }
    response
}

async fn passes(request: Request, next: Next) -> Response {
    next.run(request).await
}

#[test]
fn an_annotated_route_keeps_its_policy_inside_of_a_default_policy() {
    check("nothing", ask::axum(bare().layer(default_policy())));
}

#[test]
fn layers_between_the_default_policy_and_the_routes_change_no_answer() {
    let layered = |name: &str, router: Router| check(name, ask::axum(router.layer(default_policy())));
    let timeout = || TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(60));
    layered("compression", bare().layer(CompressionLayer::new()));
    layered("timeout", bare().layer(timeout()));
    layered("catch-panic", bare().layer(CatchPanicLayer::new()));
    layered("trace", bare().layer(TraceLayer::new_for_http()));
    layered("from_fn", bare().layer(from_fn(passes)));
    layered("a response of its own", bare().layer(from_fn(own_response)));
    layered("other CORS headers", bare().layer(from_fn(other_cors_headers)));
    let all = bare()
        .layer(from_fn(own_response))
        .layer(CatchPanicLayer::new())
        .layer(timeout())
        .layer(CompressionLayer::new())
        .layer(TraceLayer::new_for_http());
    layered("all", all);
}

#[test]
fn compressed_responses_keep_their_headers() {
    let mut app = ask::axum(bare().layer(CompressionLayer::new()).layer(default_policy()));
    let answer = app(&Ask::get("/me").origin(APP).header("accept-encoding", "gzip"));
    assert_eq!((answer.header("content-encoding"), answer.allowed()), (Some("gzip"), Some(APP)));
    assert!(answer.varies());
}

#[test]
fn the_response_of_a_layer_gets_the_headers_of_the_annotated_route() {
    let router = bare()
        .layer(CatchPanicLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, Duration::from_millis(1)))
        .layer(default_policy());
    let mut app = ask::axum(router);
    for (path, status) in [("/slow", 504), ("/panics", 500)] {
        let answer = app(&Ask::get(path).origin(APP));
        assert_eq!((answer.status, answer.allowed()), (status, Some(APP)), "{path}");
        assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
        let answer = app(&Ask::get(path).origin(DEFAULT));
        assert_eq!((answer.status, answer.allowed()), (status, None), "{path}");
        assert!(answer.varies());
    }
}

#[origin_check]
async fn never_decides(_: &Origin) -> bool {
    pending().await
}

#[origin_check]
fn panics_when_asked(_: &Origin) -> bool {
    panic!("as the test wants");
}

#[origin_check]
fn only_app(origin: &Origin) -> bool {
    origin.as_str() == APP
}

#[cors(origins = dynamic(never_decides))]
#[get("/never-decides")]
async fn never_decided() {}

#[cors(origins = dynamic(panics_when_asked))]
#[get("/panics-when-asked")]
async fn panicking_check() {}

#[cors(origins = dynamic(only_app))]
#[get("/slow-after")]
async fn slow_after() {
    pending::<()>().await;
}

/// A timeout or a panic ends the request before the function has decided. The default policy does not decide in its
/// place.
#[test]
fn a_response_before_the_function_has_decided_gets_no_cors_headers() {
    let routes = || routes![never_decided, panicking_check, slow_after];
    let timeout = TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, Duration::from_millis(1));
    for routes in [routes(), routes().layer(tower::layer::util::Identity::new())] {
        let layered = routes.into_router().layer(CatchPanicLayer::new());
        let mut app = ask::axum(layered.layer(timeout).layer(default_policy()));
        for (path, status, allowed) in [
            ("/never-decides", 504, None),
            ("/panics-when-asked", 500, None),
            ("/slow-after", 504, Some(APP)),
        ] {
            let answer = app(&Ask::get(path).origin(DEFAULT));
            assert_eq!((answer.status, answer.allowed(), answer.varies()), (status, None, true), "{path}");
            let answer = app(&Ask::get(path).origin(APP));
            assert_eq!((answer.status, answer.allowed(), answer.varies()), (status, allowed, true), "{path}");
        }
    }
}

#[cors(origins = ["*"])]
#[get("/public")]
async fn public() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "public")
}

#[cors(origins = ["https://app.example"])]
#[get("/secret")]
async fn secret() -> &'static str {
    "secret"
}

/// Calls two routes with copies of one request, one after the other.
async fn call_both(request: Request) -> [Response; 2] {
    let (parts, _) = request.into_parts();
    let mut responses = Vec::new();
    for path in ["/public", "/secret"] {
        let mut copy = Request::from_parts(parts.clone(), Body::empty());
        *copy.uri_mut() = path.parse().unwrap();
        responses.push(routes![public, secret].into_router().oneshot(copy).await.unwrap());
    }
    responses.try_into().unwrap()
}

/// The response of the second route gets the headers of its own policy, not those of the first.
#[test]
fn a_handler_that_calls_two_routes_keeps_the_headers_of_the_response_that_it_passes_on() {
    let both = async |request: Request| {
        let mut text = Vec::new();
        for response in call_both(request).await {
            text.extend(axum::body::to_bytes(response.into_body(), 100).await.unwrap());
        }
        text
    };
    let second = async |request: Request| {
        let [_, second] = call_both(request).await;
        second
    };
    let router =
        Router::new().route("/both", get(both)).route("/second", get(second)).layer(default_policy());
    let mut app = ask::axum(router);
    for (path, origin, body, allowed) in [
        ("/both", "https://evil.example", "publicsecret", None),
        ("/both", APP, "publicsecret", None),
        ("/second", "https://evil.example", "secret", None),
        ("/second", DEFAULT, "secret", None),
        ("/second", APP, "secret", Some(APP)),
    ] {
        let answer = app(&Ask::get(path).origin(origin));
        assert_eq!(
            (&*answer.body, answer.allowed(), answer.varies()),
            (body, allowed, true),
            "{path} {origin}"
        );
    }
}

/// No policy decides about the response, so that it is the handler's own.
#[test]
fn a_handler_that_calls_two_routes_keeps_the_headers_of_a_response_that_it_builds() {
    let with_vary = async |request: Request| {
        call_both(request).await;
        [("vary", "Origin")]
    };
    let with_origin = async |request: Request| {
        call_both(request).await;
        [("access-control-allow-origin", "*")]
    };
    let router = Router::new().route("/vary", get(with_vary)).route("/origin", get(with_origin));
    let mut app = ask::axum(router.layer(default_policy()));
    for origin in [APP, DEFAULT, "https://evil.example"] {
        for (path, vary, allowed) in [("/vary", Some("Origin"), None), ("/origin", None, Some("*"))] {
            let answer = app(&Ask::get(path).origin(origin));
            assert_eq!((answer.header("vary"), answer.allowed()), (vary, allowed), "{path} {origin}");
        }
    }
}

#[cors(origins = ["https://app.example"])]
#[get("/also-secret")]
async fn also_secret() {}

#[test]
fn a_response_that_a_handler_builds_of_two_routes_gets_the_headers_of_their_equal_policies() {
    let both = async |request: Request| {
        let (parts, _) = request.into_parts();
        for path in ["/secret", "/also-secret"] {
            let mut copy = Request::from_parts(parts.clone(), Body::empty());
            *copy.uri_mut() = path.parse().unwrap();
            routes![secret, also_secret].into_router().oneshot(copy).await.unwrap();
        }
    };
    let mut app = ask::axum(Router::new().route("/both", get(both)).layer(default_policy()));
    for (origin, allowed) in [(APP, Some(APP)), (DEFAULT, None), ("https://evil.example", None)] {
        let answer = app(&Ask::get("/both").origin(origin));
        assert_eq!((answer.allowed(), answer.varies()), (allowed, true), "{origin}");
    }
}

/// Both requests get to one policy, which decides about two origins.
#[test]
fn a_handler_that_calls_a_route_with_two_origins_keeps_the_headers_of_the_last_response() {
    #[cors(origins = ["https://app.example", "https://outer.example"])]
    #[get("/shared")]
    async fn shared() -> &'static str {
        "shared"
    }

    // The handler passes on what the route answers to the last of these origins.
    for (origins, allowed) in [
        ([APP, OUTER], Some(OUTER)),
        ([OUTER, APP], Some(APP)),
        ([APP, "https://evil.example"], None),
        (["https://evil.example", APP], Some(APP)),
    ] {
        let last = async move |request: Request| {
            let (parts, _) = request.into_parts();
            let mut last = None;
            for origin in origins {
                let mut copy = Request::from_parts(parts.clone(), Body::empty());
                *copy.uri_mut() = "/shared".parse().unwrap();
                copy.headers_mut().insert("origin", origin.parse().unwrap());
                last = Some(routes![shared].into_router().oneshot(copy).await.unwrap());
            }
            last.unwrap()
        };
        let mut app = ask::axum(Router::new().route("/last", get(last)).layer(default_policy()));
        for origin in [APP, OUTER, DEFAULT, "https://evil.example"] {
            let answer = app(&Ask::get("/last").origin(origin));
            let answered = (&*answer.body, answer.allowed(), answer.varies());
            assert_eq!(answered, ("shared", allowed, true), "{origins:?} {origin}");
        }
    }
}

/// An app whose handler calls one route after the other, and passes on the last response.
fn last_of(requests: &'static [(&'static str, &'static str)], router: fn() -> Router) -> ask::App {
    let handler = async move |request: Request| {
        let (parts, _) = request.into_parts();
        let mut last = None;
        for (method, path) in requests {
            let mut copy = Request::from_parts(parts.clone(), Body::empty());
            *copy.method_mut() = method.parse().unwrap();
            *copy.uri_mut() = path.parse().unwrap();
            if *method == "OPTIONS" {
                copy.headers_mut().insert("access-control-request-method", "GET".parse().unwrap());
            }
            last = Some(router().oneshot(copy).await.unwrap());
        }
        last.unwrap()
    };
    ask::axum(Router::new().route("/last", get(handler)).layer(default_policy()))
}

#[cors(origins = dynamic(only_app))]
#[get("/asked")]
async fn asked() -> &'static str {
    "asked"
}

/// Neither the policy of an earlier route nor the default policy changes the last response.
#[test]
fn a_handler_that_calls_routes_with_and_without_a_function_keeps_the_headers_of_the_last_response() {
    let router = || routes![public, secret, asked].into_router();
    for (asks, is_for_app) in [
        (&[("GET", "/public"), ("GET", "/asked")][..], true),
        (&[("GET", "/secret"), ("GET", "/asked")], true),
        (&[("GET", "/asked"), ("GET", "/asked")], true),
        (&[("GET", "/asked"), ("GET", "/secret")], true),
        (&[("GET", "/public"), ("GET", "/public"), ("GET", "/secret")], true),
        (&[("GET", "/asked"), ("GET", "/public")], false),
        (&[("OPTIONS", "/secret"), ("GET", "/secret")], true),
        (&[("OPTIONS", "/public"), ("GET", "/asked")], true),
    ] {
        let mut app = last_of(asks, router);
        for origin in [APP, DEFAULT, "https://evil.example"] {
            let answer = app(&Ask::get("/last").origin(origin));
            let expected = if is_for_app { (origin == APP).then_some(APP) } else { Some("*") };
            assert_eq!(answer.allowed(), expected, "{asks:?} {origin}: {answer:?}");
        }
    }
}

/// Both policies allow the origin, but only one of them allows credentials.
#[test]
fn a_handler_that_calls_two_routes_does_not_mix_their_policies() {
    #[cors(origins = ["https://app.example"])]
    #[get("/without-credentials")]
    async fn without_credentials() {}

    let router = || routes![me, without_credentials].into_router();
    for (requests, expected) in [
        (&[("GET", "/me"), ("GET", "/without-credentials")], None),
        (&[("GET", "/without-credentials"), ("GET", "/me")], Some("true")),
    ] {
        let answer = last_of(requests, router)(&Ask::get("/last").origin(APP));
        let credentials = answer.header("access-control-allow-credentials");
        assert_eq!((answer.allowed(), credentials), (Some(APP), expected), "{requests:?}");
    }
}

/// The origin check of the second route has not decided when a layer answers.
#[test]
fn a_handler_that_waits_for_an_origin_check_after_it_called_another_route() {
    let both = async |request: Request| {
        let (parts, _) = request.into_parts();
        for path in ["/public", "/never-decides"] {
            let mut copy = Request::from_parts(parts.clone(), Body::empty());
            *copy.uri_mut() = path.parse().unwrap();
            routes![public, never_decided].into_router().oneshot(copy).await.unwrap();
        }
    };
    let timeout = TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, Duration::from_millis(1));
    let mut app = ask::axum(Router::new().route("/both", get(both)).layer(timeout).layer(default_policy()));
    for origin in [APP, DEFAULT, "https://evil.example"] {
        let answer = app(&Ask::get("/both").origin(origin));
        assert_eq!((answer.status, answer.allowed()), (504, None), "{origin}");
    }
}

/// The handler's own policy decides about the response, although it comes from a route with another policy.
#[test]
fn an_annotated_handler_that_calls_other_routes_answers_with_its_own_policy() {
    #[cors(origins = ["https://outer.example"])]
    #[get("/around")]
    async fn around(request: Request) -> Response {
        let [_, second] = call_both(request).await;
        second
    }

    let mut app = ask::axum(routes![around].into_router().layer(default_policy()));
    for (origin, allowed) in [(OUTER, Some(OUTER)), (APP, None), (DEFAULT, None)] {
        let answer = app(&Ask::get("/around").origin(origin));
        assert_eq!((&*answer.body, answer.allowed(), answer.varies()), ("secret", allowed, true), "{origin}");
    }
}

#[test]
fn a_router_that_is_merged_or_falls_back_keeps_its_annotations() {
    let inner = || Router::new().merge(routes![me]);
    let plain = || Router::new().route("/plain", get(|| async { "plain" }));
    let deep = |router: Router| router.nest("/deep", inner()).nest_service("/deeper", inner());
    check("merge", ask::axum(deep(plain().merge(inner())).layer(default_policy())));
    let fallback = deep(plain()).fallback_service(inner());
    check("fallback_service", ask::axum(fallback.layer(default_policy())));
    let outside = Router::new().fallback_service(bare().layer(default_policy()));
    check("inside of a fallback_service", ask::axum(outside));
    let outside = Router::new().merge(bare()).layer(default_policy()).layer(from_fn(passes));
    check("with a layer outside", ask::axum(outside));
}

#[test]
fn a_fallback_for_405_changes_no_answer() {
    let router = bare().method_not_allowed_fallback(|| async { (StatusCode::METHOD_NOT_ALLOWED, "no") });
    check("method_not_allowed_fallback", ask::axum(router.layer(default_policy())));
}

#[test]
fn a_login_that_answers_preflights_gets_no_cors_headers() {
    async fn login(request: Request, next: Next) -> Response {
        match request.headers().get("authorization") {
            Some(_) => next.run(request).await,
            None => (StatusCode::UNAUTHORIZED, [("access-control-allow-origin", "*"), ("vary", "Origin")])
                .into_response(),
        }
    }
    let router = bare().layer(from_fn(login)).layer(default_policy());
    check_intercepted("login", ask::axum(router.clone()));
    check_intercepted("login, two defaults", ask::axum(router.layer(default_policy())));
}

#[cors(origins = ["https://app.example"], enforce)]
#[get("/enforced")]
async fn enforced() {}

#[cors(origins = dynamic(only_app), enforce)]
#[get("/enforced/dynamic")]
async fn enforced_dynamic() {}

#[test]
fn a_refusal_by_enforce_gets_no_headers_of_the_default_policy() {
    let groups = [
        routes![enforced, enforced_dynamic],
        routes![enforced, enforced_dynamic].layer(tower::layer::util::Identity::new()),
    ];
    for routes in groups {
        let mut app = ask::axum(routes.into_router().layer(default_policy()));
        for path in ["/enforced", "/enforced/dynamic"] {
            for (origin, status, allowed) in [(APP, 200, Some(APP)), (DEFAULT, 403, None)] {
                let answer = app(&Ask::get(path).origin(origin));
                let answered = (answer.status, answer.allowed(), answer.varies());
                assert_eq!(answered, (status, allowed, true), "{path} {origin}");
            }
        }
    }
}

#[test]
fn a_layer_outside_of_the_default_policy_gets_no_cors_headers() {
    async fn login(_: Request, _: Next) -> StatusCode {
        StatusCode::UNAUTHORIZED
    }
    let router = bare().layer(default_policy()).layer(from_fn(login));
    let answer = ask::axum(router)(&Ask::get("/plain").origin(DEFAULT));
    assert_eq!((answer.status, answer.allowed()), (401, None));
}

#[test]
fn the_inner_one_of_two_default_policies_decides() {
    let outer = || PolicyLayer::new(policy!(origins = ["https://outer.example", "https://app.example"]));
    check("whole app", ask::axum(bare().layer(default_policy()).layer(outer().methods(["GET", "DELETE"]))));
    let layered = bare().layer(default_policy()).layer(from_fn(own_response));
    check("with a layer in between that builds its own response", ask::axum(layered.layer(outer())));

    let inner = Router::new().route("/inner", get(|| async { "inner" })).layer(default_policy());
    let router =
        Router::new().route("/outer", get(|| async { "outer" })).nest("/under", inner).layer(outer());
    let mut app = ask::axum(router);
    for (path, allowed, other) in [("/under/inner", DEFAULT, OUTER), ("/outer", OUTER, DEFAULT)] {
        for (ask, refused) in [(Ask::get(path), 200), (Ask::preflight("GET", path), 403)] {
            let answer = app(&ask.clone().origin(allowed));
            assert_eq!(answer.allowed(), Some(allowed), "{ask:?}");
            let answer = app(&ask.clone().origin(other));
            assert_eq!((answer.status, answer.allowed()), (refused, None), "{ask:?}");
        }
    }
}

#[test]
fn a_request_that_a_layer_repeats_is_answered_like_one_request() {
    let twice = |router: Router| {
        let service = service_fn(move |request: Request| {
            let router = router.clone();
            async move {
                let (parts, _) = request.into_parts();
                let copy = || Request::from_parts(parts.clone(), Body::empty());
                let _first = router.clone().oneshot(copy()).await;
                router.oneshot(copy()).await
            }
        });
        Router::new().fallback_service(service)
    };
    let outer = || PolicyLayer::new(policy!(origins = ["https://outer.example", "https://app.example"]));
    check("inside of the default", ask::axum(twice(bare()).layer(default_policy())));
    // The policy decided alike both times, so that it still applies to a response that a layer builds.
    let layered = twice(bare()).layer(from_fn(own_response));
    check("inside of a layer that builds its own response", ask::axum(layered.layer(default_policy())));
    check("outside of it", ask::axum(twice(bare().layer(default_policy()))));
    check("between two", ask::axum(twice(bare().layer(default_policy())).layer(outer())));
}

#[test]
fn a_preflight_that_an_unannotated_handler_answers_gets_no_cors_headers() {
    let router = Router::new().route("/any", any(|| async { "any" })).layer(default_policy());
    let mut app = ask::axum(router);
    let (answer, events) = events::during(|| app(&Ask::preflight("GET", "/any").origin(DEFAULT)));
    assert_eq!((answer.status, answer.allowed()), (200, None));
    assert_eq!(events[0].field("reason"), Some("preflight-intercepted"));
    assert_eq!(app(&Ask::get("/any").origin(DEFAULT)).allowed(), Some(DEFAULT));
}

#[test]
fn the_warning_about_handlers_that_answer_preflights_is_logged_once() {
    let mut app = ask::axum(Router::new().route("/any", any(|| async { "any" })).layer(default_policy()));
    for expected in [1, 0, 0] {
        let (_, events) = events::during(|| app(&Ask::preflight("GET", "/any").origin(DEFAULT)));
        let warnings = events.iter().filter(|event| event.level == tracing::Level::WARN);
        assert_eq!(warnings.count(), expected, "{events:?}");
    }
}

#[test]
fn cors_headers_of_an_unannotated_handler_are_replaced_and_reported_once() {
    let handler = || async { [("access-control-allow-origin", "*"), ("access-control-max-age", "1")] };
    let mut app = ask::axum(Router::new().route("/plain", get(handler)).layer(default_policy()));
    let (answers, events) =
        events::during(|| [DEFAULT, APP].map(|origin| app(&Ask::get("/plain").origin(origin))));
    assert_eq!((answers[0].allowed(), answers[1].allowed()), (Some(DEFAULT), None));
    assert!(answers.iter().all(|answer| answer.header("access-control-max-age").is_none()));
    let warnings = events.iter().filter(|event| event.level == tracing::Level::WARN).count();
    assert_eq!(warnings, 1, "{events:?}");
}

#[test]
fn a_default_policy_works_around_any_tower_service() {
    let inner = service_fn(|request: axum::http::Request<Vec<u8>>| async move {
        let mut response = axum::http::Response::new(Vec::<u8>::new());
        if request.method() == "OPTIONS" {
            *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        }
        Ok::<_, Infallible>(response)
    });
    let service = default_policy().layer(inner);
    let ask = |request: axum::http::request::Builder| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let request = request.header("origin", DEFAULT).body(Vec::new()).unwrap();
        runtime.block_on(service.clone().oneshot(request)).unwrap()
    };
    let response = ask(axum::http::Request::get("/"));
    assert_eq!(response.headers()["access-control-allow-origin"], DEFAULT);
    let preflight = axum::http::Request::options("/").header("access-control-request-method", "PUT");
    let response = ask(preflight);
    assert_eq!(response.status(), 204);
    assert_eq!(response.headers()["access-control-allow-methods"], "GET, PUT");
    assert_eq!(
        response.headers()["vary"],
        "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
    );
}

#[test]
fn a_default_policy_works_in_a_server_of_hyper() {
    let inner = service_fn(|request: hyper::Request<Incoming>| async move {
        let mut response = hyper::Response::new(Full::new(Bytes::from("hyper")));
        if request.method() == "OPTIONS" {
            *response.status_mut() = StatusCode::NOT_FOUND;
        }
        Ok::<_, Infallible>(response)
    });
    let server = servers::hyper(default_policy().layer(inner));
    let origin = format!("Origin: {DEFAULT}");
    let answer = servers::answer(server, "GET", &["Host: api.example", &origin]);
    assert!(answer.contains(&format!("access-control-allow-origin: {DEFAULT}\r\n")), "{answer}");
    assert!(answer.ends_with("hyper"), "{answer}");
    let asks = "Access-Control-Request-Method: PUT";
    let answer = servers::answer(server, "OPTIONS", &["Host: api.example", &origin, asks]);
    assert!(answer.starts_with("HTTP/1.1 204 "), "{answer}");
    assert!(answer.contains("access-control-allow-methods: GET, PUT\r\n"), "{answer}");
    let answer =
        servers::answer(server, "OPTIONS", &["Host: api.example", "Origin: https://evil.example", asks]);
    assert!(answer.starts_with("HTTP/1.1 403 ") && !answer.contains("access-control-"), "{answer}");
}

#[test]
fn a_default_policy_cannot_enforce_and_its_methods_are_checked() {
    let policy = policy!(origins = ["https://a.example"], enforce);
    let error = PolicyLayer::try_new(policy).unwrap_err().to_string();
    assert!(error.contains("enforce") && error.contains("defaults_axum.rs:"), "{error}");
    for (method, rule) in [("put", "method-case"), ("TRACE", "method-forbidden"), ("GET PUT", "method-name")]
    {
        let error = default_policy().try_methods(["GET", method]).unwrap_err().to_string();
        assert!(error.lines().next().is_some_and(|line| line.ends_with(&format!("[{rule}]"))), "{error}");
    }
}
