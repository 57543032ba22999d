//! A simulated browser, for tests of what pages can do with an application.
//!
//! A [`Browser`] opens a [`Page`], and the page fetches from the application as a script does: with a preflight where the
//! [Fetch standard](https://fetch.spec.whatwg.org/) needs one, with the checks of the standard, and with only those
//! response headers that a script can read. A fetch that fails returns [`Blocked`], which contains the message of the
//! browser's console and says what to change.
//!
//! ```
//! # use cors_runtime::testing::{Browser, Fetch, Reason, WireRequest, WireResponse};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! // A function. An `axum::Router` or the result of `actix_web::test::init_service` is used in the same way.
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
//! # What is simulated
//!
//! [`Browser::new`] follows the standard: safelisted methods, request headers and response headers, the preflight and its
//! cache, the CORS check, credentials modes, redirects and the origins that they taint, the modes `cors`, `no-cors` and
//! `same-origin`, `Sec-Fetch-*`, `Referer`. [`Browser::chromium`], [`Browser::firefox`] and [`Browser::safari`] differ from
//! the standard as these browsers do, for example in the limits of the preflight cache and in the meaning of `*`. All of them
//! are compared with the tests of real browsers:
//! [web-platform-tests](https://github.com/per-route-cors/cors-runtime/blob/main/docs/platform-tests.md).
//!
//! # What is not simulated
//!
//! - There is no HTTP cache. Every request is sent, and a missing `Vary: Origin` has no effect.
//! - [`Page::load`] sends the requests of images, scripts, links, frames, forms and `WebSocket`s, but nothing comes of
//!   the responses. There are no pages inside of frames, so every page is its own top-level site. The cookies of a
//!   navigation are those of a `fetch()`, also where browsers add cookies with `SameSite=Lax`.
//! - Cookies follow `SameSite`, `Secure`, `Domain`, `Path`, `Expires`, `Max-Age`, `Partitioned`, the prefixes `__Host-` and
//!   `__Secure-`, and the blocking of third-party cookies, but no other rule. Only a few public suffixes are known
//!   ([`Browser::public_suffix`] adds one).
//! - Of referrer policies there are only the default and `no-referrer`. There are no options `referrer` and `keepalive`, and
//!   no workers.
//! - `Sec-Fetch-User` and `Sec-Fetch-Storage-Access` are not sent.
//! - Only `http:` and `https:` URLs are fetched. An image with mixed content is blocked, where browsers replace `http:` by
//!   `https:` in its URL.
//! - There are no blocked ports, no permissions for local networks, and no certificates.
//! - The script gets a response after its last byte, so a stream of events without an end is never returned.
//!
//! The module needs no async runtime of its own. The feature `testing-http` needs tokio with its I/O driver.

mod blocked;
mod browser;
mod cookie_date;
mod cookies;
mod cors_check;
mod fetch;
mod header_list;
mod load;
mod main_fetch;
mod max_age;
mod method;
mod network_fetch;
mod origin;
mod page;
mod preflight_cache;
mod preflight_fetch;
mod quirks;
mod redirect_fetch;
mod request;
mod request_header;
mod response;
mod site;
mod target;
mod wire;

#[cfg(feature = "actix")]
pub use self::target::ViaActix;
#[cfg(feature = "testing-http")]
pub use self::target::ViaHttp;
pub use self::{
    blocked::{Blocked, Reason},
    browser::Browser,
    fetch::Fetch,
    load::Load,
    page::Page,
    response::{Response, ResponseType},
    target::{Target, TargetError, TowerBody, ViaFunction, ViaTower, ViaTowerBody, WithBody, with_body},
    wire::{Exchange, WireRequest, WireResponse},
};
