//! The arguments of `fetch()`.

use super::header_list::HeaderList;

/// The [mode](https://fetch.spec.whatwg.org/#concept-request-mode) of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RequestMode {
    Cors,
    NoCors,
    SameOrigin,
    /// A link, a frame or a form.
    Navigate,
    WebSocket,
}

impl RequestMode {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Cors => "cors",
            Self::NoCors => "no-cors",
            Self::SameOrigin => "same-origin",
            Self::Navigate => "navigate",
            Self::WebSocket => "websocket",
        }
    }
}

/// The [credentials mode](https://fetch.spec.whatwg.org/#concept-request-credentials-mode) of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CredentialsMode {
    Omit,
    SameOrigin,
    Include,
}

/// The [redirect mode](https://fetch.spec.whatwg.org/#concept-request-redirect-mode) of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RedirectMode {
    Follow,
    Error,
    Manual,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Body {
    pub(super) bytes: Vec<u8>,
    /// The `Content-Type` of the request if the script sets none.
    pub(super) content_type: Option<&'static str>,
    pub(super) is_stream: bool,
}

/// A call of `fetch()` or of an `XMLHttpRequest`: the URL and the options.
///
/// Without further options it is `fetch(url, { method })`: the mode is `cors`, the credentials mode is `same-origin`, and
/// redirects are followed. A relative URL belongs to the application: see
/// [`Browser::api_origin`](super::Browser::api_origin). Nothing is checked before [`Page::fetch`](super::Page::fetch).
///
/// ```
/// use cors_runtime::testing::Fetch;
///
/// let save = Fetch::put("/me").credentials().header("x-request-id", "7").json(r#"{"name": "Ada"}"#);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a request is sent by `Page::fetch`"]
pub struct Fetch {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: HeaderList,
    pub(super) body: Option<Body>,
    pub(super) mode: RequestMode,
    pub(super) credentials: CredentialsMode,
    pub(super) redirect: RedirectMode,
    pub(super) upload_listener: bool,
    pub(super) reload: bool,
    pub(super) no_referrer: bool,
    /// The [destination](https://fetch.spec.whatwg.org/#concept-request-destination), or `empty`.
    pub(super) destination: &'static str,
}

/// Declares one constructor for each method.
macro_rules! methods {
    ($($name:ident $method:literal)*) => {$(
        #[doc = concat!("Creates a `", $method, "` request to this URL.")]
        pub fn $name(url: impl Into<String>) -> Self {
            Self::new($method, url)
        }
    )*};
}

impl Fetch {
    /// Creates a request with any method, which is [normalized](https://fetch.spec.whatwg.org/#concept-method-normalize)
    /// as in browsers: `put` is sent as `PUT`, but `patch` is sent as `patch`.
    pub fn new(method: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            method: method.into(),
            url: url.into(),
            headers: HeaderList::default(),
            body: None,
            mode: RequestMode::Cors,
            credentials: CredentialsMode::SameOrigin,
            redirect: RedirectMode::Follow,
            upload_listener: false,
            reload: false,
            no_referrer: false,
            destination: "empty",
        }
    }

    methods! { get "GET" head "HEAD" post "POST" put "PUT" patch "PATCH" delete "DELETE" options "OPTIONS" }

    /// Sets `credentials: "include"`, or `withCredentials` of an `XMLHttpRequest`: cookies are sent, and the response
    /// must have `Access-Control-Allow-Credentials: true`.
    pub fn credentials(mut self) -> Self {
        self.credentials = CredentialsMode::Include;
        self
    }

    /// Sets `credentials: "omit"`: no cookies are sent, not even to the page's own origin.
    pub fn omit_credentials(mut self) -> Self {
        self.credentials = CredentialsMode::Omit;
        self
    }

    /// Sets `credentials: "same-origin"`, the default of `fetch()`.
    pub(super) fn same_origin_credentials(mut self) -> Self {
        self.credentials = CredentialsMode::SameOrigin;
        self
    }

    /// Sets `mode: "no-cors"`: there is no preflight and no CORS check, but the script can read nothing of the response.
    pub fn no_cors(mut self) -> Self {
        self.mode = RequestMode::NoCors;
        self
    }

    /// Sets `mode: "same-origin"`: a request to another origin than the page's is not sent.
    pub fn same_origin(mut self) -> Self {
        self.mode = RequestMode::SameOrigin;
        self
    }

    /// Appends a request header. [Forbidden headers](https://fetch.spec.whatwg.org/#forbidden-request-header) such as
    /// `Cookie` and `Origin` are not sent, as in browsers.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push(name, value.as_ref());
        self
    }

    /// Sets a body of bytes, without a `Content-Type`. See also [`json`](Self::json) and [`text`](Self::text).
    pub fn body(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.with_body(bytes.into(), None)
    }

    /// Sets a string as the body, with `Content-Type: application/json`, which always needs a preflight.
    pub fn json(mut self, text: impl Into<String>) -> Self {
        self.headers.push_if_absent("content-type", "application/json");
        self.text(text)
    }

    /// Sets a string as the body, with `Content-Type: text/plain;charset=UTF-8` unless another one is set.
    pub fn text(self, text: impl Into<String>) -> Self {
        self.with_body(text.into().into_bytes(), Some("text/plain;charset=UTF-8"))
    }

    /// Sets `URLSearchParams` as the body, which are given as they are sent: `a=1&b=2`.
    pub fn form(self, pairs: impl Into<String>) -> Self {
        self.with_body(pairs.into().into_bytes(), Some("application/x-www-form-urlencoded;charset=UTF-8"))
    }

    /// Sets a `ReadableStream` as the body. It always needs a preflight, and a redirect cannot send it again.
    pub fn stream(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = Some(Body { bytes: bytes.into(), content_type: None, is_stream: true });
        self
    }

    /// Adds an event listener to `XMLHttpRequest.upload`. A cross-origin request then always needs a preflight
    /// ([use-CORS-preflight flag](https://fetch.spec.whatwg.org/#use-cors-preflight-flag)).
    pub fn upload_listener(mut self) -> Self {
        self.upload_listener = true;
        self
    }

    /// Sets `redirect: "error"`: a redirect is an error.
    pub fn redirect_error(mut self) -> Self {
        self.redirect = RedirectMode::Error;
        self
    }

    /// Sets `redirect: "manual"`: a redirect is not followed, and the script can read nothing of it.
    pub fn redirect_manual(mut self) -> Self {
        self.redirect = RedirectMode::Manual;
        self
    }

    /// Sets `cache: "reload"`. There is no HTTP cache here, but Chromium and Firefox do not use their cache of preflights
    /// for such a request either.
    pub fn reload(mut self) -> Self {
        self.reload = true;
        self
    }

    /// Sets `referrerPolicy: "no-referrer"`: there is no `Referer`, and `Origin` is `null` in requests that are not
    /// CORS requests.
    pub fn no_referrer(mut self) -> Self {
        self.no_referrer = true;
        self
    }

    fn with_body(mut self, bytes: Vec<u8>, content_type: Option<&'static str>) -> Self {
        self.body = Some(Body { bytes, content_type, is_stream: false });
        self
    }
}
