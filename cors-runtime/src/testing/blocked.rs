//! Why a script got nothing.

use std::{error::Error, fmt};

use super::texts;

/// Why a browser gives a script an error instead of a response: one for each way to fail.
///
/// Whether it was the answer to the preflight or to the request itself is [`Blocked::in_preflight`].
///
/// ```
/// use cors_runtime::testing::{Browser, Fetch, Reason, WireRequest, WireResponse};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let everybody = |_: WireRequest| WireResponse::new(200).with_header("access-control-allow-origin", "*");
/// let page = Browser::new().page("https://app.example.com");
/// let blocked = page.fetch(&everybody, Fetch::get("/me").credentials()).await.unwrap_err();
/// assert_eq!(blocked.reason(), Reason::WildcardWithCredentials);
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The script's URL cannot be parsed.
    InvalidUrl,
    /// The script's URL has a user name or a password in it.
    UrlWithUserinfo,
    /// The method is not a token.
    InvalidMethod,
    /// The method is one that no script may send: `CONNECT`, `TRACE`, `TRACK`.
    ForbiddenMethod,
    /// A header name is not a token, or a value has a line break or a NUL in it.
    InvalidHeader,
    /// A `GET` or `HEAD` request with a body.
    BodyNotAllowed,
    /// Mode `no-cors` with something that needs CORS: another method than `GET`, `HEAD`, `POST`, a stream, or a
    /// redirect mode other than `follow`.
    NeedsCors,
    /// A URL that is neither `http:` nor `https:`.
    UnsupportedScheme,
    /// A page of an `https:` origin asks for an `http:` URL.
    MixedContent,
    /// Mode `same-origin` and a URL of another origin.
    SameOriginMode,

    /// No `Access-Control-Allow-Origin`.
    MissingAllowOrigin,
    /// `Access-Control-Allow-Origin` has more than one value, or more than one line.
    SeveralAllowOrigins,
    /// `Access-Control-Allow-Origin` is not an origin.
    InvalidAllowOrigin,
    /// `Access-Control-Allow-Origin` names another origin.
    AllowOriginMismatch,
    /// `Access-Control-Allow-Origin: *` for a request with credentials.
    WildcardWithCredentials,
    /// No `Access-Control-Allow-Credentials` for a request with credentials.
    MissingAllowCredentials,
    /// `Access-Control-Allow-Credentials` is something other than `true`.
    InvalidAllowCredentials,

    /// The preflight was answered with a redirect.
    PreflightRedirect,
    /// The preflight was answered with a status outside 200 to 299.
    PreflightStatus,
    /// `Access-Control-Allow-Methods` is not a list of tokens.
    InvalidAllowMethods,
    /// `Access-Control-Allow-Headers` is not a list of tokens.
    InvalidAllowHeaders,
    /// `Access-Control-Allow-Methods` does not have the method.
    MethodNotAllowed,
    /// `Access-Control-Allow-Headers` does not have a header; its name is [`Blocked::header_name`].
    HeaderNotAllowed,

    /// The script wanted no redirects.
    RedirectError,
    /// `Location` is not a URL.
    InvalidRedirect,
    /// A redirect to a URL that is neither `http:` nor `https:`.
    RedirectScheme,
    /// A redirect to a URL with a user name or a password in it.
    RedirectWithUserinfo,
    /// A redirect that would have to send a stream again.
    RedirectOfStream,
    /// More than 20 redirects.
    TooManyRedirects,

    /// `Cross-Origin-Resource-Policy` forbids a `no-cors` request.
    ResourcePolicy,
    /// No answer, or one that is no HTTP or too large; no browser rule.
    NoAnswer,
}

/// What the texts are made of.
#[derive(Clone, Debug)]
pub(super) struct Details {
    pub(super) reason: Reason,
    pub(super) in_preflight: bool,
    pub(super) method: String,
    pub(super) url: String,
    pub(super) first_url: String,
    /// Of the request; `null` after some redirects.
    pub(super) origin: String,
    pub(super) page_origin: String,
    pub(super) credentials: bool,
    pub(super) status: Option<u16>,
    pub(super) header_name: Option<String>,
    /// What the server sent (or the script, before anything was sent).
    pub(super) value: Option<String>,
}

/// A fetch that failed as a browser fails it: the script learns nothing but that.
///
/// `Display` is what the browser writes to its console, and what to change.
///
/// ```
/// use cors_runtime::testing::{Browser, Fetch, WireRequest, WireResponse};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let no_headers = |request: WireRequest| {
///     let answer = WireResponse::new(204).with_header("access-control-allow-origin", "*");
///     answer.with_header("access-control-allow-methods", "PUT")
/// };
/// let page = Browser::new().page("https://app.example.com");
/// let blocked = page.fetch(&no_headers, Fetch::put("/me").header("x-request-id", "7")).await.unwrap_err();
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

    /// What is wrong.
    pub fn reason(&self) -> Reason {
        self.0.reason
    }

    /// Whether it failed at the preflight; then the request itself was not sent.
    pub fn in_preflight(&self) -> bool {
        self.0.in_preflight
    }

    /// The URL at which it failed; after a redirect not the one that the script asked for.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// The `Origin` that was sent: that of the page, or `null` after a redirect between other origins.
    pub fn origin(&self) -> &str {
        &self.0.origin
    }

    /// The status of the answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The request header that is not allowed, in lower case.
    pub fn header_name(&self) -> Option<&str> {
        self.0.header_name.as_deref()
    }

    /// The value that was refused, as the server sent it.
    pub fn value(&self) -> Option<&str> {
        self.0.value.as_deref()
    }

    /// The sentence in Chromium's console.
    pub fn console_message(&self) -> String {
        texts::console(&self.0)
    }

    /// What to change.
    pub fn advice(&self) -> String {
        texts::advice(&self.0)
    }
}

impl fmt::Display for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\nhelp: {}", self.console_message(), self.advice())
    }
}

/// As `Display`: `unwrap` in a test shows it.
impl fmt::Debug for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blocked({:?}): {self}", self.0.reason)
    }
}

impl Error for Blocked {}
