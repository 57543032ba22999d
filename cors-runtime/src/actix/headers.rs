//! actix-web's header map.

use crate::engine::{CorsHeader, Headers, RequestHead, Several, Slot, Survey, single, varies_by_origin};
use actix_web::HttpMessage;
use actix_web::dev::ServiceRequest;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, HeaderMap,
    HeaderName, HeaderValue, ORIGIN, VARY,
};
use actix_web::http::uri::Authority;

impl From<CorsHeader> for HeaderName {
    fn from(name: CorsHeader) -> Self {
        match name {
            CorsHeader::AllowOrigin => ACCESS_CONTROL_ALLOW_ORIGIN,
            CorsHeader::AllowCredentials => ACCESS_CONTROL_ALLOW_CREDENTIALS,
            CorsHeader::AllowMethods => ACCESS_CONTROL_ALLOW_METHODS,
            CorsHeader::AllowHeaders => ACCESS_CONTROL_ALLOW_HEADERS,
            CorsHeader::ExposeHeaders => ACCESS_CONTROL_EXPOSE_HEADERS,
            CorsHeader::MaxAge => ACCESS_CONTROL_MAX_AGE,
        }
    }
}

impl Headers for HeaderMap {
    type Value = HeaderValue;

    fn value(text: &str) -> HeaderValue {
        HeaderValue::from_str(text).expect("the rules let only header values through")
    }

    fn static_value(text: &'static str) -> HeaderValue {
        HeaderValue::from_static(text)
    }

    #[inline]
    fn value_true() -> HeaderValue {
        const { HeaderValue::from_static("true") }
    }

    #[inline]
    fn value_any() -> HeaderValue {
        const { HeaderValue::from_static("*") }
    }

    #[inline]
    fn value_origin() -> HeaderValue {
        const { HeaderValue::from_static("Origin") }
    }

    #[expect(clippy::inline_always, reason = "see `Decided::write`, the only caller that matters")]
    #[inline(always)]
    fn survey(&self) -> Survey {
        let mut survey = Survey::default();
        for name in self.keys() {
            if name == VARY {
                let mut lines = self.get_all(VARY);
                survey.varies_by_origin = lines.any(|line| varies_by_origin(line.as_bytes()));
            } else if name.as_str().starts_with("access-control-") {
                survey.has_cors_headers = true;
            }
        }
        survey
    }

    #[inline]
    fn set(&mut self, name: CorsHeader, value: HeaderValue) {
        self.insert(HeaderName::from(name), value);
    }

    fn remove(&mut self, name: CorsHeader) {
        self.remove(HeaderName::from(name));
    }

    #[inline]
    fn add_vary(&mut self, value: HeaderValue) {
        self.append(VARY, value);
    }
}

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
