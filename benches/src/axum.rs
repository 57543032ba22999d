//! The axum apps.

mod by_hand;

use crate::candidate::{Candidate, Who, ready};
use crate::row::{ALLOW_HEADERS, MAX_AGE, ONE, Origins, Request, Row};
use axum::Router;
use axum::body::Body;
use axum::http::header::{HeaderName, HeaderValue, VARY};
use axum::http::{Method, StatusCode};
use axum::routing::{MethodFilter, get, on};
use cors_runtime::Policy;
use cors_runtime::axum::{Routes, cors, routes};
use std::fmt;
use std::hint::black_box;
use std::pin::pin;
use std::time::Duration;
use tower_http::cors::{AllowOrigin, Any, CorsLayer};
use tower_service::Service;

/// An app and the requests that it will get.
pub struct App {
    router: Router,
    prepared: Vec<axum::extract::Request>,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("App")
    }
}

impl App {
    /// The app for the policy of a row.
    pub fn new(who: Who, row: &Row) -> Self {
        Self { router: router(who, row.origins, row.varies).with_state(()), prepared: Vec::new() }
    }
}

impl Candidate for App {
    fn prepare(&mut self, request: &Request, count: usize) {
        self.prepared.extend((0..count).map(|_| self::request(request)));
    }

    fn answer(&mut self) -> usize {
        let Self { router, prepared } = self;
        let count = prepared.len();
        for request in prepared.drain(..) {
            drop(black_box(ready(pin!(router.call(request)))));
        }
        count
    }

    fn look(&mut self, request: &Request) -> (u16, Vec<(String, String)>) {
        let Ok(response) = ready(pin!(self.router.call(self::request(request))));
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = response.headers().iter().map(|(name, value)| (name.to_string(), text(value)));
        (response.status().as_u16(), headers.collect())
    }
}

fn request(request: &Request) -> axum::extract::Request {
    let mut made = axum::extract::Request::new(Body::empty());
    *made.method_mut() = if request.preflight { Method::OPTIONS } else { Method::GET };
    *made.uri_mut() = "/items".parse().expect("it is a URI");
    for (name, value) in &request.headers {
        let value = HeaderValue::from_maybe_shared(value.clone()).expect("it is a value");
        made.headers_mut().append(HeaderName::from_static(name), value);
    }
    made
}

async fn items() -> &'static str {
    "items"
}

async fn varying_items() -> ([(HeaderName, HeaderValue); 1], &'static str) {
    ([(VARY, HeaderValue::from_static("origin"))], "items")
}

async fn no_content() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// The app.
pub fn router(who: Who, origins: Origins, varies: bool) -> Router {
    match who {
        Who::Bare => Router::new().route(
            "/items",
            if varies { get(varying_items) } else { get(items) }.on(MethodFilter::OPTIONS, no_content),
        ),
        Who::Ours => ours(origins, varies),
        Who::Hand if varies => by_hand::router(varying_items, origins),
        Who::Hand => by_hand::router(items, origins),
        Who::Theirs => {
            let route = if varies { get(varying_items) } else { get(items) };
            let layered = route.on(MethodFilter::OPTIONS, no_content).layer(tower_http(origins));
            Router::new().route("/items", layered)
        }
    }
}

fn ours(origins: Origins, varies: bool) -> Router {
    if let Some(router) = annotated::router(origins, varies) {
        return router;
    }
    let policy = policy(origins);
    let filter = MethodFilter::GET;
    if varies {
        Routes::new().route(filter, "/items", policy, varying_items).into_router()
    } else {
        Routes::new().route(filter, "/items", policy, items).into_router()
    }
}

/// The policy, as this crate has it.
pub(crate) fn policy(origins: Origins) -> Policy {
    let policy = Policy::builder().origins(origins.list()).allow_headers(ALLOW_HEADERS).max_age(MAX_AGE);
    let policy = if origins == Origins::Any { policy } else { policy.credentials() };
    policy.build().expect("the policy is valid")
}

mod annotated {
    use super::{HeaderName, HeaderValue, Origins, Router, cors, routes};
    use crate::row::SET;

    #[cors(
        origins = ["https://app.example.com"],
        credentials,
        allow_headers = ["content-type", "x-requested-with"],
        max_age = 7200
    )]
    #[get("/items")]
    async fn items() -> &'static str {
        "items"
    }

    #[cors(
        origins = ["https://app.example.com"],
        credentials,
        allow_headers = ["content-type", "x-requested-with"],
        max_age = 7200
    )]
    #[get("/items")]
    async fn varying() -> ([(HeaderName, HeaderValue); 1], &'static str) {
        super::varying_items().await
    }

    #[cors(
        origins = ["https://*.tenant0.example"],
        credentials,
        allow_headers = ["content-type", "x-requested-with"],
        max_age = 7200
    )]
    #[get("/items")]
    async fn pattern() -> &'static str {
        "items"
    }

    #[cors(
        origins = [SET],
        credentials,
        allow_headers = ["content-type", "x-requested-with"],
        max_age = 7200
    )]
    #[get("/items")]
    async fn listed() -> &'static str {
        "items"
    }

    #[cors(origins = ["*"], allow_headers = ["content-type", "x-requested-with"], max_age = 7200)]
    #[get("/items")]
    async fn any() -> &'static str {
        "items"
    }

    /// Long lists are not written into attributes.
    pub(super) fn router(origins: Origins, varies: bool) -> Option<Router> {
        Some(match origins {
            Origins::One if varies => routes![varying].into_router(),
            Origins::One => routes![items].into_router(),
            Origins::Patterns(1) => routes![pattern].into_router(),
            Origins::Any => routes![any].into_router(),
            Origins::InSet(_) => {
                SET.replace(origins.list()).expect("the origins are valid");
                routes![listed].into_router()
            }
            Origins::Exact(_) | Origins::Patterns(_) => return None,
        })
    }
}

fn tower_http(origins: Origins) -> CorsLayer {
    let value = |text: &str| HeaderValue::from_str(text).expect("it is a value");
    let layer = CorsLayer::new()
        .allow_methods([Method::GET])
        .allow_headers(ALLOW_HEADERS.map(HeaderName::from_static))
        .max_age(Duration::from_secs(MAX_AGE.into()));
    match origins {
        Origins::Any => layer.allow_origin(Any),
        Origins::One => layer.allow_credentials(true).allow_origin([value(ONE)]),
        Origins::Exact(_) | Origins::InSet(_) => {
            let list: Vec<_> = origins.list().iter().map(|origin| value(origin)).collect();
            layer.allow_credentials(true).allow_origin(list)
        }
        Origins::Patterns(_) => {
            let covers = crate::row::patterns(origins);
            let covers = AllowOrigin::predicate(move |origin, _| covers(origin.as_bytes()));
            layer.allow_credentials(true).allow_origin(covers)
        }
    }
}

/// `OPTIONS`, for apps that answer it themselves.
fn options<H, T>(handler: H) -> axum::routing::MethodRouter
where
    H: axum::handler::Handler<T, ()>,
    T: 'static,
{
    on(MethodFilter::OPTIONS, handler)
}
