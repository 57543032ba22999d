//! The options of actix-web's route attributes have the same effect below `#[cors]`.

use crate::{allowed, ask, ask_with, preflight};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::guard::GuardContext;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::{DefaultHeaders, Next, from_fn};
use actix_web::{App, Error, HttpRequest, HttpResponse, get, put, route, test, web};
use cors_runtime::actix::{cors, routes};

fn internal(context: &GuardContext<'_>) -> bool {
    context.head().headers().contains_key("x-internal")
}

mod guards {
    pub(super) fn loud(context: &actix_web::guard::GuardContext<'_>) -> bool {
        context.head().headers().get("x-internal").is_some_and(|value| value == "LOUD")
    }
}

#[cors(origins = ["https://app.example"])]
#[get("/guarded", guard = "internal", guard = "guards::loud")]
async fn guarded() -> &'static str {
    ""
}

#[cors(origins = ["https://app.example"])]
#[get("/named/{id}", name = "the name")]
async fn named(request: HttpRequest) -> String {
    request.url_for("the name", ["8"]).unwrap().path().to_owned()
}

#[cors(origins = ["https://app.example"])]
#[put("/unnamed/{id}")]
async fn unnamed(request: HttpRequest) -> String {
    request.url_for("unnamed", ["8"]).unwrap().path().to_owned()
}

async fn deny<B: MessageBody>(_: ServiceRequest, _: Next<B>) -> Result<ServiceResponse<B>, Error> {
    Err(actix_web::error::ErrorTooManyRequests("slow down"))
}

fn marker(value: &'static str) -> DefaultHeaders {
    DefaultHeaders::new().add((HeaderName::from_static("x-wrap"), HeaderValue::from_static(value)))
}

#[cors(origins = ["https://app.example"])]
#[get("/wrapped", wrap = "marker(\"inner\")", wrap = "marker(\"outer\")")]
async fn wrapped() -> &'static str {
    ""
}

#[cors(origins = ["https://app.example"])]
#[get("/denied", wrap = "from_fn(deny)")]
async fn denied() -> &'static str {
    ""
}

#[cors(origins = ["https://app.example"])]
#[route("/route", method = "GET", method = "PUT", method = "PROPFIND", name = "r", guard = "internal")]
async fn several_methods() -> &'static str {
    ""
}

#[cors(origins = ["https://app.example"])]
#[actix_web::routes]
#[get("/one")]
#[put("/two", guard = "internal")]
#[actix_web::delete("/two")]
async fn several_routes() -> &'static str {
    ""
}

#[cors(origins = ["https://app.example"])]
#[actix_web::post("/qualified")]
async fn qualified(body: web::Bytes) -> HttpResponse {
    HttpResponse::Created().body(body)
}

const INTERNAL: (&str, &str) = ("x-internal", "LOUD");

#[actix_web::test]
async fn guards_are_evaluated_for_requests_but_not_for_preflights() {
    assert_eq!(ask(guarded, "GET", "/guarded").await, (404, None));
    assert_eq!(ask_with(guarded, "GET", "/guarded", ("x-internal", "quiet")).await, (404, None));
    assert_eq!(ask_with(guarded, "GET", "/guarded", INTERNAL).await, allowed(200));
    assert_eq!(ask_with(routes![guarded], "GET", "/guarded", INTERNAL).await, allowed(200));
    // A preflight has none of the headers that the guard will see in the request.
    assert_eq!(preflight(guarded, "GET", "/guarded").await, allowed(204));
}

#[actix_web::test]
async fn resources_have_the_name_of_the_attribute_or_of_the_function() {
    for path in ["/named/7", "/unnamed/7"] {
        let app = test::init_service(App::new().service(named).service(routes![unnamed])).await;
        let method = if path == "/named/7" { test::TestRequest::get() } else { test::TestRequest::put() };
        let body = test::call_and_read_body(&app, method.uri(path).to_request()).await;
        assert_eq!(body, path.replace('7', "8"));
    }
}

#[actix_web::test]
async fn middlewares_of_the_attribute_see_requests_but_no_preflights() {
    let app = test::init_service(App::new().service(wrapped)).await;
    let response = test::call_service(&app, test::TestRequest::get().uri("/wrapped").to_request()).await;
    let marks: Vec<_> = response.headers().get_all("x-wrap").collect();
    // `DefaultHeaders` keeps a header that the response has already, so the inner middleware sets it.
    assert_eq!(marks, ["inner"]);
    assert_eq!(preflight(denied, "GET", "/denied").await, allowed(204));
    assert_eq!(preflight(routes![denied], "GET", "/denied").await, allowed(204));
}

#[actix_web::test]
async fn the_error_of_a_middleware_is_kept_and_its_response_has_the_headers() {
    use actix_web::dev::Service as _;

    let app = test::init_service(App::new().service(routes![denied].wrap(marker("group")))).await;
    let request = test::TestRequest::get().uri("/denied").insert_header(("origin", crate::APP));
    let error = app.call(request.to_request()).await.map(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), "slow down");
    let response = error.error_response();
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers().get("access-control-allow-origin").unwrap(), crate::APP);
}

#[actix_web::test]
async fn handlers_with_several_methods_or_routes_answer_each_of_them() {
    for (method, path, status) in [
        ("GET", "/route", 200),
        ("PUT", "/route", 200),
        ("PROPFIND", "/route", 200),
        ("GET", "/one", 200),
        ("PUT", "/two", 200),
        ("DELETE", "/two", 200),
        ("POST", "/qualified", 201),
    ] {
        let one_by_one = web::scope("").service(several_methods).service(several_routes).service(qualified);
        assert_eq!(ask_with(one_by_one, method, path, INTERNAL).await, allowed(status), "{method} {path}");
        let group = routes![several_methods, several_routes, qualified].wrap(marker("group"));
        assert_eq!(ask_with(group, method, path, INTERNAL).await, allowed(status), "{method} {path}");
        let group = routes![several_methods, several_routes, qualified].wrap(from_fn(deny));
        assert_eq!(preflight(group, method, path).await, allowed(204), "{method} {path}");
    }
    assert_eq!(ask(several_methods, "GET", "/route").await, (404, None));
    assert_eq!(ask_with(several_methods, "DELETE", "/route", INTERNAL).await, (404, None));
}
