//! Where requests go: a tower service, an actix-web test service, a URL, or a function.

#[cfg(feature = "actix")]
mod actix;
mod function;
#[cfg(feature = "testing-http")]
mod http;
mod tower;

use std::{error::Error, fmt, future::Future};

use super::wire::{WireRequest, WireResponse};

#[cfg(feature = "actix")]
pub use self::actix::ViaActix;
pub use self::function::ViaFunction;
#[cfg(feature = "testing-http")]
pub use self::http::ViaHttp;
pub use self::tower::{TowerBody, ViaTower, ViaTowerBody, WithBody, with_body};

/// A body of this size is too large for a test: 16 MiB.
pub(super) const BODY_LIMIT: usize = 16 << 20;

/// Something that answers requests.
///
/// Implemented for
/// - tower services, such as `axum::Router`, that take a request with any body or with [`TowerBody`] (for others:
///   [`with_body`]),
/// - what `actix_web::test::init_service` gives (feature `actix`),
/// - `http:` URLs as text (feature `testing-http`),
/// - functions `Fn(WireRequest) -> WireResponse`.
///
/// `Marker` keeps these apart and is never written: `page.fetch(&app, ..)` finds it.
///
/// ```
/// use cors_runtime::testing::{Browser, Fetch, Reason, Target, TargetError, WireRequest, WireResponse};
///
/// /// A target of one's own, with a marker of one's own.
/// struct Offline;
/// enum ViaOffline {}
///
/// impl Target<ViaOffline> for Offline {
///     async fn send(&self, _: WireRequest) -> Result<WireResponse, TargetError> {
///         Err(TargetError::new("unplugged"))
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let page = Browser::new().page("https://app.example.com");
/// let blocked = page.fetch(&Offline, Fetch::get("/me")).await.unwrap_err();
/// assert_eq!((blocked.reason(), blocked.value()), (Reason::NoAnswer, Some("unplugged")));
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "a page cannot fetch from `{Self}`",
    note = "it takes tower services (`axum::Router`), and functions from `WireRequest` to `WireResponse`",
    note = "with the feature `actix` also the result of `actix_web::test::init_service(..).await`, with `testing-http` also a URL",
    note = "a router with a state needs `.with_state(..)`; a tower service with a body type of its own needs `testing::with_body(..)`"
)]
pub trait Target<Marker> {
    /// Answers one request.
    fn send(&self, request: WireRequest) -> impl Future<Output = Result<WireResponse, TargetError>>;

    /// The origin that relative URLs belong to, if the target has one of its own.
    fn origin(&self) -> Option<String> {
        None
    }
}

/// No answer, or one that is no HTTP or too large.
///
/// ```
/// use cors_runtime::testing::TargetError;
///
/// assert_eq!(TargetError::new("unplugged").to_string(), "unplugged");
/// ```
#[derive(Debug)]
pub struct TargetError(String);

impl TargetError {
    /// With the cause in words.
    pub fn new(cause: impl fmt::Display) -> Self {
        Self(cause.to_string())
    }

    /// With the causes of the cause.
    pub(super) fn from_error(what: &str, error: &dyn Error) -> Self {
        let mut text = format!("{what}: {error}");
        let mut source = error.source();
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        Self(text)
    }
}

impl fmt::Display for TargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for TargetError {}
