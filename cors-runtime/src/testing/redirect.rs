//! Redirects: <https://fetch.spec.whatwg.org/#http-redirect-fetch>.

use super::{
    blocked::{Blocked, Details, Reason},
    fetch::Mode,
    fetching::{Fetching, Tainting},
    origin::Origin,
    wire::{WireResponse, latin1},
};

const LIMIT: usize = 20;

/// <https://fetch.spec.whatwg.org/#request-body-header-name>
const BODY_HEADERS: [&str; 4] = ["content-encoding", "content-language", "content-location", "content-type"];

impl Fetching<'_> {
    /// Goes to `Location`. `false` if there is none: then the answer is the response.
    pub(super) fn follow(&mut self, answer: &WireResponse) -> Result<bool, Blocked> {
        let Some(location) = answer.headers.joined("location") else { return Ok(false) };
        let text = String::from_utf8(location).unwrap_or_else(|error| latin1(error.as_bytes()));
        let wrong = |fetching: &Self, reason| {
            let (status, value) = (Some(answer.status), Some(text.clone()));
            Blocked::new(Details { status, value, ..fetching.details(reason) })
        };
        let mut next = match self.url.join(&text) {
            // Two lines are no URL, even though `a, b` is one.
            Ok(url) if answer.headers.all("location").count() == 1 => url,
            _ => return Err(wrong(self, Reason::InvalidRedirect)),
        };
        next.set_fragment(None);
        if !matches!(next.scheme(), "http" | "https") {
            return Err(wrong(self, Reason::RedirectScheme));
        }
        if self.left_urls.len() == LIMIT {
            return Err(wrong(self, Reason::TooManyRedirects));
        }
        let next_origin = Origin::of(&next);
        let userinfo = !next.username().is_empty() || next.password().is_some();
        let foreign = self.mode == Mode::Cors && !self.page.origin_of().is_same_origin(&next_origin);
        if userinfo && (foreign || self.tainting == Tainting::Cors) {
            return Err(wrong(self, Reason::RedirectWithUserinfo));
        }
        if answer.status != 303 && self.body.as_ref().is_some_and(|body| body.is_stream) {
            return Err(wrong(self, Reason::RedirectOfStream));
        }
        let becomes_get = match answer.status {
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
        if !Origin::of(&self.url).is_same_origin(&next_origin) {
            self.headers.remove("authorization");
        }
        self.left_urls.push(std::mem::replace(&mut self.url, next));
        Ok(true)
    }
}
