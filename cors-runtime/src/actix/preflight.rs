//! The `OPTIONS` sibling of a path.

use super::check::Check;
use crate::engine::{
    Denial, Filled, Methods, PathPolicies, PreflightAnswer, PreflightRequest, RequestHead as _, Step,
    VARY_PREFLIGHT, Verdict,
};
use actix_web::dev::{AppService, RequestHead, ResourceDef, ServiceRequest, fn_service};
use actix_web::guard::{Guard, GuardContext};
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderName, HeaderValue,
    ORIGIN, VARY,
};
use actix_web::{Error, HttpResponse};
use std::rc::Rc;
use std::sync::Arc;

/// Lets preflights through, and nothing else.
struct PreflightGuard {
    /// The methods that may be asked for; `None` for all.
    methods: Option<Methods>,
}

impl Guard for PreflightGuard {
    fn check(&self, context: &GuardContext<'_>) -> bool {
        read(context.head()).is_some_and(|preflight| match &self.methods {
            None => true,
            Some(methods) => methods.contains(preflight.method),
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
                    let answer = this.ask(&request).await;
                    let response = respond(&this.policies, answer, &request);
                    Ok::<_, Error>(request.into_response(response))
                }
            });
            config.register_service(definition, Some(guards), service, None);
        } else {
            let service = fn_service(move |request: ServiceRequest| {
                let answer = read(request.head()).map(|preflight| self.policies.decide(preflight));
                let answer = answer.unwrap_or(PreflightAnswer::Denied(Denial::NotListed));
                let response = respond(&self.policies, answer, &request);
                async move { Ok::<_, Error>(request.into_response(response)) }
            });
            config.register_service(definition, Some(guards), service, None);
        }
    }

    /// Asks functions where the policies do not know.
    async fn ask(&self, request: &ServiceRequest) -> PreflightAnswer {
        let (Some(preflight), Some(origin)) = (read(request.head()), request.headers().get(ORIGIN)) else {
            return PreflightAnswer::Denied(Denial::NotListed);
        };
        let mut question = self.policies.question(preflight);
        let mut step = self.policies.step(&mut question);
        loop {
            match step {
                Step::Answer(answer) => return answer,
                Step::Ask(number) => {
                    let verdict = match self.checks.get(number) {
                        Some(Some(check)) => check.ask(origin, request.request()).await,
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

/// What a preflight asks; `None` for every other request.
pub(super) fn read(head: &RequestHead) -> Option<PreflightRequest<'_>> {
    if head.method != Method::OPTIONS {
        return None;
    }
    PreflightRequest::from_lines(
        lines(head, ORIGIN),
        lines(head, ACCESS_CONTROL_REQUEST_METHOD),
        head.uri.path(),
    )
}

pub(super) fn lines(head: &RequestHead, name: HeaderName) -> impl Iterator<Item = &[u8]> {
    head.headers().get_all(name).map(HeaderValue::as_bytes)
}

fn respond(
    policies: &PathPolicies<HeaderValue>,
    answer: PreflightAnswer,
    request: &ServiceRequest,
) -> HttpResponse {
    if let Some(slot) = request.slot() {
        let routed = read(request.head()).is_some_and(|preflight| policies.routes_method(preflight.method));
        slot.fill(if routed { Filled::Preflight } else { Filled::OtherMethod });
    }
    let value = |name| request.headers().get(name).cloned();
    let asked = value(ORIGIN).zip(value(ACCESS_CONTROL_REQUEST_METHOD));
    write_answer(policies, answer, asked, lines(request.head(), ACCESS_CONTROL_REQUEST_HEADERS))
}

/// The answer; in builds with `debug_assertions` the body says why it refuses. `asked` are the values of `Origin` and
/// `Access-Control-Request-Method`.
pub(super) fn write_answer<'a>(
    policies: &PathPolicies<HeaderValue>,
    answer: PreflightAnswer,
    asked: Option<(HeaderValue, HeaderValue)>,
    requested_headers: impl Iterator<Item = &'a [u8]>,
) -> HttpResponse {
    let mut response = match (answer, asked) {
        (PreflightAnswer::Allowed { route, routed }, Some((origin, method))) => {
            let mut headers = HeaderMap::with_capacity(8);
            policies.write((route, routed), origin, method, requested_headers, &mut headers);
            let mut response = HttpResponse::NoContent().finish();
            *response.headers_mut() = headers;
            response
        }
        (PreflightAnswer::Denied(denial), _) if cfg!(debug_assertions) => {
            HttpResponse::Forbidden().body(denial.text())
        }
        _ => HttpResponse::Forbidden().finish(),
    };
    response.headers_mut().insert(VARY, HeaderValue::from_static(VARY_PREFLIGHT));
    response
}
