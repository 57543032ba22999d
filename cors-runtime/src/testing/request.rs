//! A request while it is fetched: <https://fetch.spec.whatwg.org/#concept-request>.

use std::sync::MutexGuard;

use url::Url;

use super::{
    blocked::{Blocked, Details, Reason},
    browser::State,
    fetch::{Body, CredentialsMode, Fetch, RedirectMode, RequestMode},
    header_list::{HeaderList, is_token, latin1},
    method,
    origin::Origin,
    page::Page,
    quirks::Engine,
    request_header,
};

/// How much of the response a script can read:
/// <https://fetch.spec.whatwg.org/#concept-request-response-tainting>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResponseTainting {
    Basic,
    Cors,
    Opaque,
}

/// A request of a page. It changes with each redirect.
pub(super) struct Request<'a> {
    pub(super) page: &'a Page,
    pub(super) engine: Engine,
    pub(super) method: String,
    pub(super) headers: HeaderList,
    pub(super) body: Option<Body>,
    pub(super) mode: RequestMode,
    pub(super) credentials: CredentialsMode,
    pub(super) redirect: RedirectMode,
    /// The [use-CORS-preflight flag](https://fetch.spec.whatwg.org/#use-cors-preflight-flag).
    pub(super) use_cors_preflight: bool,
    pub(super) reload: bool,
    pub(super) no_referrer: bool,
    pub(super) destination: &'static str,
    /// The URLs before the current URL, which were redirected.
    pub(super) redirected_urls: Vec<Url>,
    pub(super) current_url: Url,
    pub(super) tainting: ResponseTainting,
    /// The unsafe header names of the last URL that needed a preflight. `None` if no URL has needed one.
    pub(super) preflighted_names: Option<Vec<String>>,
}

impl<'a> Request<'a> {
    /// Creates the request, as the `Request` constructor does: <https://fetch.spec.whatwg.org/#dom-request>.
    ///
    /// A relative URL belongs to `target_origin`, or to [`Browser::api_origin`](super::Browser::api_origin) if that is
    /// `None`.
    pub(super) fn new(page: &'a Page, target_origin: Option<&str>, fetch: Fetch) -> Result<Self, Blocked> {
        let (engine, api_origin) = {
            let state = page.browser().state();
            (state.engine, state.api_origin.clone())
        };
        let base = match (page.rebound_url(), target_origin) {
            (Some(url), _) => url.clone(),
            (None, None) => api_origin,
            (None, Some(text)) => match Url::parse(text) {
                Ok(url) if matches!(url.scheme(), "http" | "https") => url,
                _ => return Err(invalid_url(page, &fetch, text)),
            },
        };
        let mut url = base.join(&fetch.url).map_err(|_| invalid_url(page, &fetch, &fetch.url))?;
        url.set_fragment(None);
        if fetch.mode == RequestMode::WebSocket {
            let scheme = match url.scheme() {
                "ws" => Some("http"),
                "wss" => Some("https"),
                _ => None,
            };
            if let Some(scheme) = scheme {
                url.set_scheme(scheme).map_err(|()| invalid_url(page, &fetch, &fetch.url))?;
            }
        }
        let mut request = Self {
            page,
            engine,
            method: method::normalize(&fetch.method),
            headers: HeaderList::default(),
            use_cors_preflight: fetch.upload_listener
                || fetch.body.as_ref().is_some_and(|body| body.is_stream),
            body: fetch.body,
            mode: fetch.mode,
            credentials: fetch.credentials,
            redirect: fetch.redirect,
            reload: fetch.reload,
            no_referrer: fetch.no_referrer,
            destination: fetch.destination,
            redirected_urls: Vec::new(),
            current_url: url,
            tainting: ResponseTainting::Basic,
            preflighted_names: None,
        };
        let no_cors = request.mode == RequestMode::NoCors;
        let refused = if has_userinfo(&request.current_url) {
            Some((Reason::UrlWithUserinfo, fetch.url))
        } else if !is_token(fetch.method.as_bytes()) {
            Some((Reason::InvalidMethod, fetch.method))
        } else if method::is_forbidden(&fetch.method) {
            Some((Reason::ForbiddenMethod, fetch.method))
        } else if no_cors && !method::is_safelisted(&request.method) {
            Some((Reason::NeedsCors, fetch.method))
        } else if request.body.is_some() && matches!(request.method.as_str(), "GET" | "HEAD") {
            Some((Reason::BodyNotAllowed, fetch.method))
        } else if no_cors && request.use_cors_preflight {
            Some((Reason::NeedsCors, "upload".to_owned()))
        } else {
            None
        };
        if let Some((reason, value)) = refused {
            return Err(request.blocked(reason).with_value(value));
        }
        request.fill_headers(&fetch.headers)?;
        Ok(request)
    }

    /// Takes over the headers that a script can set: <https://fetch.spec.whatwg.org/#concept-headers-fill>.
    fn fill_headers(&mut self, headers: &HeaderList) -> Result<(), Blocked> {
        for (name, value) in headers.iter() {
            if !is_token(name.as_bytes()) || value.iter().any(|byte| matches!(byte, 0 | b'\r' | b'\n')) {
                let header = format!("{name}: {}", latin1(value));
                return Err(self.blocked(Reason::InvalidHeader).with_value(header));
            }
            let ignored = request_header::is_forbidden(name, value)
                || self.mode == RequestMode::NoCors && !request_header::is_no_cors_safelisted(name, value)
                || name == "user-agent" && self.engine.ignores_user_agent();
            if !ignored {
                self.headers.push(name, value);
            }
        }
        if let Some(content_type) = self.body.as_ref().and_then(|body| body.content_type) {
            self.headers.push_if_absent("content-type", content_type);
        }
        Ok(())
    }

    /// Returns the [URL list](https://fetch.spec.whatwg.org/#concept-request-url-list), of which the current URL is the last.
    pub(super) fn url_list(&self) -> impl Iterator<Item = &Url> {
        self.redirected_urls.iter().chain([&self.current_url])
    }

    /// Returns the serialized origin: <https://fetch.spec.whatwg.org/#serializing-a-request-origin>. It becomes `null` when
    /// a redirect leads from an origin that is not the page's to another one.
    pub(super) fn serialized_origin(&self) -> String {
        let page = self.page.parsed_origin();
        let origins: Vec<Origin> = self.url_list().map(Origin::of).collect();
        let tainted = origins.windows(2).any(|pair| match pair {
            [from, to] => !to.is_same_origin(from) && !page.is_same_origin(from),
            _ => false,
        });
        if tainted { Origin::Opaque.to_string() } else { page.to_string() }
    }

    /// Returns whether the credentials mode is `include`, so that the response must allow credentials.
    pub(super) fn needs_allow_credentials(&self) -> bool {
        self.credentials == CredentialsMode::Include
    }

    /// Returns whether cookies are sent and stored: "includeCredentials" in
    /// <https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch>.
    pub(super) fn includes_credentials(&self) -> bool {
        match self.credentials {
            CredentialsMode::Include => true,
            CredentialsMode::SameOrigin => self.tainting == ResponseTainting::Basic,
            CredentialsMode::Omit => false,
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'a, State> {
        self.page.browser().state()
    }

    /// Creates the error of this request, with its current URL.
    pub(super) fn blocked(&self, reason: Reason) -> Blocked {
        let first_url = self.url_list().next().unwrap_or(&self.current_url);
        Blocked::new(Details {
            reason,
            in_preflight: false,
            method: self.method.clone(),
            url: self.current_url.to_string(),
            first_url: first_url.to_string(),
            origin: self.serialized_origin(),
            page_origin: self.page.origin(),
            credentials: self.needs_allow_credentials(),
            status: None,
            header_name: None,
            value: None,
        })
    }
}

/// Creates the error of a fetch whose URL cannot be parsed, so that there is no request.
fn invalid_url(page: &Page, fetch: &Fetch, url: &str) -> Blocked {
    Blocked::new(Details {
        reason: Reason::InvalidUrl,
        in_preflight: false,
        method: fetch.method.clone(),
        url: fetch.url.clone(),
        first_url: fetch.url.clone(),
        origin: page.origin(),
        page_origin: page.origin(),
        credentials: fetch.credentials == CredentialsMode::Include,
        status: None,
        header_name: None,
        value: Some(url.to_owned()),
    })
}

/// Returns whether the URL contains a user name or a password: <https://url.spec.whatwg.org/#include-credentials>.
pub(super) fn has_userinfo(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}
