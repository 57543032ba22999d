//! Requests and responses of `http` 1.

use crate::cors::{AnnotatedRouteMark, OriginHeader, RequestHead, ResponseHead, implement_headers};
use http::header::{ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderValue, ORIGIN};
use http::uri::Authority;
use http::{Request, Response};

/// The policy of one route.
pub(super) type RoutePolicy = crate::cors::RoutePolicy<HeaderValue>;

/// The cell that a default policy puts into the extensions of a request.
pub(super) type OutcomeCell = crate::cors::OutcomeCell<HeaderValue>;

implement_headers!(http::header);

impl<B> RequestHead for Request<B> {
    type Value = HeaderValue;

    #[inline]
    fn origin(&self) -> OriginHeader<'_, HeaderValue> {
        OriginHeader::from_lines(self.headers().get_all(ORIGIN).iter())
    }

    fn requested_methods(&self) -> impl Iterator<Item = &HeaderValue> {
        self.headers().get_all(ACCESS_CONTROL_REQUEST_METHOD).iter()
    }

    fn lines(&self, name: &'static str) -> impl Iterator<Item = &HeaderValue> {
        self.headers().get_all(name).iter()
    }

    fn method(&self) -> &str {
        self.method().as_str()
    }

    fn path(&self) -> &str {
        self.uri().path()
    }

    fn authority(&self) -> Option<&str> {
        self.uri().authority().map(Authority::as_str)
    }

    fn is_https(&self) -> bool {
        self.uri().scheme_str() == Some("https")
    }
}

impl<B> ResponseHead for Response<B> {
    type Headers = HeaderMap;

    #[inline]
    fn headers_mut(&mut self) -> &mut HeaderMap {
        self.headers_mut()
    }

    fn mark_as_annotated(&mut self) {
        self.extensions_mut().insert(AnnotatedRouteMark);
    }

    fn is_marked_as_annotated(&self) -> bool {
        self.extensions().get::<AnnotatedRouteMark>().is_some()
    }
}
