//! Requests and responses as they are sent over the network, in types of no framework and of no version of `http`.

use url::{Position, Url};

use super::{TargetError, header_list::HeaderList};

/// A request as the browser sends it.
///
/// A [`Target`](super::Target) receives it, and [`Browser::requests`](super::Browser::requests) returns all that were
/// sent.
///
/// ```
/// use cors_runtime::testing::{Browser, Fetch, WireRequest, WireResponse};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let app = |request: WireRequest| {
///     assert_eq!((request.method(), request.path_and_query(), request.body()), ("POST", "/me?a", &b"hi"[..]));
///     assert_eq!(request.header("origin"), Some("https://app.example.com"));
///     WireResponse::new(200).with_header("access-control-allow-origin", "*")
/// };
/// let page = Browser::new().page("https://app.example.com");
/// page.fetch(&app, Fetch::post("/me?a").text("hi")).await.unwrap();
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireRequest {
    pub(super) method: String,
    pub(super) url: Url,
    pub(super) headers: HeaderList,
    pub(super) body: Vec<u8>,
}

impl WireRequest {
    /// Creates a request to an absolute URL, without headers and with an empty body.
    ///
    /// It is for requests that a test sends to a [`Target`](super::Target) itself. The requests of a page are made by
    /// [`Page::fetch`](super::Page::fetch).
    ///
    /// ```
    /// use cors_runtime::testing::WireRequest;
    ///
    /// let request = WireRequest::new("GET", "https://api.example.com/me")?.with_header("Origin", "null");
    /// assert_eq!((request.path_and_query(), request.header("origin")), ("/me", Some("null")));
    /// assert!(WireRequest::new("GET", "/me").is_err());
    /// # Ok::<(), cors_runtime::testing::TargetError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not an absolute URL with a host.
    pub fn new(method: &str, url: &str) -> Result<Self, TargetError> {
        let mut url =
            Url::parse(url).map_err(|error| TargetError::new(format!("`{url}` is not a URL: {error}")))?;
        if !url.has_host() {
            return Err(TargetError::new(format!("the URL `{url}` has no host")));
        }
        url.set_fragment(None);
        Ok(Self { method: method.to_owned(), url, headers: HeaderList::default(), body: Vec::new() })
    }

    /// Appends a header line. Lines of the same name are kept.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push(name, value.as_ref());
        self
    }

    /// Returns the method, in the case in which it is sent.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Returns the absolute URL, without the fragment.
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// Returns path and query of the URL: the target in the request line of HTTP/1.
    pub fn path_and_query(&self) -> &str {
        &self.url[Position::BeforePath..Position::AfterQuery]
    }

    /// Returns the value of the first header line of this name, whatever its case. `None` if there is no such line, or
    /// if its value is not UTF-8.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.first(name)
    }

    /// Returns all header lines, with names in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.headers.iter()
    }

    /// Returns the body, which is empty if the request has none.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Returns whether this is a [CORS-preflight request](https://fetch.spec.whatwg.org/#cors-preflight-request):
    /// `OPTIONS` with `Origin` and `Access-Control-Request-Method`.
    pub fn is_preflight(&self) -> bool {
        self.method == "OPTIONS"
            && self.headers.contains("origin")
            && self.headers.contains("access-control-request-method")
    }
}

/// A response as the server sends it, before the browser hides anything from the script.
///
/// ```
/// use cors_runtime::testing::WireResponse;
///
/// let response = WireResponse::new(200).with_header("X-Total-Count", "3").with_body("[]");
/// assert_eq!((response.status(), response.header("x-total-count")), (200, Some("3")));
/// assert_eq!(response.body(), b"[]");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireResponse {
    pub(super) status: u16,
    pub(super) headers: HeaderList,
    pub(super) body: Vec<u8>,
}

impl WireResponse {
    /// Creates a response with this status, without headers and with an empty body.
    pub fn new(status: u16) -> Self {
        Self { status, headers: HeaderList::default(), body: Vec::new() }
    }

    /// Appends a header line. Lines of the same name are kept.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push(name, value.as_ref());
        self
    }

    /// Replaces the body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Returns the status code.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns the value of the first header line of this name, whatever its case, even if a script cannot read it.
    /// `None` if there is no such line, or if its value is not UTF-8.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.first(name)
    }

    /// Returns all header lines, with names in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.headers.iter()
    }

    /// Returns the body, even if a script cannot read it.
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

/// A request that the browser sent, and the response to it.
///
/// ```
/// use cors_runtime::testing::{Browser, Fetch, WireRequest, WireResponse};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let app = |_: WireRequest| WireResponse::new(200).with_header("access-control-allow-origin", "*");
/// let browser = Browser::new();
/// let _ = browser.page("https://app.example.com").fetch(&app, Fetch::put("/me")).await;
/// let requests = browser.requests();
/// assert!(requests[0].is_preflight());
/// assert_eq!(requests[0].request().header("access-control-request-method"), Some("PUT"));
/// assert_eq!(requests[0].response().unwrap().status(), 200);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Exchange {
    request: WireRequest,
    response: Option<WireResponse>,
}

impl Exchange {
    /// Keeps the status and the headers of the response: the log of a browser would be large with all bodies.
    pub(super) fn new(request: WireRequest, response: Option<&WireResponse>) -> Self {
        let without_body = |response: &WireResponse| WireResponse {
            status: response.status,
            headers: response.headers.clone(),
            body: Vec::new(),
        };
        Self { request, response: response.map(without_body) }
    }

    /// Returns the request.
    pub fn request(&self) -> &WireRequest {
        &self.request
    }

    /// Returns the response with all its headers, but without its body. `None` if the target gave no response.
    pub fn response(&self) -> Option<&WireResponse> {
        self.response.as_ref()
    }

    /// Returns whether the request was a preflight.
    pub fn is_preflight(&self) -> bool {
        self.request.is_preflight()
    }
}
