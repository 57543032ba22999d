//! A browser: what pages share.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use url::Url;

use super::{
    cookies::{Context, CookieJar},
    engine::{Engine, ThirdPartyCookies},
    origin::{Origin, PublicSuffixes},
    page::Page,
    preflight_cache::PreflightCache,
    wire::{WireRequest, WireResponse},
};

/// Where the application is, if nobody says anything else.
const API_ORIGIN: &str = "https://api.example.com";
/// Older requests are forgotten.
const LOG_LIMIT: usize = 1000;

/// A browser without a window: its cookies, what preflights have allowed, and its clock.
///
/// Clones are the same browser.
///
/// ```
/// use cors_runtime::testing::{Browser, Fetch, Reason, WireRequest, WireResponse};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// // Any tower service (`axum::Router`), an actix-web test service, a URL; or a function:
/// let app = |request: WireRequest| {
///     let answer = WireResponse::new(200).with_header("x-total-count", "3");
///     match request.header("origin") {
///         Some("https://app.example.com") => answer
///             .with_header("access-control-allow-origin", "https://app.example.com")
///             .with_header("access-control-expose-headers", "x-total-count"),
///         _ => answer,
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
    pub(super) cache: PreflightCache,
    pub(super) suffixes: PublicSuffixes,
    pub(super) api_origin: Url,
    /// Since the browser was started; only the test moves it.
    pub(super) now: Duration,
    /// When it was started, since 1970: dates in cookies need it.
    started: Duration,
    third_party: ThirdPartyCookies,
    jar: CookieJar,
    exchanges: Vec<Exchange>,
    sent: usize,
    preflights: usize,
}

impl Browser {
    /// A browser as the standards have it.
    #[expect(clippy::new_without_default, reason = "`Browser::default()` would not tell which one it is")]
    pub fn new() -> Self {
        Self::with(Engine::Standard)
    }

    /// As Chrome, Edge and others: answers to preflights are kept for 2 hours at most, one for each URL, and dropped
    /// when a request is not covered. `*` covers `authorization`.
    pub fn chromium() -> Self {
        Self::with(Engine::Chromium)
    }

    /// As Firefox: answers to preflights are kept for 24 hours at most, but `*` only once. A redirect of a preflighted
    /// request is always preflighted, with the page's own origin. Cookies of other sites are kept apart for each site.
    pub fn firefox() -> Self {
        Self::with(Engine::Firefox)
    }

    /// As Safari: answers to preflights are kept for 10 minutes at most, one for each URL. A redirect of a preflighted
    /// request is always preflighted, also for headers that the redirect has removed. Cookies of other sites are blocked.
    pub fn safari() -> Self {
        Self::with(Engine::WebKit)
    }

    fn with(engine: Engine) -> Self {
        let state = State {
            engine,
            cache: PreflightCache::new(engine),
            suffixes: PublicSuffixes::default(),
            api_origin: parse(API_ORIGIN, "URL"),
            now: Duration::ZERO,
            started: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default(),
            third_party: engine.third_party_cookies(),
            jar: CookieJar::default(),
            exchanges: Vec::new(),
            sent: 0,
            preflights: 0,
        };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// Where relative URLs such as `/me` are: the address of the application. It is `https://api.example.com` if not
    /// set (a page of `https://app.example.com` is another origin of the same site then), and the URL itself for a
    /// target that is a URL.
    ///
    /// # Panics
    ///
    /// If it is not a URL of the schemes `http` and `https`.
    #[track_caller]
    #[must_use]
    pub fn api_origin(self, origin: &str) -> Self {
        let url = parse(origin, "origin of the application");
        assert!(matches!(url.scheme(), "http" | "https"), "the application has an `http:` or `https:` URL");
        self.state().api_origin = url;
        self
    }

    /// Blocks cookies of other sites than the page's, as many users do; in Safari that is the default.
    #[must_use]
    pub fn block_third_party_cookies(self) -> Self {
        self.state().third_party = ThirdPartyCookies::Blocked;
        self
    }

    /// A suffix under which anybody can register a name, such as `co.uk`: two names under it are two sites. Only a
    /// few are built in.
    #[must_use]
    pub fn public_suffix(self, suffix: &str) -> Self {
        self.state().suffixes.add(suffix);
        self
    }

    /// A tab with a page of this origin (or URL). `null` is a page without an origin, as
    /// [`sandboxed_page`](Self::sandboxed_page); so is one of `file:` and `data:`.
    ///
    /// # Panics
    ///
    /// If it is neither a URL nor `null`.
    #[track_caller]
    pub fn page(&self, origin: &str) -> Page {
        if origin == "null" {
            return self.sandboxed_page();
        }
        let url = parse(origin, "origin of a page");
        Page::new(self.clone(), Origin::of(&url), Some(url))
    }

    /// A page in a sandbox, which sends `Origin: null`. Every site can open one.
    pub fn sandboxed_page(&self) -> Page {
        Page::new(self.clone(), Origin::Opaque, None)
    }

    /// Moves the clock. Nothing else does.
    pub fn advance(&self, time: Duration) {
        let mut state = self.state();
        state.now = state.now.saturating_add(time);
    }

    /// How many preflights have been sent.
    pub fn preflights(&self) -> usize {
        self.state().preflights
    }

    /// What has been sent, and what came back: also what the script did not get to see. The last 1000.
    pub fn requests(&self) -> Vec<Exchange> {
        self.state().exchanges.clone()
    }

    /// Puts a cookie into the jar as if the server at this URL had set it for a page of its own: `"id=7; Secure"`.
    ///
    /// # Panics
    ///
    /// If the URL is not one.
    #[track_caller]
    pub fn set_cookie(&self, url: &str, set_cookie: &str) {
        let url = parse(url, "URL of a cookie");
        let origin = Origin::of(&url);
        self.state().take_cookies(&origin, &url, [set_cookie.as_bytes()].into_iter());
    }

    /// The `Cookie` header that a page of this origin would send to this URL with credentials.
    ///
    /// # Panics
    ///
    /// If the URL is not one.
    #[track_caller]
    pub fn cookies(&self, page: &Page, url: &str) -> Option<String> {
        let url = parse(url, "URL of a cookie");
        self.state().cookie_header(page.origin_of(), &url)
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere in a test has not left half a state behind: no step of a fetch holds this lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[track_caller]
fn parse(text: &str, what: &str) -> Url {
    match Url::parse(text) {
        Ok(url) => url,
        Err(error) => panic!("`{text}` is no {what}: {error}; write `https://app.example.com`"),
    }
}

impl fmt::Debug for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("Browser")
            .field("engine", &state.engine)
            .field("api_origin", &state.api_origin.as_str())
            .field("now", &state.now)
            .field("requests", &state.sent)
            .field("preflights", &state.preflights)
            .finish_non_exhaustive()
    }
}

impl State {
    pub(super) fn cookie_header(&self, page: &Origin, url: &Url) -> Option<String> {
        let site = self.suffixes.site(page);
        self.jar.header(&self.context(page, site.as_deref(), url))
    }

    pub(super) fn take_cookies<'a>(
        &mut self,
        page: &Origin,
        url: &Url,
        lines: impl Iterator<Item = &'a [u8]>,
    ) {
        let mut jar = std::mem::take(&mut self.jar);
        let site = self.suffixes.site(page);
        let context = self.context(page, site.as_deref(), url);
        for line in lines {
            jar.set(&context, line, &self.suffixes);
        }
        self.jar = jar;
    }

    fn context<'a>(&self, page: &Origin, site: Option<&'a str>, url: &'a Url) -> Context<'a> {
        Context {
            url,
            page_site: site.unwrap_or_default(),
            same_site: self.suffixes.is_same_site(page, &Origin::of(url)),
            third_party: self.third_party,
            lax_by_default: self.engine.same_site_defaults_to_lax(),
            now: self.started.saturating_add(self.now),
        }
    }

    /// The log keeps heads, not bodies.
    pub(super) fn log(&mut self, request: &WireRequest, response: Option<&WireResponse>) {
        self.sent += 1;
        self.preflights += usize::from(request.is_preflight());
        if self.exchanges.len() == LOG_LIMIT {
            self.exchanges.remove(0);
        }
        let head = |response: &WireResponse| WireResponse {
            status: response.status,
            headers: response.headers.clone(),
            body: Vec::new(),
        };
        self.exchanges.push(Exchange { request: request.clone(), response: response.map(head) });
    }
}

/// A request that was sent, and its answer, if there was one. Bodies of answers are not kept.
///
/// ```
/// use cors_runtime::testing::{Browser, Fetch, WireRequest, WireResponse};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let app = |_: WireRequest| WireResponse::new(200).with_header("access-control-allow-origin", "*");
/// let browser = Browser::new();
/// let _ = browser.page("https://app.example.com").fetch(&app, Fetch::put("/me")).await;
/// let sent = browser.requests();
/// assert!(sent[0].is_preflight());
/// assert_eq!(sent[0].request().header("access-control-request-method"), Some("PUT"));
/// assert_eq!(sent[0].response().unwrap().status(), 200);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Exchange {
    request: WireRequest,
    response: Option<WireResponse>,
}

impl Exchange {
    /// What was sent.
    pub fn request(&self) -> &WireRequest {
        &self.request
    }

    /// What came back, with every header but without the body.
    pub fn response(&self) -> Option<&WireResponse> {
        self.response.as_ref()
    }

    /// Whether this was the question before a request.
    pub fn is_preflight(&self) -> bool {
        self.request.is_preflight()
    }
}
