//! The simulated browser, with small applications.
#![cfg(feature = "testing")]

mod credentials;
mod loads;
mod messages;
mod modes;
mod preflight;
mod preflight_cache;
mod redirects;
mod targets;

use cors_runtime::testing::{WireRequest, WireResponse};

const PAGE: &str = "https://app.example.com";
const ALLOW_ORIGIN: &str = "access-control-allow-origin";
const ALLOW_METHODS: &str = "access-control-allow-methods";
const ALLOW_HEADERS: &str = "access-control-allow-headers";
const ALLOW_CREDENTIALS: &str = "access-control-allow-credentials";
const MAX_AGE: &str = "access-control-max-age";

/// An application that answers every request with this status and these headers.
fn always(status: u16, headers: &[(&str, &str)]) -> impl Fn(WireRequest) -> WireResponse + use<> {
    let response = headers
        .iter()
        .fold(WireResponse::new(status), |response, (name, value)| response.with_header(name, value));
    move |_| response.clone()
}

/// An application that answers preflights with this status and these headers, and allows every origin to read the
/// responses to other requests.
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
