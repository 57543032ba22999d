//! A simulated browser: tests of what a page can do, without one.
//!
//! A [`Browser`] opens a [`Page`], and the page fetches from an application as a script would: with a preflight where
//! the [Fetch standard](https://fetch.spec.whatwg.org/) wants one, with the checks that it prescribes, and with only
//! those response headers that a script may read. What it refuses is a [`Blocked`]: the sentence of the browser's
//! console, and what to change.
//!
//! ```
//! # use cors_runtime::testing::{Browser, Fetch, Reason, WireRequest, WireResponse};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! // Here a function; an `axum::Router` or what `actix_web::test::init_service` gives goes the same way.
//! let app = |request: WireRequest| match request.is_preflight() {
//!     true => WireResponse::new(401),
//!     false => WireResponse::new(200),
//! };
//! let page = Browser::new().page("https://app.example.com");
//! let blocked = page.fetch(&app, Fetch::put("/me").credentials().json("{}")).await.unwrap_err();
//! assert_eq!(blocked.reason(), Reason::MissingAllowOrigin);
//! assert_eq!(
//!     blocked.to_string(),
//!     "Access to fetch at 'https://api.example.com/me' from origin 'https://app.example.com' has been blocked by \
//!      CORS policy: Response to preflight request doesn't pass access control check: \
//!      No 'Access-Control-Allow-Origin' header is present on the requested resource.\n\
//!      help: the preflight was answered with 401: a layer outside the routes answered it; put it in with \
//!      `Routes::layer` (axum) or `.wrap` of the routes (actix-web)",
//! );
//! # }
//! ```
//!
//! # What is followed
//!
//! [`Browser::new`] is the standard: safelisted methods, request headers and response headers, the preflight and its
//! cache, the CORS check, credentials modes, redirects and the origins they taint, the modes `cors`, `no-cors` and
//! `same-origin`, `Sec-Fetch-*`, `Referer`. [`Browser::chromium`], [`Browser::firefox`] and [`Browser::safari`] do it as
//! these browsers do: limits of the preflight cache, and what they make of `*`.
//!
//! # What is not
//!
//! - There is no HTTP cache: every request is sent. A missing `Vary: Origin` is not noticed.
//! - Everything is one tab deep: a page is its own top-level site. No navigation, no forms, no `WebSocket`.
//! - Cookies are kept as far as `SameSite`, `Secure`, `Domain`, `Path`, expiry, prefixes, `Partitioned` and the blocking
//!   of third parties go. Sites are told apart with a short list of public suffixes
//!   ([`Browser::public_suffix`] adds one).
//! - No blocked ports, no permission to reach the local network, no certificates.
//! - A response is read to its end before the script gets it: a stream of events without an end is not for it.
//!
//! It needs no runtime of its own; `testing-http` needs tokio's, with the I/O driver.

mod blocked;
mod browser;
mod cookie_date;
mod cookies;
mod cors_check;
mod engine;
mod fetch;
mod fetching;
mod forbidden;
mod list_header;
mod max_age;
mod method;
mod origin;
mod outgoing;
mod page;
mod preflight;
mod preflight_cache;
mod redirect;
mod response;
mod safelist;
mod target;
mod texts;
mod wire;

#[cfg(feature = "actix")]
pub use self::target::ViaActix;
#[cfg(feature = "testing-http")]
pub use self::target::ViaHttp;
pub use self::{
    blocked::{Blocked, Reason},
    browser::{Browser, Exchange},
    fetch::Fetch,
    page::Page,
    response::{Response, ResponseType},
    target::{Target, TargetError, TowerBody, ViaFunction, ViaTower, ViaTowerBody, WithBody, with_body},
    wire::{WireRequest, WireResponse},
};
