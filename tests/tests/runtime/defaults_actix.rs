//! Default policies in actix-web: the table of [`crate::defaults`], with real middlewares.

use crate::defaults::{APP, DEFAULT, check, check_intercepted};
use crate::events;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::error::{ErrorGatewayTimeout, ErrorUnauthorized};
use actix_web::http::StatusCode;
use actix_web::middleware::{Compress, ErrorHandlerResponse, ErrorHandlers, Next, NormalizePath, from_fn};
use actix_web::web::{self, ServiceConfig};
use actix_web::{App, Error, HttpResponse, get};
use cors_runtime::Origin;
use cors_runtime::actix::{PolicyMiddleware, cors, origin_check, policy, routes};
use std::future::pending;
use std::time::Duration;
use tests::ask::{self, App as Asked, Ask};

#[cors(origins = ["https://app.example"], credentials)]
#[get("/me")]
async fn me() -> String {
    "me".repeat(1000)
}

const OUTER: &str = "https://outer.example";

fn default_policy() -> PolicyMiddleware {
    PolicyMiddleware::new(policy!(origins = ["https://default.example"])).methods(["GET", "PUT"])
}

fn bare(config: &mut ServiceConfig) {
    config
        .service(routes![me])
        .service(web::scope("/deep").service(routes![me]))
        .service(web::scope("/deeper").service(web::scope("").service(routes![me])))
        .service(web::resource("/plain").route(web::get().to(|| async { "plain" })));
}

/// Builds an app, whatever its middlewares have made of its type.
fn asked<T, B>(app: App<T>) -> Asked
where
    T: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<B>,
            Error = Error,
            InitError = (),
        > + 'static,
    B: MessageBody + 'static,
{
    ask::actix_app(app)
}

async fn passes<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    next.call(request).await
}

/// Replaces the response by one without the headers of the route. Preflights are passed on, because their answer
/// consists of headers.
async fn own_response<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let is_preflight = request.method() == actix_web::http::Method::OPTIONS;
    let response = next.call(request).await?;
    if is_preflight {
        return Ok(response.map_into_boxed_body());
    }
    let own = HttpResponse::build(response.status()).body("own");
    Ok(response.into_response(own))
}

/// Replaces the response of the route by an `Err`.
async fn fails<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    next.call(request).await?;
    Err(ErrorGatewayTimeout("late"))
}

async fn login<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if request.headers().contains_key("authorization") {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let answer = HttpResponse::Unauthorized().insert_header(("access-control-allow-origin", "*")).finish();
    Ok(request.into_response(answer))
}

async fn failing_login<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    if request.headers().contains_key("authorization") {
        return next.call(request).await;
    }
    Err(ErrorUnauthorized("no"))
}

#[test]
fn an_annotated_route_keeps_its_policy_inside_of_a_default_policy() {
    check("nothing", asked(App::new().configure(bare).wrap(default_policy())));
    check("a scope", asked(App::new().service(web::scope("").configure(bare).wrap(default_policy()))));
}

#[test]
fn middlewares_between_the_default_policy_and_the_routes_change_no_answer() {
    let handlers = || {
        ErrorHandlers::new().default_handler(|response: ServiceResponse<BoxBody>| {
            Ok(ErrorHandlerResponse::Response(response.map_into_left_body()))
        })
    };
    check("Compress", asked(App::new().configure(bare).wrap(Compress::default()).wrap(default_policy())));
    check(
        "NormalizePath",
        asked(App::new().configure(bare).wrap(NormalizePath::trim()).wrap(default_policy())),
    );
    check("ErrorHandlers", asked(App::new().configure(bare).wrap(handlers()).wrap(default_policy())));
    check("from_fn", asked(App::new().configure(bare).wrap(from_fn(passes)).wrap(default_policy())));
    check(
        "a response of its own",
        asked(App::new().configure(bare).wrap(from_fn(own_response)).wrap(default_policy())),
    );
    let app = App::new().configure(bare);
    let app = app.wrap(from_fn(own_response)).wrap(handlers()).wrap(NormalizePath::trim());
    check("all", asked(app.wrap(Compress::default()).wrap(default_policy())));
}

#[test]
fn compressed_responses_keep_their_headers() {
    let mut app = asked(App::new().configure(bare).wrap(Compress::default()).wrap(default_policy()));
    let answer = app(&Ask::get("/me").origin(APP).header("accept-encoding", "gzip"));
    assert_eq!((answer.header("content-encoding"), answer.allowed()), (Some("gzip"), Some(APP)));
    assert!(answer.varies());
}

#[test]
fn the_error_of_a_middleware_gets_the_headers_of_the_annotated_route() {
    let mut app = asked(App::new().configure(bare).wrap(from_fn(fails)).wrap(default_policy()));
    for path in ["/me", "/deep/me"] {
        let answer = app(&Ask::get(path).origin(APP));
        assert_eq!((answer.status, answer.allowed()), (504, Some(APP)), "{path}");
        assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
        let answer = app(&Ask::get(path).origin(DEFAULT));
        assert_eq!((answer.status, answer.allowed()), (504, None), "{path}");
        assert!(answer.varies());
    }
    let answer = app(&Ask::get("/plain").origin(DEFAULT));
    assert_eq!((answer.status, answer.allowed()), (504, Some(DEFAULT)));
}

#[origin_check]
async fn never_decides(_: &Origin) -> bool {
    pending().await
}

#[cors(origins = dynamic(never_decides))]
#[get("/never-decides")]
async fn never_decided() -> &'static str {
    ""
}

#[origin_check]
fn only_app(origin: &Origin) -> bool {
    origin.as_str() == APP
}

#[cors(origins = dynamic(only_app))]
#[get("/slow-after")]
async fn slow_after() -> &'static str {
    pending().await
}

async fn timeout<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let response = actix_web::rt::time::timeout(Duration::from_millis(1), next.call(request));
    response.await.map_err(|_| ErrorGatewayTimeout("late"))?
}

/// A timeout ends the request before the function has decided. The default policy does not decide in its place.
#[test]
fn a_response_before_the_function_has_decided_gets_no_cors_headers() {
    let app = App::new().service(routes![never_decided, slow_after]);
    let mut app = asked(app.wrap(from_fn(timeout)).wrap(default_policy()));
    for (path, allowed) in [("/never-decides", None), ("/slow-after", Some(APP))] {
        let answer = app(&Ask::get(path).origin(DEFAULT));
        assert_eq!((answer.status, answer.allowed(), answer.varies()), (504, None, true), "{path}");
        let answer = app(&Ask::get(path).origin(APP));
        assert_eq!((answer.status, answer.allowed(), answer.varies()), (504, allowed, true), "{path}");
    }
}

#[test]
fn a_login_that_answers_preflights_gets_no_cors_headers() {
    check_intercepted("login", asked(App::new().configure(bare).wrap(from_fn(login)).wrap(default_policy())));
    let app = App::new().configure(bare).wrap(from_fn(failing_login)).wrap(default_policy());
    check_intercepted("a login that is an Err", asked(app));
    let app = App::new().configure(bare).wrap(from_fn(login)).wrap(default_policy()).wrap(default_policy());
    check_intercepted("two defaults", asked(app));
}

#[test]
fn the_inner_one_of_two_default_policies_decides() {
    let outer = || PolicyMiddleware::new(policy!(origins = ["https://outer.example", "https://app.example"]));
    let app = App::new().configure(bare).wrap(default_policy());
    check("whole app", asked(app.wrap(outer().methods(["GET", "DELETE"]))));

    let inner =
        web::scope("/under").route("/inner", web::get().to(|| async { "inner" })).wrap(default_policy());
    let app = App::new().service(inner).route("/outer", web::get().to(|| async { "outer" })).wrap(outer());
    let mut app = asked(app);
    for (path, allowed, other) in [("/under/inner", DEFAULT, OUTER), ("/outer", OUTER, DEFAULT)] {
        for (ask, refused) in [(Ask::get(path), 200), (Ask::preflight("GET", path), 403)] {
            let answer = app(&ask.clone().origin(allowed));
            assert_eq!(answer.allowed(), Some(allowed), "{ask:?}");
            let answer = app(&ask.clone().origin(other));
            assert_eq!((answer.status, answer.allowed()), (refused, None), "{ask:?}");
        }
    }
}

#[test]
fn a_preflight_that_an_unannotated_handler_answers_gets_no_cors_headers() {
    let app = App::new().route("/any", web::to(|| async { "any" })).wrap(default_policy());
    let mut app = asked(app);
    let (answer, events) = events::during(|| app(&Ask::preflight("GET", "/any").origin(DEFAULT)));
    assert_eq!((answer.status, answer.allowed()), (200, None));
    assert_eq!(events[0].field("reason"), Some("preflight-intercepted"));
    assert_eq!(app(&Ask::get("/any").origin(DEFAULT)).allowed(), Some(DEFAULT));
}

#[test]
fn cors_headers_of_an_unannotated_handler_are_replaced_and_reported_once() {
    let handler = || async {
        HttpResponse::Ok()
            .insert_header(("access-control-allow-origin", "*"))
            .insert_header(("access-control-max-age", "1"))
            .finish()
    };
    let mut app = asked(App::new().route("/plain", web::get().to(handler)).wrap(default_policy()));
    let (answers, events) =
        events::during(|| [DEFAULT, APP].map(|origin| app(&Ask::get("/plain").origin(origin))));
    assert_eq!((answers[0].allowed(), answers[1].allowed()), (Some(DEFAULT), None));
    assert!(answers.iter().all(|answer| answer.header("access-control-max-age").is_none()));
    let warnings = events.iter().filter(|event| event.level == tracing::Level::WARN).count();
    assert_eq!(warnings, 1, "{events:?}");
}

#[cors(origins = ["https://app.example"], enforce)]
#[get("/enforced")]
async fn enforced() -> &'static str {
    ""
}

#[cors(origins = dynamic(only_app), enforce)]
#[get("/enforced/dynamic")]
async fn enforced_dynamic() -> &'static str {
    ""
}

#[test]
fn a_refusal_by_enforce_gets_no_headers_of_the_default_policy() {
    let group = App::new().service(routes![enforced, enforced_dynamic]);
    let wrapped = App::new().service(routes![enforced, enforced_dynamic].wrap(from_fn(passes)));
    let one_by_one = App::new().service(enforced).service(enforced_dynamic);
    for app in [group, wrapped, one_by_one] {
        let mut app = asked(app.wrap(default_policy()));
        for path in ["/enforced", "/enforced/dynamic"] {
            for (origin, status, allowed) in [(APP, 200, Some(APP)), (DEFAULT, 403, None)] {
                let answer = app(&Ask::get(path).origin(origin));
                let answered = (answer.status, answer.allowed(), answer.varies());
                assert_eq!(answered, (status, allowed, true), "{path} {origin}");
            }
        }
    }
}

#[test]
fn a_middleware_outside_of_the_default_policy_gets_no_cors_headers() {
    let mut app = asked(App::new().configure(bare).wrap(default_policy()).wrap(from_fn(failing_login)));
    let answer = app(&Ask::get("/plain").origin(DEFAULT));
    assert_eq!((answer.status, answer.allowed()), (StatusCode::UNAUTHORIZED.as_u16(), None));
}

#[test]
fn a_default_policy_cannot_enforce_and_its_methods_are_checked() {
    let policy = policy!(origins = ["https://a.example"], enforce);
    let error = PolicyMiddleware::try_new(policy).unwrap_err().to_string();
    assert!(error.contains("enforce") && error.contains("defaults_actix.rs:"), "{error}");
    for (method, rule) in [("put", "method-case"), ("TRACE", "method-forbidden"), ("GET PUT", "method-name")]
    {
        let error = default_policy().try_methods(["GET", method]).unwrap_err().to_string();
        assert!(error.lines().next().is_some_and(|line| line.ends_with(&format!("[{rule}]"))), "{error}");
    }
}
