//! The simulated browser against applications of a few lines.
#![cfg(feature = "testing")]

mod cache;
mod credentials;
mod modes;
mod preflight;
mod redirects;
mod targets;
mod texts;

use cors_runtime::testing::{WireRequest, WireResponse};

const PAGE: &str = "https://app.example.com";
const ALLOW_ORIGIN: &str = "access-control-allow-origin";
const ALLOW_METHODS: &str = "access-control-allow-methods";
const ALLOW_HEADERS: &str = "access-control-allow-headers";
const ALLOW_CREDENTIALS: &str = "access-control-allow-credentials";
const MAX_AGE: &str = "access-control-max-age";

/// Answers everything with these headers.
fn always(status: u16, headers: &[(&str, &str)]) -> impl Fn(WireRequest) -> WireResponse + use<> {
    let answer = headers
        .iter()
        .fold(WireResponse::new(status), |answer, (name, value)| answer.with_header(name, value));
    move |_| answer.clone()
}

/// Answers preflights with these headers, and everything else with those that every page needs.
fn preflighted(status: u16, headers: &[(&str, &str)]) -> impl Fn(WireRequest) -> WireResponse + use<> {
    let preflight = always(status, headers);
    move |request| {
        if request.is_preflight() {
            return preflight(request);
        }
        let origin = request.header("origin").unwrap_or_default().to_owned();
        WireResponse::new(200).with_header(ALLOW_ORIGIN, origin).with_header(ALLOW_CREDENTIALS, "true")
    }
}
