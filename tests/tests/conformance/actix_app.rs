//! The app of the table in actix-web, with policies of the attribute.

use crate::calls::Calls;
use crate::handlers::{with_dynamic_handlers, with_handlers};
use crate::own_headers::own_headers;
use crate::routes::{ENFORCED_BY_DEFAULT, GO, HOSTS_BY_DEFAULT};
use actix_web::body::MessageBody;
use actix_web::dev::{HttpServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::error::{ErrorInternalServerError, ErrorUnauthorized};
use actix_web::http::header::{ETAG, HeaderName, HeaderValue, LOCATION};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{Error, HttpResponse, delete, get, head, post, put, route};
use cors_runtime::actix::{PolicyMiddleware, Routes, cors, origin_check, policy, routes};
use cors_runtime::{Origin, Policy};

/// For `App::configure`.
pub(crate) fn app(calls: Calls) -> impl FnOnce(&mut ServiceConfig) + Clone {
    move |config| {
        let direct = direct().options("/with-options", own_options).options("/only-options", own_options);
        let gated =
            gated().options("/layered/options", own_options).options("/layered/only-options", own_options);
        let later_options = routes![].wrap(from_fn(gate)).options("/layered/later-options", own_options);
        let by_hand = routes![].route(
            [Method::GET, Method::PUT],
            "/by-hand",
            policy!(origins = ["https://app.example"], max_age = 60),
            handler,
        );
        config
            .app_data(Data::new(calls))
            .service(direct.merge(gated.wrap(from_fn(gate))))
            .service(gated_twice().wrap(from_fn(inner)).wrap(from_fn(gate)))
            .service(dynamic_direct().merge(dynamic_gated().wrap(from_fn(gate))))
            .service(routes![status, fails, json, headers, public_headers])
            .service(later_options)
            .service(inside_of_default("/default", &ENFORCED_BY_DEFAULT))
            .service(inside_of_default("/default/hosts", &HOSTS_BY_DEFAULT))
            .service(inside_of_default("/go", &GO))
            .service(routes![go_route, go_bypass])
            .service(by_hand)
            .service(routes![method_get, method_put])
            .service(web::scope("/nested").service(routes![nested_root].merge(nested())))
            // This handler is in no group, and the app has a handler for `OPTIONS` behind it.
            .service(alone)
            .service(web::resource("/alone").route(web::method(Method::OPTIONS).to(own_options)));
    }
}

/// A handler for every method, with a default policy around it.
fn inside_of_default(path: &str, policy: &'static Policy) -> impl HttpServiceFactory + use<> {
    web::resource(path).wrap(PolicyMiddleware::answering_every_preflight(policy)).to(handler)
}

#[cors(policy = GO)]
#[route("/go/route", method = "GET", method = "POST", method = "PUT")]
async fn go_route(calls: Data<Calls>) -> &'static str {
    handler(calls).await
}

#[cors(origins = ["https://trusted.example"])]
#[post("/go/bypass")]
async fn go_bypass(calls: Data<Calls>) -> &'static str {
    handler(calls).await
}

/// Rejects requests without a token with a response, and requests with a bad token with an error.
pub(crate) async fn gate<B: MessageBody + 'static>(
    calls: Data<Calls>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse, Error> {
    calls.note("gate");
    match request.headers().get("x-token") {
        Some(token) if token == "bad" => Err(ErrorUnauthorized("bad token")),
        Some(_) => Ok(next.call(request).await?.map_into_boxed_body()),
        None => Ok(request.into_response(HttpResponse::Unauthorized().body("no token"))),
    }
}

/// Passes on every request.
pub(crate) async fn inner<B: MessageBody + 'static>(
    calls: Data<Calls>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    calls.note("inner");
    next.call(request).await
}

pub(crate) async fn handler(calls: Data<Calls>) -> &'static str {
    calls.note("handler");
    "done"
}

/// Answers plain `OPTIONS` requests.
pub(crate) async fn own_options(calls: Data<Calls>) -> &'static str {
    calls.note("options");
    "own"
}

#[origin_check]
async fn tenant(origin: &Origin, calls: Data<Calls>) -> bool {
    calls.note("check");
    origin.is_subdomain_of("tenants.example")
}

/// Defines the handlers, and a function for each group of them.
macro_rules! define {
    ($($group:ident { $($(#[$attribute:meta])+ $name:ident;)+ })+) => {
        $($(
            $(#[$attribute])+
            async fn $name(calls: Data<Calls>) -> &'static str {
                handler(calls).await
            }
        )+)+

        $(fn $group() -> Routes {
            routes![$($name),+]
        })+
    };
}

with_handlers! { define }
with_dynamic_handlers! { define }

// The following handlers have other attributes or paths than in axum, or are registered in another way.

#[cors(origins = ["https://app.example"])]
#[put("/alone")]
async fn alone(calls: Data<Calls>) -> &'static str {
    handler(calls).await
}

#[cors(origins = ["https://app.example"])]
#[get("")]
async fn nested_root(calls: Data<Calls>) -> &'static str {
    handler(calls).await
}

#[cors(origins = ["https://app.example"])]
#[get("/methods")]
async fn method_get(calls: Data<Calls>) -> &'static str {
    handler(calls).await
}

#[cors(origins = ["https://other.example"])]
#[put("/methods")]
async fn method_put(calls: Data<Calls>) -> &'static str {
    handler(calls).await
}

// The following handlers do more than to note that they ran.

#[cors(origins = ["https://app.example"], credentials)]
#[get("/status/{code}")]
async fn status(calls: Data<Calls>, code: Path<u16>) -> HttpResponse {
    respond_status(calls, code).await
}

pub(crate) async fn respond_status(calls: Data<Calls>, code: Path<u16>) -> HttpResponse {
    calls.note("handler");
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
    calls.note("handler");
    Err(ErrorInternalServerError("no"))
}

#[cors(origins = ["https://app.example"], credentials, allow_headers = ["content-type"])]
#[post("/json")]
async fn json(calls: Data<Calls>, value: web::Json<serde_json::Value>) -> String {
    respond_json(calls, value).await
}

pub(crate) async fn respond_json(calls: Data<Calls>, value: web::Json<serde_json::Value>) -> String {
    calls.note("handler");
    value.to_string()
}

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
