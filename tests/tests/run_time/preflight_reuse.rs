//! A default policy answers preflights at URLs where an annotated route has other methods. A browser that remembers such
//! an answer must not be able to send a request to the annotated route that its policy refuses.
//!
//! The tables of `conformance` have the answers of annotated routes.

use tests::ask::{Answer, App, Ask};

const ADMIN: &str = "https://admin.example";
const PARTNER: &str = "https://partner.example";

/// The methods of the default policies.
const METHODS: [&str; 3] = ["GET", "PUT", "DELETE"];

mod in_axum {
    use super::METHODS;
    use axum::Router;
    use axum::routing::{MethodFilter, get, put};
    use cors_runtime::axum::{PolicyLayer, Routes, cors, policy, routes};

    #[cors(origins = ["https://admin.example"], credentials)]
    #[delete("/items/{id}")]
    async fn delete_item() {}

    #[cors(origins = ["https://admin.example"], credentials)]
    #[post("/notes")]
    async fn add_note() {}

    #[cors(origins = ["https://partner.example"])]
    #[get("/visits")]
    async fn visits() {}

    #[cors(origins = ["https://partner.example"], credentials, expose_headers = ["etag"], max_age = 60)]
    #[get("/orders")]
    async fn orders() {}

    fn default_policy() -> PolicyLayer {
        let policy = policy!(origins = ["https://partner.example"], credentials, max_age = 600);
        PolicyLayer::new(policy).methods(METHODS)
    }

    pub(super) fn apps() -> Vec<Router> {
        let annotated = || routes![delete_item, add_note, visits, orders];
        let unannotated = || Router::new().route("/items/{id}", put(async || "changed"));
        let by_hand = Routes::new()
            .route(
                MethodFilter::DELETE,
                "/items/{id}",
                policy!(origins = ["https://admin.example"], credentials),
                async || (),
            )
            .merge(routes![add_note, visits, orders]);
        let apps = [
            annotated().into_router(),
            annotated().layer(tower::layer::util::Identity::new()).into_router(),
            by_hand.into_router(),
            unannotated().merge(annotated()),
            Router::new().route("/other", get(async || "other")).fallback_service(annotated().into_router()),
        ];
        apps.into_iter().map(|app| app.layer(default_policy())).collect()
    }

    pub(super) fn nested() -> Router {
        Router::new().nest("/api", routes![delete_item].into_router()).layer(default_policy())
    }
}

mod in_actix {
    use super::METHODS;
    use actix_web::http::Method;
    use actix_web::web::{self, ServiceConfig};
    use actix_web::{App, delete, get, post};
    use cors_runtime::actix::{PolicyMiddleware, Routes, cors, policy, routes};
    use tests::ask;

    #[cors(origins = ["https://admin.example"], credentials)]
    #[delete("/items/{id}")]
    async fn delete_item() -> &'static str {
        ""
    }

    #[cors(origins = ["https://admin.example"], credentials)]
    #[post("/notes")]
    async fn add_note() -> &'static str {
        ""
    }

    #[cors(origins = ["https://partner.example"])]
    #[get("/visits")]
    async fn visits() -> &'static str {
        ""
    }

    #[cors(origins = ["https://partner.example"], credentials, expose_headers = ["etag"], max_age = 60)]
    #[get("/orders")]
    async fn orders() -> &'static str {
        ""
    }

    fn default_policy() -> PolicyMiddleware {
        let policy = policy!(origins = ["https://partner.example"], credentials, max_age = 600);
        PolicyMiddleware::new(policy).methods(METHODS)
    }

    fn app(configure: impl FnOnce(&mut ServiceConfig)) -> ask::App {
        ask::actix_app(App::new().configure(configure).wrap(default_policy()))
    }

    /// A route without an annotation on a path where another method is annotated.
    fn change_item() -> actix_web::Resource {
        web::resource("/items/{id}").route(web::put().to(|| async { "changed" }))
    }

    fn one_by_one(config: &mut ServiceConfig) {
        config.service(delete_item).service(add_note).service(visits).service(orders);
    }

    pub(super) fn apps() -> Vec<ask::App> {
        let annotated = || routes![delete_item, add_note, visits, orders];
        let by_hand = Routes::new().route(
            Method::DELETE,
            "/items/{id}",
            policy!(origins = ["https://admin.example"], credentials),
            || async { "" },
        );
        vec![
            app(|config| {
                config.service(annotated());
            }),
            app(|config| {
                config.service(by_hand.merge(routes![add_note, visits, orders]));
            }),
            app(|config| {
                config.service(annotated()).service(change_item());
            }),
            app(one_by_one),
            app(|config| {
                one_by_one(config);
                config.service(change_item());
            }),
        ]
    }

    pub(super) fn nested() -> Vec<ask::App> {
        vec![
            app(|config| {
                config.service(web::scope("/api").service(routes![delete_item]));
            }),
            app(|config| {
                config.service(web::scope("/api").service(delete_item));
            }),
            app(|config| {
                config.service(web::scope("/api").service(delete_item).service(change_item()));
            }),
        ]
    }

    /// The annotated pattern is not the one that the preflight's request would get to.
    pub(super) fn overlapping() -> Vec<ask::App> {
        vec![
            app(|config| {
                config.service(routes![delete_item]).route("/items/latest", web::put().to(|| async { "" }));
            }),
            app(|config| {
                config.service(delete_item).route("/items/latest", web::put().to(|| async { "" }));
            }),
            app(|config| {
                config.route("/items/latest", web::put().to(|| async { "" })).service(delete_item);
            }),
        ]
    }
}

/// Every app has the annotated `DELETE /items/{id}` and `POST /notes` for [`ADMIN`], `GET /visits` for [`PARTNER`]
/// without credentials and `GET /orders` for [`PARTNER`] with credentials. Everything else has the default policy, which
/// is for [`PARTNER`] with credentials.
fn apps() -> Vec<App> {
    let axum = in_axum::apps().into_iter().map(tests::ask::axum);
    axum.chain(in_actix::apps()).collect()
}

/// The methods that a browser may send, after it got this answer, without another preflight: those that need no
/// permission, and those that the answer lists. <https://fetch.spec.whatwg.org/#concept-cache>
fn opened(answer: &Answer) -> Vec<&str> {
    if answer.status != 204 || answer.allowed().is_none() || max_age(answer) == Some("0") {
        return Vec::new();
    }
    let listed = answer.header("access-control-allow-methods").unwrap_or_default().split(", ");
    listed.chain(["GET", "HEAD", "POST"]).collect()
}

fn max_age(answer: &Answer) -> Option<&str> {
    answer.header("access-control-max-age")
}

#[test]
fn a_default_policys_answer_does_not_open_an_annotated_method() {
    for (number, mut app) in apps().into_iter().enumerate() {
        for method in ["GET", "PUT"] {
            let answer = app(&Ask::preflight(method, "/items/7").origin(PARTNER));
            assert_eq!((answer.status, answer.allowed()), (204, Some(PARTNER)), "{number} {method}");
            assert!(!opened(&answer).contains(&"DELETE"), "{number}: {answer:?}");
        }
        let answer = app(&Ask::preflight("DELETE", "/items/7").origin(PARTNER));
        assert_eq!((answer.status, answer.allowed()), (403, None), "{number}");
        let answer = app(&Ask::preflight("DELETE", "/items/7").origin(ADMIN));
        assert_eq!((answer.status, answer.allowed()), (204, Some(ADMIN)), "{number}");
    }
}

#[test]
fn a_default_policys_answer_does_not_open_an_annotated_method_of_a_nested_router() {
    let apps = std::iter::once(tests::ask::axum(in_axum::nested())).chain(in_actix::nested());
    for (number, mut app) in apps.enumerate() {
        let answer = app(&Ask::preflight("PUT", "/api/items/7").origin(PARTNER));
        assert_eq!((answer.status, answer.allowed()), (204, Some(PARTNER)), "{number}");
        assert!(!opened(&answer).contains(&"DELETE"), "{number}: {answer:?}");
    }
}

/// actix-web may find another pattern for `PUT` of the URL than for `DELETE`.
#[test]
fn a_default_policys_answer_does_not_open_an_annotated_method_of_an_overlapping_pattern() {
    for (number, mut app) in in_actix::overlapping().into_iter().enumerate() {
        let answer = app(&Ask::preflight("PUT", "/items/latest").origin(PARTNER));
        assert_eq!((answer.status, answer.allowed()), (204, Some(PARTNER)), "{number}");
        assert!(!opened(&answer).contains(&"DELETE"), "{number}: {answer:?}");
    }
}

#[test]
fn at_the_url_of_an_annotated_route_a_default_policy_lists_the_requested_method_alone() {
    for (number, mut app) in apps().into_iter().enumerate() {
        for (path, method) in [("/items/7", "GET"), ("/items/7", "PUT"), ("/visits", "DELETE")] {
            let answer = app(&Ask::preflight(method, path).origin(PARTNER));
            let methods = answer.header("access-control-allow-methods");
            assert_eq!(methods, Some(method), "{number} {path}: {answer:?}");
        }
        // Where nothing is annotated one answer serves for all.
        let answer = app(&Ask::preflight("PUT", "/nowhere").origin(PARTNER));
        assert_eq!(answer.header("access-control-allow-methods"), Some("GET, PUT, DELETE"), "{number}");
        assert_eq!(max_age(&answer), Some("600"), "{number}");
    }
}

/// `POST` needs no method that was remembered.
#[test]
fn a_default_policys_answer_is_not_remembered_beside_an_annotated_post_that_refuses_the_origin() {
    for (number, mut app) in apps().into_iter().enumerate() {
        let answer = app(&Ask::preflight("PUT", "/notes").origin(PARTNER));
        assert_eq!((answer.status, answer.allowed()), (204, Some(PARTNER)), "{number}");
        assert_eq!(max_age(&answer), Some("0"), "{number}");
    }
}

#[test]
fn a_default_policys_answer_is_not_remembered_beside_an_annotated_get_that_refuses_its_credentials() {
    for (number, mut app) in apps().into_iter().enumerate() {
        let answer = app(&Ask::preflight("PUT", "/visits").origin(PARTNER));
        assert_eq!((answer.status, answer.allowed()), (204, Some(PARTNER)), "{number}");
        assert_eq!(max_age(&answer), Some("0"), "{number}");
    }
}

/// Differences other than the origins and the credentials are no reason to ask again.
#[test]
fn a_default_policys_answer_is_remembered_beside_an_annotated_get_that_trusts_the_origin() {
    for (number, mut app) in apps().into_iter().enumerate() {
        let answer = app(&Ask::preflight("PUT", "/orders").origin(PARTNER));
        assert_eq!((answer.status, answer.allowed()), (204, Some(PARTNER)), "{number}");
        assert_eq!(max_age(&answer), Some("600"), "{number}");
    }
}
