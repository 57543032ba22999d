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

/// <https://fetch.spec.whatwg.org/#concept-request-response-tainting>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResponseTainting {
    Basic,
    Cors,
    Opaque,
}

pub(super) struct Request<'a> {
    pub(super) page: &'a Page,
    pub(super) engine: Engine,
    pub(super) method: String,
    pub(super) headers: HeaderList,
    pub(super) body: Option<Body>,
    pub(super) mode: RequestMode,
    pub(super) credentials: CredentialsMode,
    pub(super) redirect: RedirectMode,
    /// <https://fetch.spec.whatwg.org/#use-cors-preflight-flag>
    pub(super) use_cors_preflight: bool,
    pub(super) reload: bool,
    pub(super) no_referrer: bool,
    /// The URLs that have answered with a redirect, in their order.
    pub(super) redirected_urls: Vec<Url>,
    pub(super) current_url: Url,
    pub(super) tainting: ResponseTainting,
    /// The header names for which the last preflight was needed. `None` if none was needed so far.
    pub(super) preflighted_names: Option<Vec<String>>,
}

impl<'a> Request<'a> {
    /// Creates the request, or finds what the `Request` constructor refuses: <https://fetch.spec.whatwg.org/#dom-request>.
    ///
    /// Relative URLs belong to `target_origin`, or else to the browser's origin of the application.
    pub(super) fn new(page: &'a Page, target_origin: Option<&str>, fetch: Fetch) -> Result<Self, Blocked> {
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

    /// <https://fetch.spec.whatwg.org/#concept-headers-fill>
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

    /// The [URL list](https://fetch.spec.whatwg.org/#concept-request-url-list), of which the current URL is the last.
    pub(super) fn url_list(&self) -> impl Iterator<Item = &Url> {
        self.redirected_urls.iter().chain([&self.current_url])
    }

    /// <https://fetch.spec.whatwg.org/#serializing-a-request-origin>. The origin becomes `null` when a redirect leads from
    /// one origin to another, neither of which is the page's.
    pub(super) fn serialized_origin(&self) -> String {
        let page = self.page.parsed_origin();
        let origins: Vec<Origin> = self.url_list().map(Origin::of).collect();
        let tainted = origins.windows(2).any(|pair| match pair {
            [from, to] => !to.is_same_origin(from) && !page.is_same_origin(from),
            _ => false,
        });
        if tainted { Origin::Opaque.to_string() } else { page.to_string() }
    }

    /// Whether the credentials mode is `include`, so that the response must allow credentials.
    pub(super) fn needs_allow_credentials(&self) -> bool {
        self.credentials == CredentialsMode::Include
    }

    /// Whether cookies are sent and stored: <https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch>,
    /// "includeCredentials".
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

    /// Creates the error for this request in its present state.
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

/// The error for a fetch without a URL, and so without a request.
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

/// <https://url.spec.whatwg.org/#include-credentials>
pub(super) fn has_userinfo(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}
