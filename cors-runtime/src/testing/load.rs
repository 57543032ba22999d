//! Requests that a page sends without `fetch()`: elements, navigations, forms and WebSockets.

use super::fetch::{Fetch, RequestMode};

/// A request that a page sends without `fetch()`, by an element, a navigation, a form or a WebSocket.
///
/// These requests have no preflight, and no CORS check keeps their responses from the browser. Every page can send them to
/// every server, with the user's cookies. Browsers tell the server about them in `Sec-Fetch-Site`, `Sec-Fetch-Mode` and
/// `Sec-Fetch-Dest`, but only if the URL is `https:` or of this machine.
///
/// ```
/// use cors_runtime::testing::{Browser, Load, WireRequest, WireResponse};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let app = |request: WireRequest| match request.header("sec-fetch-site") {
///     Some("cross-site") => WireResponse::new(403),
///     _ => WireResponse::new(200),
/// };
/// let page = Browser::new().page("https://evil.example");
/// assert_eq!(page.load(&app, Load::image("/transfer?to=evil")).await.unwrap().status(), 403);
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a request is sent by `Page::load`"]
pub struct Load {
    pub(super) fetch: Fetch,
}

impl Load {
    fn new(fetch: Fetch, mode: RequestMode, destination: &'static str) -> Self {
        Self { fetch: Fetch { mode, destination, ..fetch }.credentials() }
    }

    /// Creates the request of `<img src=..>`.
    pub fn image(url: impl Into<String>) -> Self {
        Self::new(Fetch::get(url), RequestMode::NoCors, "image")
    }

    /// Creates the request of `<script src=..>`.
    pub fn script(url: impl Into<String>) -> Self {
        Self::new(Fetch::get(url), RequestMode::NoCors, "script")
    }

    /// Creates the request of a link that the user follows, or of a script that sets `location`.
    pub fn link(url: impl Into<String>) -> Self {
        Self::new(Fetch::get(url), RequestMode::Navigate, "document")
    }

    /// Creates the request of `<iframe src=..>`.
    pub fn frame(url: impl Into<String>) -> Self {
        Self::new(Fetch::get(url), RequestMode::Navigate, "iframe")
    }

    /// Creates the request of `<form method="post">`, whose fields are given as they are sent: `a=1&b=2`.
    pub fn form(url: impl Into<String>, fields: impl Into<String>) -> Self {
        let fetch = Fetch::post(url).header("content-type", "application/x-www-form-urlencoded");
        Self::new(fetch.form(fields), RequestMode::Navigate, "document")
    }

    /// Creates the handshake of `new WebSocket(..)`. The URL may begin with `ws:` or `wss:`, which are sent as `http:` and
    /// `https:`.
    pub fn websocket(url: impl Into<String>) -> Self {
        Self::new(Fetch::get(url).redirect_error(), RequestMode::WebSocket, "empty")
    }

    /// Sets `crossorigin` on the image or the script: the request is a CORS request, without credentials for another
    /// origin. Other requests do not change.
    pub fn crossorigin(self) -> Self {
        match self.fetch.mode {
            RequestMode::NoCors => {
                Self { fetch: Fetch { mode: RequestMode::Cors, ..self.fetch.same_origin_credentials() } }
            }
            _ => self,
        }
    }

    /// Sets the referrer policy `no-referrer`: there is no `Referer`, and the `Origin` of a form is `null`.
    pub fn no_referrer(self) -> Self {
        Self { fetch: self.fetch.no_referrer() }
    }
}
