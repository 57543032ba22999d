//! A page: whose scripts ask.

use std::fmt;

use url::Url;

use super::{
    blocked::Blocked, browser::Browser, fetch::Fetch, fetching::Fetching, origin::Origin, response::Response,
    target::Target,
};

/// A page in a [`Browser`], from which scripts send requests. Clones are the same page.
///
/// ```
/// use cors_runtime::testing::Browser;
///
/// let browser = Browser::new();
/// let page = browser.page("https://app.example.com/orders?open");
/// assert_eq!(page.origin(), "https://app.example.com");
/// assert_eq!(browser.sandboxed_page().origin(), "null");
/// ```
#[derive(Clone)]
pub struct Page {
    browser: Browser,
    origin: Origin,
    url: Option<Url>,
}

impl Page {
    pub(super) fn new(browser: Browser, origin: Origin, url: Option<Url>) -> Self {
        Self { browser, origin, url }
    }

    /// What a script of this page gets when it calls `fetch()`: a response, or an error without a word of why.
    ///
    /// `target` is `&axum::Router` or any other tower service, the result of `actix_web::test::init_service(..)`, or
    /// an `http:` URL; see [`Target`]. It gets all requests, whatever their host.
    ///
    /// # Errors
    ///
    /// [`Blocked`] where a browser gives the script an error instead of a response. An error status such as 404 is
    /// none: scripts can read it, if the page is allowed to.
    pub async fn fetch<T, M>(&self, target: &T, fetch: Fetch) -> Result<Response, Blocked>
    where
        T: Target<M> + ?Sized,
    {
        Fetching::start(self, target.origin().as_deref(), fetch)?.run(target).await
    }

    /// As sent in the `Origin` header: `https://app.example.com` or `null`.
    pub fn origin(&self) -> String {
        self.origin.to_string()
    }

    /// The browser of this page.
    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    pub(super) fn origin_of(&self) -> &Origin {
        &self.origin
    }

    pub(super) fn url(&self) -> Option<&Url> {
        self.url.as_ref()
    }
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page").field("origin", &self.origin()).finish_non_exhaustive()
    }
}
