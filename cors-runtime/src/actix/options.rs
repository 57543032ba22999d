//! The `OPTIONS` endpoint of a path.

use super::app_paths::{AppPaths, definition};
use super::http::{OutcomeCell, PathPolicies};
use super::origin_check::Check;
use crate::cors::{
    CheckResult, Methods, PreflightAnswer, PreflightRequest, ResponseHead, Reuse, RouteOutcome,
    has_default_policy, needs_mark,
};
use actix_web::dev::{AppService, ServiceRequest, fn_service};
use actix_web::guard::{Guard, GuardContext};
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderValue;
use actix_web::{Error, HttpMessage, HttpResponse};
use std::rc::Rc;
use std::sync::Arc;

/// Lets preflights of a path through.
struct PreflightGuard {
    preflights: Rc<Preflights>,
    requested: RequestedMethods,
}

/// The preflights that an endpoint takes.
#[derive(Clone, Debug)]
pub(super) enum RequestedMethods {
    /// Those that ask for one of these methods.
    These(Methods),
    /// Those that ask for a method which no annotated route of the app takes at the URL.
    NotAnnotated,
}

impl Guard for PreflightGuard {
    fn check(&self, context: &GuardContext<'_>) -> bool {
        let Some(preflight) = PreflightRequest::read(context.head()) else { return false };
        let Preflights { policies, app_paths, .. } = &*self.preflights;
        if has_default_policy() {
            // If nothing answers the preflight, a default policy learns from this that the URL has annotated routes.
            context.req_data_mut().get_or_insert_with(OutcomeCell::new).record_path(policies);
        }
        match &self.requested {
            RequestedMethods::These(methods) => methods.contains(preflight.method.as_bytes()),
            RequestedMethods::NotAnnotated => {
                let takes_method = |path: &PathPolicies| path.takes_method(preflight.method);
                app_paths.others_at(policies, context.head(), takes_method).is_empty()
            }
        }
    }
}

/// Answers the preflights of a path.
#[derive(Debug)]
pub(super) struct Preflights {
    pub(super) policies: Arc<PathPolicies>,
    /// The annotated paths of the whole app.
    pub(super) app_paths: Rc<AppPaths>,
    /// The origin checks, by the number of their route.
    pub(super) checks: Vec<Option<Check>>,
}

impl Preflights {
    /// Registers an endpoint for preflights that ask for these methods.
    pub(super) fn register(self: Rc<Self>, requested: RequestedMethods, config: &mut AppService) {
        let definition = definition(self.policies.path());
        let guard = PreflightGuard { preflights: Rc::clone(&self), requested };
        let guards: Vec<Box<dyn Guard>> = vec![Box::new(guard)];
        let service = fn_service(move |request: ServiceRequest| {
            let preflights = Rc::clone(&self);
            async move {
                let results = preflights.ask_checks(&request).await;
                let response = preflights.respond(&results, &request);
                Ok::<_, Error>(request.into_response(response))
            }
        });
        config.register_service(definition, Some(guards), service, None);
    }

    async fn ask_checks(&self, request: &ServiceRequest) -> Vec<CheckResult<HeaderValue>> {
        let Some(preflight) = PreflightRequest::read(request) else { return Vec::new() };
        let mut results = Vec::new();
        for route in self.policies.checks_to_ask(preflight) {
            let Some(check) = self.checks[route] else { continue };
            let verdict = check.verdict(self.policies.policy(route), request).await;
            let is_denied = verdict.is_denied();
            results.push(CheckResult { route, verdict });
            if !is_denied {
                break;
            }
        }
        results
    }

    fn respond(&self, check_results: &[CheckResult<HeaderValue>], request: &ServiceRequest) -> HttpResponse {
        let Some(preflight) = PreflightRequest::read(request) else {
            return response(PreflightAnswer::Denied(None));
        };
        let is_trusted_elsewhere = |reuse: &Reuse<'_, HeaderValue>| {
            let distrusts = |path: &PathPolicies| !reuse.is_trusted_by(path);
            self.app_paths.others_at(&self.policies, request.head(), distrusts).is_empty()
        };
        let answer = self.policies.answer(preflight, check_results, is_trusted_elsewhere);
        let mut response = response(answer);
        let extensions = request.extensions();
        let cell = extensions.get::<OutcomeCell>();
        if needs_mark(cell) {
            response.mark_as_annotated();
        }
        match cell {
            None => {}
            Some(cell) if self.policies.takes_method(preflight.method) => {
                cell.record(RouteOutcome::PreflightAnswered);
            }
            Some(cell) => {
                for path in self.app_paths.others_at(&self.policies, request.head(), |_| true) {
                    cell.record_path(&path);
                }
                cell.record(RouteOutcome::MethodNotAnnotated);
            }
        }
        response
    }
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
