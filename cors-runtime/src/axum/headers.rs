//! `http` 1.

use crate::engine::{RequestHead, Several, Slot, implement_headers, single};
use http::Request;
use http::header::{HeaderValue, ORIGIN};
use http::uri::Authority;

implement_headers!(http::header);

impl<B> RequestHead for Request<B> {
    type Value = HeaderValue;

    #[inline]
    fn origin_line(&self) -> Result<Option<&HeaderValue>, Several> {
        single(self.headers().get_all(ORIGIN).iter())
    }

    fn lines(&self, name: &'static str) -> impl Iterator<Item = &[u8]> {
        self.headers().get_all(name).iter().map(HeaderValue::as_bytes)
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

    #[inline]
    fn slot(&self) -> Option<Slot<HeaderValue>> {
        self.extensions().get::<Slot<HeaderValue>>().cloned()
    }
}
