//! The requests that are sent, with the headers that the browser adds:
//! <https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch>.

use url::{Position, Url};

use super::{
    fetch::RequestMode,
    header_list::HeaderList,
    origin::{Origin, is_trustworthy},
    request::{Request, ResponseTainting},
    wire::WireRequest,
};

/// The handshake of a WebSocket over HTTP/1: <https://www.rfc-editor.org/rfc/rfc6455#section-1.3>.
const WEBSOCKET_HEADERS: [(&str, &str); 4] = [
    ("connection", "Upgrade"),
    ("upgrade", "websocket"),
    ("sec-websocket-version", "13"),
    ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

const USER_AGENT: &str = "Mozilla/5.0 (simulated)";

impl Request<'_> {
    /// Returns the request itself, as it is sent to the current URL.
    pub(super) fn network_request(&self) -> WireRequest {
        let mut headers = self.host_header();
        for (name, value) in self.headers.iter() {
            headers.push(name, value);
        }
        headers.push_if_absent("accept", "*/*");
        headers.push_if_absent("user-agent", USER_AGENT);
        if let Some(origin) = self.origin_header() {
            headers.push("origin", origin);
        }
        let body = self.body.as_ref().map(|body| body.bytes.clone());
        if body.is_some() || matches!(self.method.as_str(), "POST" | "PUT") {
            headers.push("content-length", body.as_ref().map_or(0, Vec::len).to_string());
        }
        if self.mode == RequestMode::WebSocket {
            for (name, value) in WEBSOCKET_HEADERS {
                headers.push(name, value);
            }
        }
        self.add_fetch_metadata(&mut headers, self.mode, self.destination);
        if self.includes_credentials() {
            let cookies = self.state().cookie_header(self.page.parsed_origin(), &self.current_url);
            if let Some(cookies) = cookies {
                headers.push("cookie", cookies);
            }
        }
        WireRequest {
            method: self.method.clone(),
            url: self.current_url.clone(),
            headers,
            body: body.unwrap_or_default(),
        }
    }

    /// Returns the preflight: <https://fetch.spec.whatwg.org/#cors-preflight-fetch-0>, steps 1 to 5.
    pub(super) fn preflight_request(&self, unsafe_header_names: &[String]) -> WireRequest {
        let mut headers = self.host_header();
        headers.push("accept", "*/*");
        headers.push("access-control-request-method", self.method.as_str());
        if !unsafe_header_names.is_empty() {
            headers.push("access-control-request-headers", unsafe_header_names.join(","));
        }
        headers.push("user-agent", USER_AGENT);
        headers.push("origin", self.preflight_origin());
        self.add_fetch_metadata(&mut headers, RequestMode::Cors, self.destination);
        WireRequest { method: "OPTIONS".to_owned(), url: self.current_url.clone(), headers, body: Vec::new() }
    }

    fn host_header(&self) -> HeaderList {
        let mut headers = HeaderList::default();
        headers.push("host", &self.current_url[Position::BeforeHost..Position::AfterPort]);
        headers
    }

    /// Returns the value of `Origin`: <https://fetch.spec.whatwg.org/#append-a-request-origin-header>.
    fn origin_header(&self) -> Option<String> {
        if self.tainting == ResponseTainting::Cors || self.mode == RequestMode::WebSocket {
            return Some(self.serialized_origin());
        }
        if matches!(self.method.as_str(), "GET" | "HEAD") {
            return None;
        }
        let downgrade = self.page.parsed_origin().is_https() && self.current_url.scheme() != "https";
        let hidden = self.mode != RequestMode::Cors
            && (self.no_referrer && self.engine.no_referrer_hides_origin() || downgrade);
        Some(if hidden { Origin::Opaque.to_string() } else { self.serialized_origin() })
    }

    /// Adds `Sec-Fetch-*` (<https://w3c.github.io/webappsec-fetch-metadata/>) and `Referer`.
    fn add_fetch_metadata(&self, headers: &mut HeaderList, mode: RequestMode, destination: &str) {
        let is_sent = mode != RequestMode::WebSocket || self.engine.sends_fetch_metadata_with_websockets();
        if is_sent && is_trustworthy(&self.current_url) {
            headers.push("sec-fetch-site", self.sec_fetch_site());
            headers.push("sec-fetch-mode", mode.name());
            headers.push("sec-fetch-dest", destination);
        }
        if let Some(referrer) = self.page.url().and_then(|page| self.referrer(page)) {
            headers.push("referer", referrer);
        }
    }

    /// Returns the value of `Sec-Fetch-Site`: <https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header>.
    fn sec_fetch_site(&self) -> &'static str {
        let state = self.state();
        let page = self.page.parsed_origin();
        let mut site = "same-origin";
        for url in self.url_list() {
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

    /// Returns the referrer of a page with the default policy, `strict-origin-when-cross-origin`:
    /// <https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer>.
    fn referrer(&self, page: &Url) -> Option<String> {
        let downgrade = is_trustworthy(page) && !is_trustworthy(&self.current_url);
        if self.no_referrer || downgrade || !matches!(page.scheme(), "http" | "https") {
            return None;
        }
        let origin = Origin::of(page);
        Some(if origin.is_same_origin(&Origin::of(&self.current_url)) {
            format!("{origin}{}", &page[Position::BeforePath..Position::AfterQuery])
        } else {
            format!("{origin}/")
        })
    }
}
