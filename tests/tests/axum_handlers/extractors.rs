//! Handlers with extractors, states and type parameters.

use crate::{allowed, ask};
use axum::body::Bytes;
use axum::extract::{FromRef, Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json, Router};
use cors_runtime::axum::{cors, methods, routes};
use std::fmt::Display;
use std::sync::Arc;

#[derive(Clone)]
struct Db(&'static str);

#[derive(Clone)]
struct Mailer;

#[derive(Clone, FromRef)]
struct App {
    db: Db,
    mailer: Mailer,
}

trait Store: Clone + Send + Sync + 'static {
    fn name(&self) -> &'static str;
}

impl Store for Db {
    fn name(&self) -> &'static str {
        self.0
    }
}

#[cors(origins = ["https://app.example"])]
#[get("/generic/{key}")]
async fn generic<D: Store, K>(State(db): State<D>, Path(key): Path<K>) -> String
where
    K: Display,
{
    format!("{}:{key}", db.name())
}

#[cors(origins = ["https://app.example"])]
#[put("/generic/{key}")]
async fn constant<const N: u16, F: Fn(u8) -> (u8, u8) + Send + Sync + 'static>(
    Extension(f): Extension<Arc<F>>,
) -> StatusCode {
    assert_eq!(f(1), (1, 1));
    StatusCode::from_u16(N).unwrap()
}

#[cors(origins = ["https://app.example"])]
#[delete("/generic/{key}")]
async fn lifetimes<'a, T>(_: Path<String>, marker: Extension<&'a T>) -> &'a str
where
    T: AsRef<str> + ?Sized + Sync + 'static,
    'a: 'static,
{
    marker.as_ref()
}

#[cors(origins = ["https://app.example"])]
#[get("/substates")]
async fn substates(State(db): State<Db>, State(_): State<Mailer>, State(app): State<App>) -> &'static str {
    assert_eq!(db.0, app.db.0);
    let App { mailer: Mailer, .. } = app;
    db.0
}

#[cors(origins = ["https://app.example"])]
#[post("/many")]
#[allow(clippy::too_many_arguments)]
async fn many(
    headers: HeaderMap,
    Query(query): Query<std::collections::HashMap<String, String>>,
    path: Option<Extension<u8>>,
    rejected: Result<Path<(u8, u8)>, axum::extract::rejection::PathRejection>,
    body: Bytes,
) -> Result<impl IntoResponse, Response> {
    assert!(headers.contains_key("origin") && query.is_empty() && path.is_none() && rejected.is_err());
    Ok((StatusCode::CREATED, body))
}

#[cors(origins = ["https://app.example"])]
#[put("/many")]
async fn whole(request: Request) -> impl IntoResponse {
    request.into_body()
}

#[cors(origins = ["https://app.example"])]
#[patch("/many")]
async fn mutable(mut headers: HeaderMap, Json(mut value): Json<serde_json::Value>) -> Response {
    headers.clear();
    value.take();
    ().into_response()
}

/// A state with the name of a type parameter in expansions.
#[derive(Clone)]
struct S;

#[cors(origins = ["https://app.example"])]
#[get("/s")]
async fn state_called_s(State(S): State<S>) {}

#[cors(origins = ["https://app.example"])]
async fn without_route<D: Store>(State(db): State<D>) -> &'static str {
    db.name()
}

#[cors(origins = ["https://app.example"])]
#[get("/not-async")]
fn not_async() -> impl Future<Output = &'static str> + Send {
    std::future::ready("done")
}

fn app() -> Router {
    let state = App { db: Db("pg"), mailer: Mailer };
    Router::new()
        .merge(routes![substates, many, whole, mutable, not_async])
        .with_state(state)
        .merge(Router::from(routes![generic::<Db, u8>]).with_state(Db("pg")))
        .route("/methods", methods![get(without_route::<Db>)].with_state(Db("pg")))
        .merge(Router::from(routes![state_called_s]).with_state(S))
}

#[tokio::test]
async fn handlers_with_any_signature_answer() {
    for (method, path, status) in [
        ("GET", "/substates", 200),
        ("POST", "/many", 201),
        ("PUT", "/many", 200),
        ("PATCH", "/many", 415),
        ("GET", "/generic/7", 200),
        ("GET", "/generic/x", 400),
        ("GET", "/methods", 200),
        ("GET", "/s", 200),
        ("GET", "/not-async", 200),
    ] {
        assert_eq!(ask(app(), method, path).await, allowed(status), "{method} {path}");
    }
}

#[tokio::test]
async fn handlers_with_constant_and_lifetime_parameters_answer() {
    fn pair(one: u8) -> (u8, u8) {
        (one, one)
    }
    type Pair = fn(u8) -> (u8, u8);
    let app = Router::from(routes![lifetimes::<str>, constant::<202, Pair>])
        .layer(Extension("marker"))
        .layer(Extension(Arc::new(pair as Pair)));
    assert_eq!(ask(app.clone(), "DELETE", "/generic/7").await, allowed(200));
    assert_eq!(ask(app, "PUT", "/generic/7").await, allowed(202));
}

#[tokio::test]
async fn annotated_functions_can_be_called_directly() {
    assert_eq!(generic(State(Db("pg")), Path(7)).await, "pg:7");
    assert_eq!(without_route(State(Db("pg"))).await, "pg");
}
