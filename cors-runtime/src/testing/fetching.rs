//! The steps of a fetch: <https://fetch.spec.whatwg.org/#main-fetch> and
//! <https://fetch.spec.whatwg.org/#http-fetch>.

use std::sync::MutexGuard;

use url::Url;

use super::{
    blocked::{Blocked, Details, Reason},
    browser::State,
    cors_check::cors_check,
    engine::Engine,
    fetch::{Body, Credentials, Fetch, Mode, Redirect},
    forbidden,
    list_header::is_token,
    method,
    origin::{Origin, is_trustworthy},
    page::Page,
    response::{Response, ResponseType},
    safelist,
    target::Target,
    wire::{HeaderList, WireRequest, WireResponse, latin1},
};

/// Names and values of one answer, as in Chromium.
const HEAD_LIMIT: usize = 256 << 10;

/// <https://fetch.spec.whatwg.org/#concept-request-response-tainting>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tainting {
    Basic,
    Cors,
    Opaque,
}

/// A request on its way.
pub(super) struct Fetching<'a> {
    pub(super) page: &'a Page,
    pub(super) engine: Engine,
    pub(super) method: String,
    pub(super) headers: HeaderList,
    pub(super) body: Option<Body>,
    pub(super) mode: Mode,
    pub(super) credentials: Credentials,
    pub(super) redirect: Redirect,
    /// What a preflight has asked for before a redirect: `None` if there was none.
    pub(super) asked_names: Option<Vec<String>>,
    /// The use-CORS-preflight flag.
    pub(super) always_preflight: bool,
    pub(super) reload: bool,
    pub(super) no_referrer: bool,
    pub(super) first_url: Url,
    /// Those before the current one.
    pub(super) left_urls: Vec<Url>,
    pub(super) url: Url,
    pub(super) tainting: Tainting,
}

enum Step {
    Done(Response),
    Redirected,
}

impl<'a> Fetching<'a> {
    /// What the `Request` constructor checks: <https://fetch.spec.whatwg.org/#dom-request>.
    pub(super) fn start(page: &'a Page, target_origin: Option<&str>, fetch: Fetch) -> Result<Self, Blocked> {
        let (engine, api_origin) = {
            let state = page.browser().state();
            (state.engine, state.api_origin.clone())
        };
        let base = match target_origin {
            None => api_origin,
            Some(text) => match Url::parse(text) {
                Ok(url) if matches!(url.scheme(), "http" | "https") => url,
                _ => return Err(invalid_url(page, &fetch, text)),
            },
        };
        let mut url = base.join(&fetch.url).map_err(|_| invalid_url(page, &fetch, &fetch.url))?;
        url.set_fragment(None);
        let mut fetching = Self {
            page,
            engine,
            method: method::normalize(&fetch.method),
            headers: HeaderList::default(),
            asked_names: None,
            always_preflight: fetch.upload_listener || fetch.body.as_ref().is_some_and(|body| body.is_stream),
            body: fetch.body,
            mode: fetch.mode,
            credentials: fetch.credentials,
            redirect: fetch.redirect,
            reload: fetch.reload,
            no_referrer: fetch.no_referrer,
            first_url: url.clone(),
            left_urls: Vec::new(),
            url,
            tainting: Tainting::Basic,
        };
        let refused = if !fetching.url.username().is_empty() || fetching.url.password().is_some() {
            Some((Reason::UrlWithUserinfo, fetch.url.as_str()))
        } else if !is_token(fetch.method.as_bytes()) {
            Some((Reason::InvalidMethod, fetch.method.as_str()))
        } else if method::is_forbidden(&fetch.method) {
            Some((Reason::ForbiddenMethod, fetch.method.as_str()))
        } else if fetching.mode == Mode::NoCors && !method::is_safelisted(&fetching.method) {
            Some((Reason::NeedsCors, fetch.method.as_str()))
        } else if fetching.body.is_some() && matches!(fetching.method.as_str(), "GET" | "HEAD") {
            Some((Reason::BodyNotAllowed, fetch.method.as_str()))
        } else if fetching.mode == Mode::NoCors && fetching.always_preflight {
            Some((Reason::NeedsCors, "upload"))
        } else {
            None
        };
        if let Some((reason, value)) = refused {
            let value = Some(value.to_owned());
            return Err(Blocked::new(Details { value, ..fetching.details(reason) }));
        }
        fetching.fill(&fetch.headers)?;
        Ok(fetching)
    }

    /// <https://fetch.spec.whatwg.org/#concept-headers-fill>
    fn fill(&mut self, headers: &HeaderList) -> Result<(), Blocked> {
        for (name, value) in headers.iter() {
            if !is_token(name.as_bytes()) || value.iter().any(|byte| matches!(byte, 0 | b'\r' | b'\n')) {
                let value = format!("{name}: {}", latin1(value));
                return Err(Blocked::new(Details {
                    value: Some(value),
                    ..self.details(Reason::InvalidHeader)
                }));
            }
            let left_out = forbidden::is_forbidden(name, value)
                || self.mode == Mode::NoCors && !safelist::is_no_cors_safelisted(name, value)
                || name == "user-agent" && self.engine.drops_user_agent();
            if !left_out {
                self.headers.push(name, value);
            }
        }
        if let Some(content_type) = self.body.as_ref().and_then(|body| body.content_type) {
            self.headers.push_if_absent("content-type", content_type);
        }
        Ok(())
    }

    pub(super) async fn run<T, M>(mut self, target: &T) -> Result<Response, Blocked>
    where
        T: Target<M> + ?Sized,
    {
        loop {
            let with_preflight = self.dispatch()?;
            match self.http_fetch(target, with_preflight).await {
                Ok(Step::Done(response)) => return Ok(response),
                Ok(Step::Redirected) => {}
                Err(blocked) => {
                    if with_preflight && self.engine.clears_cache_after_failure() {
                        let mut state = self.state();
                        let key = self.cache_key(&state);
                        state.cache.clear(&key);
                    }
                    return Err(blocked);
                }
            }
        }
    }

    /// How this URL may be asked, and whether with a preflight: the middle of
    /// <https://fetch.spec.whatwg.org/#main-fetch>.
    fn dispatch(&mut self) -> Result<bool, Blocked> {
        if !matches!(self.url.scheme(), "http" | "https") {
            return Err(self.blocked(Reason::UnsupportedScheme));
        }
        if self.page.origin_of().is_https() && !is_trustworthy(&self.url) {
            return Err(self.blocked(Reason::MixedContent));
        }
        let same_origin = self.page.origin_of().is_same_origin(&Origin::of(&self.url));
        if same_origin && self.tainting == Tainting::Basic {
            return Ok(false);
        }
        match self.mode {
            Mode::SameOrigin => Err(self.blocked(Reason::SameOriginMode)),
            Mode::NoCors if self.redirect != Redirect::Follow => {
                let value = Some("redirect".to_owned());
                Err(Blocked::new(Details { value, ..self.details(Reason::NeedsCors) }))
            }
            Mode::NoCors => {
                self.tainting = Tainting::Opaque;
                Ok(false)
            }
            Mode::Cors => {
                self.tainting = Tainting::Cors;
                Ok(self.always_preflight
                    || !method::is_safelisted(&self.method)
                    || !safelist::unsafe_names(self.engine, &self.headers).is_empty()
                    || self.asked_names.is_some() && self.engine.goes_on_asking_after_redirect())
            }
        }
    }

    /// <https://fetch.spec.whatwg.org/#http-fetch>
    async fn http_fetch<T, M>(&mut self, target: &T, with_preflight: bool) -> Result<Step, Blocked>
    where
        T: Target<M> + ?Sized,
    {
        if with_preflight {
            let unsafe_names = self.unsafe_names();
            self.preflight(target, &unsafe_names).await?;
            self.asked_names = Some(unsafe_names);
        }
        let mut answer = self.send(target, self.request()).await?;
        if self.sends_credentials() {
            let lines = answer.headers.all("set-cookie");
            self.state().take_cookies(self.page.origin_of(), &self.url, lines);
        }
        match self.tainting {
            Tainting::Basic => {}
            Tainting::Cors => self.cors_check(&answer, false)?,
            Tainting::Opaque => self.resource_policy_check(&answer)?,
        }
        let mut kind = match self.tainting {
            Tainting::Basic => ResponseType::Basic,
            Tainting::Cors => ResponseType::Cors,
            Tainting::Opaque => ResponseType::Opaque,
        };
        if is_redirect(answer.status) {
            match self.redirect {
                Redirect::Error => return Err(self.blocked(Reason::RedirectError)),
                Redirect::Manual => kind = ResponseType::OpaqueRedirect,
                Redirect::Follow => {
                    if self.follow(&answer)? {
                        return Ok(Step::Redirected);
                    }
                }
            }
        }
        if self.method == "HEAD" {
            answer.body.clear();
        }
        let include = self.credentials == Credentials::Include;
        let url = self.url.to_string();
        Ok(Step::Done(Response::readable(kind, answer, url, !self.left_urls.is_empty(), include)))
    }

    /// Sends and writes the log.
    pub(super) async fn send<T, M>(&self, target: &T, request: WireRequest) -> Result<WireResponse, Blocked>
    where
        T: Target<M> + ?Sized,
    {
        let in_preflight = request.is_preflight();
        let result = target.send(request.clone()).await;
        self.state().log(&request, result.as_ref().ok());
        let cause = match result {
            Ok(answer) if answer.headers.size() <= HEAD_LIMIT => return Ok(answer),
            Ok(_) => "the headers are too large".to_owned(),
            Err(error) => error.to_string(),
        };
        Err(Blocked::new(Details { in_preflight, value: Some(cause), ..self.details(Reason::NoAnswer) }))
    }

    pub(super) fn cors_check(&self, answer: &WireResponse, in_preflight: bool) -> Result<(), Blocked> {
        let include = self.credentials == Credentials::Include;
        let origin = if in_preflight { self.preflight_origin() } else { self.serialized_origin() };
        cors_check(&answer.headers, &origin, include).map_err(|(reason, value)| {
            let status = Some(answer.status);
            Blocked::new(Details { in_preflight, origin, status, value, ..self.details(reason) })
        })
    }

    /// <https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check>
    fn resource_policy_check(&self, answer: &WireResponse) -> Result<(), Blocked> {
        let policy = answer.headers.joined("cross-origin-resource-policy").unwrap_or_default();
        let (page, target) = (self.page.origin_of(), Origin::of(&self.url));
        let allowed = match policy.as_slice() {
            b"same-origin" => page.is_same_origin(&target),
            b"same-site" => self.state().suffixes.is_same_site(page, &target),
            _ => true,
        };
        if allowed {
            return Ok(());
        }
        let value = Some(latin1(&policy));
        let status = Some(answer.status);
        Err(Blocked::new(Details { status, value, ..self.details(Reason::ResourcePolicy) }))
    }

    pub(super) fn state(&self) -> MutexGuard<'a, State> {
        self.page.browser().state()
    }

    pub(super) fn blocked(&self, reason: Reason) -> Blocked {
        Blocked::new(self.details(reason))
    }

    pub(super) fn details(&self, reason: Reason) -> Details {
        Details {
            reason,
            in_preflight: false,
            method: self.method.clone(),
            url: self.url.to_string(),
            first_url: self.first_url.to_string(),
            origin: self.serialized_origin(),
            page_origin: self.page.origin(),
            credentials: self.credentials == Credentials::Include,
            status: None,
            header_name: None,
            value: None,
        }
    }
}

/// Before there is a URL to speak of.
fn invalid_url(page: &Page, fetch: &Fetch, value: &str) -> Blocked {
    Blocked::new(Details {
        reason: Reason::InvalidUrl,
        in_preflight: false,
        method: fetch.method.clone(),
        url: fetch.url.clone(),
        first_url: fetch.url.clone(),
        origin: page.origin(),
        page_origin: page.origin(),
        credentials: fetch.credentials == Credentials::Include,
        status: None,
        header_name: None,
        value: Some(value.to_owned()),
    })
}

/// <https://fetch.spec.whatwg.org/#redirect-status>
pub(super) fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}
