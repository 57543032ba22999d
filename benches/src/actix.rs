//! The actix-web apps.

mod by_hand;

use crate::candidate::{Candidate, Who, ready};
use crate::row::{ALLOW_HEADERS, MAX_AGE, ONE, Origins, Request, Row, SET};
use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderName, HeaderValue, VARY};
use actix_web::test::TestRequest;
use actix_web::web::{self, ServiceConfig};
use actix_web::{App, Error, HttpResponse, Responder, guard, test};
use cors_runtime::actix::{Routes, cors, routes};
use std::hint::black_box;
use std::pin::pin;

/// The app for the policy of a row.
pub fn candidate(who: Who, row: &Row) -> Box<dyn Candidate> {
    let (origins, varies) = (row.origins, row.varies);
    let app = App::new().configure(|config| configure(who, origins, varies, config));
    Box::new(Ready { app: ready(pin!(test::init_service(app))), prepared: Vec::new() })
}

struct Ready<S, R> {
    app: S,
    prepared: Vec<R>,
}

impl<S, B> Candidate for Ready<S, RequestOfActix>
where
    S: Service<RequestOfActix, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    fn prepare(&mut self, request: &Request, count: usize) {
        self.prepared.extend((0..count).map(|_| self::request(request)));
    }

    fn answer(&mut self) -> usize {
        let Self { app, prepared } = self;
        let count = prepared.len();
        for request in prepared.drain(..) {
            drop(black_box(ready(pin!(app.call(request)))));
        }
        count
    }

    fn look(&mut self, request: &Request) -> (u16, Vec<(String, String)>) {
        let response = ready(pin!(self.app.call(self::request(request)))).expect("there is an answer");
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = response.headers().iter().map(|(name, value)| (name.to_string(), text(value)));
        (response.status().as_u16(), headers.collect())
    }
}

/// actix-web does not name it.
type RequestOfActix = actix_http::Request;

fn request(request: &Request) -> RequestOfActix {
    let made = TestRequest::default().uri("/items");
    let made = made.method(if request.preflight { Method::OPTIONS } else { Method::GET });
    let headers = request.headers.iter().map(|(name, value)| {
        let value = HeaderValue::from_maybe_shared(value.clone()).expect("it is a value");
        (HeaderName::from_static(name), value)
    });
    headers.fold(made, TestRequest::append_header).to_request()
}

async fn items() -> &'static str {
    "items"
}

async fn varying_items() -> impl Responder {
    "items".customize().insert_header((VARY, HeaderValue::from_static("origin")))
}

async fn no_content() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

/// The app.
///
/// # Panics
///
/// If a policy is not valid.
pub fn configure(who: Who, origins: Origins, varies: bool, config: &mut ServiceConfig) {
    let get = || web::resource("/items").guard(guard::Get());
    match who {
        Who::Bare => {
            config
                .service(if varies { get().to(varying_items) } else { get().to(items) })
                .service(web::resource("/items").guard(guard::Options()).to(no_content));
        }
        Who::Ours if origins == Origins::One && !varies => {
            config.service(routes![annotated::items]);
        }
        Who::Ours if matches!(origins, Origins::InSet(_)) => {
            SET.replace(origins.list()).expect("the origins are valid");
            config.service(routes![annotated::listed]);
        }
        Who::Ours => {
            let policy = crate::axum::policy(origins);
            let routes = Routes::new();
            config.service(if varies {
                routes.route(Method::GET, "/items", policy, varying_items)
            } else {
                routes.route(Method::GET, "/items", policy, items)
            });
        }
        Who::Hand => {
            let get = if varies { get().to(varying_items) } else { get().to(items) };
            by_hand::configure(get, origins, config);
        }
        Who::Theirs => {
            let resource = web::resource("/items").wrap(actix_cors(origins));
            config.service(if varies {
                resource.route(web::get().to(varying_items))
            } else {
                resource.route(web::get().to(items))
            });
        }
    }
}

mod annotated {
    use super::cors;
    use crate::row::SET;
    use actix_web::get;

    #[cors(
        origins = ["https://app.example.com"],
        credentials,
        allow_headers = ["content-type", "x-requested-with"],
        max_age = 7200
    )]
    #[get("/items")]
    pub(super) async fn items() -> &'static str {
        "items"
    }

    #[cors(
        origins = [SET],
        credentials,
        allow_headers = ["content-type", "x-requested-with"],
        max_age = 7200
    )]
    #[get("/items")]
    pub(super) async fn listed() -> &'static str {
        "items"
    }
}

fn actix_cors(origins: Origins) -> Cors {
    let cors = Cors::default()
        .allowed_methods([Method::GET])
        .allowed_headers(ALLOW_HEADERS)
        .max_age(usize::try_from(MAX_AGE).expect("it is small"))
        // As it is by default otherwise: requests of other origins get to the handler.
        .block_on_origin_mismatch(false);
    match origins {
        Origins::Any => cors.allow_any_origin().send_wildcard(),
        Origins::One => cors.supports_credentials().allowed_origin(ONE),
        Origins::Exact(_) | Origins::InSet(_) => {
            let cors = cors.supports_credentials();
            origins.list().iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
        }
        Origins::Patterns(_) => {
            let covers = crate::row::patterns(origins);
            cors.supports_credentials().allowed_origin_fn(move |origin, _| covers(origin.as_bytes()))
        }
    }
}
