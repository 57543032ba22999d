//! The app of the table, in actix-web. `axum_app.rs` declares the same.

use crate::calls::Calls;
use crate::own_headers::own_headers;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::{ErrorInternalServerError, ErrorUnauthorized};
use actix_web::http::header::{ETAG, HeaderName, HeaderValue, LOCATION};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{Error, HttpResponse, delete, get, head, post, put, route};
use cors_runtime::Origin;
use cors_runtime::actix::{cors, origin_check, policy, routes};

/// For `App::configure`.
pub(crate) fn app(calls: Calls) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        let by_hand = || policy!(origins = ["https://app.example"], max_age = 60);
        config
            .app_data(Data::new(calls))
            .service(routes![account, update_account, delete_account, notes, add_note, delete_note])
            .service(routes![draft, delete_draft, mixed_post, mixed_post_put, mixed_head, mixed_head_put])
            .service(routes![mixed_headers_put, mixed_headers_delete])
            .service(routes![head_get, head_only, plain, never_cached, tenants, items, status, fails, json])
            .service(routes![headers, public_headers, public, search, star, public_reflect, reflect])
            .service(routes![enforced, enforced_put])
            .service(
                routes![options_get]
                    .options("/with-options", own_options)
                    .options("/only-options", own_options),
            )
            .service(routes![profile, update_profile, visits, update_visits, teams, update_teams])
            .service(routes![prices, update_prices, delete_prices, delete_me, change_person])
            .service(routes![layered, layered_put].wrap(from_fn(gate)))
            .service(routes![layered_options].options("/layered/options", own_options).wrap(from_fn(gate)))
            .service(routes![].options("/layered/only-options", own_options).wrap(from_fn(gate)))
            .service(routes![].wrap(from_fn(gate)).options("/layered/later-options", own_options))
            .service(routes![dynamic, dynamic_put].merge(routes![layered_dynamic].wrap(from_fn(gate))))
            .service(routes![twice].wrap(from_fn(inner)).wrap(from_fn(gate)))
            .service(routes![merged].wrap(from_fn(gate)).merge(routes![merged_put]))
            .service(routes![].route(Method::GET, "/by-hand", by_hand(), handler).route(
                Method::PUT,
                "/by-hand",
                by_hand(),
                handler,
            ))
            .service(routes![method_get, method_put])
            .service(web::scope("/nested").service(routes![nested_root, nested_item, nested_item_put]))
            // Without `routes!`, and with an `OPTIONS` handler of the app's own behind it.
            .service(alone)
            .service(web::resource("/alone").route(web::method(Method::OPTIONS).to(own_options)));
    }
}

/// Lets requests through that have a token. A bad one is an `Err`, not a response.
pub(crate) async fn gate<B: MessageBody + 'static>(
    calls: Data<Calls>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse, Error> {
    calls.ran("gate");
    match request.headers().get("x-token") {
        Some(token) if token == "bad" => Err(ErrorUnauthorized("bad token")),
        Some(_) => Ok(next.call(request).await?.map_into_boxed_body()),
        None => Ok(request.into_response(HttpResponse::Unauthorized().body("no token"))),
    }
}

pub(crate) async fn inner<B: MessageBody + 'static>(
    calls: Data<Calls>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    calls.ran("inner");
    next.call(request).await
}

pub(crate) async fn handler(calls: Data<Calls>) -> &'static str {
    calls.ran("handler");
    "done"
}

pub(crate) async fn own_options(calls: Data<Calls>) -> &'static str {
    calls.ran("options");
    "own"
}

/// Decides per request, and says that it was asked.
#[origin_check]
async fn tenant(origin: &Origin, calls: Data<Calls>) -> bool {
    calls.ran("check");
    origin.is_subdomain_of("tenants.example")
}

/// Handlers that do nothing but say that they ran.
macro_rules! handlers {
    ($($(#[$attr:meta])+ $name:ident;)+) => {
        $(
            $(#[$attr])+
            async fn $name(calls: Data<Calls>) -> &'static str {
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
    head_get;

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

    #[cors(origins = ["https://app.example"])]
    #[get("")]
    nested_root;

    #[cors(origins = ["https://app.example"])]
    #[get("/{id}")]
    nested_item;

    #[cors(origins = ["https://other.example"])]
    #[put("/{id}")]
    nested_item_put;

    #[cors(origins = ["https://app.example"])]
    #[get("/methods")]
    method_get;

    #[cors(origins = ["https://other.example"])]
    #[put("/methods")]
    method_put;
}

#[cors(origins = ["https://app.example"], credentials)]
#[get("/status/{code}")]
async fn status(calls: Data<Calls>, code: Path<u16>) -> HttpResponse {
    respond_status(calls, code).await
}

pub(crate) async fn respond_status(calls: Data<Calls>, code: Path<u16>) -> HttpResponse {
    calls.ran("handler");
    HttpResponse::build(StatusCode::from_u16(*code).unwrap_or(StatusCode::BAD_REQUEST))
        .insert_header((LOCATION, "/elsewhere"))
        .insert_header((ETAG, "\"1\""))
        .finish()
}

#[cors(origins = ["https://app.example"], credentials)]
#[get("/fails")]
async fn fails(calls: Data<Calls>) -> Result<&'static str, Error> {
    respond_error(calls).await
}

pub(crate) async fn respond_error(calls: Data<Calls>) -> Result<&'static str, Error> {
    calls.ran("handler");
    Err(ErrorInternalServerError("no"))
}

#[cors(origins = ["https://app.example"], credentials, allow_headers = ["content-type"])]
#[post("/json")]
async fn json(calls: Data<Calls>, value: web::Json<serde_json::Value>) -> String {
    respond_json(calls, value).await
}

pub(crate) async fn respond_json(calls: Data<Calls>, value: web::Json<serde_json::Value>) -> String {
    calls.ran("handler");
    value.to_string()
}

/// The headers that the table knows under this name.
fn with_own_headers(kind: &str) -> HttpResponse {
    let mut response = HttpResponse::Ok().body("done");
    for (name, value) in own_headers(kind) {
        response.headers_mut().append(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

#[cors(origins = ["https://app.example"], credentials)]
#[get("/headers/{kind}")]
async fn headers(kind: Path<String>) -> HttpResponse {
    respond_headers(kind).await
}

pub(crate) async fn respond_headers(kind: Path<String>) -> HttpResponse {
    with_own_headers(&kind)
}

#[cors(origins = ["*"])]
#[get("/public/headers/{kind}")]
async fn public_headers(kind: Path<String>) -> HttpResponse {
    with_own_headers(&kind)
}
