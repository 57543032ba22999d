//! A page, whose scripts send requests.

use std::fmt;

use url::Url;

use super::{
    blocked::Blocked, browser::Browser, fetch::Fetch, load::Load, origin::Origin, request::Request,
    response::Response, target::Target, wire::WireResponse,
};

/// A page that is open in a [`Browser`]. Clones are the same page.
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
    /// `None` for a sandboxed page.
    url: Option<Url>,
    /// Whether the name of the page resolves to the address of the application.
    is_rebound: bool,
}

impl Page {
    pub(super) fn new(browser: Browser, origin: Origin, url: Option<Url>) -> Self {
        Self { browser, origin, url, is_rebound: false }
    }

    pub(super) fn rebound(self) -> Self {
        Self { is_rebound: true, ..self }
    }

    /// Sends a request as a script of this page does, and returns the response as the script can read it.
    ///
    /// The preflight, the request and its redirects all go to `target`, whatever the host of their URL. `target` is
    /// `&axum::Router` or another tower service, the result of `actix_web::test::init_service(..)`, an `http:` URL, or a
    /// function: see [`Target`].
    ///
    /// # Errors
    ///
    /// Returns [`Blocked`] where a browser gives the script a `TypeError` instead of a response. An error status such as
    /// 404 is not an error if the page can read the response.
    pub async fn fetch<T, M>(&self, target: &T, fetch: Fetch) -> Result<Response, Blocked>
    where
        T: Target<M> + ?Sized,
    {
        let request = Request::new(self, target.origin().as_deref(), fetch)?;
        Ok(request.main_fetch(target).await?.filtered())
    }

    /// Sends a request as an element, a link, a form or a WebSocket of this page does, and returns the response of the
    /// server. The browser shows or runs it, but no script of the page can read it.
    ///
    /// # Errors
    ///
    /// Returns [`Blocked`] where a browser does not send the request, or fires an `error` event because of a failed check.
    pub async fn load<T, M>(&self, target: &T, load: Load) -> Result<WireResponse, Blocked>
    where
        T: Target<M> + ?Sized,
    {
        let request = Request::new(self, target.origin().as_deref(), load.fetch)?;
        Ok(request.main_fetch(target).await?.response)
    }

    /// Returns the serialized origin, as in the `Origin` header: `https://app.example.com` or `null`.
    pub fn origin(&self) -> String {
        self.origin.to_string()
    }

    /// Returns the browser in which this page is open.
    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    pub(super) fn parsed_origin(&self) -> &Origin {
        &self.origin
    }

    pub(super) fn url(&self) -> Option<&Url> {
        self.url.as_ref()
    }

    /// Returns the URL to which relative URLs belong if the page is rebound.
    pub(super) fn rebound_url(&self) -> Option<&Url> {
        self.url().filter(|_| self.is_rebound)
    }
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page").field("origin", &self.origin()).finish_non_exhaustive()
    }
}
