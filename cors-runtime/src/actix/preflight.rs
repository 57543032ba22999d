//! The `OPTIONS` sibling of a path.

use crate::engine::{Denial, Methods, PathPolicies, PreflightAnswer, PreflightRequest, VARY_PREFLIGHT};
use actix_web::dev::{AppService, RequestHead, ResourceDef, ServiceRequest, fn_service};
use actix_web::guard::{Guard, GuardContext};
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderName, HeaderValue,
    ORIGIN, VARY,
};
use actix_web::{Error, HttpResponse};
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

/// Answers the preflights of a path; with `methods`, only those that ask for one of them.
pub(super) fn register(
    path: Arc<PathPolicies<HeaderValue>>,
    methods: Option<Methods>,
    config: &mut AppService,
) {
    let definition = ResourceDef::new(pattern(path.path()));
    let guards: Vec<Box<dyn Guard>> = vec![Box::new(PreflightGuard { methods })];
    let service = fn_service(move |request: ServiceRequest| {
        let response = answer(&path, request.head());
        async move { Ok::<_, Error>(request.into_response(response)) }
    });
    config.register_service(definition, Some(guards), service, None);
}

/// The pattern that `Resource` would make of the path.
fn pattern(path: &str) -> String {
    if path.is_empty() || path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
}

/// What a preflight asks; `None` for every other request.
fn read(head: &RequestHead) -> Option<PreflightRequest<'_>> {
    if head.method != Method::OPTIONS {
        return None;
    }
    PreflightRequest::from_lines(lines(head, ORIGIN), lines(head, ACCESS_CONTROL_REQUEST_METHOD))
}

fn lines(head: &RequestHead, name: HeaderName) -> impl Iterator<Item = &[u8]> {
    head.headers().get_all(name).map(HeaderValue::as_bytes)
}

fn answer(path: &PathPolicies<HeaderValue>, head: &RequestHead) -> HttpResponse {
    let value = |name| head.headers().get(name).cloned();
    // The guard has let only preflights through; were one of the lines missing, nobody would be allowed anything.
    let (Some(preflight), Some(origin), Some(method)) =
        (read(head), value(ORIGIN), value(ACCESS_CONTROL_REQUEST_METHOD))
    else {
        return HttpResponse::Forbidden().finish();
    };
    let mut response = match path.decide(preflight) {
        PreflightAnswer::Denied(denial) => denied(denial),
        PreflightAnswer::Allowed { route, routed } => {
            let mut headers = HeaderMap::with_capacity(8);
            path.write(
                (route, routed),
                origin,
                method,
                lines(head, ACCESS_CONTROL_REQUEST_HEADERS),
                &mut headers,
            );
            let mut response = HttpResponse::NoContent().finish();
            *response.headers_mut() = headers;
            response
        }
    };
    response.headers_mut().insert(VARY, HeaderValue::from_static(VARY_PREFLIGHT));
    response
}

/// 403; in builds with `debug_assertions` the body says why.
fn denied(denial: Denial) -> HttpResponse {
    if cfg!(debug_assertions) {
        HttpResponse::Forbidden().body(denial.to_string())
    } else {
        HttpResponse::Forbidden().finish()
    }
}
