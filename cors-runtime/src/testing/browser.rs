//! A browser: what all its pages share.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use url::Url;

use super::{
    cookies::{CookieContext, CookieJar},
    origin::Origin,
    page::Page,
    preflight_cache::PreflightCache,
    quirks::{Engine, ThirdPartyCookies},
    site::PublicSuffixes,
    wire::{Exchange, WireRequest, WireResponse},
};

/// The origin of relative URLs, unless a test sets another one.
const API_ORIGIN: &str = "https://api.example.com";
/// The log keeps this many requests, and drops older ones.
const LOG_LIMIT: usize = 1000;

/// A browser without windows: it has cookies, a preflight cache, a clock and a log of all requests.
///
/// Clones are the same browser.
///
/// ```
/// use cors_runtime::testing::{Browser, Fetch, Reason, WireRequest, WireResponse};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// // A function. Tower services (`axum::Router`), actix-web test services and URLs are used in the same way.
/// let app = |request: WireRequest| {
///     let response = WireResponse::new(200).with_header("x-total-count", "3");
///     match request.header("origin") {
///         Some("https://app.example.com") => response
///             .with_header("access-control-allow-origin", "https://app.example.com")
///             .with_header("access-control-expose-headers", "x-total-count"),
///         _ => response,
///     }
/// };
///
/// let page = Browser::new().page("https://app.example.com");
/// let response = page.fetch(&app, Fetch::get("/me")).await.unwrap();
/// assert_eq!(response.header("x-total-count"), Some("3"));
///
/// let page = Browser::new().page("https://evil.example");
/// let blocked = page.fetch(&app, Fetch::get("/me")).await.unwrap_err();
/// assert_eq!(blocked.reason(), Reason::MissingAllowOrigin);
/// # }
/// ```
#[derive(Clone)]
pub struct Browser {
    state: Arc<Mutex<State>>,
}

pub(super) struct State {
    pub(super) engine: Engine,
    pub(super) preflight_cache: PreflightCache,
    pub(super) suffixes: PublicSuffixes,
    pub(super) api_origin: Url,
    /// The time since the browser was created, which only [`Browser::advance`] changes.
    pub(super) now: Duration,
    /// The time from 1970 to the creation of the browser, for the dates in cookies.
    created: Duration,
    /// Whether pages of `https:` origins may fetch `http:` URLs.
    pub(super) allows_mixed_content: bool,
    third_party_cookies: ThirdPartyCookies,
    jar: CookieJar,
    log: Vec<Exchange>,
    sent_requests: usize,
    sent_preflights: usize,
}

impl Browser {
    /// Creates a browser that follows the standards, without the differences of any real browser.
    #[expect(clippy::new_without_default, reason = "`Browser::default()` would not say which browser it is")]
    pub fn new() -> Self {
        Self::with_engine(Engine::Standard)
    }

    /// Creates a browser that behaves like Chrome, Edge and others.
    ///
    /// The preflight cache keeps one result for each URL, for 2 hours at most, and drops it when a request needs more.
    /// `Access-Control-Allow-Headers: *` allows `Authorization`, but not from the cache: every request with
    /// `Authorization` is preflighted.
    pub fn chromium() -> Self {
        Self::with_engine(Engine::Chromium)
    }

    /// Creates a browser that behaves like Firefox.
    ///
    /// The preflight cache keeps results for 24 hours at most, and never reads a `*` from them. A redirect of a
    /// preflighted request is always preflighted, with the origin of the page. Third-party cookies are partitioned by
    /// the site of the page.
    pub fn firefox() -> Self {
        Self::with_engine(Engine::Firefox)
    }

    /// Creates a browser that behaves like Safari.
    ///
    /// The preflight cache keeps one result for each URL, for 10 minutes at most. A redirect of a preflighted request is
    /// always preflighted, even for headers that the redirect has removed. Third-party cookies are blocked.
    pub fn safari() -> Self {
        Self::with_engine(Engine::WebKit)
    }

    fn with_engine(engine: Engine) -> Self {
        let state = State {
            engine,
            preflight_cache: PreflightCache::new(engine),
            suffixes: PublicSuffixes::default(),
            api_origin: parse(API_ORIGIN, "URL"),
            now: Duration::ZERO,
            created: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default(),
            allows_mixed_content: false,
            third_party_cookies: engine.third_party_cookies(),
            jar: CookieJar::default(),
            log: Vec::new(),
            sent_requests: 0,
            sent_preflights: 0,
        };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// Sets the origin of the application, to which relative URLs such as `/me` belong.
    ///
    /// The default is `https://api.example.com`, which is another origin than `https://app.example.com` but the same
    /// site. For a target that is a URL, relative URLs belong to that URL instead.
    ///
    /// # Panics
    ///
    /// Panics if `origin` is not a URL with the scheme `http` or `https`.
    #[track_caller]
    #[must_use]
    pub fn api_origin(self, origin: &str) -> Self {
        let url = parse(origin, "origin of the application");
        assert!(matches!(url.scheme(), "http" | "https"), "the application has an `http:` or `https:` URL");
        self.state().api_origin = url;
        self
    }

    /// Blocks third-party cookies, as many users do. Safari blocks them by default.
    #[must_use]
    pub fn block_third_party_cookies(self) -> Self {
        self.state().third_party_cookies = ThirdPartyCookies::Blocked;
        self
    }

    /// Allows pages of `https:` origins to fetch `http:` URLs, which is [mixed
    /// content](https://w3c.github.io/webappsec-mixed-content/). Users of Chrome can set this for a site.
    ///
    /// ```
    /// use cors_runtime::testing::{Browser, Fetch, Reason, WireRequest, WireResponse};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let app = |_: WireRequest| WireResponse::new(200).with_header("access-control-allow-origin", "*");
    /// let insecure = || Fetch::get("http://api.example.com/me");
    /// let page = Browser::new().page("https://app.example.com");
    /// assert_eq!(page.fetch(&app, insecure()).await.unwrap_err().reason(), Reason::MixedContent);
    /// let page = Browser::new().allow_mixed_content().page("https://app.example.com");
    /// assert_eq!(page.fetch(&app, insecure()).await.unwrap().status(), 200);
    /// # }
    /// ```
    #[must_use]
    pub fn allow_mixed_content(self) -> Self {
        self.state().allows_mixed_content = true;
        self
    }

    /// Adds a [public suffix](https://publicsuffix.org) such as `co.uk`, under which two names are two sites. Only a few
    /// are built in.
    #[must_use]
    pub fn public_suffix(self, suffix: &str) -> Self {
        self.state().suffixes.add(suffix);
        self
    }

    /// Opens a page, of which `origin` is the origin or the URL. The origin of `null`, of `file:` URLs and of `data:` URLs
    /// is opaque, as that of a [`sandboxed_page`](Self::sandboxed_page).
    ///
    /// # Panics
    ///
    /// Panics if `origin` is neither a URL nor `null`.
    #[track_caller]
    pub fn page(&self, origin: &str) -> Page {
        if origin == "null" {
            return self.sandboxed_page();
        }
        let url = parse(origin, "origin of a page");
        Page::new(self.clone(), Origin::of(&url), Some(url))
    }

    /// Opens a page in a sandbox, whose requests have `Origin: null`. Every site can open such a page.
    pub fn sandboxed_page(&self) -> Page {
        Page::new(self.clone(), Origin::Opaque, None)
    }

    /// Opens a page of an attacker whose name now resolves to the address of the application (DNS rebinding), such as
    /// `http://evil.example:8080` for a tool on port 8080 of the user's machine.
    ///
    /// Relative URLs belong to the page's own origin, so the requests are same-origin: they need no CORS, and their `Host`
    /// is the attacker's name. The URL is `http:`, since the application has no certificate for that name.
    ///
    /// ```
    /// use cors_runtime::testing::{Browser, Fetch, WireRequest, WireResponse};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let app = |request: WireRequest| match request.header("host") {
    ///     Some("localhost:8080") => WireResponse::new(200),
    ///     _ => WireResponse::new(403),
    /// };
    /// let attacker = Browser::new().rebound_page("http://evil.example:8080");
    /// assert_eq!(attacker.fetch(&app, Fetch::post("/run")).await.unwrap().status(), 403);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if `origin` is not a URL with the scheme `http`.
    #[track_caller]
    pub fn rebound_page(&self, origin: &str) -> Page {
        let url = parse(origin, "origin of a page");
        assert_eq!(url.scheme(), "http", "a rebound page has an `http:` URL");
        Page::new(self.clone(), Origin::of(&url), Some(url)).rebound()
    }

    /// Moves the clock forward. The clock does not move by itself.
    pub fn advance(&self, time: Duration) {
        let mut state = self.state();
        state.now = state.now.saturating_add(time);
    }

    /// Returns how many preflights the browser has sent.
    pub fn preflights(&self) -> usize {
        self.state().sent_preflights
    }

    /// Returns the last 1000 requests with their responses, in the order in which they were sent: preflights, requests
    /// and redirects, and all response headers, even those that no script can read.
    pub fn requests(&self) -> Vec<Exchange> {
        self.state().log.clone()
    }

    /// Stores a cookie, as if this URL had sent the `Set-Cookie` line to a page of its own origin: `"id=7; Secure"`. A
    /// cookie that browsers do not accept is not stored.
    ///
    /// # Panics
    ///
    /// Panics if `url` is not a URL.
    #[track_caller]
    pub fn set_cookie(&self, url: &str, set_cookie: &str) {
        let url = parse(url, "URL of a cookie");
        let origin = Origin::of(&url);
        self.state().store_cookies(&origin, &url, [set_cookie.as_bytes()].into_iter());
    }

    /// Returns the `Cookie` header of a request with credentials from this page to this URL. `None` if there are no
    /// cookies for it.
    ///
    /// # Panics
    ///
    /// Panics if `url` is not a URL.
    #[track_caller]
    pub fn cookies(&self, page: &Page, url: &str) -> Option<String> {
        let url = parse(url, "URL of a cookie");
        self.state().cookie_header(page.parsed_origin(), &url)
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // A panic while the lock was held has not left the state half changed: no fetch holds it for longer than one of
        // the methods of `State`.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[track_caller]
fn parse(text: &str, what: &str) -> Url {
    match Url::parse(text) {
        Ok(url) => url,
        Err(error) => panic!("`{text}` is not a valid {what}: {error}; write `https://app.example.com`"),
    }
}

impl fmt::Debug for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("Browser")
            .field("engine", &state.engine)
            .field("api_origin", &state.api_origin.as_str())
            .field("now", &state.now)
            .field("requests", &state.sent_requests)
            .field("preflights", &state.sent_preflights)
            .finish_non_exhaustive()
    }
}

impl State {
    pub(super) fn cookie_header(&self, page: &Origin, url: &Url) -> Option<String> {
        let site = self.suffixes.site(page);
        self.jar.header(&self.cookie_context(page, site.as_deref(), url))
    }

    /// Stores the cookies of the `Set-Cookie` lines in the response to a request from `page` to `url`.
    pub(super) fn store_cookies<'a>(
        &mut self,
        page: &Origin,
        url: &Url,
        set_cookie: impl Iterator<Item = &'a [u8]>,
    ) {
        let mut jar = std::mem::take(&mut self.jar);
        let site = self.suffixes.site(page);
        let context = self.cookie_context(page, site.as_deref(), url);
        for line in set_cookie {
            jar.store(&context, line, &self.suffixes);
        }
        self.jar = jar;
    }

    fn cookie_context<'a>(&self, page: &Origin, site: Option<&'a str>, url: &'a Url) -> CookieContext<'a> {
        CookieContext {
            url,
            page_site: site.unwrap_or_default(),
            same_site: self.suffixes.is_same_site(page, &Origin::of(url)),
            third_party_cookies: self.third_party_cookies,
            same_site_defaults_to_lax: self.engine.same_site_defaults_to_lax(),
            now: self.created.saturating_add(self.now),
        }
    }

    pub(super) fn log(&mut self, request: WireRequest, response: Option<&WireResponse>) {
        self.sent_requests += 1;
        self.sent_preflights += usize::from(request.is_preflight());
        if self.log.len() == LOG_LIMIT {
            self.log.remove(0);
        }
        self.log.push(Exchange::new(request, response));
    }
}
