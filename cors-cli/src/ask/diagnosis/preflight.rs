//! Diagnoses of preflights that are answered with an error, or whose lists lack the method or a header.

use super::blocked_request::{BlockedRequest, Diagnosis};
use crate::ask::cause::Cause;
use crate::ask::changes::{self, Change};
use crate::printable::printable_value;

/// The part of a body in which [`REFUSALS`] are looked for.
const REFUSAL_LIMIT: usize = 1000;

/// What a CORS library has refused.
#[derive(Clone, Copy, Debug)]
enum Refusal {
    Origin,
    Method,
    Headers,
    /// The text is the same for all three.
    Unknown,
}

/// The texts in lower case with which libraries refuse preflights:
/// [actix-cors](https://github.com/actix/actix-extras/blob/a0ce030c65afa4a6369ec33e27886317c585b04f/actix-cors/src/error.rs),
/// [Starlette](https://github.com/encode/starlette/blob/d8e7059e9e54d68c36557182e962ade84025290a/starlette/middleware/cors.py) and
/// [Spring](https://github.com/spring-projects/spring-framework/blob/cfec88bfa86ab2c5298c8ea6f3c8abfe54e7a309/spring-web/src/main/java/org/springframework/web/cors/DefaultCorsProcessor.java).
const REFUSALS: [(&str, Refusal); 7] = [
    ("origin is not allowed to make this request", Refusal::Origin),
    ("requested method is not allowed", Refusal::Method),
    ("one or more request headers are not allowed", Refusal::Headers),
    ("disallowed cors origin", Refusal::Origin),
    ("disallowed cors method", Refusal::Method),
    ("disallowed cors headers", Refusal::Headers),
    ("invalid cors request", Refusal::Unknown),
];

impl BlockedRequest<'_> {
    pub(super) fn preflight_needs_login(&self, status: u16) -> Diagnosis {
        let by = if status == 403 { "a login or a firewall" } else { "the login" };
        Diagnosis::new(
            Cause::PreflightNeedsLogin,
            format!(
                "The preflight is answered with {status} by {by}, before CORS is applied. Browsers send preflights \
                 without cookies and without `Authorization`, so a login refuses each of them."
            ),
            changes::cors_before_login(self.blocked.origin()),
        )
    }

    pub(super) fn preflight_status(&self) -> Diagnosis {
        let status = self.blocked.status().unwrap_or_default();
        if let Some(diagnosis) = self.refused_by_library() {
            return diagnosis;
        }
        match status {
            401 | 403 | 407 => self.preflight_needs_login(status),
            404 | 405 | 501 => Diagnosis::new(
                Cause::PreflightNotRouted,
                format!(
                    "The preflight is answered with {status}: the server adds CORS headers, but it has no route for \
                     `OPTIONS` at this path. A preflight needs a status from 200 to 299."
                ),
                changes::answer_preflights(self.blocked.origin()),
            ),
            _ => self.preflight_failed(status),
        }
    }

    /// Explains a preflight that a CORS library has refused with an error and a text instead of a list.
    pub(super) fn refused_by_library(&self) -> Option<Diagnosis> {
        let status = self.blocked.status()?;
        let response = self.failed_response()?;
        let body = String::from_utf8_lossy(&response.body()[..response.body().len().min(REFUSAL_LIMIT)])
            .to_ascii_lowercase();
        let (text, what) = REFUSALS.into_iter().find(|(text, _)| body.contains(text))?;
        let explain = |what: &str| {
            format!("A CORS library answered the preflight with {status} and the text \"{text}\": {what}.")
        };
        let origin = self.blocked.origin();
        Some(match what {
            Refusal::Origin => Diagnosis::new(
                Cause::OriginNotAllowed,
                explain(&format!("it does not allow {origin}")),
                changes::allow_origin(origin),
            ),
            Refusal::Unknown => Diagnosis::new(
                Cause::OriginNotAllowed,
                explain(&format!(
                    "it does not allow {origin}, or the method {}, or one of the headers, and does not tell which",
                    self.method
                )),
                changes::allow_origin(origin),
            ),
            Refusal::Method => Diagnosis::new(
                Cause::MethodNotListed,
                explain(&format!("it does not allow {}", self.method)),
                changes::allow_method(self.method, ""),
            ),
            Refusal::Headers => {
                let requested = self.exchanges.last()?.request.header("access-control-request-headers")?;
                let names: Vec<&str> = requested.split(',').collect();
                Diagnosis::new(
                    Cause::HeaderNotListed,
                    explain(&format!("it does not allow one of {}", names.join(", "))),
                    changes::allow_headers(&names, ""),
                )
            }
        })
    }

    pub(super) fn preflight_failed(&self, status: u16) -> Diagnosis {
        Diagnosis::new(
            Cause::PreflightFailed,
            format!(
                "The preflight is answered with {status}. A preflight needs a status from 200 to 299 and the CORS \
                 headers, whatever the request itself would be answered with."
            ),
            changes::cors_outermost(self.blocked.origin()),
        )
    }

    pub(super) fn method_not_allowed(&self, value: &str) -> Diagnosis {
        let method = self.method;
        let upper = method.to_ascii_uppercase();
        if method != upper {
            return Diagnosis::new(
                Cause::MethodInLowerCase,
                format!(
                    "The script sends the method `{method}`. Methods are case-sensitive, and browsers correct only \
                     `delete`, `get`, `head`, `options`, `post` and `put`."
                ),
                Change::general(format!(
                    "Write `{upper}` in the script. The server needs no change for that."
                )),
            );
        }
        let lists = if value.is_empty() {
            "The response to the preflight has no `Access-Control-Allow-Methods`".to_owned()
        } else {
            format!("The response to the preflight has `Access-Control-Allow-Methods: {value}`")
        };
        let why = if value.split(',').any(|element| element.trim() == "*") && self.credentials {
            "With credentials, `*` is no wildcard".to_owned()
        } else if value.split(',').any(|element| element.trim().eq_ignore_ascii_case(method)) {
            format!("Methods are case-sensitive: it has to be `{method}`")
        } else {
            format!("It does not contain {method}")
        };
        Diagnosis::new(
            Cause::MethodNotListed,
            format!("{lists}. {why}."),
            changes::allow_method(method, &without_wildcards(value)),
        )
    }

    pub(super) fn header_not_allowed(&self) -> Diagnosis {
        let refused = self.blocked.header_name().unwrap_or_default();
        let header = |name: &str| {
            let exchange = self.exchanges.last()?;
            Some(exchange.request.header(name)?.to_owned())
        };
        let lines = self.failed_response().map(|response| {
            let values = response.headers().filter(|(name, _)| *name == "access-control-allow-headers");
            values.map(|(_, value)| printable_value(value)).collect::<Vec<_>>().join(", ")
        });
        let listed = lines.unwrap_or_default();
        let contains =
            |name: &str| listed.split(',').any(|element| element.trim().eq_ignore_ascii_case(name));
        let requested = header("access-control-request-headers").unwrap_or_default();
        // A wildcard that counts leaves only `authorization` to be named, and is still needed for the other headers.
        let (mut missing, kept): (Vec<&str>, _) = if contains("*") && !self.credentials {
            (vec![refused], listed.clone())
        } else {
            let names = requested.split(',').filter(|name| !contains(name));
            (names.collect(), without_wildcards(&listed))
        };
        if missing.is_empty() {
            missing.push(refused);
        }
        let has = match listed.as_str() {
            "" => "The response to the preflight has no `Access-Control-Allow-Headers`".to_owned(),
            _ => format!("The response to the preflight has `Access-Control-Allow-Headers: {listed}`"),
        };
        let names = missing.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let why = match (contains("*"), self.credentials) {
            (true, true) => "With credentials, `*` is no wildcard".to_owned(),
            (true, false) => "In the Fetch standard the wildcard does not cover `authorization`; browsers accept it today, and plan to change that"
                .to_owned(),
            _ if listed.contains('*') => {
                format!("A pattern of names does not exist, so {names} is not allowed")
            }
            _ => format!("The script sends {names}, which has to be listed there"),
        };
        Diagnosis::new(
            Cause::HeaderNotListed,
            format!("{has}. {why}."),
            changes::allow_headers(&missing, &kept),
        )
    }
}

/// Returns a list without the elements that contain a `*`, for a request that they do not allow.
fn without_wildcards(list: &str) -> String {
    let names = list.split(',').map(str::trim).filter(|element| !element.contains('*'));
    names.collect::<Vec<_>>().join(", ")
}

pub(super) fn invalid_list(header: &str, value: &str) -> Diagnosis {
    Diagnosis::new(
        Cause::ListInvalid,
        format!(
            "`Access-Control-Allow-{header}: {value}` is not a list of names separated by commas. One broken element makes \
             the whole preflight fail."
        ),
        Change::general(format!(
            "Separate the names with commas: `Access-Control-Allow-{header}: {}`.",
            if header == "Methods" { "GET, PUT" } else { "content-type, authorization" }
        )),
    )
}
