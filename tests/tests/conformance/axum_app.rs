//! The app of the table, in axum. `actix_app.rs` declares the same.

use crate::calls::Calls;
use crate::own_headers::own_headers;
use axum::Json;
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::header::{ETAG, LOCATION};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodFilter;
use cors_runtime::Origin;
use cors_runtime::axum::{cors, methods, origin_check, policy, routes};

pub(crate) fn app(calls: Calls) -> Router {
    let gate = from_fn_with_state(calls.clone(), gate);
    Router::new()
        .merge(routes![account, update_account, delete_account, notes, add_note, delete_note])
        .merge(routes![
            draft,
            delete_draft,
            mixed_post,
            mixed_post_put,
            mixed_head,
            mixed_head_put,
            mixed_headers_put,
            mixed_headers_delete,
            head,
            head_only
        ])
        .merge(routes![plain, never_cached, tenants, items, status, fails, json, headers, public_headers])
        .merge(routes![public, search, star, public_reflect, reflect, enforced, enforced_put, alone])
        .merge(
            routes![options_get].options("/with-options", own_options).options("/only-options", own_options),
        )
        .merge(routes![profile, update_profile, visits, update_visits, teams, update_teams])
        .merge(routes![prices, update_prices, delete_prices, delete_me, change_person])
        .merge(routes![layered, layered_put].layer(gate.clone()))
        .merge(routes![layered_options].options("/layered/options", own_options).layer(gate.clone()))
        .merge(routes![].options("/layered/only-options", own_options).layer(gate.clone()))
        .merge(routes![].layer(gate.clone()).options("/layered/later-options", own_options))
        .merge(routes![dynamic, dynamic_put].merge(routes![layered_dynamic].layer(gate.clone())))
        .merge(routes![twice].layer(from_fn_with_state(calls.clone(), inner)).layer(gate.clone()))
        .merge(routes![merged].layer(gate.clone()).merge(routes![merged_put]))
        .merge(routes![anything, specific].merge(routes![layered_anything].layer(gate)))
        .merge(routes![].route(
            MethodFilter::GET.or(MethodFilter::PUT),
            "/by-hand",
            policy!(origins = ["https://app.example"], max_age = 60),
            handler,
        ))
        .route("/methods", methods![get(method_get), put(method_put)])
        .nest("/nested", routes![nested_root, nested_item, nested_item_put].into_router())
        .with_state(calls)
}

/// Lets requests through that have a token.
pub(crate) async fn gate(State(calls): State<Calls>, request: Request, next: Next) -> Response {
    calls.ran("gate");
    match request.headers().get("x-token") {
        Some(_) => next.run(request).await,
        None => (StatusCode::UNAUTHORIZED, "no token").into_response(),
    }
}

pub(crate) async fn inner(State(calls): State<Calls>, request: Request, next: Next) -> Response {
    calls.ran("inner");
    next.run(request).await
}

pub(crate) async fn handler(State(calls): State<Calls>) -> &'static str {
    calls.ran("handler");
    "done"
}

pub(crate) async fn own_options(State(calls): State<Calls>) -> &'static str {
    calls.ran("options");
    "own"
}

/// Decides per request, and says that it was asked.
#[origin_check]
async fn tenant(origin: &Origin, State(calls): State<Calls>) -> bool {
    calls.ran("check");
    origin.is_subdomain_of("tenants.example")
}

/// Handlers that do nothing but say that they ran.
macro_rules! handlers {
    ($($(#[$attr:meta])+ $name:ident;)+) => {
        $(
            $(#[$attr])+
            async fn $name(calls: State<Calls>) -> &'static str {
                handler(calls).await
            }
        )+
    };
}

handlers! {
    #[cors(
        origins = ["https://app.example"],
        credentials,
        expose_headers = ["x-total-count", "ETag"],
        max_age = 600
    )]
    #[get("/account")]
    account;

    #[cors(
        origins = ["https://app.example", "https://admin.example"],
        credentials,
        allow_headers = ["content-type", "X-CSRF"]
    )]
    #[put("/account")]
    update_account;

    #[cors(
        allow_headers = ["x-csrf", "content-type"],
        credentials,
        origins = ["https://admin.example", "https://app.example"]
    )]
    #[delete("/account")]
    delete_account;

    #[cors(origins = ["https://app.example"], allow_headers = ["content-type"], max_age = 600)]
    #[get("/notes")]
    notes;

    #[cors(origins = ["https://app.example"], allow_headers = ["content-type"], max_age = 600)]
    #[post("/notes")]
    add_note;

    #[cors(origins = ["https://app.example"], allow_headers = ["content-type"], max_age = 600)]
    #[delete("/notes")]
    delete_note;

    #[cors(origins = ["https://app.example"], max_age = 600)]
    #[route("/drafts", method = "PUT", method = "PATCH")]
    draft;

    #[cors(origins = ["https://app.example"], max_age = 60)]
    #[delete("/drafts")]
    delete_draft;

    #[cors(origins = ["https://other.example"])]
    #[post("/mixed/post")]
    mixed_post;

    #[cors(origins = ["https://app.example"], max_age = 600)]
    #[put("/mixed/post")]
    mixed_post_put;

    #[cors(origins = ["https://other.example"])]
    #[head("/mixed/head")]
    mixed_head;

    #[cors(origins = ["https://app.example"], max_age = 600)]
    #[put("/mixed/head")]
    mixed_head_put;

    #[cors(origins = ["https://app.example"], allow_headers = ["x-a"], max_age = 600)]
    #[put("/mixed/headers")]
    mixed_headers_put;

    #[cors(origins = ["https://app.example"], allow_headers = ["x-a", "x-b"], max_age = 600)]
    #[delete("/mixed/headers")]
    mixed_headers_delete;

    #[cors(origins = ["https://app.example"], credentials, expose_headers = ["ETag"], max_age = 7200)]
    #[get("/profile")]
    profile;

    #[cors(origins = ["https://app.example"], credentials, allow_headers = ["content-type"], max_age = 600)]
    #[put("/profile")]
    update_profile;

    #[cors(origins = ["https://app.example"])]
    #[get("/visits")]
    visits;

    #[cors(origins = ["https://app.example"], credentials, max_age = 600)]
    #[put("/visits")]
    update_visits;

    #[cors(origins = ["https://app.example"])]
    #[get("/teams")]
    teams;

    #[cors(origins = ["https://app.example", "https://admin.example"], max_age = 600)]
    #[put("/teams")]
    update_teams;

    #[cors(origins = ["*"])]
    #[get("/prices")]
    prices;

    #[cors(origins = ["https://app.example"], max_age = 600)]
    #[put("/prices")]
    update_prices;

    #[cors(origins = ["https://app.example"], credentials, max_age = 600)]
    #[delete("/prices")]
    delete_prices;

    #[cors(origins = ["https://admin.example"], credentials)]
    #[delete("/people/me")]
    delete_me;

    #[cors(origins = ["https://partner.example"], credentials, max_age = 600)]
    #[route("/people/{id}", method = "PUT", method = "DELETE")]
    change_person;

    #[cors(origins = ["https://app.example"], credentials)]
    #[get("/layered/options")]
    layered_options;

    #[cors(origins = ["https://app.example"])]
    #[get("/head")]
    head;

    #[cors(origins = ["https://other.example"])]
    #[head("/head")]
    head_only;

    #[cors(origins = ["https://app.example"])]
    #[put("/plain")]
    plain;

    #[cors(origins = ["https://app.example"], max_age = 0)]
    #[put("/never-cached")]
    never_cached;

    #[cors(origins = [
        "https://*.shop.example",
        "http://localhost:*",
        "https://*.port.example:8443",
        "https://exact.example:444",
    ])]
    #[get("/tenants")]
    #[allow(deprecated, reason = "a loopback origin in a release build is what the table needs")]
    tenants;

    #[cors(origins = ["https://app.example"], credentials)]
    #[route("/items/{id}", method = "GET", method = "PUT")]
    items;

    #[cors(origins = ["*"], expose_headers = ["*"], max_age = 86400)]
    #[route("/public", method = "GET", method = "PUT")]
    public;

    #[cors(origins = ["*"], allow_headers = ["*", "authorization"])]
    #[post("/public/search")]
    search;

    #[cors(origins = ["*"], allow_headers = ["*"])]
    #[put("/public/star")]
    star;

    #[cors(origins = ["*"], allow_headers = any)]
    #[put("/public/reflect")]
    public_reflect;

    #[cors(origins = ["https://app.example"], credentials, allow_headers = any)]
    #[put("/reflect")]
    reflect;

    #[cors(origins = ["https://app.example"], credentials, enforce)]
    #[get("/enforced")]
    enforced;

    #[cors(origins = ["https://app.example"], credentials, enforce)]
    #[put("/enforced")]
    enforced_put;

    #[cors(origins = dynamic(tenant), credentials)]
    #[get("/dynamic")]
    dynamic;

    #[cors(origins = dynamic(tenant), credentials)]
    #[put("/dynamic")]
    dynamic_put;

    #[cors(origins = dynamic(tenant))]
    #[put("/dynamic/layered")]
    layered_dynamic;

    #[cors(origins = ["https://app.example"])]
    #[put("/alone")]
    alone;

    #[cors(origins = ["https://app.example"])]
    #[get("/with-options")]
    options_get;

    #[cors(origins = ["https://app.example"], credentials)]
    #[get("/layered")]
    layered;

    #[cors(origins = ["https://app.example"], credentials)]
    #[put("/layered")]
    layered_put;

    #[cors(origins = ["https://app.example"])]
    #[put("/layered/twice")]
    twice;

    #[cors(origins = ["https://app.example"])]
    #[get("/merged")]
    merged;

    #[cors(origins = ["https://other.example"])]
    #[put("/merged")]
    merged_put;

    #[cors(origins = ["https://app.example"], credentials, max_age = 600)]
    #[any("/any")]
    anything;

    #[cors(origins = ["https://other.example"])]
    #[get("/any")]
    specific;

    #[cors(origins = ["https://app.example"])]
    #[any("/any/layered")]
    layered_anything;

    #[cors(origins = ["https://app.example"])]
    #[get("/")]
    nested_root;

    #[cors(origins = ["https://app.example"])]
    #[get("/{id}")]
    nested_item;

    #[cors(origins = ["https://other.example"])]
    #[put("/{id}")]
    nested_item_put;

    #[cors(origins = ["https://app.example"])]
    method_get;

    #[cors(origins = ["https://other.example"])]
    method_put;
}

#[cors(origins = ["https://app.example"], credentials)]
#[get("/status/{code}")]
pub(crate) async fn status(State(calls): State<Calls>, Path(code): Path<u16>) -> impl IntoResponse {
    calls.ran("handler");
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_REQUEST);
    (status, [(LOCATION, "/elsewhere"), (ETAG, "\"1\"")])
}

#[cors(origins = ["https://app.example"], credentials)]
#[get("/fails")]
pub(crate) async fn fails(State(calls): State<Calls>) -> Result<&'static str, StatusCode> {
    calls.ran("handler");
    Err(StatusCode::INTERNAL_SERVER_ERROR)
}

#[cors(origins = ["https://app.example"], credentials, allow_headers = ["content-type"])]
#[post("/json")]
pub(crate) async fn json(State(calls): State<Calls>, Json(value): Json<serde_json::Value>) -> String {
    calls.ran("handler");
    value.to_string()
}

/// The headers that the table knows under this name.
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
