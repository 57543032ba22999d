//! The app of the table in axum, with policies of the attribute.

use crate::calls::Calls;
use crate::handlers::{with_dynamic_handlers, with_handlers};
use crate::own_headers::own_headers;
use crate::routes::{ENFORCED_BY_DEFAULT, GO, HOSTS_BY_DEFAULT};
use axum::Json;
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::header::{ETAG, LOCATION};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use cors_runtime::Origin;
use cors_runtime::axum::{PolicyLayer, Routes, cors, methods, origin_check, policy, routes};

pub(crate) fn app(calls: Calls) -> Router {
    let gate = from_fn_with_state(calls.clone(), gate);
    let inner = from_fn_with_state(calls.clone(), inner);
    let direct = direct().options("/with-options", own_options).options("/only-options", own_options);
    let gated =
        gated().options("/layered/options", own_options).options("/layered/only-options", own_options);
    let later_options = routes![].layer(gate.clone()).options("/layered/later-options", own_options);
    let any_methods = any_methods().merge(any_methods_gated().layer(gate.clone()));
    let by_hand = routes![].route(
        [Method::GET, Method::PUT],
        "/by-hand",
        policy!(origins = ["https://app.example"], max_age = 60),
        handler,
    );
    Router::new()
        .merge(direct.merge(gated.layer(gate.clone())))
        .merge(gated_twice().layer(inner).layer(gate.clone()))
        .merge(dynamic_direct().merge(dynamic_gated().layer(gate)))
        .merge(routes![alone, status, fails, json, headers, public_headers])
        .merge(later_options)
        .merge(any_methods)
        .merge(by_hand)
        .route("/default", any(handler).layer(PolicyLayer::answering_every_preflight(&ENFORCED_BY_DEFAULT)))
        .route(
            "/default/hosts",
            any(handler).layer(PolicyLayer::answering_every_preflight(&HOSTS_BY_DEFAULT)),
        )
        .route("/go", any(handler).layer(PolicyLayer::answering_every_preflight(&GO)))
        .merge(routes![go_route, go_bypass])
        .route("/methods", methods![get(method_get), put(method_put)])
        .nest("/nested", routes![nested_root].merge(nested()).into_router())
        .with_state(calls)
}

/// Rejects requests without a token.
pub(crate) async fn gate(State(calls): State<Calls>, request: Request, next: Next) -> Response {
    calls.note("gate");
    match request.headers().get("x-token") {
        Some(_) => next.run(request).await,
        None => (StatusCode::UNAUTHORIZED, "no token").into_response(),
    }
}

/// Passes on every request.
pub(crate) async fn inner(State(calls): State<Calls>, request: Request, next: Next) -> Response {
    calls.note("inner");
    next.run(request).await
}

pub(crate) async fn handler(State(calls): State<Calls>) -> &'static str {
    calls.note("handler");
    "done"
}

/// Answers plain `OPTIONS` requests.
pub(crate) async fn own_options(State(calls): State<Calls>) -> &'static str {
    calls.note("options");
    "own"
}

#[cors(policy = GO)]
#[route("/go/route", method = "GET", method = "POST", method = "PUT")]
async fn go_route(calls: State<Calls>) -> &'static str {
    handler(calls).await
}

#[cors(origins = ["https://trusted.example"])]
#[post("/go/bypass")]
async fn go_bypass(calls: State<Calls>) -> &'static str {
    handler(calls).await
}

#[origin_check]
async fn tenant(origin: &Origin, State(calls): State<Calls>) -> bool {
    calls.note("check");
    origin.is_subdomain_of("tenants.example")
}

/// Defines the handlers, and a function for each group of them.
macro_rules! define {
    ($($group:ident { $($(#[$attribute:meta])+ $name:ident;)+ })+) => {
        $($(
            $(#[$attribute])+
            async fn $name(calls: State<Calls>) -> &'static str {
                handler(calls).await
            }
        )+)+

        $(fn $group() -> Routes<Calls> {
            routes![$($name),+]
        })+
    };
}

with_handlers! { define }
with_dynamic_handlers! { define }

// The following handlers have other attributes or paths than in actix-web, or are registered in another way.

define! {
    any_methods {
        #[cors(origins = ["https://app.example"], credentials, max_age = 600)]
        #[any("/any")]
        anything;

        #[cors(origins = ["https://other.example"])]
        #[get("/any")]
        specific;

        #[cors(origins = ["https://app.example"], enforce)]
        #[any("/any/enforced")]
        enforced_anything;

        #[cors(origins = ["https://app.example"], enforce(hosts = ["own.example"]))]
        #[any("/any/hosts")]
        hosts_anything;
    }

    any_methods_gated {
        #[cors(origins = ["https://app.example"])]
        #[any("/any/layered")]
        layered_anything;
    }
}

#[cors(origins = ["https://app.example"])]
#[put("/alone")]
async fn alone(calls: State<Calls>) -> &'static str {
    handler(calls).await
}

#[cors(origins = ["https://app.example"])]
#[get("/")]
async fn nested_root(calls: State<Calls>) -> &'static str {
    handler(calls).await
}

#[cors(origins = ["https://app.example"])]
async fn method_get(calls: State<Calls>) -> &'static str {
    handler(calls).await
}

#[cors(origins = ["https://other.example"])]
async fn method_put(calls: State<Calls>) -> &'static str {
    handler(calls).await
}

// The following handlers do more than to note that they ran.

#[cors(origins = ["https://app.example"], credentials)]
#[get("/status/{code}")]
pub(crate) async fn status(State(calls): State<Calls>, Path(code): Path<u16>) -> impl IntoResponse {
    calls.note("handler");
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_REQUEST);
    (status, [(LOCATION, "/elsewhere"), (ETAG, "\"1\"")])
}

#[cors(origins = ["https://app.example"], credentials)]
#[get("/fails")]
pub(crate) async fn fails(State(calls): State<Calls>) -> Result<&'static str, StatusCode> {
    calls.note("handler");
    Err(StatusCode::INTERNAL_SERVER_ERROR)
}

#[cors(origins = ["https://app.example"], credentials, allow_headers = ["content-type"])]
#[post("/json")]
pub(crate) async fn json(State(calls): State<Calls>, Json(value): Json<serde_json::Value>) -> String {
    calls.note("handler");
    value.to_string()
}

fn with_own_headers(kind: &str) -> Response {
    let mut response = "done".into_response();
    for (name, value) in own_headers(kind) {
        response.headers_mut().append(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

#[cors(origins = ["https://app.example"], credentials)]
#[get("/headers/{kind}")]
pub(crate) async fn headers(Path(kind): Path<String>) -> Response {
    with_own_headers(&kind)
}

#[cors(origins = ["*"])]
#[get("/public/headers/{kind}")]
async fn public_headers(Path(kind): Path<String>) -> Response {
    with_own_headers(&kind)
}
