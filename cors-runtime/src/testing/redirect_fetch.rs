//! HTTP-redirect fetch: <https://fetch.spec.whatwg.org/#concept-http-redirect-fetch>.

use super::{
    blocked::{Blocked, Reason},
    fetch::RequestMode,
    header_list::latin1,
    origin::Origin,
    request::{Request, ResponseTainting, has_userinfo},
    wire::WireResponse,
};

const REDIRECT_LIMIT: usize = 20;

/// The headers that describe the body: <https://fetch.spec.whatwg.org/#request-body-header-name>.
const BODY_HEADERS: [&str; 4] = ["content-encoding", "content-language", "content-location", "content-type"];

impl Request<'_> {
    /// Changes this request to the request of the redirect. Returns whether the redirect is followed, which needs a
    /// `Location`.
    pub(super) fn redirect_fetch(&mut self, response: &WireResponse) -> Result<bool, Blocked> {
        let Some(location) = response.headers.get("location") else { return Ok(false) };
        let location = String::from_utf8(location).unwrap_or_else(|error| latin1(error.as_bytes()));
        let blocked = |request: &Self, reason| {
            Err(request.blocked(reason).with_status(response.status).with_value(location.clone()))
        };
        let mut location_url = match self.current_url.join(&location) {
            // The joined value of two lines, `a, b`, could be parsed as a URL.
            Ok(url) if response.headers.lines("location").count() == 1 => url,
            _ => return blocked(self, Reason::InvalidRedirect),
        };
        location_url.set_fragment(None);
        if !matches!(location_url.scheme(), "http" | "https") {
            return blocked(self, Reason::RedirectScheme);
        }
        if self.redirected_urls.len() == REDIRECT_LIMIT {
            return blocked(self, Reason::TooManyRedirects);
        }
        let location_origin = Origin::of(&location_url);
        let cross_origin =
            self.mode == RequestMode::Cors && !self.page.parsed_origin().is_same_origin(&location_origin);
        if has_userinfo(&location_url) && (cross_origin || self.tainting == ResponseTainting::Cors) {
            return blocked(self, Reason::RedirectWithUserinfo);
        }
        if response.status != 303 && self.body.as_ref().is_some_and(|body| body.is_stream) {
            return blocked(self, Reason::RedirectOfStream);
        }
        let becomes_get = match response.status {
            301 | 302 => self.method == "POST",
            303 => !matches!(self.method.as_str(), "GET" | "HEAD"),
            _ => false,
        };
        if becomes_get {
            "GET".clone_into(&mut self.method);
            self.body = None;
            for name in BODY_HEADERS {
                self.headers.remove(name);
            }
        }
        if !Origin::of(&self.current_url).is_same_origin(&location_origin) {
            self.headers.remove("authorization");
        }
        self.redirected_urls.push(std::mem::replace(&mut self.current_url, location_url));
        Ok(true)
    }
}
