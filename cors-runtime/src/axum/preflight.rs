//! The `OPTIONS` endpoint of a path.

use crate::engine::{Denial, PathPolicies, PreflightAnswer, PreflightRequest, VARY_PREFLIGHT};
use axum::body::Body;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;
use http::header::{
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ALLOW, HeaderMap, HeaderValue, ORIGIN,
    VARY,
};
use http::{Method, StatusCode};
use std::sync::Arc;

use super::around::AroundFuture;

/// Answers the preflights of a path and gives every other `OPTIONS` request to `other`.
#[derive(Clone, Debug)]
pub(super) struct OptionsHandler<H> {
    pub(super) path: Arc<PathPolicies<HeaderValue>>,
    pub(super) other: H,
}

impl<H, T, S> Handler<T, S> for OptionsHandler<H>
where
    H: Handler<T, S>,
{
    type Future = AroundFuture<H::Future>;

    fn call(self, request: Request, state: S) -> Self::Future {
        match answer(&self.path, &request) {
            Some(response) => AroundFuture::Answered { response: Some(response) },
            None => AroundFuture::Plain { inner: self.other.call(request, state) },
        }
    }
}

/// What an `OPTIONS` request that is no preflight gets if nobody else wants it: 204 with `Allow`.
pub(super) fn allow(methods: &str) -> (StatusCode, [(http::HeaderName, HeaderValue); 1]) {
    let value = HeaderValue::from_str(methods).expect("methods are tokens");
    (StatusCode::NO_CONTENT, [(ALLOW, value)])
}

/// The answer, if the request is a preflight.
pub(super) fn answer(path: &PathPolicies<HeaderValue>, request: &Request) -> Option<Response> {
    if request.method() != Method::OPTIONS {
        return None;
    }
    let headers = request.headers();
    let lines = |name| headers.get_all(name).iter().map(HeaderValue::as_bytes);
    let preflight = PreflightRequest::from_lines(lines(ORIGIN), lines(ACCESS_CONTROL_REQUEST_METHOD))?;
    let mut response = match path.decide(preflight) {
        PreflightAnswer::Denied(denial) => denied(denial),
        PreflightAnswer::Allowed { route, routed } => {
            let mut answer = HeaderMap::with_capacity(8);
            path.write(
                (route, routed),
                headers.get(ORIGIN)?.clone(),
                headers.get(ACCESS_CONTROL_REQUEST_METHOD)?.clone(),
                lines(ACCESS_CONTROL_REQUEST_HEADERS),
                &mut answer,
            );
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NO_CONTENT;
            *response.headers_mut() = answer;
            response
        }
    };
    response.headers_mut().insert(VARY, HeaderValue::from_static(VARY_PREFLIGHT));
    Some(response)
}

/// 403; in builds with `debug_assertions` the body says why.
fn denied(denial: Denial) -> Response {
    let body = if cfg!(debug_assertions) { Body::from(denial.to_string()) } else { Body::empty() };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::FORBIDDEN;
    response
}
