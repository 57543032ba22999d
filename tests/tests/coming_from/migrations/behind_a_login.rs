//! A service with a login: some routes are for everybody, and two groups of routes need a session or a token. Before, one
//! policy covers everything. Afterwards it is the default policy, and each of the two groups has a policy of its own.

use super::steps::{Step, check_after, check_before, differs, same};
use cors_runtime::testing::Fetch;

/// The application's own pages, on the site of the service. They log in and have a cookie.
const APP: &str = "https://app.example.com";
/// The pages of a partner, on another site. They send a token.
const PARTNER: &str = "https://partner.example";
const EVIL: &str = "https://evil.example";

mod in_axum {
    use axum::Router;
    use axum::extract::Request;
    use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, SET_COOKIE};
    use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
    use axum::middleware::{Next, from_fn};
    use axum::response::{IntoResponse as _, Response};
    use axum::routing::{get, post};
    use cors_runtime::Policy;
    use cors_runtime::axum::{PolicyLayer, cors, policy, routes};
    use std::time::Duration;
    use tower_http::cors::CorsLayer;

    async fn login() -> ([(HeaderName, &'static str); 1], &'static str) {
        ([(SET_COOKIE, "session=ada; Path=/; Secure; HttpOnly; SameSite=Lax")], "welcome")
    }

    async fn require_login(request: Request, next: Next) -> Response {
        let headers = request.headers();
        let has_session = headers.get(COOKIE).is_some_and(|cookie| cookie == "session=ada");
        let has_token = headers.get(AUTHORIZATION).is_some_and(|token| token == "Bearer token");
        if has_session || has_token {
            next.run(request).await
        } else {
            (StatusCode::UNAUTHORIZED, "log in first").into_response()
        }
    }

    /// The routes that need no login, which the move does not touch.
    fn open_routes() -> Router {
        Router::new().route("/login", post(login)).route("/status", get(async || "up"))
    }

    pub(super) fn before() -> Router {
        let closed_routes = Router::new()
            .route("/me", get(async || "ada").put(async || "saved"))
            .route("/orders", get(async || "orders").post(async || "created"))
            .route_layer(from_fn(require_login));
        let cors = CorsLayer::new()
            .allow_origin([super::APP, super::PARTNER].map(HeaderValue::from_static))
            .allow_methods([Method::GET, Method::POST, Method::PUT])
            .allow_headers([AUTHORIZATION, CONTENT_TYPE])
            .allow_credentials(true)
            .max_age(Duration::from_secs(600));
        open_routes().merge(closed_routes).layer(cors)
    }

    static ACCOUNT: Policy = policy!(
        origins = ["https://app.example.com"],
        credentials,
        allow_headers = ["content-type"],
        max_age = 600,
    );
    static PARTNERS: Policy = policy!(
        origins = ["https://partner.example"],
        allow_headers = ["authorization", "content-type"],
        max_age = 600,
    );

    #[cors(policy = ACCOUNT)]
    #[get("/me")]
    async fn me() -> &'static str {
        "ada"
    }

    #[cors(policy = ACCOUNT)]
    #[put("/me")]
    async fn update_me() -> &'static str {
        "saved"
    }

    #[cors(policy = PARTNERS)]
    #[get("/orders")]
    async fn orders() -> &'static str {
        "orders"
    }

    #[cors(policy = PARTNERS)]
    #[post("/orders")]
    async fn create_order() -> &'static str {
        "created"
    }

    pub(super) fn after() -> Router {
        let default = PolicyLayer::new(policy!(
            origins = ["https://app.example.com", "https://partner.example"],
            credentials,
            allow_headers = ["authorization", "content-type"],
            max_age = 600,
        ));
        open_routes()
            .merge(routes![me, update_me].layer(from_fn(require_login)))
            .merge(routes![orders, create_order].layer(from_fn(require_login)))
            .layer(default.methods(["GET", "POST", "PUT"]))
    }
}

mod in_actix {
    use actix_cors::Cors;
    use actix_web::body::MessageBody;
    use actix_web::dev::{ServiceRequest, ServiceResponse};
    use actix_web::middleware::{Next, from_fn};
    use actix_web::web::{self, ServiceConfig};
    use actix_web::{Error, HttpResponse, get, post, put};
    use cors_runtime::Policy;
    use cors_runtime::actix::{PolicyMiddleware, cors, policy, routes};

    async fn login() -> HttpResponse {
        let cookie = ("set-cookie", "session=ada; Path=/; Secure; HttpOnly; SameSite=Lax");
        HttpResponse::Ok().insert_header(cookie).body("welcome")
    }

    async fn require_login<B: MessageBody + 'static>(
        request: ServiceRequest,
        next: Next<B>,
    ) -> Result<ServiceResponse, Error> {
        let headers = request.headers();
        let has_session = headers.get("cookie").is_some_and(|cookie| cookie == "session=ada");
        let has_token = headers.get("authorization").is_some_and(|token| token == "Bearer token");
        if has_session || has_token {
            Ok(next.call(request).await?.map_into_boxed_body())
        } else {
            Ok(request.into_response(HttpResponse::Unauthorized().body("log in first")))
        }
    }

    /// The routes that need no login, which the move does not touch.
    fn open_routes(config: &mut ServiceConfig) {
        config.route("/login", web::post().to(login)).route("/status", web::get().to(|| async { "up" }));
    }

    pub(super) fn cors() -> Cors {
        Cors::default()
            .allowed_origin(super::APP)
            .allowed_origin(super::PARTNER)
            .allowed_methods(["GET", "POST", "PUT"])
            .allowed_headers(["authorization", "content-type"])
            .supports_credentials()
            .max_age(600)
    }

    /// The routes before the move, which [`cors`] has to be wrapped around.
    pub(super) fn before(config: &mut ServiceConfig) {
        let account = web::resource("/me")
            .route(web::get().to(|| async { "ada" }))
            .route(web::put().to(|| async { "saved" }));
        let partners = web::resource("/orders")
            .route(web::get().to(|| async { "orders" }))
            .route(web::post().to(|| async { "created" }));
        config
            .configure(open_routes)
            .service(account.wrap(from_fn(require_login)))
            .service(partners.wrap(from_fn(require_login)));
    }

    static ACCOUNT: Policy = policy!(
        origins = ["https://app.example.com"],
        credentials,
        allow_headers = ["content-type"],
        max_age = 600,
    );
    static PARTNERS: Policy = policy!(
        origins = ["https://partner.example"],
        allow_headers = ["authorization", "content-type"],
        max_age = 600,
    );

    #[cors(policy = ACCOUNT)]
    #[get("/me")]
    async fn me() -> &'static str {
        "ada"
    }

    #[cors(policy = ACCOUNT)]
    #[put("/me")]
    async fn update_me() -> &'static str {
        "saved"
    }

    #[cors(policy = PARTNERS)]
    #[get("/orders")]
    async fn orders() -> &'static str {
        "orders"
    }

    #[cors(policy = PARTNERS)]
    #[post("/orders")]
    async fn create_order() -> &'static str {
        "created"
    }

    pub(super) fn default() -> PolicyMiddleware {
        let policy = policy!(
            origins = ["https://app.example.com", "https://partner.example"],
            credentials,
            allow_headers = ["authorization", "content-type"],
            max_age = 600,
        );
        PolicyMiddleware::new(policy).methods(["GET", "POST", "PUT"])
    }

    /// The routes after the move, which [`default`] has to be wrapped around.
    pub(super) fn after(config: &mut ServiceConfig) {
        config
            .configure(open_routes)
            .service(routes![me, update_me].wrap(from_fn(require_login)))
            .service(routes![orders, create_order].wrap(from_fn(require_login)));
    }
}

fn steps() -> Vec<Step> {
    let put_me = || Fetch::put("/me").credentials().json("{}");
    let with_token = |fetch: Fetch| fetch.header("authorization", "Bearer token");
    vec![
        same(APP, Fetch::get("/status"), "200 up"),
        same(PARTNER, Fetch::get("/status"), "200 up"),
        // The page can read that the login is missing.
        same(APP, Fetch::get("/me").credentials(), "401 log in first"),
        same(APP, put_me(), "preflight, 401 log in first"),
        same(APP, Fetch::post("/login").credentials().json("{}"), "preflight, 200 welcome"),
        same(APP, Fetch::get("/me").credentials(), "200 ada"),
        same(APP, put_me(), "200 saved"),
        same(PARTNER, Fetch::get("/orders"), "401 log in first"),
        same(PARTNER, with_token(Fetch::get("/orders")), "preflight, 200 orders"),
        same(PARTNER, with_token(Fetch::post("/orders").json("{}")), "200 created"),
        // Each group now has the pages that it is for.
        differs(PARTNER, Fetch::get("/me"), "401 log in first", "blocked"),
        differs(PARTNER, put_me(), "preflight, 401 log in first", "preflight, blocked"),
        differs(APP, Fetch::get("/orders").credentials(), "200 orders", "blocked"),
        differs(PARTNER, Fetch::get("/orders").credentials(), "401 log in first", "blocked"),
        same(APP, Fetch::delete("/me"), "preflight, blocked"),
        same(APP, Fetch::get("/nowhere"), "404"),
        same(EVIL, Fetch::get("/status"), "blocked"),
        same(EVIL, Fetch::get("/me").credentials(), "blocked"),
        same(EVIL, put_me(), "preflight, blocked"),
        same(EVIL, with_token(Fetch::get("/orders")), "preflight, blocked"),
        same(EVIL, Fetch::get("/nowhere"), "blocked"),
    ]
}

#[tokio::test]
async fn axum() {
    check_before(&in_axum::before(), &steps()).await;
    check_after(&in_axum::after(), &steps()).await;
}

#[actix_web::test]
async fn actix() {
    use actix_web::App;
    use actix_web::test::init_service;

    let before = App::new().configure(in_actix::before).wrap(in_actix::cors());
    check_before(&init_service(before).await, &steps()).await;
    let after = App::new().configure(in_actix::after).wrap(in_actix::default());
    check_after(&init_service(after).await, &steps()).await;
}
