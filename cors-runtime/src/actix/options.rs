//! The `OPTIONS` endpoint of a path.

use super::app_paths::{AppPaths, definition};
use super::http::{OutcomeCell, PathPolicies};
use super::origin_check::DynamicCheckFn;
use crate::cors::{
    CheckResult, Methods, PreflightAnswer, PreflightRequest, Reuse, has_default_policy, record_preflight,
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
    endpoint: Rc<PreflightEndpoint>,
    requested: RequestedMethods,
}

/// The preflights that an endpoint takes.
pub(super) enum RequestedMethods {
    /// The preflights that ask for one of these methods.
    Listed(Methods),
    /// The preflights that ask for a method which no annotated route of the app takes at the URL.
    NotAnnotated,
}

impl Guard for PreflightGuard {
    fn check(&self, context: &GuardContext<'_>) -> bool {
        let Some(preflight) = PreflightRequest::read(context.head()) else { return false };
        let PreflightEndpoint { policies, app_paths, .. } = &*self.endpoint;
        if has_default_policy() {
            // Tells the default policy that the URL has annotated routes.
            context.req_data_mut().get_or_insert_with(OutcomeCell::new).record_path(policies);
        }
        match &self.requested {
            RequestedMethods::Listed(methods) => methods.contains(preflight.method.as_bytes()),
            RequestedMethods::NotAnnotated => {
                let takes_method = |path: &PathPolicies| path.takes_method(preflight.method);
                app_paths.others_at(policies, context.head(), takes_method).is_empty()
            }
        }
    }
}

/// Answers the preflights of a path.
pub(super) struct PreflightEndpoint {
    pub(super) policies: Arc<PathPolicies>,
    /// The annotated paths of the whole app.
    pub(super) app_paths: Rc<AppPaths>,
    /// The origin checks, by the number of their route.
    pub(super) checks: Vec<Option<DynamicCheckFn>>,
}

impl PreflightEndpoint {
    /// Registers an endpoint for preflights that ask for these methods.
    pub(super) fn register(self: Rc<Self>, requested: RequestedMethods, config: &mut AppService) {
        let definition = definition(self.policies.path());
        let guard = PreflightGuard { endpoint: Rc::clone(&self), requested };
        let guards: Vec<Box<dyn Guard>> = vec![Box::new(guard)];
        let service = fn_service(move |request: ServiceRequest| {
            let endpoint = Rc::clone(&self);
            async move {
                let response = match PreflightRequest::read(&request) {
                    Some(preflight) => endpoint.answer(preflight).await,
                    // The guard lets only preflights through.
                    None => preflight_response(PreflightAnswer::Denied(None)),
                };
                Ok::<_, Error>(request.into_response(response))
            }
        });
        config.register_service(definition, Some(guards), service, None);
    }

    async fn ask_checks(
        &self,
        preflight: PreflightRequest<'_, ServiceRequest>,
    ) -> Vec<CheckResult<HeaderValue>> {
        let mut results = Vec::new();
        for route in self.policies.checks_to_ask(preflight) {
            let Some(check) = self.checks[route] else { continue };
            let verdict = check.verdict(self.policies.policy(route), preflight.request).await;
            let is_denied = verdict.is_denied();
            results.push(CheckResult { route, verdict });
            if !is_denied {
                break;
            }
        }
        results
    }

    async fn answer(&self, preflight: PreflightRequest<'_, ServiceRequest>) -> HttpResponse {
        let check_results = self.ask_checks(preflight).await;
        let request = preflight.request;
        let is_trusted_elsewhere = |reuse: &Reuse<'_, HeaderValue>| {
            let distrusts = |path: &PathPolicies| !reuse.is_trusted_by(path);
            self.app_paths.others_at(&self.policies, request.head(), distrusts).is_empty()
        };
        let answer = self.policies.answer(preflight, &check_results, is_trusted_elsewhere);
        let mut response = preflight_response(answer);
        let takes_method = self.policies.takes_method(preflight.method);
        record_preflight(request.extensions().get::<OutcomeCell>(), &mut response, takes_method, || {
            // The guard has recorded this path.
            self.app_paths.others_at(&self.policies, request.head(), |_| true)
        });
        response
    }
}

/// Makes a response of an answer to a preflight.
pub(super) fn preflight_response(answer: PreflightAnswer<HeaderValue>) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status()).expect("204 and 403 are valid status codes");
    let mut response = match answer.body() {
        "" => HttpResponse::new(status),
        body => HttpResponse::build(status).body(body),
    };
    answer.write(response.headers_mut());
    response
}
