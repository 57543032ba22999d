//! Requests and responses of actix-web, which has `http` 0.2 and a header map of its own.

use crate::cors::{AnnotatedRouteMark, OriginHeader, RequestHead, ResponseHead, implement_headers};
use actix_web::dev::{self, ServiceRequest};
use actix_web::http::header::{ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderValue, ORIGIN};
use actix_web::http::uri::Authority;
use actix_web::{Error, HttpResponse};

/// The policy of one route.
pub(super) type RoutePolicy = crate::cors::RoutePolicy<HeaderValue>;

/// The policies of one path.
pub(super) type PathPolicies = crate::cors::PathPolicies<HeaderValue>;

/// The cell in the extensions of a request that default policies read.
pub(super) type OutcomeCell = crate::cors::OutcomeCell<HeaderValue>;

implement_headers!(actix_web::http::header);

/// The head alone is what guards get. It does not tell whether the server itself uses TLS.
impl RequestHead for dev::RequestHead {
    type Value = HeaderValue;

    #[inline]
    fn origin(&self) -> OriginHeader<'_, HeaderValue> {
        OriginHeader::from_lines(self.headers.get_all(ORIGIN))
    }

    fn requested_methods(&self) -> impl Iterator<Item = &HeaderValue> {
        self.headers.get_all(ACCESS_CONTROL_REQUEST_METHOD)
    }

    fn lines(&self, name: &'static str) -> impl Iterator<Item = &HeaderValue> {
        self.headers.get_all(name)
    }

    fn method(&self) -> &str {
        self.method.as_str()
    }

    fn path(&self) -> &str {
        self.uri.path()
    }

    fn authority(&self) -> Option<&str> {
        self.uri.authority().map(Authority::as_str)
    }

    fn is_https(&self) -> bool {
        self.uri.scheme_str() == Some("https")
    }
}

impl RequestHead for ServiceRequest {
    type Value = HeaderValue;

    #[inline]
    fn origin(&self) -> OriginHeader<'_, HeaderValue> {
        self.head().origin()
    }

    fn requested_methods(&self) -> impl Iterator<Item = &HeaderValue> {
        self.head().requested_methods()
    }

    fn lines(&self, name: &'static str) -> impl Iterator<Item = &HeaderValue> {
        self.head().lines(name)
    }

    fn method(&self) -> &str {
        self.head().method()
    }

    fn path(&self) -> &str {
        self.head().path()
    }

    fn authority(&self) -> Option<&str> {
        self.head().authority()
    }

    fn is_https(&self) -> bool {
        self.head().is_https() || self.app_config().secure()
    }
}

impl<B> ResponseHead for HttpResponse<B> {
    type Headers = HeaderMap;

    #[inline]
    fn headers_mut(&mut self) -> &mut HeaderMap {
        self.headers_mut()
    }

    fn mark_as_annotated(&mut self) {
        self.extensions_mut().insert(AnnotatedRouteMark);
    }

    fn is_marked_as_annotated(&self) -> bool {
        self.extensions().contains::<AnnotatedRouteMark>()
    }
}

/// Changes the response that will be made of an error. The error stays what it is, so that an outer middleware can still
/// find it.
#[cold]
pub(super) fn map_error_response(error: &mut Error, change: impl Fn(&mut HttpResponse) + 'static) {
    error.add_response_mapper(move |mut response| {
        change(&mut response);
        response
    });
}
