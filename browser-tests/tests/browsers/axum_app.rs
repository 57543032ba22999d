//! The app of the table in axum.

use super::answer::{Answer, Asked};
use super::case::{Case, Inside};
use super::outside::Surroundings;
use super::policy;
use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use cors_runtime::axum::{PolicyLayer, Routes};
use hyper::body::Frame;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use tower_http::compression::CompressionLayer;

pub(crate) fn app(surroundings: Surroundings) -> Router {
    let cases = surroundings.cases().iter();
    let router =
        cases.fold(Router::new(), |router, case| router.nest(&format!("/{}", case.number), of_case(case)));
    router.layer(from_fn_with_state(surroundings, surrounded))
}

fn of_case(case: &Case) -> Router {
    let routes = case.routes.iter().fold(Routes::new(), |routes, route| {
        let answer = route.answer.clone();
        let handler = move |request: Request| {
            let answer = answer.clone();
            async move { respond(answer.to(&asked(&request.into_parts().0))) }
        };
        routes.route(&route.methods, &route.path, policy(&route.policy), handler)
    });
    let routes = case.inside.iter().fold(routes, |routes, inside| match inside {
        Inside::Login => routes.layer(from_fn(login)),
        Inside::Compression => routes.layer(CompressionLayer::new()),
    });
    let mut app = routes.into_router();
    if let Some(default) = &case.default {
        let not_found = || async { (StatusCode::NOT_FOUND, "nothing here") };
        let default = PolicyLayer::new(policy(default)).methods(["GET", "PUT"]);
        let default = if case.default_answers_first { default.answer_every_preflight() } else { default };
        app = app.fallback(not_found).layer(default);
    }
    if case.compressed_outside {
        app = app.layer(CompressionLayer::new());
    }
    app
}

pub(crate) async fn login(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    if asked(&parts).is_logged_in() {
        return next.run(Request::from_parts(parts, body)).await;
    }
    respond(Answer::new(401, "who are you?"))
}

pub(crate) async fn surrounded(
    State(surroundings): State<Surroundings>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let asked = asked(&parts);
    if let Some(answer) = surroundings.before(&asked) {
        return respond(answer);
    }
    let response = next.run(Request::from_parts(parts, body)).await;
    surroundings.answered(&asked, response.status().as_u16());
    if !surroundings.changes(&asked) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.expect("bodies are in memory");
    let answer = Answer::received(parts.status.as_u16(), texts(&parts.headers), body.to_vec());
    respond(surroundings.after(&asked, answer))
}

pub(crate) fn asked(parts: &Parts) -> Asked {
    Asked {
        method: parts.method.to_string(),
        path: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
        headers: texts(&parts.headers),
        status: None,
    }
}

fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect()
}

pub(crate) fn respond(answer: Answer) -> Response {
    let bytes = Bytes::from(answer.body.bytes());
    let body = if answer.streamed { Body::new(Pieces(bytes)) } else { Body::from(bytes) };
    let mut response = body.into_response();
    *response.status_mut() = StatusCode::from_u16(answer.status).expect("the table has valid statuses");
    response.headers_mut().clear();
    for (name, value) in answer.headers {
        let name = HeaderName::try_from(name).expect("the table has valid headers");
        response.headers_mut().append(name, value.try_into().expect("the table has valid headers"));
    }
    response
}

/// A body that is sent byte by byte.
struct Pieces(Bytes);

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = (!self.0.is_empty()).then(|| self.0.split_to(1));
        Poll::Ready(piece.map(|piece| Ok(Frame::data(piece))))
    }
}
