//! What goes over the wire, in types of no framework and of no version of `http`.

use std::fmt;

use url::Url;

/// A header list: names in lower case, in the order of the lines.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct HeaderList(Vec<(String, Vec<u8>)>);

impl HeaderList {
    pub(super) fn push(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        let value = trim(&value.into()).to_vec();
        self.0.push((name.to_ascii_lowercase(), value));
    }

    pub(super) fn push_if_absent(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        if !self.contains(name) {
            self.push(name, value);
        }
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.0.retain(|(have, _)| have != name);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_slice()))
    }

    pub(super) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.iter().filter(move |(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// All lines of one name, joined by `, `: <https://fetch.spec.whatwg.org/#concept-header-list-get>.
    pub(super) fn joined(&self, name: &str) -> Option<Vec<u8>> {
        let lines: Vec<&[u8]> = self.all(name).collect();
        (!lines.is_empty()).then(|| trim(&lines.join(&b", "[..])).to_vec())
    }

    /// Bytes of names and values together.
    pub(super) fn size(&self) -> usize {
        self.0.iter().map(|(name, value)| name.len() + value.len()).sum()
    }
}

impl fmt::Debug for HeaderList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, value)| format!("{name}: {}", latin1(value)))).finish()
    }
}

/// Without the spaces and tabs at both ends.
pub(super) fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] = value {
        value = rest;
    }
    while let [rest @ .., b' ' | b'\t' | b'\r' | b'\n'] = value {
        value = rest;
    }
    value
}

/// Bytes as scripts see them: each byte is one character.
pub(super) fn latin1(value: &[u8]) -> String {
    value.iter().copied().map(char::from).collect()
}

/// A request as it leaves the browser.
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
    /// The method, in the case in which it is sent.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The whole URL.
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// Path and query: the target of an HTTP/1 request line.
    pub fn path_and_query(&self) -> &str {
        &self.url[url::Position::BeforePath..url::Position::AfterQuery]
    }

    /// The first line of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.all(name).next().and_then(|value| std::str::from_utf8(value).ok())
    }

    /// Every header line; names are in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.headers.iter()
    }

    /// The body; empty if there is none.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Whether this is the question of a browser before the request itself.
    pub fn is_preflight(&self) -> bool {
        self.method == "OPTIONS"
            && self.headers.contains("origin")
            && self.headers.contains("access-control-request-method")
    }
}

/// A response as it reaches the browser, before anything is hidden from the script.
///
/// ```
/// use cors_runtime::testing::WireResponse;
///
/// let answer = WireResponse::new(200).with_header("X-Total-Count", "3").with_body("[]");
/// assert_eq!((answer.status(), answer.header("x-total-count")), (200, Some("3")));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireResponse {
    pub(super) status: u16,
    pub(super) headers: HeaderList,
    pub(super) body: Vec<u8>,
}

impl WireResponse {
    /// An answer with this status, without headers and body.
    pub fn new(status: u16) -> Self {
        Self { status, headers: HeaderList::default(), body: Vec::new() }
    }

    /// Appends a header line.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push(name, value.as_ref());
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The status code.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The first line of this name, also of those that a script cannot read.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.all(name).next().and_then(|value| std::str::from_utf8(value).ok())
    }

    /// Every header line; names are in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.headers.iter()
    }
}
