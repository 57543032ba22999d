//! What `docs/coming-from.md` says of the order of layers, and of what is different everywhere.

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

/// Of the page that the route allows, and of the one that the layer outside allows.
const OURS: &str = "https://ours.example";
const THEIRS: &str = "https://theirs.example";

mod in_axum {
    use cors_runtime::axum::{PolicyLayer, Routes, cors, policy, routes};

    #[cors(origins = ["https://ours.example"])]
    #[put("/")]
    async fn ours() {}

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
type Raw = (u16, Option<String>);

/// What a server says to a `PUT` of an origin, and to its preflight.
fn raw(server: &mut Asked, origin: &str) -> (Raw, Raw) {
    let mut raw = |ask: Ask| {
        let answer = server(&ask.origin(origin));
        (answer.status, answer.allowed().map(str::to_owned))
    };
    (raw(Ask::new("PUT", "/")), raw(Ask::preflight("PUT", "/")))
}

/// Which of the two pages can use a server.
fn who(server: Asked) -> (bool, bool) {
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
        // The server answers at once: there is nothing to wait for.
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
const NOBODY: (bool, bool) = (false, false);

#[test]
fn the_order_of_layers() {
    let layer =
        || CorsLayer::new().allow_origin(HeaderValue::from_static(THEIRS)).allow_methods([Method::PUT]);
    let cors = || Cors::default().allowed_origin(THEIRS).allowed_methods(["PUT"]);
    let axum = || in_axum::ours_routes().into_router();
    let actix = || App::new().service(in_actix::ours_routes());
    let login = || actix_web::middleware::from_fn(actix_login);

    // default, routes
    assert_eq!(who(ask::axum(axum().layer(in_axum::default()))), ONLY_OURS);
    assert_eq!(who(ask::actix_app(actix().wrap(in_actix::default()))), ONLY_OURS);
    // default, login, routes
    assert_eq!(who(ask::axum(axum().layer(from_fn(axum_login)).layer(in_axum::default()))), NOBODY);
    assert_eq!(who(ask::actix_app(actix().wrap(login()).wrap(in_actix::default()))), NOBODY);
    // default, routes with the login in them
    let inside = in_axum::ours_routes().layer(from_fn(axum_login)).into_router();
    assert_eq!(who(ask::axum(inside.layer(in_axum::default()))), ONLY_OURS);
    let inside = App::new().service(in_actix::ours_routes().wrap(login()));
    assert_eq!(who(ask::actix_app(inside.wrap(in_actix::default()))), ONLY_OURS);
    // login, default, routes
    let outside = axum().layer(in_axum::default()).layer(from_fn(axum_login));
    assert_eq!(who(ask::axum(outside.clone())), NOBODY);
    assert_eq!(raw(&mut ask::axum(outside), OURS).1, (401, None));
    assert_eq!(who(ask::actix_app(actix().wrap(in_actix::default()).wrap(login()))), NOBODY);
    // default, CorsLayer or Cors, routes
    assert_eq!(who(ask::axum(axum().layer(layer()).layer(in_axum::default()))), NOBODY);
    assert_eq!(who(ask::actix_app(actix().wrap(cors()).wrap(in_actix::default()))), NOBODY);
    // CorsLayer or Cors, annotated routes
    assert_eq!(who(ask::axum(axum().layer(layer()))), ONLY_THEIRS);
    let mut outside = ask::axum(axum().layer(layer()));
    assert_eq!(raw(&mut outside, OURS).0, (200, Some(THEIRS.to_owned())), "the route's header is lost");
    // actix-cors refuses the page before the route is asked.
    assert_eq!(who(ask::actix_app(actix().wrap(cors()))), ONLY_THEIRS);
}

#[test]
fn a_response_of_an_annotated_route_is_known_behind_a_layer_that_builds_a_new_request() {
    async fn rebuilds(request: Request, next: Next) -> Response {
        let (mut parts, body) = request.into_parts();
        parts.extensions = axum::http::Extensions::new();
        next.run(Request::from_parts(parts, body)).await
    }
    let router = in_axum::ours_routes().into_router().layer(from_fn(rebuilds)).layer(in_axum::default());
    assert_eq!(who(ask::axum(router)), ONLY_OURS);
}

#[test]
fn statuses_of_preflights() {
    let layer = CorsLayer::new().allow_origin([HeaderValue::from_static(OURS)]).allow_methods([Method::PUT]);
    let mut old = ask::axum(Router::new().layer(layer));
    assert_eq!(raw(&mut old, OURS).1, (200, Some(OURS.to_owned())));
    assert_eq!(raw(&mut old, THEIRS).1, (200, None));
    let one = CorsLayer::new().allow_origin(HeaderValue::from_static(OURS));
    assert_eq!(raw(&mut ask::axum(Router::new().layer(one)), THEIRS).1, (200, Some(OURS.to_owned())));
    let mut old =
        ask::actix_app(App::new().wrap(Cors::default().allowed_origin(OURS).allowed_methods(["PUT"])));
    assert_eq!(raw(&mut old, OURS).1, (200, Some(OURS.to_owned())));
    assert_eq!(raw(&mut old, THEIRS).1, (400, None));
    let mut new = ask::axum(in_axum::ours_routes().into_router());
    assert_eq!(raw(&mut new, OURS).1, (204, Some(OURS.to_owned())));
    assert_eq!(raw(&mut new, THEIRS).1, (403, None));
}

#[test]
fn block_on_origin_mismatch_is_enforce() {
    use cors_runtime::Policy;

    let cors =
        || Cors::default().allowed_origin(OURS).allowed_methods(["PUT"]).block_on_origin_mismatch(true);
    let mut old =
        ask::actix_app(App::new().route("/", actix_web::web::put().to(|| async { "" })).wrap(cors()));
    assert_eq!(raw(&mut old, THEIRS).0, (400, None));
    let policy = Policy::builder().origins([OURS]).enforce().build().unwrap();
    let routes = cors_runtime::actix::Routes::new();
    let routes = routes.route(actix_web::http::Method::PUT, "/", policy, || async { "" });
    let mut new = ask::actix_app(App::new().service(routes));
    assert_eq!(raw(&mut new, THEIRS).0, (403, None));
    assert_eq!(raw(&mut new, OURS).0, (200, Some(OURS.to_owned())));
}
