//! What a script asks for.

use super::wire::HeaderList;

/// The `mode` of a request: <https://fetch.spec.whatwg.org/#concept-request-mode>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Cors,
    NoCors,
    SameOrigin,
}

impl Mode {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Cors => "cors",
            Self::NoCors => "no-cors",
            Self::SameOrigin => "same-origin",
        }
    }
}

/// <https://fetch.spec.whatwg.org/#concept-request-credentials-mode>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Credentials {
    Omit,
    SameOrigin,
    Include,
}

/// <https://fetch.spec.whatwg.org/#concept-request-redirect-mode>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Redirect {
    Follow,
    Error,
    Manual,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Body {
    pub(super) bytes: Vec<u8>,
    /// The `Content-Type` if the script sets none.
    pub(super) content_type: Option<&'static str>,
    pub(super) is_stream: bool,
}

/// A call of `fetch()` (or of `XMLHttpRequest`): URL and options.
///
/// The defaults are those of `fetch()`: mode `cors`, credentials `same-origin`, redirects are followed.
/// A relative URL is one of the application; see [`Browser::api_origin`](super::Browser::api_origin).
///
/// ```
/// use cors_runtime::testing::Fetch;
///
/// let save = Fetch::put("/me").credentials().header("x-request-id", "7").json(r#"{"name": "Ada"}"#);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until a page fetches it"]
pub struct Fetch {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: HeaderList,
    pub(super) body: Option<Body>,
    pub(super) mode: Mode,
    pub(super) credentials: Credentials,
    pub(super) redirect: Redirect,
    pub(super) upload_listener: bool,
    pub(super) reload: bool,
    pub(super) no_referrer: bool,
}

/// One constructor for each method.
macro_rules! methods {
    ($($name:ident $method:literal)*) => {$(
        #[doc = concat!("A `", $method, "` request.")]
        pub fn $name(url: impl Into<String>) -> Self {
            Self::new($method, url)
        }
    )*};
}

impl Fetch {
    /// A request with any method, spelled as a script would: `put` is sent as `PUT`, but `patch` as `patch`
    /// ([normalisation](https://fetch.spec.whatwg.org/#concept-method-normalize)).
    pub fn new(method: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            method: method.into(),
            url: url.into(),
            headers: HeaderList::default(),
            body: None,
            mode: Mode::Cors,
            credentials: Credentials::SameOrigin,
            redirect: Redirect::Follow,
            upload_listener: false,
            reload: false,
            no_referrer: false,
        }
    }

    methods! { get "GET" head "HEAD" post "POST" put "PUT" patch "PATCH" delete "DELETE" options "OPTIONS" }

    /// `credentials: "include"`, or `withCredentials` of an `XMLHttpRequest`: cookies go along, and the answer
    /// must allow that.
    pub fn credentials(mut self) -> Self {
        self.credentials = Credentials::Include;
        self
    }

    /// `credentials: "omit"`: no cookies, not even for the page's own origin.
    pub fn omit_credentials(mut self) -> Self {
        self.credentials = Credentials::Omit;
        self
    }

    /// `mode: "no-cors"`: sent without asking, but the response is opaque.
    pub fn no_cors(mut self) -> Self {
        self.mode = Mode::NoCors;
        self
    }

    /// `mode: "same-origin"`: fails for any other origin than the page's.
    pub fn same_origin(mut self) -> Self {
        self.mode = Mode::SameOrigin;
        self
    }

    /// Appends a request header. [Forbidden names](https://fetch.spec.whatwg.org/#forbidden-request-header) such as
    /// `cookie` and `origin` are left out without a word, as browsers do.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push(name, value.as_ref());
        self
    }

    /// A body of bytes without a type of its own; see also [`json`](Self::json) and [`text`](Self::text).
    pub fn body(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.with_body(bytes.into(), None)
    }

    /// A body with `content-type: application/json`, which always needs a preflight.
    pub fn json(mut self, text: impl Into<String>) -> Self {
        self.headers.push_if_absent("content-type", "application/json");
        self.with_body(text.into().into_bytes(), Some("text/plain;charset=UTF-8"))
    }

    /// A string as the body: `content-type: text/plain;charset=UTF-8` if the script sets no other.
    pub fn text(self, text: impl Into<String>) -> Self {
        self.with_body(text.into().into_bytes(), Some("text/plain;charset=UTF-8"))
    }

    /// `URLSearchParams` as the body: `a=1&b=2`.
    pub fn form(self, pairs: impl Into<String>) -> Self {
        self.with_body(pairs.into().into_bytes(), Some("application/x-www-form-urlencoded;charset=UTF-8"))
    }

    /// A `ReadableStream` as the body. It always needs a preflight, and cannot be sent again after a redirect.
    pub fn stream(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = Some(Body { bytes: bytes.into(), content_type: None, is_stream: true });
        self
    }

    /// An event listener on `XMLHttpRequest.upload`: every cross-origin request needs a preflight then
    /// ([why](https://fetch.spec.whatwg.org/#use-cors-preflight-flag)).
    pub fn upload_listener(mut self) -> Self {
        self.upload_listener = true;
        self
    }

    /// `redirect: "error"`: a redirect fails.
    pub fn redirect_error(mut self) -> Self {
        self.redirect = Redirect::Error;
        self
    }

    /// `redirect: "manual"`: a redirect gives an opaque response.
    pub fn redirect_manual(mut self) -> Self {
        self.redirect = Redirect::Manual;
        self
    }

    /// `cache: "reload"`. There is no HTTP cache here, but in Chromium and Firefox it also passes by what earlier
    /// preflights have allowed.
    pub fn reload(mut self) -> Self {
        self.reload = true;
        self
    }

    /// `referrerPolicy: "no-referrer"`: no `Referer`, and `Origin: null` where CORS does not need the origin.
    pub fn no_referrer(mut self) -> Self {
        self.no_referrer = true;
        self
    }

    fn with_body(mut self, bytes: Vec<u8>, content_type: Option<&'static str>) -> Self {
        self.body = Some(Body { bytes, content_type, is_stream: false });
        self
    }
}
