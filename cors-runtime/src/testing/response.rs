//! The response as a script can read it: <https://fetch.spec.whatwg.org/#concept-filtered-response>.

use std::{borrow::Cow, collections::BTreeMap};

use super::{header_list::latin1, wire::WireResponse};

/// The headers that a script can always read:
/// <https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name>.
const SAFELISTED_NAMES: [&str; 7] = [
    "cache-control",
    "content-language",
    "content-length",
    "content-type",
    "expires",
    "last-modified",
    "pragma",
];

/// The [type](https://fetch.spec.whatwg.org/#concept-response-type) of a response: how much of it a script can read.
///
/// ```
/// use cors_runtime::testing::{Browser, Fetch, ResponseType, WireRequest, WireResponse};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let app = |_: WireRequest| WireResponse::new(200).with_body("secret");
/// let page = Browser::new().page("https://app.example.com");
/// let response = page.fetch(&app, Fetch::get("/me").no_cors()).await.unwrap();
/// assert_eq!((response.response_type(), response.text().as_ref()), (ResponseType::Opaque, ""));
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResponseType {
    /// The response of the page's own origin. The script can read everything but `Set-Cookie`.
    Basic,
    /// The response of another origin, which has passed the CORS check. The script can read the headers that are
    /// CORS-safelisted or exposed.
    Cors,
    /// The response to a `no-cors` request to another origin. The script can read nothing.
    Opaque,
    /// A redirect that was not followed. The script can read nothing but the URL.
    OpaqueRedirect,
}

/// A response, with only what a script can read of it.
///
/// ```
/// use cors_runtime::testing::{Browser, Fetch, WireRequest, WireResponse};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let app = |_: WireRequest| {
///     WireResponse::new(404)
///         .with_header("access-control-allow-origin", "*")
///         .with_header("content-type", "text/plain")
///         .with_header("x-request-id", "7")
///         .with_body("not found")
/// };
/// let page = Browser::new().page("https://app.example.com");
/// let response = page.fetch(&app, Fetch::get("/me")).await.unwrap();
/// assert_eq!((response.status(), response.ok(), response.text().as_ref()), (404, false, "not found"));
/// assert_eq!(response.header("content-type"), Some("text/plain"));
/// assert_eq!(response.header("x-request-id"), None); // not exposed
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Response {
    kind: ResponseType,
    status: u16,
    url: String,
    redirected: bool,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

/// A response of the server, before anything is removed.
pub(super) struct Fetched {
    pub(super) kind: ResponseType,
    pub(super) response: WireResponse,
    pub(super) url: String,
    pub(super) redirected: bool,
    /// Whether the credentials mode of the request is `include`.
    pub(super) credentials: bool,
}

impl Fetched {
    /// Removes everything that a script cannot read.
    pub(super) fn filtered(self) -> Response {
        let Self { kind, response, url, redirected, credentials } = self;
        if matches!(kind, ResponseType::Opaque | ResponseType::OpaqueRedirect) {
            return Response {
                kind,
                status: 0,
                url: if kind == ResponseType::Opaque { String::new() } else { url },
                redirected: false,
                headers: BTreeMap::new(),
                body: Vec::new(),
            };
        }
        let exposed = ExposedNames::of(&response, credentials);
        let headers = response
            .headers
            .iter()
            .map(|(name, _)| name)
            .filter(|name| !matches!(*name, "set-cookie" | "set-cookie2"))
            .filter(|name| {
                kind == ResponseType::Basic || SAFELISTED_NAMES.contains(name) || exposed.contains(name)
            })
            .map(|name| (name.to_owned(), latin1(&response.headers.get(name).unwrap_or_default())))
            .collect();
        Response { kind, status: response.status, url, redirected, headers, body: response.body }
    }
}

impl Response {
    /// Returns `response.type`.
    pub fn response_type(&self) -> ResponseType {
        self.kind
    }

    /// Returns `response.status`, which is 0 if the script cannot read it.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns `response.ok`: whether the status is 200 to 299.
    pub fn ok(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// Returns `response.url`: the URL after all redirects, without the fragment. It is empty for an opaque response.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns `response.redirected`: whether redirects were followed.
    pub fn redirected(&self) -> bool {
        self.redirected
    }

    /// Returns `response.headers.get(name)`. Several lines of the name are joined by `, `.
    ///
    /// `None` if there is no such header, or if the script cannot read it.
    /// [`Browser::requests`](super::Browser::requests) also returns the headers that the script cannot read.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(&name.to_ascii_lowercase()).map(String::as_str)
    }

    /// Returns `response.headers`, sorted by their names in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns the body, which is empty if the script cannot read it.
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// Returns `response.text()`, in which bytes that are not UTF-8 are replaced.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }
}

/// The [CORS-exposed header-name
/// list](https://fetch.spec.whatwg.org/#concept-response-cors-exposed-header-name-list) of a response.
struct ExposedNames {
    all: bool,
    names: Vec<String>,
}

impl ExposedNames {
    fn of(response: &WireResponse, credentials: bool) -> Self {
        // A list that contains something other than tokens exposes nothing, but the response does not fail.
        let names = response.headers.tokens("access-control-expose-headers");
        let names = names.ok().flatten().unwrap_or_default();
        Self { all: !credentials && names.iter().any(|name| name == "*"), names }
    }

    fn contains(&self, name: &str) -> bool {
        self.all || self.names.iter().any(|exposed| exposed.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the names of the headers that a script can read.
    fn readable(response_type: ResponseType, expose: &[&str], credentials: bool) -> Vec<String> {
        let mut response = WireResponse::new(200)
            .with_header("Content-Type", "text/plain")
            .with_header("ETag", "\"1\"")
            .with_header("X-Total-Count", "3")
            .with_header("Set-Cookie", "a=1");
        for line in expose {
            response = response.with_header("Access-Control-Expose-Headers", line);
        }
        let url = "https://api.example/".into();
        let fetched = Fetched { kind: response_type, response, url, redirected: false, credentials };
        let response = fetched.filtered();
        response
            .headers()
            .map(|(name, _)| name.to_owned())
            .filter(|name| !name.starts_with("access-control"))
            .collect()
    }

    #[test]
    fn a_script_reads_safelisted_and_exposed_headers() {
        for (expose, credentials, expected) in [
            (&[][..], false, &["content-type"][..]),
            (&["X-TOTAL-count"], false, &["content-type", "x-total-count"]),
            (&["etag", "x-total-count,"], true, &["content-type", "etag", "x-total-count"]),
            (&["*"], false, &["content-type", "etag", "x-total-count"]),
            (&["*"], true, &["content-type"]),
            (&["*, etag"], true, &["content-type", "etag"]),
            (&["etag, x y"], false, &["content-type"]),
            (&["set-cookie"], false, &["content-type"]),
        ] {
            assert_eq!(
                readable(ResponseType::Cors, expose, credentials),
                expected,
                "{expose:?} {credentials}"
            );
        }
        assert_eq!(readable(ResponseType::Basic, &[], true), ["content-type", "etag", "x-total-count"]);
        assert!(readable(ResponseType::Opaque, &["*"], false).is_empty());
    }

    #[test]
    fn a_script_reads_nothing_of_an_opaque_response() {
        let response = WireResponse::new(200).with_body("secret");
        let url = "https://a.example/".to_owned();
        let kind = ResponseType::Opaque;
        let response = Fetched { kind, response, url, redirected: true, credentials: false }.filtered();
        assert_eq!((response.status(), response.ok(), response.url()), (0, false, ""));
        assert!(response.bytes().is_empty() && !response.redirected());
    }

    #[test]
    fn lines_of_one_name_are_joined() {
        let response = WireResponse::new(200).with_header("Pragma", "a").with_header("pragma", "b");
        let kind = ResponseType::Cors;
        let url = String::new();
        let response = Fetched { kind, response, url, redirected: false, credentials: false }.filtered();
        assert_eq!(response.header("PRAGMA"), Some("a, b"));
    }
}
