//! Fetches that fail: why, what the browser prints, and what to change.

mod advice;
mod console;
#[cfg(test)]
mod debugging_page;

use std::{error::Error, fmt};

/// The number of characters of a server's value that a message shows.
const PRINTED_LIMIT: usize = 200;

/// The reason why a script gets a `TypeError` instead of a response.
///
/// [`Blocked::in_preflight`] tells whether the preflight or the request itself failed.
///
/// ```
/// use cors_runtime::testing::{Browser, Fetch, Reason, WireRequest, WireResponse};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let any_origin = |_: WireRequest| WireResponse::new(200).with_header("access-control-allow-origin", "*");
/// let page = Browser::new().page("https://app.example.com");
/// let blocked = page.fetch(&any_origin, Fetch::get("/me").credentials()).await.unwrap_err();
/// assert_eq!(blocked.reason(), Reason::WildcardWithCredentials);
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The URL of the fetch cannot be parsed.
    InvalidUrl,
    /// The URL of the fetch contains a user name or a password.
    UrlWithUserinfo,
    /// The method is not a token.
    InvalidMethod,
    /// The method is `CONNECT`, `TRACE` or `TRACK`, which no script can send.
    ForbiddenMethod,
    /// The name of a request header is not a token, or its value contains a line break or a NUL.
    InvalidHeader,
    /// A `GET` or `HEAD` request has a body.
    BodyNotAllowed,
    /// The mode is `no-cors`, and the request needs CORS: its method is not `GET`, `HEAD` or `POST`, its body is a
    /// stream, it has an upload listener, or its redirect mode is not `follow`.
    NeedsCors,
    /// The URL is neither `http:` nor `https:`.
    UnsupportedScheme,
    /// A page of an `https:` origin fetches an `http:` URL.
    MixedContent,
    /// The mode is `same-origin`, and the URL is of another origin.
    SameOriginMode,

    /// The response has no `Access-Control-Allow-Origin`.
    MissingAllowOrigin,
    /// `Access-Control-Allow-Origin` has more than one value or more than one line.
    SeveralAllowOrigins,
    /// The value of `Access-Control-Allow-Origin` is not an origin.
    InvalidAllowOrigin,
    /// The value of `Access-Control-Allow-Origin` is another origin.
    AllowOriginMismatch,
    /// The request has credentials, and the response has `Access-Control-Allow-Origin: *`.
    WildcardWithCredentials,
    /// The request has credentials, and the response has no `Access-Control-Allow-Credentials`.
    MissingAllowCredentials,
    /// The request has credentials, and the value of `Access-Control-Allow-Credentials` is not `true`.
    InvalidAllowCredentials,

    /// The response to the preflight is a redirect.
    PreflightRedirect,
    /// The response to the preflight has a status outside of 200 to 299.
    PreflightStatus,
    /// `Access-Control-Allow-Methods` is not a list of tokens.
    InvalidAllowMethods,
    /// `Access-Control-Allow-Headers` is not a list of tokens.
    InvalidAllowHeaders,
    /// `Access-Control-Allow-Methods` does not contain the method.
    MethodNotAllowed,
    /// `Access-Control-Allow-Headers` does not contain a request header, which [`Blocked::header_name`] returns.
    HeaderNotAllowed,

    /// The response is a redirect, and the redirect mode is `error`.
    RedirectError,
    /// `Location` is not a URL.
    InvalidRedirect,
    /// A redirect leads to a URL that is neither `http:` nor `https:`.
    RedirectScheme,
    /// A redirect leads to a URL with a user name or a password.
    RedirectWithUserinfo,
    /// A redirect would have to send a stream again.
    RedirectOfStream,
    /// There are more than 20 redirects.
    TooManyRedirects,

    /// `Cross-Origin-Resource-Policy` forbids a `no-cors` request.
    ResourcePolicy,
    /// The target gave no response, or one that is not HTTP or is too large. This is not a rule of browsers.
    NoAnswer,
}

/// Everything that the messages contain.
#[derive(Clone, Debug)]
pub(super) struct Details {
    pub(super) reason: Reason,
    pub(super) in_preflight: bool,
    pub(super) method: String,
    pub(super) url: String,
    /// The URL of the fetch, before any redirect.
    pub(super) first_url: String,
    /// The origin of the request, which is `null` after some redirects.
    pub(super) origin: String,
    pub(super) page_origin: String,
    /// Whether the credentials mode is `include`.
    pub(super) credentials: bool,
    pub(super) status: Option<u16>,
    pub(super) header_name: Option<String>,
    /// The value that the server sent, or the script where nothing was sent.
    pub(super) value: Option<String>,
}

/// A fetch for which a browser gives the script a `TypeError`.
///
/// `Display` prints the message in the browser's console, and behind `help:` what to change.
///
/// ```
/// use cors_runtime::testing::{Browser, Fetch, WireRequest, WireResponse};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let without_headers = |_: WireRequest| {
///     WireResponse::new(204)
///         .with_header("access-control-allow-origin", "*")
///         .with_header("access-control-allow-methods", "PUT")
/// };
/// let page = Browser::new().page("https://app.example.com");
/// let fetch = Fetch::put("/me").header("x-request-id", "7");
/// let blocked = page.fetch(&without_headers, fetch).await.unwrap_err();
/// assert!(blocked.in_preflight());
/// assert_eq!((blocked.status(), blocked.header_name()), (Some(204), Some("x-request-id")));
/// assert!(blocked.console_message().contains("Request header field x-request-id is not allowed"));
/// assert!(blocked.advice().starts_with("add `\"x-request-id\"` to `allow_headers`"));
/// # }
/// ```
#[derive(Clone)]
pub struct Blocked(Box<Details>);

impl Blocked {
    pub(super) fn new(details: Details) -> Self {
        Self(Box::new(details))
    }

    pub(super) fn at_preflight(mut self) -> Self {
        self.0.in_preflight = true;
        self
    }

    pub(super) fn with_origin(mut self, origin: String) -> Self {
        self.0.origin = origin;
        self
    }

    pub(super) fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(super) fn with_header_name(mut self, name: &str) -> Self {
        self.0.header_name = Some(name.to_owned());
        self
    }

    pub(super) fn with_value(mut self, value: impl Into<Option<String>>) -> Self {
        self.0.value = value.into();
        self
    }

    /// Returns why the fetch failed.
    pub fn reason(&self) -> Reason {
        self.0.reason
    }

    /// Returns whether the preflight failed, so that the request itself was not sent.
    pub fn in_preflight(&self) -> bool {
        self.0.in_preflight
    }

    /// Returns the URL of the request that failed. After a redirect it is not the URL of the fetch.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// Returns the origin of the request: that of the page, or `null` after a redirect from one origin to another.
    pub fn origin(&self) -> &str {
        &self.0.origin
    }

    /// Returns the status of the response that failed. `None` if there was no response, or if its status does not
    /// matter.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// Returns the name of the request header that is not allowed, in lower case.
    pub fn header_name(&self) -> Option<&str> {
        self.0.header_name.as_deref()
    }

    /// Returns the value that made the fetch fail, as the server or the script wrote it. `None` if there was none.
    pub fn value(&self) -> Option<&str> {
        self.0.value.as_deref()
    }

    /// Returns the message that Chromium prints to its console.
    pub fn console_message(&self) -> String {
        console::message(&self.0)
    }

    /// Returns what to change in the server or in the test.
    pub fn advice(&self) -> String {
        advice::advice(&self.0)
    }
}

impl fmt::Display for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\nhelp: {}", self.console_message(), self.advice())
    }
}

/// Prints the same as `Display`, since a test that calls `unwrap` prints this.
impl fmt::Debug for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blocked({:?}): {self}", self.0.reason)
    }
}

impl Error for Blocked {}

/// Shortens a value of a server, and replaces control characters, which could change what a terminal shows.
fn printable(value: &str) -> String {
    let mut text: String = value
        .chars()
        .take(PRINTED_LIMIT)
        .map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c })
        .collect();
    if value.chars().nth(PRINTED_LIMIT).is_some() {
        text.push_str("...");
    }
    text
}
