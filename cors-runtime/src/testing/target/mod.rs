//! The applications that a page can fetch from: tower services, actix-web test services, URLs and functions.

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

/// A larger body of a response is an error: 16 MiB.
const BODY_LIMIT: usize = 16 << 20;

/// An application that answers requests.
///
/// It is implemented for
/// - tower services, such as `axum::Router`, that take a request with any body or with [`TowerBody`] ([`with_body`] is for
///   services with another body type),
/// - the result of `actix_web::test::init_service` (feature `actix`),
/// - `http:` URLs as text (feature `testing-http`),
/// - functions `Fn(WireRequest) -> WireResponse`.
///
/// The parameter `Marker` lets these implementations exist side by side. The compiler finds it in `page.fetch(&app, ..)`,
/// and nobody has to write it.
///
/// ```
/// use cors_runtime::testing::{Browser, Fetch, Reason, Target, TargetError, WireRequest, WireResponse};
///
/// /// A target of your own has a marker of your own.
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
    /// Sends a request to the application, and returns the response.
    ///
    /// # Errors
    ///
    /// Returns [`TargetError`] if there is no response. The fetch then fails with
    /// [`Reason::NoAnswer`](super::Reason::NoAnswer).
    fn send(&self, request: WireRequest) -> impl Future<Output = Result<WireResponse, TargetError>>;

    /// Returns the URL to which relative URLs belong. `None`, the default, is
    /// [`Browser::api_origin`](super::Browser::api_origin).
    fn origin(&self) -> Option<String> {
        None
    }
}

/// The reason why a target gave no response, or one that is too large.
///
/// ```
/// use cors_runtime::testing::TargetError;
///
/// assert_eq!(TargetError::new("unplugged").to_string(), "unplugged");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetError(String);

impl TargetError {
    /// Creates an error that displays this cause.
    pub fn new(cause: impl fmt::Display) -> Self {
        Self(cause.to_string())
    }

    /// Creates an error that displays `what`, `error`, and the sources of `error`.
    fn from_error(what: &str, error: &dyn Error) -> Self {
        let mut text = format!("{what}: {error}");
        let mut source = error.source();
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        Self(text)
    }

    fn invalid_request(error: &dyn Error) -> Self {
        Self::from_error("this is no HTTP request", error)
    }
}

impl fmt::Display for TargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for TargetError {}
