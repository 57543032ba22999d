//! What a script can read: <https://fetch.spec.whatwg.org/#concept-filtered-response>.

use std::{borrow::Cow, collections::BTreeMap};

use super::{
    list_header,
    wire::{WireResponse, latin1},
};

/// <https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name>
const SAFELISTED: [&str; 7] = [
    "cache-control",
    "content-language",
    "content-length",
    "content-type",
    "expires",
    "last-modified",
    "pragma",
];

/// <https://fetch.spec.whatwg.org/#concept-response-type>
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
    /// Of the page's own origin: everything but cookies can be read.
    Basic,
    /// Of another origin, with its permission: only some headers can be read.
    Cors,
    /// `no-cors`: nothing can be read.
    Opaque,
    /// A redirect that was not followed: nothing can be read.
    OpaqueRedirect,
}

/// A response with only what a script could read of it.
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
///         .with_body("nobody")
/// };
/// let page = Browser::new().page("https://app.example.com");
/// let response = page.fetch(&app, Fetch::get("/me")).await.unwrap();
/// assert_eq!((response.status(), response.ok(), response.text().as_ref()), (404, false, "nobody"));
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

impl Response {
    /// `include` is the credentials mode of the request.
    pub(super) fn readable(
        kind: ResponseType,
        answer: WireResponse,
        url: String,
        redirected: bool,
        include: bool,
    ) -> Self {
        if matches!(kind, ResponseType::Opaque | ResponseType::OpaqueRedirect) {
            let url = if kind == ResponseType::Opaque { String::new() } else { url };
            return Self {
                kind,
                status: 0,
                url,
                redirected: false,
                headers: BTreeMap::new(),
                body: Vec::new(),
            };
        }
        let exposed = exposed(&answer, include);
        let headers = answer
            .headers
            .iter()
            .map(|(name, _)| name)
            .filter(|name| !matches!(*name, "set-cookie" | "set-cookie2"))
            .filter(|name| kind == ResponseType::Basic || exposed.allows(name))
            .map(|name| (name.to_owned(), latin1(&answer.headers.joined(name).unwrap_or_default())))
            .collect();
        Self { kind, status: answer.status, url, redirected, headers, body: answer.body }
    }

    /// `response.type`
    pub fn response_type(&self) -> ResponseType {
        self.kind
    }

    /// `response.status`; 0 if it cannot be read.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// `response.ok`: a status from 200 to 299.
    pub fn ok(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// `response.url`: where the last redirect led to; empty for an opaque response.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// `response.redirected`
    pub fn redirected(&self) -> bool {
        self.redirected
    }

    /// `response.headers.get(name)`: several lines are joined by `, `. `None` also for a header that is there, but
    /// not for scripts; see [`Browser::requests`](super::Browser::requests) for those.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(&name.to_ascii_lowercase()).map(String::as_str)
    }

    /// `response.headers`: sorted, names in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The body; empty if it cannot be read.
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// `response.text()`: what is not UTF-8 is replaced.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }
}

/// <https://fetch.spec.whatwg.org/#concept-response-cors-exposed-header-name-list>
struct Exposed {
    all: bool,
    names: Vec<String>,
}

fn exposed(answer: &WireResponse, include: bool) -> Exposed {
    // A bad token exposes nothing, but is no failure.
    let names = list_header::names(&answer.headers, "access-control-expose-headers");
    let names = names.ok().flatten().unwrap_or_default();
    Exposed { all: !include && names.iter().any(|name| name == "*"), names }
}

impl Exposed {
    fn allows(&self, name: &str) -> bool {
        self.all
            || SAFELISTED.contains(&name)
            || self.names.iter().any(|have| have.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readable(kind: ResponseType, expose: &[&str], include: bool) -> Vec<String> {
        let mut answer = WireResponse::new(200)
            .with_header("Content-Type", "text/plain")
            .with_header("ETag", "\"1\"")
            .with_header("X-Total-Count", "3")
            .with_header("Set-Cookie", "a=1");
        for line in expose {
            answer = answer.with_header("Access-Control-Expose-Headers", line);
        }
        let response = Response::readable(kind, answer, "https://api.example/".into(), false, include);
        response
            .headers()
            .map(|(name, _)| name.to_owned())
            .filter(|name| !name.starts_with("access-control"))
            .collect()
    }

    #[test]
    fn headers() {
        for (expose, include, expected) in [
            (&[][..], false, &["content-type"][..]),
            (&["X-TOTAL-count"], false, &["content-type", "x-total-count"]),
            (&["etag", "x-total-count,"], true, &["content-type", "etag", "x-total-count"]),
            (&["*"], false, &["content-type", "etag", "x-total-count"]),
            (&["*"], true, &["content-type"]),
            (&["*, etag"], true, &["content-type", "etag"]),
            (&["etag, x y"], false, &["content-type"]),
            (&["set-cookie"], false, &["content-type"]),
        ] {
            assert_eq!(readable(ResponseType::Cors, expose, include), expected, "{expose:?} {include}");
        }
        assert_eq!(readable(ResponseType::Basic, &[], true), ["content-type", "etag", "x-total-count"]);
        assert!(readable(ResponseType::Opaque, &["*"], false).is_empty());
    }

    #[test]
    fn opaque() {
        let answer = WireResponse::new(200).with_body("secret");
        let response =
            Response::readable(ResponseType::Opaque, answer, "https://a.example/".into(), true, false);
        assert_eq!((response.status(), response.ok(), response.url()), (0, false, ""));
        assert!(response.bytes().is_empty() && !response.redirected());
    }

    #[test]
    fn several_lines_are_joined() {
        let answer = WireResponse::new(200).with_header("Pragma", "a").with_header("pragma", "b");
        let response = Response::readable(ResponseType::Cors, answer, String::new(), false, false);
        assert_eq!(response.header("PRAGMA"), Some("a, b"));
    }
}
