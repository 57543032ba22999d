//! Main fetch and HTTP fetch: <https://fetch.spec.whatwg.org/#concept-main-fetch> and
//! <https://fetch.spec.whatwg.org/#concept-http-fetch>.

use std::ops::ControlFlow;

use super::{
    blocked::{Blocked, Reason},
    cors_check::cors_check,
    fetch::{RedirectMode, RequestMode},
    header_list::latin1,
    method,
    origin::{Origin, is_trustworthy},
    request::{Request, ResponseTainting},
    request_header,
    response::{Fetched, ResponseType},
    target::Target,
    wire::{WireRequest, WireResponse},
};

/// The largest size of all headers of a response, as in Chromium.
const RESPONSE_HEADER_LIMIT: usize = 256 << 10;

impl Request<'_> {
    /// Fetches until there is a response that is not a redirect.
    pub(super) async fn main_fetch<T, M>(mut self, target: &T) -> Result<Fetched, Blocked>
    where
        T: Target<M> + ?Sized,
    {
        loop {
            let needs_preflight = self.set_response_tainting()?;
            match self.http_fetch(target, needs_preflight).await {
                Ok(ControlFlow::Break(response)) => return Ok(response),
                Ok(ControlFlow::Continue(())) => {}
                Err(blocked) => {
                    if needs_preflight && self.engine.clears_cache_after_failure() {
                        let mut state = self.state();
                        let key = self.cache_key(&state);
                        state.preflight_cache.clear(&key);
                    }
                    return Err(blocked);
                }
            }
        }
    }

    /// Decides how the current URL can be fetched, and returns whether that needs a preflight. In
    /// [main fetch](https://fetch.spec.whatwg.org/#concept-main-fetch) this is the choice of "the first matching
    /// statement".
    fn set_response_tainting(&mut self) -> Result<bool, Blocked> {
        if !matches!(self.current_url.scheme(), "http" | "https") {
            return Err(self.blocked(Reason::UnsupportedScheme));
        }
        // A link or a form can lead from `https:` to `http:`.
        let is_top_level = self.mode == RequestMode::Navigate && self.destination == "document";
        let is_mixed = self.page.parsed_origin().is_https() && !is_trustworthy(&self.current_url);
        if is_mixed && !is_top_level && !self.state().allows_mixed_content {
            return Err(self.blocked(Reason::MixedContent));
        }
        let same_origin = self.page.parsed_origin().is_same_origin(&Origin::of(&self.current_url));
        if same_origin && self.tainting == ResponseTainting::Basic {
            return Ok(false);
        }
        match self.mode {
            // The script cannot read the response, but the browser can: there is nothing to check.
            RequestMode::Navigate | RequestMode::WebSocket => Ok(false),
            RequestMode::SameOrigin => Err(self.blocked(Reason::SameOriginMode)),
            RequestMode::NoCors if self.redirect != RedirectMode::Follow => {
                Err(self.blocked(Reason::NeedsCors).with_value("redirect".to_owned()))
            }
            RequestMode::NoCors => {
                self.tainting = ResponseTainting::Opaque;
                Ok(false)
            }
            RequestMode::Cors => {
                self.tainting = ResponseTainting::Cors;
                Ok(self.use_cors_preflight
                    || !method::is_safelisted(&self.method)
                    || !request_header::unsafe_names(self.engine, &self.headers).is_empty()
                    || self.preflighted_names.is_some() && self.engine.always_preflights_after_redirect())
            }
        }
    }

    /// Sends the preflight and the request, and checks the response. Returns `Continue` if the response is a redirect that
    /// is followed.
    async fn http_fetch<T, M>(
        &mut self,
        target: &T,
        needs_preflight: bool,
    ) -> Result<ControlFlow<Fetched>, Blocked>
    where
        T: Target<M> + ?Sized,
    {
        if needs_preflight {
            self.preflight_fetch(target).await?;
        }
        let mut response = self.send(target, self.network_request()).await?;
        if self.includes_credentials() {
            let set_cookie = response.headers.lines("set-cookie");
            self.state().store_cookies(self.page.parsed_origin(), &self.current_url, set_cookie);
        }
        let mut response_type = match self.tainting {
            ResponseTainting::Basic => ResponseType::Basic,
            ResponseTainting::Cors => {
                self.check_cors(&response, &self.serialized_origin())?;
                ResponseType::Cors
            }
            ResponseTainting::Opaque => {
                self.check_resource_policy(&response)?;
                ResponseType::Opaque
            }
        };
        if is_redirect(response.status) {
            match self.redirect {
                RedirectMode::Error => return Err(self.blocked(Reason::RedirectError)),
                RedirectMode::Manual => response_type = ResponseType::OpaqueRedirect,
                RedirectMode::Follow => {
                    // A redirect without `Location` is not followed, and the script gets it as the response.
                    if self.redirect_fetch(&response)? {
                        return Ok(ControlFlow::Continue(()));
                    }
                }
            }
        }
        if self.method == "HEAD" {
            response.body.clear();
        }
        Ok(ControlFlow::Break(Fetched {
            kind: response_type,
            response,
            url: self.current_url.to_string(),
            redirected: !self.redirected_urls.is_empty(),
            credentials: self.needs_allow_credentials(),
        }))
    }

    /// Sends a request to the target, and logs it.
    pub(super) async fn send<T, M>(&self, target: &T, request: WireRequest) -> Result<WireResponse, Blocked>
    where
        T: Target<M> + ?Sized,
    {
        let is_preflight = request.is_preflight();
        let result = target.send(request.clone()).await;
        self.state().log(request, result.as_ref().ok());
        let cause = match result {
            Ok(response) if response.headers.size() <= RESPONSE_HEADER_LIMIT => return Ok(response),
            Ok(_) => "the headers are too large".to_owned(),
            Err(error) => error.to_string(),
        };
        let blocked = self.blocked(Reason::NoAnswer).with_value(cause);
        Err(if is_preflight { blocked.at_preflight() } else { blocked })
    }

    /// Performs the [CORS check](https://fetch.spec.whatwg.org/#concept-cors-check) for a request with this serialized
    /// origin.
    pub(super) fn check_cors(&self, response: &WireResponse, origin: &str) -> Result<(), Blocked> {
        cors_check(&response.headers, origin, self.needs_allow_credentials()).map_err(|(reason, value)| {
            self.blocked(reason).with_origin(origin.to_owned()).with_status(response.status).with_value(value)
        })
    }

    /// Performs the [cross-origin resource policy
    /// check](https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check).
    fn check_resource_policy(&self, response: &WireResponse) -> Result<(), Blocked> {
        let policy = response.headers.get("cross-origin-resource-policy").unwrap_or_default();
        let (page, target) = (self.page.parsed_origin(), Origin::of(&self.current_url));
        let allowed = match policy.as_slice() {
            b"same-origin" => page.is_same_origin(&target),
            b"same-site" => self.state().suffixes.is_same_site(page, &target),
            _ => true,
        };
        if allowed {
            return Ok(());
        }
        Err(self.blocked(Reason::ResourcePolicy).with_status(response.status).with_value(latin1(&policy)))
    }
}

/// Returns whether the status is a [redirect status](https://fetch.spec.whatwg.org/#redirect-status).
pub(super) fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}
