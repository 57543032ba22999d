//! actix-web's copy of `http` 0.2, with a header map of its own.

use crate::engine::{RequestHead, Several, Slot, implement_headers, single};
use actix_web::HttpMessage;
use actix_web::dev::ServiceRequest;
use actix_web::http::header::{HeaderValue, ORIGIN};
use actix_web::http::uri::Authority;

implement_headers!(actix_web::http::header);

impl RequestHead for ServiceRequest {
    type Value = HeaderValue;

    #[inline]
    fn origin_line(&self) -> Result<Option<&HeaderValue>, Several> {
        single(self.headers().get_all(ORIGIN))
    }

    fn lines(&self, name: &'static str) -> impl Iterator<Item = &[u8]> {
        self.headers().get_all(name).map(HeaderValue::as_bytes)
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
        self.uri().scheme_str() == Some("https") || self.app_config().secure()
    }

    #[inline]
    fn slot(&self) -> Option<Slot<HeaderValue>> {
        self.extensions().get::<Slot<HeaderValue>>().cloned()
    }
}
