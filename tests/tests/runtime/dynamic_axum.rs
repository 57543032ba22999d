//! `origins = dynamic(check)` in axum.

use crate::dynamic::{Ran, check};
use crate::events;
use axum::Router;
use axum::extract::{FromRef, FromRequestParts, Path, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use cors_runtime::Origin;
use cors_runtime::axum::{cors, origin_check, routes};
use tests::ask::{self, Ask};

const GOOD: &str = "https://good.example";
const BAD: &str = "https://bad.example";

#[derive(Clone)]
struct Tenants(Vec<&'static str>);

#[derive(Clone, FromRef)]
struct AppState {
    ran: Ran,
    tenants: Tenants,
}

fn state(ran: &Ran) -> AppState {
    AppState { ran: ran.clone(), tenants: Tenants(vec!["good.example"]) }
}

fn asks(ran: &Ran, name: &str, origin: &Origin, allowed: &str) -> bool {
    ran.note(format!("{name} {origin}"));
    origin.host() == allowed
}

#[origin_check]
fn sync_check(origin: &Origin, State(state): State<AppState>) -> bool {
    asks(&state.ran, "sync", origin, "good.example")
}

/// Its extractors are substates, and it is not ready at once.
#[origin_check]
async fn async_check(origin: &Origin, State(ran): State<Ran>, State(tenants): State<Tenants>) -> bool {
    tokio::task::yield_now().await;
    ran.note(format!("async {origin}"));
    tenants.0.contains(&origin.host())
}

#[origin_check]
async fn tenant_check(origin: &Origin, Path(id): Path<String>) -> bool {
    let host = format!("{id}.example");
    origin.host() == host || origin.is_subdomain_of(&host)
}

/// An extractor that rejects requests without the header `x-key`.
struct Key;

impl<S: Sync> FromRequestParts<S> for Key {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        parts.headers.get("x-key").map(|_| Self).ok_or(StatusCode::BAD_REQUEST)
    }
}

#[origin_check]
async fn key_check(origin: &Origin, State(ran): State<Ran>, _: Key) -> bool {
    asks(&ran, "key", origin, "good.example")
}

macro_rules! checks {
    ($($name:ident $text:literal $host:literal;)+) => {
        $(
            #[origin_check]
            async fn $name(origin: &Origin, State(ran): State<Ran>) -> bool {
                asks(&ran, $text, origin, $host)
            }
        )+
    };
}

checks! {
    layered_check "layered" "good.example";
    two_get_check "two-get" "good.example";
    two_put_check "two-put" "other.example";
    enforced_check "enforced" "good.example";
    any_check "any" "good.example";
}

macro_rules! handlers {
    ($($(#[$attr:meta])+ $name:ident;)+) => {
        $(
            $(#[$attr])+
            async fn $name(State(ran): State<Ran>) -> &'static str {
                ran.note("handler");
                "done"
            }
        )+
    };
}

handlers! {
    #[cors(origins = dynamic(sync_check), credentials)] #[get("/sync")] sync_handler;
    #[cors(origins = dynamic(async_check), credentials)] #[get("/async")] async_handler;
    #[cors(origins = dynamic(key_check))] #[get("/key")] key;
    #[cors(origins = dynamic(layered_check))] #[get("/layered")] layered;
    #[cors(origins = dynamic(two_get_check))] #[get("/two")] two_get;
    #[cors(origins = dynamic(two_put_check))] #[put("/two")] two_put;
    #[cors(origins = dynamic(enforced_check), enforce)] #[get("/enforced")] enforced;
    #[cors(origins = dynamic(any_check), credentials)] #[any("/any")] anything;
    #[cors(origins = dynamic(any_check))] #[any("/any/layered")] layered_anything;
}

#[cors(origins = dynamic(tenant_check))]
#[get("/tenants/{id}")]
async fn tenants(Path(id): Path<String>) -> String {
    id
}

async fn layer(State(ran): State<Ran>, request: Request, next: Next) -> Response {
    ran.note("layer");
    match request.headers().get("x-stop") {
        Some(_) => StatusCode::UNAUTHORIZED.into_response(),
        None => next.run(request).await,
    }
}

fn app(ran: &Ran) -> Router {
    let layer = from_fn_with_state(ran.clone(), layer);
    let bare = routes![sync_handler, async_handler, tenants, key, two_get, two_put, enforced, anything];
    bare.merge(routes![layered, layered_anything].layer(layer)).into_router().with_state(state(ran))
}

#[test]
fn the_function_decides_for_requests_and_preflights() {
    let ran = Ran::default();
    check(ask::axum(app(&ran)), &ran);
}

#[test]
fn in_a_nested_router_the_function_gets_the_path_parameters_of_the_handler() {
    let ran = Ran::default();
    let router = Router::new().nest("/api", routes![tenants].into_router()).with_state(state(&ran));
    let mut app = ask::axum(router);
    for ask in [Ask::get("/api/tenants/a"), Ask::preflight("GET", "/api/tenants/a")] {
        assert_eq!(app(&ask.clone().origin("https://a.example")).allowed(), Some("https://a.example"));
        assert_eq!(app(&ask.origin("https://b.example")).allowed(), None);
    }
}

#[test]
fn the_function_of_get_decides_for_head() {
    let ran = Ran::default();
    let mut app = ask::axum(app(&ran));
    for ask in [Ask::new("HEAD", "/sync"), Ask::preflight("HEAD", "/sync")] {
        assert_eq!(app(&ask.clone().origin("https://good.example")).allowed(), Some("https://good.example"));
        assert_eq!(app(&ask.origin("https://bad.example")).allowed(), None);
    }
}

#[test]
fn the_function_of_an_any_route_decides_for_every_method() {
    let ran = Ran::default();
    let mut app = ask::axum(app(&ran));
    for path in ["/any", "/any/layered"] {
        for method in ["GET", "PUT", "PURGE"] {
            assert_eq!(app(&Ask::new(method, path).origin(GOOD)).allowed(), Some(GOOD), "{method} {path}");
            assert_eq!(app(&Ask::new(method, path).origin(BAD)).allowed(), None, "{method} {path}");
            let answer = app(&Ask::preflight(method, path).origin(GOOD));
            assert_eq!((answer.status, answer.allowed()), (204, Some(GOOD)));
            assert_eq!(answer.header("access-control-allow-methods"), Some(method));
            assert_eq!(app(&Ask::preflight(method, path).origin(BAD)).status, 403);
        }
        // The handler answers a plain `OPTIONS` request, and the response has the headers of the policy.
        let answer = app(&Ask::new("OPTIONS", path).origin(GOOD));
        assert_eq!((answer.status, answer.allowed(), &*answer.body), (200, Some(GOOD), "done"), "{path}");
    }
}

#[test]
fn a_layer_that_builds_a_new_request_loses_the_state_and_an_event_says_why() {
    async fn rebuilds(request: Request, next: Next) -> Response {
        let (parts, body) = request.into_parts();
        let mut own = Request::new(body);
        *own.method_mut() = parts.method;
        *own.uri_mut() = parts.uri;
        next.run(own).await
    }
    let ran = Ran::default();
    let router = routes![layered].layer(from_fn(rebuilds)).into_router().with_state(state(&ran));
    let mut app = ask::axum(router);
    let (answer, events) = events::during(|| app(&Ask::get("/layered").origin("https://good.example")));
    assert_eq!((answer.status, answer.allowed()), (500, Some("https://good.example")));
    let error = events.iter().find(|event| event.level == tracing::Level::ERROR);
    let message = error.and_then(|event| event.field("message")).unwrap_or_default();
    assert!(message.contains("`Routes::layer` replaced the request's extensions"), "{events:?}");
}

#[test]
fn two_groups_with_layers_keep_their_own_states() {
    async fn passes(request: Request, next: Next) -> Response {
        next.run(request).await
    }
    let (one, two) = (Ran::default(), Ran::default());
    let with = |ran: &Ran| {
        routes![layered].layer(from_fn(passes)).layer(from_fn(passes)).into_router().with_state(state(ran))
    };
    let mut app = ask::axum(Router::new().nest("/one", with(&one)).nest("/two", with(&two)));
    for path in ["/one/layered", "/two/layered"] {
        let answer = app(&Ask::get(path).origin("https://good.example"));
        assert_eq!((answer.status, answer.allowed()), (200, Some("https://good.example")));
    }
}
