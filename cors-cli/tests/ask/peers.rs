//! The advice for tower-http and actix-cors: what it tells to change makes the response readable.

use std::{net::SocketAddr, sync::mpsc, thread};

use actix_web::{
    App, HttpServer,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware, web,
};
use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse as _, Response},
    routing,
};
use tower_http::cors::CorsLayer;

use crate::{mistakes::PAGE, process::ask};

/// Serves an app of axum.
fn axum(app: Router) -> SocketAddr {
    let (sender, address) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(listener.local_addr().unwrap()).unwrap();
            axum::serve(listener, app).await.unwrap();
        });
    });
    address.recv().unwrap()
}

/// Asks for `PUT /me` with a JSON body and a token. Returns the cause, or `None` if the page can read the response.
fn cause(address: SocketAddr) -> Option<String> {
    let arguments =
        format!("PUT http://{address}/me -H content-type:application/json -H authorization:x -d {{}}");
    let result = ask(PAGE, &format!("{arguments} --json"));
    let json = result.json();
    let cause = json["verdicts"][0]["cause"].as_str().map(str::to_owned);
    assert_eq!(result.code, i32::from(cause.is_some()), "{}", result.text());
    cause
}

fn tower_cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin([PAGE.parse::<HeaderValue>().unwrap()])
        .allow_methods([Method::PUT])
        .allow_headers([header::CONTENT_TYPE, header::AUTHORIZATION])
}

fn me() -> Router {
    Router::new().route("/me", routing::put(async || "saved"))
}

async fn login(request: Request, next: Next) -> Response {
    match request.headers().get(header::AUTHORIZATION) {
        None => StatusCode::UNAUTHORIZED.into_response(),
        Some(_) => next.run(request).await,
    }
}

#[test]
fn in_axum_the_layer_that_is_added_last_runs_first() {
    let login_outside = me().layer(tower_cors()).layer(from_fn(login));
    assert_eq!(cause(axum(login_outside)).as_deref(), Some("preflight-needs-login"));
    assert_eq!(cause(axum(me().layer(from_fn(login)).layer(tower_cors()))), None);
}

#[test]
fn in_axum_a_route_layer_of_a_method_does_not_see_preflights() {
    let app = Router::new().route("/me", routing::put(async || "saved").route_layer(tower_cors()));
    assert_eq!(cause(axum(app)).as_deref(), Some("preflight-not-routed"));
    assert_eq!(cause(axum(me().layer(tower_cors()))), None);
}

#[test]
fn tower_http_refuses_origins_and_names_that_are_not_listed() {
    let with_slash = tower_cors().allow_origin(["https://app.example.com/".parse::<HeaderValue>().unwrap()]);
    assert_eq!(cause(axum(me().layer(with_slash))).as_deref(), Some("origin-not-allowed"));
    let without_header = tower_cors().allow_headers([header::CONTENT_TYPE]);
    assert_eq!(cause(axum(me().layer(without_header))).as_deref(), Some("header-not-listed"));
    let without_method = tower_cors().allow_methods([Method::GET]);
    assert_eq!(cause(axum(me().layer(without_method))).as_deref(), Some("method-not-listed"));
}

#[test]
fn in_axum_an_error_outside_of_the_layer_has_no_headers() {
    let overloaded = async |request: Request, next: Next| match *request.method() {
        Method::OPTIONS => next.run(request).await,
        _ => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    };
    let app = me().layer(tower_cors()).layer(from_fn(overloaded));
    assert_eq!(cause(axum(app)).as_deref(), Some("error-without-headers"));
    assert_eq!(cause(axum(me().layer(from_fn(overloaded)).layer(tower_cors()))), None);
}

/// Serves apps of actix-web.
fn actix<F, T, B>(app: F) -> SocketAddr
where
    F: Fn() -> App<T> + Clone + Send + 'static,
    T: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<B>,
            Error = actix_web::Error,
            InitError = (),
        > + 'static,
    B: MessageBody + 'static,
{
    let (sender, address) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            let server = HttpServer::new(app).workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
            sender.send(server.addrs()[0]).unwrap();
            server.run().await.unwrap();
        });
    });
    address.recv().unwrap()
}

async fn actix_login(
    request: ServiceRequest,
    next: middleware::Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    if request.headers().contains_key("authorization") {
        next.call(request).await
    } else {
        Err(actix_web::error::ErrorUnauthorized("no token"))
    }
}

fn actix_cors() -> actix_cors::Cors {
    actix_cors::Cors::default()
        .allowed_origin(PAGE)
        .allowed_methods(["PUT"])
        .allowed_headers(["content-type", "authorization"])
}

async fn saved() -> &'static str {
    "saved"
}

#[test]
fn in_actix_web_the_middleware_that_is_added_last_runs_first() {
    let login_outside = || {
        let login = middleware::from_fn(actix_login);
        App::new().route("/me", web::put().to(saved)).wrap(actix_cors()).wrap(login)
    };
    assert_eq!(cause(actix(login_outside)).as_deref(), Some("preflight-needs-login"));
    let login_inside = || {
        let login = middleware::from_fn(actix_login);
        App::new().route("/me", web::put().to(saved)).wrap(login).wrap(actix_cors())
    };
    assert_eq!(cause(actix(login_inside)), None);
}

#[test]
fn actix_cors_refuses_origins_and_names_that_are_not_listed() {
    let other_origin = || {
        let cors = actix_cors::Cors::default().allowed_origin("https://shop.example");
        App::new().route("/me", web::put().to(saved)).wrap(cors)
    };
    assert_eq!(cause(actix(other_origin)).as_deref(), Some("origin-not-allowed"));
    let no_method = || {
        App::new().route("/me", web::put().to(saved)).wrap(actix_cors::Cors::default().allowed_origin(PAGE))
    };
    assert_eq!(cause(actix(no_method)).as_deref(), Some("method-not-listed"));
    let no_header = || {
        let cors = actix_cors::Cors::default().allowed_origin(PAGE).allowed_methods(["PUT"]);
        App::new().route("/me", web::put().to(saved)).wrap(cors)
    };
    assert_eq!(cause(actix(no_header)).as_deref(), Some("header-not-listed"));
    let no_cors = || App::new().route("/me", web::put().to(saved));
    assert_eq!(cause(actix(no_cors)).as_deref(), Some("preflight-not-routed"));
}
