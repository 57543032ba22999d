//! A page on one origin that logs in to an API on another one, with a cookie. The README says what makes it safe.

use cors_runtime::{Policy, policy};

pub mod accounts;
pub mod actix_app;
pub mod axum_app;

/// The API, the app, and the same page on an origin that is not listed.
pub const PORTS: [u16; 3] = [3000, 4100, 4200];

/// The page.
pub const PAGE: &str = include_str!("page.html");

/// Who may call the API: the app. `content-type` is for JSON; `enforce` keeps other pages from sending anything.
pub static APP: Policy = policy!(
    origins = ["http://localhost:4100"],
    credentials,
    allow_headers = ["content-type"],
    enforce,
    max_age = 7200
);
