//! One request that is sent, with what the manifest promises about its answer.

use super::origins::NearMiss;
use super::promise::Promise;
use cors_runtime::testing::{TargetError, WireRequest};
use std::fmt;

/// A request header that no policy lists.
pub(super) const UNKNOWN_HEADER: &str = "x-cors-verify";
/// A host that is in no list of hosts.
const OTHER_HOST: &str = "cors-verify.example";

/// One request.
#[derive(Clone, Debug)]
pub(super) struct Probe {
    pub(super) route: usize,
    pub(super) url: String,
    pub(super) page: Page,
    pub(super) request: Request,
    /// What the manifest promises. There are several promises if other routes of the manifest match the URL, too.
    pub(super) promises: Vec<Promise>,
}

/// The page that sends a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Page {
    /// The value of `Origin`.
    pub(super) origin: Option<String>,
    pub(super) kind: PageKind,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum PageKind {
    /// The policy lists it.
    Listed,
    /// The command line names it.
    Given,
    /// Every policy that lists its origins refuses it.
    Unrelated,
    /// A sandboxed frame.
    Null,
    /// It looks like an origin that the policy lists.
    NearMiss(NearMiss),
    /// A request without `Origin`.
    NoOrigin,
}

/// What a page does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Request {
    /// The method. For a preflight it is the method that the preflight asks for.
    pub(super) method: String,
    pub(super) kind: RequestKind,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum RequestKind {
    /// A preflight that asks for these headers.
    Preflight(Vec<String>),
    /// `fetch(..)`, or a request of a client that is no browser.
    Fetch,
    /// An image of another site.
    Image,
    /// A link of another site.
    Navigation,
    /// A request with another `Host`, as after DNS rebinding.
    OtherHost,
}

impl Request {
    pub(super) fn new(method: &str, kind: RequestKind) -> Self {
        Self { method: method.to_owned(), kind }
    }

    pub(super) fn is_preflight(&self) -> bool {
        matches!(self.kind, RequestKind::Preflight(_))
    }
}

impl Page {
    pub(super) fn new(origin: &str, kind: PageKind) -> Self {
        Self { origin: Some(origin.to_owned()), kind }
    }

    pub(super) fn without_origin() -> Self {
        Self { origin: None, kind: PageKind::NoOrigin }
    }

    /// Whether a response with this `Access-Control-Allow-Origin` lets the page read it, without credentials.
    pub(super) fn is_allowed_by(&self, allow_origin: &str) -> bool {
        allow_origin == "*" || self.origin.as_deref() == Some(allow_origin)
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = self.origin.as_deref().unwrap_or("no Origin");
        match &self.kind {
            PageKind::NearMiss(kind) => write!(f, "{origin} ({kind})"),
            PageKind::Unrelated => write!(f, "{origin} (any other page)"),
            _ => f.write_str(origin),
        }
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, kind } = self;
        match kind {
            RequestKind::Preflight(headers) if headers.iter().any(|name| name == UNKNOWN_HEADER) => {
                write!(f, "preflight for {method} with {UNKNOWN_HEADER}")
            }
            RequestKind::Preflight(_) => write!(f, "preflight for {method}"),
            RequestKind::Fetch => f.write_str(method),
            RequestKind::Image => write!(f, "{method} of an image"),
            RequestKind::Navigation => write!(f, "{method} of a link"),
            RequestKind::OtherHost => write!(f, "{method} with another Host"),
        }
    }
}

impl Probe {
    /// The request as a browser sends it. `headers` are added to every request that is not a preflight.
    pub(super) fn wire_request(&self, headers: &[(String, String)]) -> Result<WireRequest, TargetError> {
        let Request { method, kind } = &self.request;
        let method = if self.request.is_preflight() { "OPTIONS" } else { method };
        let mut request = WireRequest::new(method, &self.url)?
            .with_header("accept", "*/*")
            .with_header("user-agent", concat!("cors/", env!("CARGO_PKG_VERSION")));
        if let Some(origin) = &self.page.origin {
            request = request.with_header("origin", origin);
        }
        let metadata = match (kind, &self.page.origin) {
            (RequestKind::Preflight(_) | RequestKind::Fetch, Some(_)) => Some(("cors", "empty")),
            (RequestKind::Image, _) => Some(("no-cors", "image")),
            (RequestKind::Navigation, _) => Some(("navigate", "document")),
            _ => None,
        };
        if let Some((mode, destination)) = metadata {
            request = request
                .with_header("sec-fetch-site", "cross-site")
                .with_header("sec-fetch-mode", mode)
                .with_header("sec-fetch-dest", destination);
        }
        match kind {
            RequestKind::Preflight(headers) => {
                request = request.with_header("access-control-request-method", &self.request.method);
                if !headers.is_empty() {
                    request = request.with_header("access-control-request-headers", headers.join(","));
                }
                return Ok(request);
            }
            RequestKind::OtherHost => request = request.with_header("host", OTHER_HOST),
            _ => {}
        }
        Ok(headers.iter().fold(request, |request, (name, value)| request.with_header(name, value)))
    }
}
