//! The app of the table in actix-web.

use super::answer::{Answer, Asked};
use super::case::{Case, Inside};
use super::outside::Surroundings;
use super::policy;
use actix_web::body::{BodySize, BoxBody, MessageBody, to_bytes};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::{StatusCode, header::HeaderMap};
use actix_web::middleware::{Compress, Condition, Next, from_fn};
use actix_web::web::{self, Bytes, Data, ServiceConfig};
use actix_web::{Error, HttpRequest, HttpResponse, Route};
use cors_runtime::actix::{PolicyMiddleware, Routes};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

/// For `App::configure`.
pub(crate) fn app(surroundings: Surroundings) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        let cases = web::scope("")
            .configure(|config| surroundings.cases().iter().for_each(|case| of_case(case, config)));
        config
            .app_data(Data::new(surroundings.clone()))
            .service(cases.default_service(not_found()).wrap(from_fn(surrounded)));
    }
}

fn of_case(case: &Case, config: &mut ServiceConfig) {
    let routes = case.routes.iter().fold(Routes::new(), |routes, route| {
        let answer = route.answer.clone();
        let handler = move |request: HttpRequest| {
            let answer = answer.to(&asked(&request));
            async move { respond(answer) }
        };
        routes.route(&route.methods, &route.path, policy(&route.policy), handler)
    });
    let routes = case.inside.iter().fold(routes, |routes, inside| match inside {
        Inside::Login => routes.wrap(from_fn(login)),
        Inside::Compression => routes.wrap(Compress::default()),
    });
    let scope = web::scope(&format!("/{}", case.number)).service(routes).default_service(not_found());
    let compress = Condition::new(case.compressed_outside, Compress::default());
    match &case.default {
        Some(default) => {
            let default = PolicyMiddleware::new(policy(default)).methods(["GET", "PUT"]);
            let default = if case.default_answers_first { default.answer_every_preflight() } else { default };
            config.service(scope.wrap(default).wrap(compress))
        }
        None => config.service(scope.wrap(compress)),
    };
}

fn not_found() -> Route {
    web::to(|| async { HttpResponse::NotFound().body("nothing here") })
}

async fn login<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse, Error> {
    if asked(request.request()).is_logged_in() {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    // Most middlewares refuse a request with an error, whose response is made later.
    Err(InternalError::from_response("no login", respond(Answer::new(401, "who are you?"))).into())
}

async fn surrounded<B: MessageBody + 'static>(
    surroundings: Data<Surroundings>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse, Error> {
    let asked = asked(request.request());
    if let Some(answer) = surroundings.before(&asked) {
        return Ok(request.into_response(respond(answer)));
    }
    let response = next.call(request).await?;
    surroundings.answered(&asked, response.status().as_u16());
    if !surroundings.changes(&asked) {
        return Ok(response.map_into_boxed_body());
    }
    let (request, response) = response.into_parts();
    let (head, body) = response.into_parts();
    let body = to_bytes(body).await.map_err(Into::into)?;
    let answer = Answer::received(head.status().as_u16(), texts(head.headers()), body.to_vec());
    Ok(ServiceResponse::new(request, respond(surroundings.after(&asked, answer))))
}

fn asked(request: &HttpRequest) -> Asked {
    let path = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    Asked { method: request.method().to_string(), path, headers: texts(request.headers()), status: None }
}

fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect()
}

fn respond(answer: Answer) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).expect("the table has valid statuses");
    let mut response = HttpResponse::build(status);
    for header in answer.headers {
        response.append_header(header);
    }
    let bytes = Bytes::from(answer.body.bytes());
    response.body(if answer.streamed { BoxBody::new(Pieces(bytes)) } else { BoxBody::new(bytes) })
}

/// A body that is sent byte by byte.
struct Pieces(Bytes);

impl MessageBody for Pieces {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        let piece = (!self.0.is_empty()).then(|| self.0.split_to(1));
        Poll::Ready(piece.map(Ok))
    }
}
