//! What a browser adds to a request: <https://fetch.spec.whatwg.org/#http-network-or-cache-fetch>.

use url::Url;

use super::{
    browser::State,
    fetch::{Credentials, Mode},
    fetching::{Fetching, Tainting},
    origin::{Origin, is_trustworthy},
    preflight_cache::Key,
    wire::{HeaderList, WireRequest},
};

impl Fetching<'_> {
    /// <https://fetch.spec.whatwg.org/#serializing-a-request-origin>: `null` once a redirect has led from one origin to
    /// another, neither of which is the page's.
    pub(super) fn serialized_origin(&self) -> String {
        let page = self.page.origin_of();
        let urls: Vec<Origin> = self.left_urls.iter().chain([&self.url]).map(Origin::of).collect();
        let tainted = urls.windows(2).any(|pair| match pair {
            [last, next] => !next.is_same_origin(last) && !page.is_same_origin(last),
            _ => false,
        });
        if tainted { Origin::Opaque.to_string() } else { page.to_string() }
    }

    /// The origin of a preflight.
    pub(super) fn preflight_origin(&self) -> String {
        if self.engine.asks_with_origin_of_page() { self.page.origin() } else { self.serialized_origin() }
    }

    /// Whether cookies go along and come back.
    pub(super) fn sends_credentials(&self) -> bool {
        match self.credentials {
            Credentials::Include => true,
            Credentials::SameOrigin => self.tainting == Tainting::Basic,
            Credentials::Omit => false,
        }
    }

    pub(super) fn cache_key(&self, state: &State) -> Key {
        Key {
            partition: state.suffixes.site(self.page.origin_of()).unwrap_or_default(),
            origin: self.preflight_origin(),
            url: self.url.to_string(),
        }
    }

    /// The request itself, as it is sent.
    pub(super) fn request(&self) -> WireRequest {
        let mut headers = self.connection_headers();
        for (name, value) in self.headers.iter() {
            headers.push(name, value);
        }
        headers.push_if_absent("accept", "*/*");
        headers.push_if_absent("user-agent", "Mozilla/5.0 (simulated)");
        if let Some(origin) = self.origin_header() {
            headers.push("origin", origin);
        }
        let body = self.body.as_ref().map(|body| body.bytes.clone());
        if body.is_some() || matches!(self.method.as_str(), "POST" | "PUT") {
            headers.push("content-length", body.as_ref().map_or(0, Vec::len).to_string());
        }
        self.add_metadata(&mut headers, self.mode);
        if self.sends_credentials() {
            let cookies = self.state().cookie_header(self.page.origin_of(), &self.url);
            if let Some(cookies) = cookies {
                headers.push("cookie", cookies);
            }
        }
        WireRequest {
            method: self.method.clone(),
            url: self.url.clone(),
            headers,
            body: body.unwrap_or_default(),
        }
    }

    /// The question before it: <https://fetch.spec.whatwg.org/#cors-preflight-fetch-0>, steps 1 to 5.
    pub(super) fn preflight_request(&self, unsafe_names: &[String]) -> WireRequest {
        let mut headers = self.connection_headers();
        headers.push("accept", "*/*");
        headers.push("access-control-request-method", self.method.as_str());
        if !unsafe_names.is_empty() {
            headers.push("access-control-request-headers", unsafe_names.join(","));
        }
        headers.push("user-agent", "Mozilla/5.0 (simulated)");
        headers.push("origin", self.preflight_origin());
        self.add_metadata(&mut headers, Mode::Cors);
        WireRequest { method: "OPTIONS".to_owned(), url: self.url.clone(), headers, body: Vec::new() }
    }

    fn connection_headers(&self) -> HeaderList {
        let mut headers = HeaderList::default();
        headers.push("host", &self.url[url::Position::BeforeHost..url::Position::AfterPort]);
        headers
    }

    /// <https://fetch.spec.whatwg.org/#append-a-request-origin-header>
    fn origin_header(&self) -> Option<String> {
        if self.tainting == Tainting::Cors {
            return Some(self.serialized_origin());
        }
        if matches!(self.method.as_str(), "GET" | "HEAD") {
            return None;
        }
        let downgrade = self.page.origin_of().is_https() && self.url.scheme() != "https";
        let hidden = self.mode != Mode::Cors
            && (self.no_referrer && self.engine.no_referrer_hides_origin() || downgrade);
        Some(if hidden { Origin::Opaque.to_string() } else { self.serialized_origin() })
    }

    /// `Sec-Fetch-*` (<https://w3c.github.io/webappsec-fetch-metadata/>) and `Referer` with the default policy,
    /// `strict-origin-when-cross-origin`.
    fn add_metadata(&self, headers: &mut HeaderList, mode: Mode) {
        if is_trustworthy(&self.url) {
            headers.push("sec-fetch-site", self.sec_fetch_site());
            headers.push("sec-fetch-mode", mode.name());
            headers.push("sec-fetch-dest", "empty");
        }
        if let Some(referer) = self.page.url().and_then(|page| self.referer(page)) {
            headers.push("referer", referer);
        }
    }

    fn sec_fetch_site(&self) -> &'static str {
        let state = self.state();
        let page = self.page.origin_of();
        let mut site = "same-origin";
        for url in self.left_urls.iter().chain([&self.url]) {
            let origin = Origin::of(url);
            if page.is_same_origin(&origin) {
                continue;
            }
            if !state.suffixes.is_same_site(page, &origin) {
                return "cross-site";
            }
            site = "same-site";
        }
        site
    }

    fn referer(&self, page: &Url) -> Option<String> {
        let downgrade = is_trustworthy(page) && !is_trustworthy(&self.url);
        if self.no_referrer || downgrade || !matches!(page.scheme(), "http" | "https") {
            return None;
        }
        let origin = Origin::of(page);
        Some(if origin.is_same_origin(&Origin::of(&self.url)) {
            format!("{origin}{}", &page[url::Position::BeforePath..url::Position::AfterQuery])
        } else {
            format!("{origin}/")
        })
    }
}
