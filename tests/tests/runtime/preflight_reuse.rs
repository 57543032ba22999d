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
    use super::{Apps, METHODS};
    use axum::Router;
    use axum::http::Method;
    use axum::routing::{get, put};
    use cors_runtime::Origin;
    use cors_runtime::axum::{PolicyLayer, Routes, cors, origin_check, policy, routes};
    use tests::ask;

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

    #[origin_check]
    fn is_partner(origin: &Origin) -> bool {
        origin.as_str() == super::PARTNER
    }

    #[cors(origins = dynamic(is_partner), credentials, max_age = 600)]
    #[get("/tenants")]
    async fn tenants() {}

    #[cors(origins = dynamic(is_partner), credentials, max_age = 600)]
    #[put("/tenants")]
    async fn add_tenant() {}

    #[cors(origins = dynamic(is_partner))]
    #[get("/guests")]
    async fn guests() {}

    #[cors(origins = dynamic(is_partner), credentials, max_age = 600)]
    #[put("/guests")]
    async fn add_guest() {}

    pub(super) fn with_functions() -> ask::App {
        ask::axum(routes![tenants, add_tenant, guests, add_guest].into_router())
    }

    fn default_policy() -> PolicyLayer {
        let policy = policy!(origins = ["https://partner.example"], credentials, max_age = 600);
        PolicyLayer::new(policy).methods(METHODS)
    }

    pub(super) fn grouped() -> Apps {
        let annotated = || routes![delete_item, add_note, visits, orders];
        let unannotated = || Router::new().route("/items/{id}", put(async || "changed"));
        let by_hand = Routes::new()
            .route(
                [Method::DELETE],
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
        let nested = Router::new().nest("/api", routes![delete_item].into_router());
        Apps {
            flat: apps.into_iter().map(|app| ask::axum(app.layer(default_policy()))).collect(),
            nested: vec![ask::axum(nested.layer(default_policy()))],
            overlapping: Vec::new(),
        }
    }
}

mod in_actix {
    use super::{Apps, METHODS};
    use actix_web::http::Method;
    use actix_web::web::{self, ServiceConfig};
    use actix_web::{App, delete, get, post, put};
    use cors_runtime::Origin;
    use cors_runtime::actix::{PolicyMiddleware, Routes, cors, origin_check, policy, routes};
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

    #[origin_check]
    fn is_partner(origin: &Origin) -> bool {
        origin.as_str() == super::PARTNER
    }

    #[cors(origins = dynamic(is_partner), credentials, max_age = 600)]
    #[get("/tenants")]
    async fn tenants() -> &'static str {
        ""
    }

    #[cors(origins = dynamic(is_partner), credentials, max_age = 600)]
    #[put("/tenants")]
    async fn add_tenant() -> &'static str {
        ""
    }

    #[cors(origins = dynamic(is_partner))]
    #[get("/guests")]
    async fn guests() -> &'static str {
        ""
    }

    #[cors(origins = dynamic(is_partner), credentials, max_age = 600)]
    #[put("/guests")]
    async fn add_guest() -> &'static str {
        ""
    }

    pub(super) fn with_functions() -> ask::App {
        ask::actix(|config| {
            config.service(routes![tenants, add_tenant, guests, add_guest]);
        })
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

    async fn change_latest() -> &'static str {
        "changed"
    }

    pub(super) fn grouped() -> Apps {
        let annotated = || routes![delete_item, add_note, visits, orders];
        let by_hand = Routes::new().route(
            [Method::DELETE],
            "/items/{id}",
            policy!(origins = ["https://admin.example"], credentials),
            || async { "" },
        );
        let flat = vec![
            app(|config| {
                config.service(annotated());
            }),
            app(|config| {
                config.service(by_hand.merge(routes![add_note, visits, orders]));
            }),
            app(|config| {
                config.service(annotated()).service(change_item());
            }),
        ];
        let nested = app(|config| {
            config.service(web::scope("/api").service(routes![delete_item]));
        });
        let overlapping = app(|config| {
            config.service(routes![delete_item]).route("/items/latest", web::put().to(change_latest));
        });
        Apps { flat, nested: vec![nested], overlapping: vec![overlapping] }
    }

    pub(super) fn one_by_one() -> Apps {
        let annotated = |config: &mut ServiceConfig| {
            config.service(delete_item).service(add_note).service(visits).service(orders);
        };
        let flat = vec![
            app(annotated),
            app(|config| {
                annotated(config);
                config.service(change_item());
            }),
        ];
        let nested = vec![
            app(|config| {
                config.service(web::scope("/api").service(delete_item));
            }),
            app(|config| {
                config.service(web::scope("/api").service(delete_item).service(change_item()));
            }),
        ];
        let overlapping = vec![
            app(|config| {
                config.service(delete_item).route("/items/latest", web::put().to(change_latest));
            }),
            app(|config| {
                config.route("/items/latest", web::put().to(change_latest)).service(delete_item);
            }),
        ];
        Apps { flat, nested, overlapping }
    }
}

/// The apps of one way to register routes. The default policy is for [`PARTNER`] with credentials.
struct Apps {
    /// `DELETE /items/{id}` and `POST /notes` are annotated for [`ADMIN`], `GET /visits` for [`PARTNER`] without
    /// credentials and `GET /orders` for [`PARTNER`] with credentials.
    flat: Vec<App>,
    /// `DELETE /api/items/{id}` is annotated for [`ADMIN`].
    nested: Vec<App>,
    /// `DELETE /items/{id}` is annotated for [`ADMIN`], and `PUT /items/latest` is not annotated.
    overlapping: Vec<App>,
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

fn does_not_open_an_annotated_method(apps: Apps) {
    let paths = [("/items/7", apps.flat), ("/api/items/7", apps.nested), ("/items/latest", apps.overlapping)];
    for (path, apps) in paths {
        for (number, mut app) in apps.into_iter().enumerate() {
            for method in ["GET", "PUT"] {
                let answer = app(&Ask::preflight(method, path).origin(PARTNER));
                assert_eq!(
                    (answer.status, answer.allowed()),
                    (204, Some(PARTNER)),
                    "{number} {method} {path}"
                );
                assert!(!opened(&answer).contains(&"DELETE"), "{number} {path}: {answer:?}");
            }
            let answer = app(&Ask::preflight("DELETE", path).origin(PARTNER));
            assert_eq!((answer.status, answer.allowed()), (403, None), "{number} {path}");
            let answer = app(&Ask::preflight("DELETE", path).origin(ADMIN));
            assert_eq!((answer.status, answer.allowed()), (204, Some(ADMIN)), "{number} {path}");
        }
    }
}

fn lists_the_requested_method_alone(apps: Apps) {
    for (number, mut app) in apps.flat.into_iter().enumerate() {
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

/// `GET` and `POST` need no method that was remembered.
fn is_remembered_unless_a_safelisted_method_refuses(apps: Apps) {
    for (number, mut app) in apps.flat.into_iter().enumerate() {
        for (path, expected) in [
            // The annotated `POST` refuses the origin.
            ("/notes", "0"),
            // The annotated `GET` refuses the credentials.
            ("/visits", "0"),
            // The annotated `GET` allows both; other differences are no reason to ask again.
            ("/orders", "600"),
        ] {
            let answer = app(&Ask::preflight("PUT", path).origin(PARTNER));
            assert_eq!((answer.status, answer.allowed()), (204, Some(PARTNER)), "{number} {path}");
            assert_eq!(max_age(&answer), Some(expected), "{number} {path}");
        }
    }
}

macro_rules! registrations {
    ($($name:ident: $apps:path;)+) => {
        $(
            mod $name {
                #[test]
                fn a_default_policys_answer_does_not_open_an_annotated_method() {
                    super::does_not_open_an_annotated_method($apps());
                }

                #[test]
                fn beside_annotated_methods_a_default_policy_lists_the_requested_method_alone() {
                    super::lists_the_requested_method_alone($apps());
                }

                #[test]
                fn a_default_policys_answer_is_remembered_unless_an_annotated_safelisted_method_refuses() {
                    super::is_remembered_unless_a_safelisted_method_refuses($apps());
                }
            }
        )+
    };
}

registrations! {
    axum_group: super::in_axum::grouped;
    actix_group: super::in_actix::grouped;
    actix_one_by_one: super::in_actix::one_by_one;
}

/// A function that takes nothing but the origin allows the same origins for every method.
#[test]
fn an_answer_is_remembered_if_one_function_decides_about_both_routes() {
    for mut app in [in_axum::with_functions(), in_actix::with_functions()] {
        // `GET /guests` refuses the credentials.
        for (path, expected) in [("/tenants", "600"), ("/guests", "0")] {
            let answer = app(&Ask::preflight("PUT", path).origin(PARTNER));
            assert_eq!((answer.status, answer.allowed()), (204, Some(PARTNER)), "{path}");
            assert_eq!(max_age(&answer), Some(expected), "{path}: {answer:?}");
        }
    }
}
