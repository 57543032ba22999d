//! Default policies that answer every preflight before anything inside runs: `.answer_every_preflight()`.

use crate::events;
use tests::ask::{Answer, App, Ask};
use tracing::Level;

const DEFAULT: &str = "https://default.example";
const APP: &str = "https://app.example";

mod in_axum {
    use axum::Router;
    use axum::body::Body;
    use axum::extract::Request;
    use axum::routing::any;
    use cors_runtime::axum::{PolicyLayer, cors, policy, routes};
    use tests::ask;
    use tower::{ServiceExt as _, service_fn};

    #[cors(origins = ["https://app.example"], credentials)]
    #[get("/own")]
    async fn own() -> &'static str {
        "own"
    }

    #[cors(origins = ["*"])]
    #[get("/public")]
    async fn public() -> &'static str {
        "public"
    }

    fn layer() -> PolicyLayer {
        let policy = policy!(origins = ["https://default.example"], credentials, max_age = 600);
        PolicyLayer::new(policy).methods(["GET", "PUT"])
    }

    pub(super) fn app(answers_first: bool) -> ask::App {
        let layer = if answers_first { layer().answer_every_preflight() } else { layer() };
        let inside = Router::new()
            .merge(routes![own, public])
            .route("/any", any(|| async { "handler" }))
            .fallback(|| async { "fallback" });
        ask::axum(inside.layer(layer))
    }

    /// A handler passes its request on twice, to routes with a default policy of their own.
    pub(super) fn passed_on_twice() -> ask::App {
        let inner = Router::new()
            .merge(routes![own])
            .layer(PolicyLayer::new(policy!(origins = ["https://default.example"])));
        let service = service_fn(move |request: Request| {
            let inner = inner.clone();
            async move {
                let (parts, _) = request.into_parts();
                let _first = inner.clone().oneshot(Request::from_parts(parts.clone(), Body::empty())).await;
                inner.oneshot(Request::from_parts(parts, Body::empty())).await
            }
        });
        ask::axum(Router::new().fallback_service(service).layer(layer().answer_every_preflight()))
    }
}

mod in_actix {
    use actix_web::{App, get, web};
    use cors_runtime::actix::{PolicyMiddleware, cors, policy, routes};
    use tests::ask;

    #[cors(origins = ["https://app.example"], credentials)]
    #[get("/own")]
    async fn own() -> &'static str {
        "own"
    }

    #[cors(origins = ["*"])]
    #[get("/public")]
    async fn public() -> &'static str {
        "public"
    }

    fn middleware() -> PolicyMiddleware {
        let policy = policy!(origins = ["https://default.example"], credentials, max_age = 600);
        PolicyMiddleware::new(policy).methods(["GET", "PUT"])
    }

    pub(super) fn app(answers_first: bool) -> ask::App {
        let middleware = if answers_first { middleware().answer_every_preflight() } else { middleware() };
        let inside = App::new()
            .service(routes![own, public])
            .service(web::resource("/any").to(|| async { "handler" }))
            .default_service(web::to(|| async { "fallback" }));
        ask::actix_app(inside.wrap(middleware))
    }
}

fn apps(answers_first: bool) -> [App; 2] {
    [in_axum::app(answers_first), in_actix::app(answers_first)]
}

fn summary(answer: &Answer) -> (u16, Option<&str>, &str) {
    (answer.status, answer.allowed(), &answer.body)
}

#[test]
fn preflights_are_answered_before_handlers_for_every_method_and_fallbacks() {
    for mut app in apps(true) {
        for path in ["/any", "/nowhere"] {
            let answer = app(&Ask::preflight("PUT", path).origin(DEFAULT));
            assert_eq!(summary(&answer), (204, Some(DEFAULT), ""), "{path}");
            assert_eq!(answer.header("access-control-allow-methods"), Some("GET, PUT"));
            assert_eq!(answer.header("access-control-max-age"), Some("600"));
            let refused = app(&Ask::preflight("PUT", path).origin("https://evil.example"));
            assert_eq!((refused.status, refused.allowed()), (403, None), "{path}");
            let plain = app(&Ask::new("OPTIONS", path).origin(DEFAULT));
            assert_eq!((plain.status, plain.allowed()), (200, Some(DEFAULT)), "{path}");
        }
        assert_eq!(summary(&app(&Ask::get("/any").origin(DEFAULT))), (200, Some(DEFAULT), "handler"));
        assert_eq!(summary(&app(&Ask::get("/nowhere").origin(DEFAULT))), (200, Some(DEFAULT), "fallback"));
    }
}

#[test]
fn an_annotated_route_inside_refuses_what_its_own_policy_does_not_allow() {
    for mut app in apps(true) {
        let (answers, events) = events::during(|| {
            [
                // The default policy allows the origin, the route does not.
                ("/own", DEFAULT, 403, None),
                // The default policy allows credentials, the route does not.
                ("/public", DEFAULT, 403, Some("*")),
                ("/own", "https://evil.example", 403, None),
                ("/own", APP, 200, Some(APP)),
                // The default policy does not allow this origin, and so no credentials.
                ("/public", APP, 200, Some("*")),
            ]
            .map(|(path, origin, status, allowed)| {
                (app(&Ask::get(path).origin(origin)), path, origin, status, allowed)
            })
        });
        for (answer, path, origin, status, allowed) in &answers {
            assert_eq!((answer.status, answer.allowed()), (*status, *allowed), "{path} {origin}");
        }
        let errors = events.iter().filter(|event| event.level == Level::ERROR);
        let paths: Vec<_> = errors.filter_map(|event| event.field("path")).collect();
        assert_eq!(paths, ["/own", "/public"], "once for each route");
        let reasons: Vec<_> = events.iter().filter_map(|event| event.field("reason")).collect();
        let expected = ["origin-not-allowed", "credentials-not-allowed", "origin-not-allowed"];
        assert_eq!(reasons, expected, "{events:?}");
        // The server's own pages, and clients that are not browsers.
        let own_page = Ask::get("/own").origin(DEFAULT).header("sec-fetch-site", "same-origin");
        assert_eq!(app(&own_page).status, 200);
        assert_eq!(app(&Ask::get("/public")).status, 200);
    }
}

#[test]
fn the_default_mode_names_the_mode_for_handlers_that_answer_preflights_themselves() {
    for mut app in apps(false) {
        let ((), events) = events::during(|| {
            for _ in 0..2 {
                let answer = app(&Ask::preflight("PUT", "/any").origin(DEFAULT));
                assert_eq!(summary(&answer), (200, None, "handler"));
            }
        });
        let warnings: Vec<_> = events.iter().filter(|event| event.level == Level::WARN).collect();
        assert_eq!(warnings.len(), 1, "{events:?}");
        assert!(warnings[0].field("message").unwrap().contains("`.answer_every_preflight()`"), "{events:?}");
    }
}

#[test]
fn an_annotated_route_also_refuses_a_request_that_is_passed_on() {
    let answer = in_axum::passed_on_twice()(&Ask::get("/own").origin(DEFAULT));
    assert_eq!((answer.status, answer.allowed()), (403, None));
}
