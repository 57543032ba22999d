//! Handlers, attributes and groups that the macros have to accept in actix-web.

mod attributes;
mod groups;
mod names;
mod neighbours;
mod several_groups;
mod strict;

use actix_web::dev::HttpServiceFactory;
use actix_web::http::Method;
use actix_web::{App, test};

const APP: &str = "https://app.example";

/// The status, and the value of `Access-Control-Allow-Origin`.
type Answer = (u16, Option<String>);

/// Sends a request from `https://app.example`, with one more header.
async fn ask_with(
    service: impl HttpServiceFactory + 'static,
    method: &str,
    path: &str,
    header: (&'static str, &'static str),
) -> Answer {
    let app = test::init_service(App::new().service(service)).await;
    let request = test::TestRequest::default()
        .method(Method::from_bytes(method.as_bytes()).unwrap())
        .uri(path)
        .insert_header(("origin", APP))
        .insert_header(header);
    let response = test::call_service(&app, request.to_request()).await;
    let origin = response.headers().get("access-control-allow-origin");
    (response.status().as_u16(), origin.map(|value| value.to_str().unwrap().to_owned()))
}

/// Sends a request from `https://app.example`.
async fn ask(service: impl HttpServiceFactory + 'static, method: &str, path: &str) -> Answer {
    ask_with(service, method, path, ("x-nothing", "")).await
}

/// Sends a preflight from `https://app.example`.
async fn preflight(service: impl HttpServiceFactory + 'static, method: &'static str, path: &str) -> Answer {
    ask_with(service, "OPTIONS", path, ("access-control-request-method", method)).await
}

/// The answer that `https://app.example` may read.
fn allowed(status: u16) -> Answer {
    (status, Some(APP.to_owned()))
}
