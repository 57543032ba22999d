//! Layers that drop a request's extensions, in which a default policy and the routes find each other.

use crate::defaults::{APP, DEFAULT};
use crate::events;
use tests::ask::{self, App, Ask};

mod in_axum {
    use axum::Router;
    use axum::extract::Request;
    use axum::middleware::{Next, from_fn};
    use axum::response::Response;
    use axum::routing::get;
    use cors_runtime::Origin;
    use cors_runtime::axum::{PolicyLayer, cors, origin_check, policy, routes};

    #[cors(origins = ["https://app.example"], credentials)]
    #[get("/me")]
    async fn me() -> &'static str {
        "me"
    }

    #[cors(origins = ["https://app.example"], enforce)]
    #[get("/enforced")]
    async fn enforced() -> &'static str {
        "enforced"
    }

    #[origin_check]
    fn is_app(origin: &Origin) -> bool {
        origin.as_str() == super::APP
    }

    #[cors(origins = dynamic(is_app))]
    #[get("/dynamic")]
    async fn dynamic() -> &'static str {
        "dynamic"
    }

    /// Sends on a request that it builds itself.
    pub(crate) async fn build_request(request: Request, next: Next) -> Response {
        let (parts, body) = request.into_parts();
        let mut built = Request::new(body);
        *built.method_mut() = parts.method;
        *built.uri_mut() = parts.uri;
        *built.headers_mut() = parts.headers;
        next.run(built).await
    }

    async fn clear_extensions(mut request: Request, next: Next) -> Response {
        request.extensions_mut().clear();
        next.run(request).await
    }

    pub(super) fn apps() -> [Router; 3] {
        let default = || PolicyLayer::new(policy!(origins = ["https://default.example"])).methods(["GET"]);
        let router = || {
            let identity = tower::layer::util::Identity::new();
            let layered = routes![dynamic].merge(routes![me].layer(identity));
            Router::new().merge(layered.merge(routes![enforced])).route("/plain", get(async || "plain"))
        };
        let unlayered =
            Router::new().merge(routes![me, enforced, dynamic]).route("/plain", get(async || "plain"));
        [
            unlayered.layer(from_fn(build_request)).layer(default()),
            router().layer(from_fn(build_request)).layer(default()),
            router().layer(from_fn(clear_extensions)).layer(default()),
        ]
    }
}

mod in_actix {
    use actix_web::body::MessageBody;
    use actix_web::dev::{ServiceRequest, ServiceResponse};
    use actix_web::error::ErrorImATeapot;
    use actix_web::middleware::{Next, from_fn};
    use actix_web::test::TestRequest;
    use actix_web::{App, Error, HttpMessage as _, get, web};
    use cors_runtime::Origin;
    use cors_runtime::actix::{PolicyMiddleware, cors, origin_check, policy, routes};
    use tests::ask;

    #[cors(origins = ["https://app.example"], credentials)]
    #[get("/me")]
    async fn me() -> &'static str {
        "me"
    }

    #[cors(origins = ["https://app.example"], enforce)]
    #[get("/enforced")]
    async fn enforced() -> &'static str {
        "enforced"
    }

    #[origin_check]
    fn is_app(origin: &Origin) -> bool {
        origin.as_str() == super::APP
    }

    #[cors(origins = dynamic(is_app))]
    #[get("/dynamic")]
    async fn dynamic() -> &'static str {
        "dynamic"
    }

    async fn clear_extensions<B: MessageBody>(
        request: ServiceRequest,
        next: Next<B>,
    ) -> Result<ServiceResponse<B>, Error> {
        request.extensions_mut().clear();
        next.call(request).await
    }

    async fn fail(_: ServiceRequest, _: Next<impl MessageBody>) -> Result<ServiceResponse, Error> {
        Err(ErrorImATeapot("failed"))
    }

    /// Turns an `Err` into a response.
    async fn error_to_response<B: MessageBody + 'static>(
        request: ServiceRequest,
        next: Next<B>,
    ) -> Result<ServiceResponse, Error> {
        // The original request cannot be kept: actix-web's routing panics if there is a clone of it. `from_err` would
        // ignore what middlewares have added to the error.
        let response = |error: Error| {
            ServiceResponse::new(TestRequest::default().to_http_request(), error.error_response())
        };
        Ok(next.call(request).await.map_or_else(response, ServiceResponse::map_into_boxed_body))
    }

    /// Two nested default policies. Inside of them the request loses its extensions and the route returns an `Err`,
    /// and between them the `Err` becomes a response.
    pub(super) fn error_in_nested_defaults() -> ask::App {
        let default = || PolicyMiddleware::new(policy!(origins = ["https://default.example"]));
        let failing = App::new().service(routes![me].wrap(from_fn(fail)));
        let inner = failing.wrap(from_fn(clear_extensions)).wrap(default());
        ask::actix_app(inner.wrap(from_fn(error_to_response)).wrap(default()))
    }

    pub(super) fn apps() -> [ask::App; 2] {
        let default =
            || PolicyMiddleware::new(policy!(origins = ["https://default.example"])).methods(["GET"]);
        let plain = || web::resource("/plain").route(web::get().to(|| async { "plain" }));
        let group = App::new().service(routes![me, enforced, dynamic]).service(plain());
        let one_by_one = App::new().service(me).service(enforced).service(dynamic).service(plain());
        [
            ask::actix_app(group.wrap(from_fn(clear_extensions)).wrap(default())),
            ask::actix_app(one_by_one.wrap(from_fn(clear_extensions)).wrap(default())),
        ]
    }
}

pub(crate) use in_axum::build_request;

/// `/me` (credentials), `/enforced` and `/dynamic` are annotated for [`APP`]; `/plain` is not, and the default policy is
/// for [`DEFAULT`].
fn apps() -> Vec<App> {
    in_axum::apps().map(ask::axum).into_iter().chain(in_actix::apps()).collect()
}

#[test]
fn the_response_of_an_annotated_route_keeps_the_headers_of_its_policy() {
    for (number, mut app) in apps().into_iter().enumerate() {
        for (path, status) in [("/me", 200), ("/enforced", 403), ("/dynamic", 200)] {
            let answer = app(&Ask::get(path).origin(APP));
            assert_eq!((answer.status, answer.allowed()), (200, Some(APP)), "{number} {path}");
            let credentials = answer.header("access-control-allow-credentials");
            assert_eq!(credentials.is_some(), path == "/me", "{number} {path}");
            let answer = app(&Ask::get(path).origin(DEFAULT));
            assert_eq!(
                (answer.status, answer.allowed(), answer.varies()),
                (status, None, true),
                "{number} {path}"
            );
            let answer = app(&Ask::get(path));
            assert_eq!(
                (answer.status, answer.allowed(), answer.varies()),
                (200, None, true),
                "{number} {path}"
            );
        }
        assert_eq!(app(&Ask::get("/plain").origin(DEFAULT)).allowed(), Some(DEFAULT), "{number}");
        assert_eq!(app(&Ask::get("/plain").origin(APP)).allowed(), None, "{number}");
    }
}

#[test]
fn an_error_of_an_annotated_route_keeps_the_headers_of_its_policy_in_nested_default_policies() {
    let mut app = in_actix::error_in_nested_defaults();
    for (origin, allowed) in [(APP, Some(APP)), (DEFAULT, None)] {
        let answer = app(&Ask::get("/me").origin(origin));
        assert_eq!((answer.status, answer.allowed(), answer.varies()), (418, allowed, true), "{origin}");
        let credentials = answer.header("access-control-allow-credentials");
        assert_eq!(credentials.is_some(), allowed.is_some(), "{origin}");
    }
}

#[test]
fn the_preflight_of_an_annotated_route_keeps_its_answer() {
    for (number, mut app) in apps().into_iter().enumerate() {
        for path in ["/me", "/enforced", "/dynamic"] {
            let (answer, events) = events::during(|| app(&Ask::preflight("GET", path).origin(APP)));
            assert_eq!((answer.status, answer.allowed()), (204, Some(APP)), "{number} {path}");
            assert!(events.is_empty(), "{number} {path}: {events:?}");
            let answer = app(&Ask::preflight("GET", path).origin(DEFAULT));
            assert_eq!((answer.status, answer.allowed()), (403, None), "{number} {path}");
        }
        let answer = app(&Ask::preflight("GET", "/plain").origin(DEFAULT));
        assert_eq!((answer.status, answer.allowed()), (204, Some(DEFAULT)), "{number}");
    }
}

/// A client learns nothing of how the routes and the default policy find each other.
#[test]
fn no_header_marks_the_response() {
    const KNOWN: [&str; 5] = [
        "access-control-allow-credentials",
        "access-control-allow-origin",
        "content-length",
        "content-type",
        "vary",
    ];
    for mut app in apps() {
        let answer = app(&Ask::get("/me").origin(APP));
        let names = answer.headers.iter().map(|(name, _)| &**name);
        let unknown: Vec<_> = names.filter(|name| !KNOWN.contains(name)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}

/// A handler with two routes: a layer of the group that builds requests must not make it answer for the other route.
#[test]
fn a_layer_of_the_group_that_builds_requests_does_not_change_the_policy_of_the_handler() {
    use axum::middleware::from_fn;
    use cors_runtime::axum::{cors, routes};

    #[cors(origins = ["https://app.example"], enforce)]
    #[get("/one")]
    #[get("/two")]
    async fn twice() {}

    let plain = routes![twice].into_router();
    let mut app = ask::axum(routes![twice].layer(from_fn(build_request)).into_router());
    for path in ["/one", "/two"] {
        assert_eq!(ask::axum(plain.clone())(&Ask::get(path).origin(APP)).status, 200);
        let (answer, events) = events::during(|| app(&Ask::get(path).origin(APP)));
        assert_eq!((answer.status, answer.allowed()), (200, Some(APP)), "{path}");
        assert!(events.is_empty(), "{path}: {events:?}");
        let (answer, events) = events::during(|| app(&Ask::get(path).origin(DEFAULT)));
        assert_eq!((answer.status, answer.allowed()), (403, None), "{path}");
        let paths: Vec<_> = events.iter().map(|event| event.field("path")).collect();
        assert_eq!(paths, [Some(path)], "{path}: {events:?}");
    }
}
