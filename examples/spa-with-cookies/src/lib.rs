//! A page on one origin that logs in to an API on another origin, with a cookie. The README explains the measures against
//! CSRF.

use cors_runtime::{Policy, policy};

pub mod accounts;
pub mod actix_app;
pub mod axum_app;

/// The ports of the API, of the app, and of the same page on an origin that is not listed.
pub const PORTS: [u16; 3] = [3000, 4100, 4200];

/// The HTML of the page.
pub const PAGE: &str = include_str!("page.html");

/// The policy of the API: only the app may call it. JSON bodies need `content-type`. `enforce` refuses the requests of
/// pages on other origins.
pub static APP: Policy = policy!(
    origins = ["http://localhost:4100"],
    credentials,
    allow_headers = ["content-type"],
    enforce,
    max_age = 7200
);
