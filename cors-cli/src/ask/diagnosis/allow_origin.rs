//! Diagnoses of responses whose `Access-Control-Allow-Origin` does not allow the page.

use super::{
    blocked_request::{BlockedRequest, Diagnosis},
    near_miss::difference,
    redirect::leads_to_login,
};
use crate::ask::cause::Cause;
use crate::ask::changes::{self, Change};
use crate::printable::{printable, printable_value};
use cors_runtime::testing::{Reason, WireResponse};

impl BlockedRequest<'_> {
    /// Explains a response without `Access-Control-Allow-Origin` by its status and its other headers.
    pub(super) fn missing_allow_origin(&self) -> Diagnosis {
        let origin = self.blocked.origin();
        let status = self.blocked.status().unwrap_or_default();
        let name = self.response_name();
        if origin == "null" {
            return self.null_origin();
        }
        if self.blocked.in_preflight() {
            if let Some(diagnosis) = self.refused_by_library() {
                return diagnosis;
            }
            return match status {
                401 | 407 => self.preflight_needs_login(status),
                403 if !self.decides_by_origin() => self.preflight_needs_login(status),
                404 | 405 | 501 => Diagnosis::new(
                    Cause::PreflightNotRouted,
                    format!(
                        "The preflight is answered with {status} and without CORS headers: the server has no route for \
                         `OPTIONS` at this path, and no CORS layer answers in its place."
                    ),
                    changes::answer_preflights(origin),
                ),
                400 | 403 if self.decides_by_origin() => self.origin_not_allowed(&name),
                200..=299 => self.origin_not_allowed(&name),
                _ => self.preflight_failed(status),
            };
        }
        match status {
            300..=399 => {
                let location = self.failed_response().and_then(|response| response.header("location"));
                let to = location.map(|location| format!(" to {}", printable_value(location.as_bytes())));
                Diagnosis::new(
                    Cause::RedirectWithoutHeaders,
                    format!(
                        "The server redirects{} with {status}, and the redirect itself has no \
                         `Access-Control-Allow-Origin`. Every response in a chain of redirects needs the header.",
                        to.unwrap_or_default()
                    ),
                    changes::redirect_without_headers(location.is_some_and(leads_to_login)),
                )
            }
            400.. if self.has_preflight() || !self.decides_by_origin() => Diagnosis::new(
                Cause::ErrorWithoutHeaders,
                format!(
                    "The server answered with {status}, and the error page has no `Access-Control-Allow-Origin`. The \
                     browser reports this as a CORS error, although the error itself may be a different one{}.",
                    match status {
                        401 | 403 => ": here the server wants a login",
                        404 | 405 => ": here the path or the method may be wrong",
                        413 => ": here the body of the request may be too large",
                        429 => ": here there were too many requests",
                        500.. => ": here something failed on the server or behind the proxy",
                        _ => "",
                    }
                ),
                changes::headers_on_errors(origin, status),
            ),
            _ if self.has_preflight() => Diagnosis::new(
                Cause::OnlyPreflightAllowed,
                format!(
                    "The preflight was answered with the right headers, but the response to the {} request has no \
                     `Access-Control-Allow-Origin`. Both need it.",
                    self.method
                ),
                changes::headers_on_actual_responses(origin),
            ),
            _ => self.origin_not_allowed(&name),
        }
    }

    fn origin_not_allowed(&self, name: &str) -> Diagnosis {
        let origin = self.blocked.origin();
        let misspelt = self.failed_response().and_then(misspelt_header);
        let clue = if let Some(header) = misspelt {
            format!("It has `{header}`, which is no header of CORS.")
        } else if self.decides_by_origin() {
            format!("It has other signs of CORS, so the list of allowed origins does not contain {origin}.")
        } else {
            format!(
                "It has no other CORS headers either: nothing there applies CORS, or {origin} is not allowed."
            )
        };
        Diagnosis::new(
            Cause::OriginNotAllowed,
            format!("{name} has no `Access-Control-Allow-Origin`. {clue}"),
            changes::allow_origin(origin),
        )
    }

    /// Returns whether the response that failed looks as if it depended on the origin.
    fn decides_by_origin(&self) -> bool {
        let Some(response) = self.failed_response() else { return false };
        response.headers().any(|(name, value)| {
            matches!(
                name,
                "access-control-allow-credentials"
                    | "access-control-allow-headers"
                    | "access-control-allow-methods"
                    | "access-control-max-age"
            ) || name == "vary"
                && value
                    .split(|&byte| byte == b',')
                    .any(|element| element.trim_ascii().eq_ignore_ascii_case(b"origin"))
        })
    }

    /// Explains a value of `Access-Control-Allow-Origin` that is not the origin of the request.
    pub(super) fn other_allow_origin(&self, value: &str) -> Diagnosis {
        let origin = self.blocked.origin();
        if origin == "null" {
            return self.null_origin();
        }
        let name = self.response_name();
        let change = changes::allow_origin(origin);
        if let Some(difference) = difference(value, origin) {
            return Diagnosis::new(
                Cause::OriginNearMiss,
                format!(
                    "{name} has `Access-Control-Allow-Origin: {value}`, and the page has the origin {origin}. Browsers \
                     compare the two letter by letter: {difference}."
                ),
                change,
            );
        }
        if self.blocked.reason() == Reason::InvalidAllowOrigin {
            return Diagnosis::new(
                Cause::OriginInvalid,
                format!(
                    "{name} has `Access-Control-Allow-Origin: {value}`. The value has to be the origin of the page, or \
                     `*`."
                ),
                change,
            );
        }
        Diagnosis::new(
            Cause::OtherOrigin,
            format!(
                "{name} has `Access-Control-Allow-Origin: {value}`, which is another origin than {origin}. Either the \
                 server sends this value to every page, or a cache stored the response to another page."
            ),
            change,
        )
    }

    pub(super) fn several_allow_origins(&self, value: &str) -> Diagnosis {
        let name = self.response_name();
        // A proxy can join two lines of one header.
        let mut elements: Vec<&str> = value.split(',').map(str::trim).collect();
        let count = elements.len();
        elements.sort_unstable();
        elements.dedup();
        if self.allow_origin_lines() > 1 || elements.len() < count {
            return Diagnosis::new(
                Cause::OriginSentTwice,
                format!(
                    "{name} has `Access-Control-Allow-Origin` twice ({value}). Browsers accept one value only, even if \
                     both are equal: two places add the header, for example the application and the proxy in front of \
                     it."
                ),
                changes::send_once(),
            );
        }
        Diagnosis::new(
            Cause::OriginList,
            format!(
                "{name} has a list in `Access-Control-Allow-Origin: {value}`. The header has one value: the server has \
                 to choose it by the `Origin` of the request."
            ),
            changes::allow_origin(self.blocked.origin()),
        )
    }

    fn null_origin(&self) -> Diagnosis {
        if self.page == "null" {
            return Diagnosis::new(
                Cause::NullOrigin,
                "Sandboxed frames, `file:` pages and `data:` pages have the origin `null`, and every site can open such \
                 a page."
                    .to_owned(),
                Change::general(
                    "Serve the page from an origin of its own, such as http://localhost:3000, and allow that. Do not \
                     allow `null`: it would allow every site. A public API can send `*`, without credentials.",
                ),
            );
        }
        Diagnosis::new(
            Cause::OriginBecameNull,
            format!(
                "The request was redirected to {}, which is another origin. From then on browsers send `Origin: null` \
                 in place of {}.",
                printable(self.blocked.url()),
                self.page
            ),
            Change::general(format!(
                "Let the script ask for {} directly, and allow {} there. A public resource can send \
                 `Access-Control-Allow-Origin: *`.",
                printable(self.blocked.url()),
                self.page
            )),
        )
    }
}

/// Returns the name of a header that was probably meant to be `Access-Control-Allow-Origin`.
fn misspelt_header(response: &WireResponse) -> Option<String> {
    let known = |name: &str| {
        matches!(
            name.strip_prefix("access-control-"),
            Some(
                "allow-origin"
                    | "allow-credentials"
                    | "allow-methods"
                    | "allow-headers"
                    | "allow-private-network"
                    | "expose-headers"
                    | "max-age"
            )
        )
    };
    response
        .headers()
        .map(|(name, _)| name)
        .find(|name| {
            let looks_alike = name.starts_with("access-control-") || name.starts_with("access-controll-");
            let is_meant = looks_alike && name.contains("orig")
                || matches!(*name, "allow-origin" | "access-allow-origin" | "access_control_allow_origin");
            is_meant && !known(name)
        })
        .map(|name| printable(name).into_owned())
}
