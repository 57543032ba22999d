//! The `OPTIONS` sibling of a path.

use super::check::Check;
use crate::engine::{
    Denial, Filled, Methods, PathPolicies, PreflightAnswer, PreflightRequest, RequestHead as _, Slot, Step,
    VARY_PREFLIGHT, Verdict, single,
};
use actix_web::dev::{AppService, RequestHead, ResourceDef, ServiceRequest, fn_service};
use actix_web::guard::{Guard, GuardContext};
use actix_web::http::header::{
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderValue, ORIGIN, VARY,
};
use actix_web::http::{Method, StatusCode};
use actix_web::{Error, HttpResponse};
use std::future::ready;
use std::rc::Rc;
use std::sync::Arc;

/// Lets preflights through, and nothing else.
struct PreflightGuard {
    /// The methods that may be asked for; `None` for all.
    methods: Option<Methods>,
}

impl Guard for PreflightGuard {
    fn check(&self, context: &GuardContext<'_>) -> bool {
        read(context.head()).is_some_and(|asked| match &self.methods {
            None => true,
            Some(methods) => methods.contains(asked.preflight.method),
        })
    }
}

/// Who answers the preflights of a path.
#[derive(Debug)]
pub(super) struct Preflights {
    pub(super) policies: Arc<PathPolicies<HeaderValue>>,
    /// The functions that decide, by the number of their route.
    pub(super) checks: Vec<Option<Check>>,
}

impl Preflights {
    /// Registers the endpoint; with `methods`, only for preflights that ask for one of them.
    pub(super) fn register(self: Rc<Self>, methods: Option<Methods>, config: &mut AppService) {
        let definition = ResourceDef::new(pattern(self.policies.path()));
        let guards: Vec<Box<dyn Guard>> = vec![Box::new(PreflightGuard { methods })];
        if self.policies.is_dynamic() {
            let service = fn_service(move |request: ServiceRequest| {
                let this = Rc::clone(&self);
                async move {
                    let response = this.ask(&request).await;
                    Ok::<_, Error>(request.into_response(response))
                }
            });
            config.register_service(definition, Some(guards), service, None);
        } else {
            let service = fn_service(move |request: ServiceRequest| {
                let response = match read(request.head()) {
                    Some(asked) => {
                        let answer = self.policies.decide(asked.preflight);
                        respond(&self.policies, answer, asked, &request)
                    }
                    None => denied(Denial::NotListed),
                };
                ready(Ok::<_, Error>(request.into_response(response)))
            });
            config.register_service(definition, Some(guards), service, None);
        }
    }

    /// Asks functions where the policies do not know.
    async fn ask(&self, request: &ServiceRequest) -> HttpResponse {
        let Some(asked) = read(request.head()) else {
            return denied(Denial::NotListed);
        };
        let mut question = self.policies.question(asked.preflight);
        let mut step = self.policies.step(&mut question);
        loop {
            match step {
                Step::Answer(answer) => return respond(&self.policies, answer, asked, request),
                Step::Ask(number) => {
                    let verdict = match self.checks.get(number) {
                        Some(Some(check)) => check.ask(asked.origin, request.request()).await,
                        _ => Verdict::Denied,
                    };
                    step = self.policies.heard(&mut question, number, verdict);
                }
            }
        }
    }
}

/// The pattern that `Resource` would make of the path.
fn pattern(path: &str) -> String {
    if path.is_empty() || path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
}

/// What a preflight asks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) preflight: PreflightRequest<'a>,
    pub(super) origin: &'a HeaderValue,
    pub(super) method: &'a HeaderValue,
}

impl<'a> Asked<'a> {
    pub(super) fn new(origin: &'a HeaderValue, method: &'a HeaderValue, path: &'a str) -> Self {
        let preflight = PreflightRequest { origin: origin.as_bytes(), method: method.as_bytes(), path };
        Self { preflight, origin, method }
    }
}

/// What a preflight asks; `None` for every other request.
pub(super) fn read(head: &RequestHead) -> Option<Asked<'_>> {
    if head.method != Method::OPTIONS {
        return None;
    }
    let only = |name| single(head.headers().get_all(name)).ok().flatten();
    Some(Asked::new(only(ORIGIN)?, only(ACCESS_CONTROL_REQUEST_METHOD)?, head.uri.path()))
}

fn respond(
    policies: &Arc<PathPolicies<HeaderValue>>,
    answer: PreflightAnswer,
    asked: Asked<'_>,
    request: &ServiceRequest,
) -> HttpResponse {
    if Slot::<HeaderValue>::is_in_use()
        && let Some(slot) = request.slot()
    {
        let routed = policies.routes_method(asked.preflight.method);
        slot.fill(if routed { Filled::Preflight } else { Filled::OtherMethod(Arc::clone(policies)) });
    }
    let requested = || request.headers().get_all(ACCESS_CONTROL_REQUEST_HEADERS).map(HeaderValue::as_bytes);
    write_answer(policies, answer, asked, requested)
}

/// The answer.
pub(super) fn write_answer<'a, L: Iterator<Item = &'a [u8]>>(
    policies: &PathPolicies<HeaderValue>,
    answer: PreflightAnswer,
    asked: Asked<'_>,
    requested_headers: impl FnOnce() -> L,
) -> HttpResponse {
    match answer {
        PreflightAnswer::Allowed { route, routed } => {
            // With the map that actix-web keeps for responses: it has room already.
            let mut response = HttpResponse::new(StatusCode::NO_CONTENT);
            let headers = response.headers_mut();
            policies.write((route, routed), (asked.origin, asked.method), requested_headers, headers);
            headers.insert(VARY, HeaderValue::from_static(VARY_PREFLIGHT));
            response
        }
        PreflightAnswer::Denied(denial) => denied(denial),
    }
}

/// 403; in builds with `debug_assertions` the body says why.
fn denied(denial: Denial) -> HttpResponse {
    let mut response = if cfg!(debug_assertions) {
        HttpResponse::Forbidden().body(denial.text())
    } else {
        HttpResponse::new(StatusCode::FORBIDDEN)
    };
    response.headers_mut().insert(VARY, HeaderValue::from_static(VARY_PREFLIGHT));
    response
}
