//! The candidates in actix-web.

mod by_hand;

use crate::candidate::{Candidate, Implementation, ready};
use crate::row::{
    ALLOW_HEADERS, AppSetup, MAX_AGE, ONE, Origins, Request, SET, Scope, Store, pattern_matcher,
};
use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderName, HeaderValue, VARY};
use actix_web::test::TestRequest;
use actix_web::web::{self, ServiceConfig};
use actix_web::{App, Error, HttpResponse, Resource, Responder, guard, test};
use cors_runtime::actix::{PolicyMiddleware, Routes, cors, routes};
use std::hint::black_box;
use std::pin::pin;

/// Builds the app.
pub fn candidate(implementation: Implementation, app: AppSetup) -> Box<dyn Candidate> {
    let route_alone = |config: &mut ServiceConfig| {
        add_state(config);
        config.service(get_items(app.handler_sets_vary));
    };
    match (implementation, app.scope) {
        (Implementation::Ours, Scope::App) => {
            boxed(App::new().wrap(default_policy(app.origins)).configure(route_alone))
        }
        (Implementation::Ours, Scope::AppAnsweringFirst) => {
            let middleware = default_policy(app.origins).answer_every_preflight();
            boxed(App::new().wrap(middleware).configure(route_alone))
        }
        (Implementation::ByHand, Scope::App | Scope::AppAnsweringFirst) => {
            by_hand::app(app.origins, route_alone)
        }
        (Implementation::Peer, Scope::App | Scope::AppAnsweringFirst) => {
            boxed(App::new().wrap(actix_cors(app.origins)).configure(route_alone))
        }
        (Implementation::Bare, _) | (_, Scope::Route) => {
            boxed(App::new().configure(|config| configure(implementation, app, config)))
        }
    }
}

fn default_policy(origins: Origins) -> PolicyMiddleware {
    PolicyMiddleware::new(crate::axum::policy(origins)).methods(["GET"])
}

fn boxed<F, B>(app: App<F>) -> Box<dyn Candidate>
where
    F: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<B>,
            Error = Error,
            InitError = (),
        > + 'static,
    B: MessageBody + 'static,
{
    Box::new(InitializedApp { service: ready(pin!(test::init_service(app))), prepared: Vec::new() })
}

/// The service of an app, and the prepared requests.
struct InitializedApp<S, R> {
    service: S,
    prepared: Vec<R>,
}

impl<S, B> Candidate for InitializedApp<S, actix_http::Request>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
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
        let response = ready(pin!(self.service.call(convert(request)))).expect("there is a response");
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = response.headers().iter().map(|(name, value)| (name.to_string(), text(value)));
        (response.status().as_u16(), headers.collect())
    }
}

fn convert(request: &Request) -> actix_http::Request {
    let converted = TestRequest::default().uri("/items");
    let converted = converted.method(if request.preflight { Method::OPTIONS } else { Method::GET });
    let headers = request.headers.iter().map(|(name, value)| {
        let value = HeaderValue::from_maybe_shared(value.clone()).expect("it is a header value");
        (HeaderName::from_static(name), value)
    });
    headers.fold(converted, TestRequest::append_header).to_request()
}

async fn items(store: web::Data<Store>) -> &'static str {
    store.items
}

async fn varying_items(store: web::Data<Store>) -> impl Responder {
    store.items.customize().insert_header((VARY, HeaderValue::from_static("origin")))
}

async fn no_content() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

fn add_state(config: &mut ServiceConfig) {
    config.app_data(web::Data::from(Store::shared()));
}

/// Registers the handler as the attribute `#[get("/items")]` does.
fn get_items(handler_sets_vary: bool) -> Resource {
    let resource = web::resource("/items").guard(guard::Get());
    if handler_sets_vary { resource.to(varying_items) } else { resource.to(items) }
}

/// Configures an app with a policy for its route.
///
/// # Panics
///
/// Panics if the origins of the set are not valid, which does not happen.
pub fn configure(implementation: Implementation, app: AppSetup, config: &mut ServiceConfig) {
    let AppSetup { origins, handler_sets_vary, .. } = app;
    add_state(config);
    match implementation {
        Implementation::Bare => {
            let options = web::resource("/items").guard(guard::Options()).to(no_content);
            config.service(get_items(handler_sets_vary)).service(options);
        }
        Implementation::Ours if app.enforces => {
            let policy = crate::axum::enforcing_policy(origins);
            config.service(Routes::new().route([Method::GET], "/items", policy, items));
        }
        Implementation::Ours if origins == Origins::One && !handler_sets_vary => {
            config.service(routes![annotated::one_origin]);
        }
        Implementation::Ours if matches!(origins, Origins::InSet(_)) => {
            SET.replace(origins.list()).expect("the origins are valid");
            config.service(routes![annotated::origin_set]);
        }
        Implementation::Ours => {
            let policy = crate::axum::policy(origins);
            let routes = Routes::new();
            config.service(if handler_sets_vary {
                routes.route([Method::GET], "/items", policy, varying_items)
            } else {
                routes.route([Method::GET], "/items", policy, items)
            });
        }
        Implementation::ByHand => by_hand::configure(get_items(handler_sets_vary), origins, config),
        Implementation::Peer => {
            let resource = web::resource("/items").wrap(actix_cors(origins));
            config.service(if handler_sets_vary {
                resource.route(web::get().to(varying_items))
            } else {
                resource.route(web::get().to(items))
            });
        }
    }
}

mod annotated {
    use super::{Store, cors};
    use crate::row::SET;
    use actix_web::{get, web};

    #[cors(
        origins = ["https://app.example.com"],
        credentials,
        allow_headers = ["content-type", "x-requested-with"],
        max_age = 7200
    )]
    #[get("/items")]
    pub(super) async fn one_origin(store: web::Data<Store>) -> &'static str {
        store.items
    }

    #[cors(
        origins = [SET],
        credentials,
        allow_headers = ["content-type", "x-requested-with"],
        max_age = 7200
    )]
    #[get("/items")]
    pub(super) async fn origin_set(store: web::Data<Store>) -> &'static str {
        store.items
    }
}

fn actix_cors(origins: Origins) -> Cors {
    let cors = Cors::default()
        .allowed_methods([Method::GET])
        .allowed_headers(ALLOW_HEADERS)
        .max_age(usize::try_from(MAX_AGE).expect("it is small"))
        // The handler also runs for refused origins, as it does in the other candidates.
        .block_on_origin_mismatch(false);
    match origins {
        Origins::Any => cors.allow_any_origin().send_wildcard(),
        Origins::One => cors.supports_credentials().allowed_origin(ONE),
        Origins::Exact(_) | Origins::InSet(_) => {
            let cors = cors.supports_credentials();
            origins.list().iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
        }
        Origins::Patterns(_) => {
            let matches = pattern_matcher(origins);
            cors.supports_credentials().allowed_origin_fn(move |origin, _| matches(origin.as_bytes()))
        }
    }
}
