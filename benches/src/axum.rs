//! The candidates in axum.

mod by_hand;

use crate::candidate::{Candidate, Implementation, ready};
use crate::row::{ALLOW_HEADERS, AppSetup, MAX_AGE, ONE, Origins, Request, Scope, Store, pattern_matcher};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{HeaderName, HeaderValue, VARY};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::{MethodRouter, get, options};
use cors_runtime::axum::{PolicyLayer, Routes, cors, routes};
use cors_runtime::{Policy, PolicyBuilder};
use std::convert::Infallible;
use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tower_http::cors::{AllowOrigin, Any, CorsLayer};
use tower_layer::Layer;
use tower_service::Service;

/// The state of the routers.
type SharedStore = Arc<Store>;

/// Builds the app.
pub fn candidate(implementation: Implementation, app: AppSetup) -> Box<dyn Candidate> {
    let router = router(implementation, app);
    match (implementation, app.scope) {
        (Implementation::Ours, Scope::AppAnsweringFirst) => {
            boxed(default_policy(app.origins).answer_every_preflight().layer(router))
        }
        (Implementation::ByHand, Scope::AppAnsweringFirst) => boxed(by_hand::around(router)),
        (Implementation::Peer, Scope::AppAnsweringFirst) => boxed(tower_http(app.origins).layer(router)),
        _ => boxed(router),
    }
}

fn boxed<S>(service: S) -> Box<dyn Candidate>
where
    S: Service<axum::extract::Request, Response = Response, Error = Infallible> + 'static,
{
    Box::new(App { service, prepared: Vec::new() })
}

/// The service of an app, and the prepared requests.
struct App<S> {
    service: S,
    prepared: Vec<axum::extract::Request>,
}

impl<S> Candidate for App<S>
where
    S: Service<axum::extract::Request, Response = Response, Error = Infallible>,
{
    fn prepare(&mut self, request: &Request, count: usize) {
        self.prepared.extend((0..count).map(|_| convert(request)));
    }

    fn answer(&mut self) -> usize {
        let Self { service, prepared } = self;
        let count = prepared.len();
        for request in prepared.drain(..) {
            drop(black_box(ready(pin!(service.call(request)))));
        }
        count
    }

    fn respond(&mut self, request: &Request) -> (u16, Vec<(String, String)>) {
        let Ok(response) = ready(pin!(self.service.call(convert(request))));
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = response.headers().iter().map(|(name, value)| (name.to_string(), text(value)));
        (response.status().as_u16(), headers.collect())
    }
}

fn convert(request: &Request) -> axum::extract::Request {
    let mut converted = axum::extract::Request::new(Body::empty());
    *converted.method_mut() = if request.preflight { Method::OPTIONS } else { Method::GET };
    *converted.uri_mut() = "/items".parse().expect("it is a URI");
    for (name, value) in &request.headers {
        let value = HeaderValue::from_maybe_shared(value.clone()).expect("it is a header value");
        converted.headers_mut().append(HeaderName::from_static(name), value);
    }
    converted
}

async fn items(State(store): State<SharedStore>) -> &'static str {
    store.items
}

async fn varying_items(State(store): State<SharedStore>) -> ([(HeaderName, HeaderValue); 1], &'static str) {
    ([(VARY, HeaderValue::from_static("origin"))], store.items)
}

async fn no_content() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Builds the router.
pub fn router(implementation: Implementation, app: AppSetup) -> Router {
    let AppSetup { origins, scope, handler_sets_vary, enforces } = app;
    let get_items = || if handler_sets_vary { get(varying_items) } else { get(items) };
    let one_route = |route: MethodRouter<SharedStore>| Router::new().route("/items", route);
    let router = match (implementation, scope) {
        (Implementation::Bare, _) => one_route(get_items().merge(options(no_content))),
        (Implementation::Ours, Scope::Route) if enforces => {
            Routes::new().route([Method::GET], "/items", enforcing_policy(origins), items).into_router()
        }
        (Implementation::Ours, Scope::Route) => our_route(origins, handler_sets_vary),
        (Implementation::Ours, Scope::App) => one_route(get_items()).layer(default_policy(origins)),
        (Implementation::ByHand, Scope::Route) if handler_sets_vary => {
            one_route(by_hand::route(varying_items, origins))
        }
        (Implementation::ByHand, Scope::Route) => one_route(by_hand::route(items, origins)),
        (Implementation::ByHand, Scope::App) => by_hand::with_layer(one_route(get_items()), origins),
        (Implementation::Peer, Scope::Route) => {
            one_route(get_items().merge(options(no_content)).layer(tower_http(origins)))
        }
        (Implementation::Peer, Scope::App) => one_route(get_items()).layer(tower_http(origins)),
        // The policy comes around the router: see `candidate`.
        (_, Scope::AppAnsweringFirst) => one_route(get_items()),
    };
    router.with_state(Store::shared())
}

fn default_policy(origins: Origins) -> PolicyLayer {
    PolicyLayer::new(policy(origins)).methods(["GET"])
}

fn our_route(origins: Origins, handler_sets_vary: bool) -> Router<SharedStore> {
    if let Some(router) = annotated::router(origins, handler_sets_vary) {
        return router;
    }
    let policy = policy(origins);
    if handler_sets_vary {
        Routes::new().route([Method::GET], "/items", policy, varying_items).into_router()
    } else {
        Routes::new().route([Method::GET], "/items", policy, items).into_router()
    }
}

/// Builds our policy for these origins.
pub(crate) fn policy(origins: Origins) -> Policy {
    policy_builder(origins).build().expect("the policy is valid")
}

/// Builds the same policy with `enforce`.
pub(crate) fn enforcing_policy(origins: Origins) -> Policy {
    policy_builder(origins).enforce().build().expect("the policy is valid")
}

fn policy_builder(origins: Origins) -> PolicyBuilder {
    let policy = Policy::builder().origins(origins.list()).allow_headers(ALLOW_HEADERS).max_age(MAX_AGE);
    if origins == Origins::Any { policy } else { policy.credentials() }
}

mod annotated {
    use super::{HeaderName, HeaderValue, Origins, Router, SharedStore, State, cors, routes};
    use crate::row::SET;

    #[cors(
        origins = ["https://app.example.com"],
        credentials,
        allow_headers = ["content-type", "x-requested-with"],
        max_age = 7200
    )]
    #[get("/items")]
    async fn one_origin(State(store): State<SharedStore>) -> &'static str {
        store.items
    }

    #[cors(
        origins = ["https://app.example.com"],
        credentials,
        allow_headers = ["content-type", "x-requested-with"],
        max_age = 7200
    )]
    #[get("/items")]
    async fn one_origin_varying(state: State<SharedStore>) -> ([(HeaderName, HeaderValue); 1], &'static str) {
        super::varying_items(state).await
    }

    #[cors(
        origins = ["https://*.tenant0.example"],
        credentials,
        allow_headers = ["content-type", "x-requested-with"],
        max_age = 7200
    )]
    #[get("/items")]
    async fn one_pattern(State(store): State<SharedStore>) -> &'static str {
        store.items
    }

    #[cors(
        origins = [SET],
        credentials,
        allow_headers = ["content-type", "x-requested-with"],
        max_age = 7200
    )]
    #[get("/items")]
    async fn origin_set(State(store): State<SharedStore>) -> &'static str {
        store.items
    }

    #[cors(origins = ["*"], allow_headers = ["content-type", "x-requested-with"], max_age = 7200)]
    #[get("/items")]
    async fn any_origin(State(store): State<SharedStore>) -> &'static str {
        store.items
    }

    /// Returns `None` for long lists of origins, which are too long for an attribute.
    pub(super) fn router(origins: Origins, handler_sets_vary: bool) -> Option<Router<SharedStore>> {
        Some(match origins {
            Origins::One if handler_sets_vary => routes![one_origin_varying].into_router(),
            Origins::One => routes![one_origin].into_router(),
            Origins::Patterns(1) => routes![one_pattern].into_router(),
            Origins::Any => routes![any_origin].into_router(),
            Origins::InSet(_) => {
                SET.replace(origins.list()).expect("the origins are valid");
                routes![origin_set].into_router()
            }
            Origins::Exact(_) | Origins::Patterns(_) => return None,
        })
    }
}

fn tower_http(origins: Origins) -> CorsLayer {
    let value = |text: &str| HeaderValue::from_str(text).expect("it is a header value");
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
            let matches = pattern_matcher(origins);
            let matches = AllowOrigin::predicate(move |origin, _| matches(origin.as_bytes()));
            layer.allow_credentials(true).allow_origin(matches)
        }
    }
}
