//! Tests of the table in `docs/comparison.md`: the columns of this crate, tower-http and actix-cors.

use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::test::init_service;
use actix_web::{App, HttpResponse, guard, web};
use axum::Router;
use axum::response::IntoResponse as _;
use axum::routing::{get, put};
use cors_runtime::Policy;
use cors_runtime::testing::{Browser, Fetch, Reason, Target};
use tests::ask::{self, Ask};
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::csrf::CsrfLayer;

const A: &str = "https://a.example.com";
const B: &str = "https://b.example.com";

async fn reason<T: Target<M>, M>(page: &str, app: &T, fetch: Fetch) -> Option<Reason> {
    Browser::new().page(page).fetch(app, fetch).await.err().map(|blocked| blocked.reason())
}

fn one(origin: &'static str) -> CorsLayer {
    CorsLayer::new().allow_origin(AllowOrigin::exact(origin.parse().unwrap()))
}

#[tokio::test]
async fn an_origin_with_a_trailing_slash_never_matches() {
    let app: Router =
        Router::new().route("/", get(|| async {})).layer(CorsLayer::new().allow_origin(AllowOrigin::list([
            "https://a.example.com/".parse().unwrap(),
            B.parse().unwrap(),
        ])));
    assert_eq!(reason(A, &app, Fetch::get("/")).await, Some(Reason::MissingAllowOrigin));

    let cors = Cors::default().allowed_origin("https://a.example.com/").allowed_origin(B);
    let app = App::new().wrap(cors).route("/", web::get().to(HttpResponse::Ok));
    let app = init_service(app).await;
    assert_eq!(reason(A, &app, Fetch::get("/")).await, Some(Reason::MissingAllowOrigin));
}

#[tokio::test]
async fn both_allow_every_origin_with_cookies() {
    let layered = |layer: CorsLayer| Router::<()>::new().route("/", get(|| async {})).layer(layer);
    let star = || CorsLayer::new().allow_origin(tower_http::cors::Any).allow_credentials(true);
    assert!(std::panic::catch_unwind(|| layered(star())).is_err());
    let reflected = layered(CorsLayer::very_permissive());
    assert_eq!(reason("https://evil.example", &reflected, Fetch::get("/").credentials()).await, None);

    let cors = Cors::default().allow_any_origin().supports_credentials();
    let app = App::new().wrap(cors).route("/", web::get().to(HttpResponse::Ok));
    let app = init_service(app).await;
    assert_eq!(reason("https://evil.example", &app, Fetch::get("/").credentials()).await, None);
}

/// Whether one page can send a `GET` with a header, and another page a `PUT`.
async fn can_get_and_put<T: Target<M>, M>(app: &T) -> [bool; 2] {
    let by_get = reason(A, app, Fetch::get("/").header("x-a", "1")).await.is_none();
    let by_put = reason(B, app, Fetch::put("/")).await.is_none();
    [by_get, by_put]
}

#[tokio::test]
async fn only_ours_has_two_policies_for_two_methods_of_a_path() {
    use axum::http::{HeaderName, Method};
    let for_get = one(A).allow_headers([HeaderName::from_static("x-a")]);
    let for_put = one(B).allow_methods([Method::PUT]);
    let routes = get(|| async {}).layer(for_get).merge(put(|| async {}).layer(for_put));
    let app: Router = Router::new().route("/", routes);
    assert_eq!(can_get_and_put(&app).await.iter().filter(|works| **works).count(), 1);

    let for_get = Cors::default().allowed_origin(A).allowed_methods(["GET"]).allowed_header("x-a");
    let for_put = Cors::default().allowed_origin(B).allowed_methods(["PUT"]);
    let app = App::new()
        .service(web::resource("/").guard(guard::Get()).wrap(for_get).to(HttpResponse::Ok))
        .service(web::resource("/").guard(guard::Put()).wrap(for_put).to(HttpResponse::Ok));
    assert_eq!(can_get_and_put(&init_service(app).await).await, [false, false]);

    assert_eq!(can_get_and_put(&ours_in_axum()).await, [true, true]);
    assert_eq!(can_get_and_put(&init_service(App::new().configure(ours_in_actix)).await).await, [true, true]);
}

async fn axum_login(
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> axum::response::Response {
    if request.headers().contains_key("authorization") {
        return next.run(request).await;
    }
    axum::http::StatusCode::UNAUTHORIZED.into_response()
}

async fn actix_login<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: actix_web::middleware::Next<B>,
) -> Result<ServiceResponse, actix_web::Error> {
    if request.headers().contains_key("authorization") {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    Ok(request.into_response(HttpResponse::Unauthorized().finish()))
}

/// A login outside of the CORS layer answers the preflight. A login inside of it gets no preflight.
#[tokio::test]
async fn the_order_of_layers_decides_whether_a_login_breaks_preflights() {
    let fetch = || Fetch::get("/").header("authorization", "Bearer 7");
    let login = || axum::middleware::from_fn(axum_login);
    let cors = || one(A).allow_headers([axum::http::header::AUTHORIZATION]);
    let routes = || Router::<()>::new().route("/", get(|| async {}));
    assert_eq!(reason(A, &routes().layer(login()).layer(cors()), fetch()).await, None);
    let outside = routes().layer(cors()).layer(login());
    assert_eq!(reason(A, &outside, fetch()).await, Some(Reason::MissingAllowOrigin));

    let cors = || Cors::default().allowed_origin(A).allowed_methods(["GET"]).allowed_header("authorization");
    let routes = || App::new().route("/", web::get().to(HttpResponse::Ok));
    let inside = init_service(routes().wrap(from_fn(actix_login)).wrap(cors())).await;
    assert_eq!(reason(A, &inside, fetch()).await, None);
    let outside = init_service(routes().wrap(cors()).wrap(from_fn(actix_login))).await;
    assert_eq!(reason(A, &outside, fetch()).await, Some(Reason::MissingAllowOrigin));
}

fn ours_in_axum() -> Router {
    use cors_runtime::axum::{cors, routes};

    #[cors(origins = ["https://a.example.com"], allow_headers = ["x-a"])]
    #[get("/")]
    async fn read() {}

    #[cors(origins = ["https://b.example.com"])]
    #[put("/")]
    async fn write() {}

    routes![read, write].into()
}

fn ours_in_actix(config: &mut web::ServiceConfig) {
    use actix_web::{get, put};
    use cors_runtime::actix::{cors, routes};

    #[cors(origins = ["https://a.example.com"], allow_headers = ["x-a"])]
    #[get("/")]
    async fn read() -> &'static str {
        ""
    }

    #[cors(origins = ["https://b.example.com"])]
    #[put("/")]
    async fn write() -> &'static str {
        ""
    }

    config.service(routes![read, write]);
}

/// Whether requests of another site reach a handler: a `POST`, a `GET`, and the `GET` of an image, which has no `Origin`.
fn passes(mut app: ask::App) -> [bool; 3] {
    let cross_site = |method: &str| {
        let ask = Ask::new(method, "/").header("host", "api.example.com");
        ask.header("sec-fetch-site", "cross-site").header("sec-fetch-mode", "no-cors")
    };
    let evil = |method: &str| cross_site(method).origin("https://evil.example");
    [evil("POST"), evil("GET"), cross_site("GET")].map(|request| app(&request).status == 200)
}

#[test]
fn each_crate_can_refuse_requests_of_other_sites() {
    const SOME: &[&str] = &["GET", "POST"];
    let axum = || Router::new().route("/", axum::routing::any(async || {}));
    assert_eq!(passes(ask::axum(axum().layer(one(A)))), [true, true, true]);
    let csrf = CsrfLayer::new().add_trusted_origin(A).unwrap();
    assert_eq!(passes(ask::axum(axum().layer(csrf))), [false, true, true]);

    let app = || App::new().route("/", web::to(HttpResponse::Ok));
    let cors = || Cors::default().allowed_origin(A).allowed_methods(SOME.iter().copied());
    assert_eq!(passes(ask::actix_app(app().wrap(cors()))), [true, true, true]);
    let blocking = cors().block_on_origin_mismatch(true);
    assert_eq!(passes(ask::actix_app(app().wrap(blocking))), [false, false, true]);

    let enforced = || Policy::builder().origins([A]).enforce().build().unwrap();
    let ours = cors_runtime::axum::Routes::new().route(SOME, "/", enforced(), async || {});
    assert_eq!(passes(ask::axum(ours.into())), [false, false, false]);
    let ours = cors_runtime::actix::Routes::new().route(SOME, "/", enforced(), HttpResponse::Ok);
    let ours = ask::actix(|config| {
        config.service(ours);
    });
    assert_eq!(passes(ours), [false, false, false]);
}
