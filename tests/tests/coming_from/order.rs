//! The order of layers and the differences that `docs/coming-from.md` describes beside its tables.

use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::{App, HttpResponse};
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use cors_runtime::testing::{Browser, Fetch, WireRequest, WireResponse};
use std::cell::RefCell;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use tests::ask::{self, App as Asked, Ask};
use tower_http::cors::CorsLayer;

/// The origin that the annotated route allows, and the one that the layer around it allows.
const OURS: &str = "https://ours.example";
const THEIRS: &str = "https://theirs.example";

mod in_axum {
    use axum::Router;
    use cors_runtime::axum::{PolicyLayer, Routes, cors, methods, policy, routes};

    #[cors(origins = ["https://ours.example"])]
    #[put("/")]
    async fn ours() {}

    #[cors(origins = ["https://ours.example"])]
    async fn without_route() {}

    pub(super) fn with_methods() -> Router {
        Router::new().route("/", methods![put(without_route)])
    }

    pub(super) fn ours_routes() -> Routes {
        routes![ours]
    }

    pub(super) fn default() -> PolicyLayer {
        PolicyLayer::new(policy!(origins = ["https://theirs.example"])).methods(["PUT"])
    }
}

mod in_actix {
    use actix_web::put;
    use cors_runtime::actix::{PolicyMiddleware, Routes, cors, policy, routes};

    #[cors(origins = ["https://ours.example"])]
    #[put("/")]
    async fn ours() -> &'static str {
        ""
    }

    pub(super) fn ours_routes() -> Routes {
        routes![ours]
    }

    pub(super) fn default() -> PolicyMiddleware {
        PolicyMiddleware::new(policy!(origins = ["https://theirs.example"])).methods(["PUT"])
    }
}

/// Status and `Access-Control-Allow-Origin`.
type StatusAndOrigin = (u16, Option<String>);

/// The answers of a server to a `PUT` from an origin and to its preflight.
fn answers(server: &mut Asked, origin: &str) -> (StatusAndOrigin, StatusAndOrigin) {
    let mut answer = |ask: Ask| {
        let answer = server(&ask.origin(origin));
        (answer.status, answer.allowed().map(str::to_owned))
    };
    (answer(Ask::new("PUT", "/")), answer(Ask::preflight("PUT", "/")))
}

/// Whether each of the two pages can send a `PUT` to a server.
fn can_put(server: Asked) -> (bool, bool) {
    let server = RefCell::new(server);
    let answers = |request: WireRequest| {
        let headers = request.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let ask = Ask { headers, ..Ask::new(request.method(), request.path_and_query()) };
        let answer = server.borrow_mut()(&ask);
        let headers = answer.headers.iter();
        headers.fold(WireResponse::new(answer.status), |response, (name, value)| {
            response.with_header(name, value)
        })
    };
    let can_put = |origin| {
        let page = Browser::new().page(origin);
        let fetch = pin!(page.fetch(&answers, Fetch::put("/")));
        // The server is a function, so the future is ready at once.
        match fetch.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => result.is_ok(),
            Poll::Pending => panic!("a function has answered"),
        }
    };
    (can_put(OURS), can_put(THEIRS))
}

async fn axum_login(request: Request, next: Next) -> Response {
    if request.method() == Method::OPTIONS {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    next.run(request).await
}

async fn actix_login<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: actix_web::middleware::Next<B>,
) -> Result<ServiceResponse, actix_web::Error> {
    if request.method() == actix_web::http::Method::OPTIONS {
        return Ok(request.into_response(HttpResponse::Unauthorized().finish()));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

const ONLY_OURS: (bool, bool) = (true, false);
const ONLY_THEIRS: (bool, bool) = (false, true);
const NEITHER: (bool, bool) = (false, false);

#[test]
fn the_order_of_layers_decides_which_pages_can_use_the_server() {
    let layer =
        || CorsLayer::new().allow_origin(HeaderValue::from_static(THEIRS)).allow_methods([Method::PUT]);
    let cors = || Cors::default().allowed_origin(THEIRS).allowed_methods(["PUT"]);
    let axum = || in_axum::ours_routes().into_router();
    let actix = || App::new().service(in_actix::ours_routes());
    let login = || actix_web::middleware::from_fn(actix_login);

    // The comments list the layers from the outside to the inside.
    // default, routes
    assert_eq!(can_put(ask::axum(axum().layer(in_axum::default()))), ONLY_OURS);
    assert_eq!(can_put(ask::actix_app(actix().wrap(in_actix::default()))), ONLY_OURS);
    // default, login, routes
    assert_eq!(can_put(ask::axum(axum().layer(from_fn(axum_login)).layer(in_axum::default()))), NEITHER);
    assert_eq!(can_put(ask::actix_app(actix().wrap(login()).wrap(in_actix::default()))), NEITHER);
    // default, routes with the login in them
    let inside = in_axum::ours_routes().layer(from_fn(axum_login)).into_router();
    assert_eq!(can_put(ask::axum(inside.layer(in_axum::default()))), ONLY_OURS);
    let inside = App::new().service(in_actix::ours_routes().wrap(login()));
    assert_eq!(can_put(ask::actix_app(inside.wrap(in_actix::default()))), ONLY_OURS);
    // login, default, routes
    let outside = axum().layer(in_axum::default()).layer(from_fn(axum_login));
    assert_eq!(can_put(ask::axum(outside.clone())), NEITHER);
    assert_eq!(answers(&mut ask::axum(outside), OURS).1, (401, None));
    assert_eq!(can_put(ask::actix_app(actix().wrap(in_actix::default()).wrap(login()))), NEITHER);
    // login, methods! or routes
    assert_eq!(can_put(ask::axum(in_axum::with_methods().layer(from_fn(axum_login)))), NEITHER);
    assert_eq!(can_put(ask::axum(in_axum::with_methods())), ONLY_OURS);
    let scope = actix_web::web::scope("").wrap(login()).service(in_actix::ours_routes());
    assert_eq!(can_put(ask::actix_app(App::new().service(scope))), NEITHER);
    // default, CorsLayer or Cors, routes
    assert_eq!(can_put(ask::axum(axum().layer(layer()).layer(in_axum::default()))), NEITHER);
    assert_eq!(can_put(ask::actix_app(actix().wrap(cors()).wrap(in_actix::default()))), NEITHER);
    // CorsLayer or Cors, annotated routes
    assert_eq!(can_put(ask::axum(axum().layer(layer()))), ONLY_THEIRS);
    let mut outside = ask::axum(axum().layer(layer()));
    assert_eq!(answers(&mut outside, OURS).0, (200, Some(THEIRS.to_owned())), "the route's header is lost");
    // actix-cors refuses the request of the page before it reaches the route.
    assert_eq!(can_put(ask::actix_app(actix().wrap(cors()))), ONLY_THEIRS);
}

#[test]
fn a_response_of_an_annotated_route_is_known_behind_a_layer_that_builds_a_new_request() {
    async fn rebuilds(request: Request, next: Next) -> Response {
        let (mut parts, body) = request.into_parts();
        parts.extensions = axum::http::Extensions::new();
        next.run(Request::from_parts(parts, body)).await
    }
    let router = in_axum::ours_routes().into_router().layer(from_fn(rebuilds)).layer(in_axum::default());
    assert_eq!(can_put(ask::axum(router)), ONLY_OURS);
}

#[test]
fn the_statuses_of_preflights_differ() {
    let layer = CorsLayer::new().allow_origin([HeaderValue::from_static(OURS)]).allow_methods([Method::PUT]);
    let mut old = ask::axum(Router::new().layer(layer));
    assert_eq!(answers(&mut old, OURS).1, (200, Some(OURS.to_owned())));
    assert_eq!(answers(&mut old, THEIRS).1, (200, None));
    let one = CorsLayer::new().allow_origin(HeaderValue::from_static(OURS));
    assert_eq!(answers(&mut ask::axum(Router::new().layer(one)), THEIRS).1, (200, Some(OURS.to_owned())));
    let mut old =
        ask::actix_app(App::new().wrap(Cors::default().allowed_origin(OURS).allowed_methods(["PUT"])));
    assert_eq!(answers(&mut old, OURS).1, (200, Some(OURS.to_owned())));
    assert_eq!(answers(&mut old, THEIRS).1, (400, None));
    let mut new = ask::axum(in_axum::ours_routes().into_router());
    assert_eq!(answers(&mut new, OURS).1, (204, Some(OURS.to_owned())));
    assert_eq!(answers(&mut new, THEIRS).1, (403, None));
}

#[test]
fn enforce_refuses_requests_like_block_on_origin_mismatch() {
    use cors_runtime::Policy;

    let cors =
        || Cors::default().allowed_origin(OURS).allowed_methods(["PUT"]).block_on_origin_mismatch(true);
    let mut old =
        ask::actix_app(App::new().route("/", actix_web::web::put().to(|| async { "" })).wrap(cors()));
    assert_eq!(answers(&mut old, THEIRS).0, (400, None));
    let policy = Policy::builder().origins([OURS]).enforce().build().unwrap();
    let routes = cors_runtime::actix::Routes::new();
    let routes = routes.route([actix_web::http::Method::PUT], "/", policy, || async { "" });
    let mut new = ask::actix_app(App::new().service(routes));
    assert_eq!(answers(&mut new, THEIRS).0, (403, None));
    assert_eq!(answers(&mut new, OURS).0, (200, Some(OURS.to_owned())));
}

/// A handler that passes a request on to another server returns the headers of that server.
#[test]
fn cors_headers_of_a_handler_remain_only_with_the_old_layers() {
    const ALLOW_ORIGIN: &str = "access-control-allow-origin";
    let axum = || Router::new().route("/", axum::routing::put(async || [(ALLOW_ORIGIN, "*")]));
    let handler = || async { HttpResponse::Ok().insert_header((ALLOW_ORIGIN, "*")).finish() };
    let actix = || App::new().route("/", actix_web::web::put().to(handler));
    let layer = CorsLayer::new().allow_origin([HeaderValue::from_static(OURS)]);
    let cors = Cors::default().allowed_origin(OURS).allowed_methods(["PUT"]);
    for (mut server, allowed) in [
        (ask::axum(axum().layer(layer)), Some("*")),
        (ask::actix_app(actix().wrap(cors)), Some("*")),
        (ask::axum(axum().layer(in_axum::default())), None),
        (ask::actix_app(actix().wrap(in_actix::default())), None),
    ] {
        let (actual, _) = answers(&mut server, "https://evil.example");
        assert_eq!(actual, (200, allowed.map(str::to_owned)));
    }
}

/// As the guide for users of actix-cors says, its headers are on errors, too, as ours are.
#[test]
fn pages_can_read_errors_with_the_old_middleware_and_with_the_new_one() {
    let failing = || async { Err::<&str, _>(actix_web::error::ErrorConflict("taken")) };
    let app = || App::new().route("/", actix_web::web::put().to(failing));
    let cors = Cors::default().allowed_origin(THEIRS).allowed_methods(["PUT"]);
    for mut server in [ask::actix_app(app().wrap(cors)), ask::actix_app(app().wrap(in_actix::default()))] {
        assert_eq!(answers(&mut server, THEIRS).0, (409, Some(THEIRS.to_owned())));
    }
}
