//! The `OPTIONS` endpoint of a path.

use super::http::{OutcomeCell, PathPolicies, cell_of};
use super::origin_check::Check;
use crate::cors::{Methods, PreflightAnswer, PreflightRequest, ResponseHead, RouteOutcome, Verdict};
use actix_web::dev::{AppService, ResourceDef, ServiceRequest, fn_service};
use actix_web::guard::{Guard, GuardContext};
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderValue;
use actix_web::{Error, HttpResponse};
use std::future::ready;
use std::rc::Rc;
use std::sync::Arc;

/// Lets the requests of a route through.
///
/// actix-web asks the guard of every route whose pattern matches a URL, until one lets the request through. So the guard
/// also records, for preflights, that the URL matches the path of the route: patterns may overlap, and an answer must not
/// open the routes of another pattern.
pub(super) struct RouteGuard {
    pub(super) methods: Methods,
    pub(super) path: Arc<PathPolicies>,
}

impl Guard for RouteGuard {
    fn check(&self, context: &GuardContext<'_>) -> bool {
        if self.methods.contains(context.head().method.as_str().as_bytes()) {
            return true;
        }
        if PreflightRequest::read(context.head()).is_some() {
            context.req_data_mut().get_or_insert_with(OutcomeCell::new).record_path(&self.path);
        }
        false
    }
}

/// Lets preflights through.
struct PreflightGuard {
    /// The methods that may be requested. `None` stands for every method.
    requested: Option<Methods>,
}

impl Guard for PreflightGuard {
    fn check(&self, context: &GuardContext<'_>) -> bool {
        PreflightRequest::read(context.head()).is_some_and(|preflight| match &self.requested {
            None => true,
            Some(methods) => methods.contains(preflight.method.as_bytes()),
        })
    }
}

/// Answers the preflights of a path.
#[derive(Debug)]
pub(super) struct Preflights {
    pub(super) policies: Arc<PathPolicies>,
    /// The origin checks, by the number of their route.
    pub(super) checks: Vec<Option<Check>>,
}

impl Preflights {
    /// Registers the endpoint. With `requested` it takes only preflights that ask for one of these methods.
    pub(super) fn register(self: Rc<Self>, requested: Option<Methods>, config: &mut AppService) {
        let definition = ResourceDef::new(pattern(self.policies.path()));
        let guards: Vec<Box<dyn Guard>> = vec![Box::new(PreflightGuard { requested })];
        if self.checks.iter().any(Option::is_some) {
            let service = fn_service(move |request: ServiceRequest| {
                let preflights = Rc::clone(&self);
                async move {
                    let results = preflights.ask_checks(&request).await;
                    let response = preflights.respond(&results, &request);
                    Ok::<_, Error>(request.into_response(response))
                }
            });
            config.register_service(definition, Some(guards), service, None);
        } else {
            let service = fn_service(move |request: ServiceRequest| {
                let response = self.respond(&[], &request);
                ready(Ok::<_, Error>(request.into_response(response)))
            });
            config.register_service(definition, Some(guards), service, None);
        }
    }

    async fn ask_checks(&self, request: &ServiceRequest) -> Vec<(usize, Verdict<HeaderValue>)> {
        let Some(preflight) = PreflightRequest::read(request) else { return Vec::new() };
        let mut results = Vec::new();
        for route in self.policies.checks_to_ask(preflight) {
            let verdict = match self.checks.get(route) {
                Some(Some(check)) => check.verdict(self.policies.policy(route), request).await,
                Some(None) | None => Verdict::Denied,
            };
            let is_denied = verdict.is_denied();
            results.push((route, verdict));
            if !is_denied {
                break;
            }
        }
        results
    }

    fn respond(
        &self,
        check_results: &[(usize, Verdict<HeaderValue>)],
        request: &ServiceRequest,
    ) -> HttpResponse {
        let Some(preflight) = PreflightRequest::read(request) else {
            return response(PreflightAnswer::Denied(None));
        };
        let cell = cell_of(request);
        let neighbours = cell.as_ref().map(OutcomeCell::paths).unwrap_or_default();
        let mut response = response(self.policies.answer(preflight, check_results, &neighbours));
        match cell.filter(OutcomeCell::is_watched) {
            Some(cell) if self.policies.routes_method(preflight.method) => {
                cell.record(RouteOutcome::PreflightAnswered);
            }
            Some(cell) => cell.record(RouteOutcome::MethodNotAnnotated),
            None => response.mark_as_annotated(),
        }
        response
    }
}

/// The pattern that `Resource` makes of a path.
fn pattern(path: &str) -> String {
    if path.is_empty() || path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
}

/// The response with an answer.
pub(super) fn response(answer: PreflightAnswer<HeaderValue>) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status()).expect("204 and 403 are valid status codes");
    let mut response = match answer.body() {
        "" => HttpResponse::new(status),
        body => HttpResponse::build(status).body(body),
    };
    answer.write(response.headers_mut());
    response
}
