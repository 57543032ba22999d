//! Finds the cause of a blocked request: the reason of the browser, and what the responses show beside it.

use cors_runtime::testing::{Blocked, Reason, WireResponse};
use reqwest::Url;

use super::{
    cause::Cause,
    changes::{self, Change},
    near_miss::difference,
    network::Exchange,
};
use crate::printable::{printable, printable_value};

const ALLOW_ORIGIN: &str = "access-control-allow-origin";
const ALLOW_HEADERS: &str = "access-control-allow-headers";

/// The cause of a blocked request, and what to change.
#[derive(Clone, Debug)]
pub(super) struct Diagnosis {
    pub(super) cause: Cause,
    /// Says what the response shows, in one or two sentences.
    pub(super) explanation: String,
    pub(super) change: Change,
}

/// A request that a browser has blocked.
pub(super) struct BlockedRequest<'a> {
    pub(super) blocked: &'a Blocked,
    /// The origin of the page.
    pub(super) page: &'a str,
    pub(super) method: &'a str,
    pub(super) credentials: bool,
    /// What this browser has sent. The last exchange is the one that failed.
    pub(super) exchanges: Vec<&'a Exchange>,
}

impl BlockedRequest<'_> {
    /// Finds the cause.
    pub(super) fn diagnose(&self) -> Diagnosis {
        let value = printable_value(self.blocked.value().unwrap_or_default().as_bytes());
        let blocked = self.blocked;
        match blocked.reason() {
            Reason::MissingAllowOrigin => self.missing_allow_origin(),
            Reason::AllowOriginMismatch | Reason::InvalidAllowOrigin => self.other_allow_origin(&value),
            Reason::SeveralAllowOrigins => self.several_allow_origins(&value),
            Reason::WildcardWithCredentials => diagnosis(
                Cause::WildcardWithCredentials,
                format!(
                    "{} has `Access-Control-Allow-Origin: *`. The wildcard covers requests without credentials only, \
                     and the script asks for credentials.",
                    self.response_name()
                ),
                changes::allow_credentials(blocked.origin(), true),
            ),
            Reason::MissingAllowCredentials => diagnosis(
                Cause::CredentialsNotAllowed,
                format!(
                    "{} allows the origin, but it does not have `Access-Control-Allow-Credentials: true`. The script \
                     asks for credentials.",
                    self.response_name()
                ),
                changes::allow_credentials(blocked.origin(), false),
            ),
            Reason::InvalidAllowCredentials => diagnosis(
                Cause::CredentialsNotAllowed,
                format!(
                    "{} has `Access-Control-Allow-Credentials: {value}`. The only value that browsers accept is \
                     `true`, in lower case and sent once.",
                    self.response_name()
                ),
                changes::allow_credentials(blocked.origin(), false),
            ),
            Reason::PreflightRedirect => self.preflight_redirected(&value),
            Reason::PreflightStatus => self.preflight_status(),
            Reason::InvalidAllowMethods => invalid_list("Methods", &value),
            Reason::InvalidAllowHeaders => invalid_list("Headers", &value),
            Reason::MethodNotAllowed => self.method_not_allowed(&value),
            Reason::HeaderNotAllowed => self.header_not_allowed(),
            Reason::InvalidRedirect => redirect_invalid(format!("`Location: {value}` is not one URL.")),
            Reason::RedirectScheme => {
                redirect_invalid(format!("`Location: {value}` is neither an `http:` nor an `https:` URL."))
            }
            Reason::RedirectWithUserinfo => {
                redirect_invalid("`Location` contains a user name or a password.".to_owned())
            }
            Reason::TooManyRedirects => {
                redirect_invalid("The redirects do not end: browsers stop after 20 of them.".to_owned())
            }
            Reason::MixedContent => diagnosis(
                Cause::MixedContent,
                format!(
                    "The page was loaded over `https:`, and {} is an `http:` URL. Browsers do not send such a request.",
                    printable(blocked.url())
                ),
                Change::general("Serve the URL over `https:`, and write `https:` in the script."),
            ),
            _ => diagnosis(
                Cause::ScriptMistake,
                "The browser refuses the arguments of `fetch()` and sends nothing.".to_owned(),
                Change::general("Change the script: no header of the server allows this request."),
            ),
        }
    }

    /// Explains a response without `Access-Control-Allow-Origin` by its status and its other headers.
    fn missing_allow_origin(&self) -> Diagnosis {
        let origin = self.blocked.origin();
        let status = self.blocked.status().unwrap_or_default();
        let name = self.response_name();
        if origin == "null" {
            return self.null_origin();
        }
        if self.blocked.in_preflight() {
            return match status {
                401 | 407 => self.preflight_needs_login(status),
                403 if !self.decides_by_origin() => self.preflight_needs_login(status),
                404 | 405 | 501 => diagnosis(
                    Cause::PreflightNotRouted,
                    format!(
                        "The preflight is answered with {status} and without CORS headers: the server has no route for \
                         `OPTIONS` at this path, and no CORS layer answers in its place."
                    ),
                    changes::answer_preflights(origin),
                ),
                // actix-cors answers with 400 if it does not allow the origin, and others with 403.
                400 | 403 if self.decides_by_origin() => self.origin_not_allowed(&name),
                200..=299 => self.origin_not_allowed(&name),
                _ => self.preflight_failed(status),
            };
        }
        match status {
            300..=399 => {
                let location = self.failed_response().and_then(|response| response.header("location"));
                let to = location.map(|location| format!(" to {}", printable_value(location.as_bytes())));
                diagnosis(
                    Cause::RedirectWithoutHeaders,
                    format!(
                        "The server redirects{} with {status}, and the redirect itself has no \
                         `Access-Control-Allow-Origin`. Every response in a chain of redirects needs the header.",
                        to.unwrap_or_default()
                    ),
                    changes::redirect_without_headers(location.map(str::as_bytes)),
                )
            }
            400.. if self.has_preflight() || !self.decides_by_origin() => diagnosis(
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
            _ if self.has_preflight() => diagnosis(
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
        diagnosis(
            Cause::OriginNotAllowed,
            format!("{name} has no `Access-Control-Allow-Origin`. {clue}"),
            changes::allow_origin(origin),
        )
    }

    /// Returns whether the response that failed looks as if it depended on the origin.
    fn decides_by_origin(&self) -> bool {
        let Some(response) = self.failed_response() else { return false };
        response.headers().any(|(name, value)| {
            matches!(name, ALLOW_HEADERS | "access-control-allow-methods" | "access-control-max-age")
                || name == "access-control-allow-credentials"
                || name == "vary"
                    && value
                        .split(|&byte| byte == b',')
                        .any(|element| element.trim_ascii().eq_ignore_ascii_case(b"origin"))
        })
    }

    /// Explains a value of `Access-Control-Allow-Origin` that is not the origin of the request.
    fn other_allow_origin(&self, value: &str) -> Diagnosis {
        let origin = self.blocked.origin();
        if origin == "null" {
            return self.null_origin();
        }
        let name = self.response_name();
        let change = changes::allow_origin(origin);
        if let Some(difference) = difference(value, origin) {
            return diagnosis(
                Cause::OriginNearMiss,
                format!(
                    "{name} has `Access-Control-Allow-Origin: {value}`, and the page has the origin {origin}. Browsers \
                     compare the two letter by letter: {difference}."
                ),
                change,
            );
        }
        if self.blocked.reason() == Reason::InvalidAllowOrigin {
            return diagnosis(
                Cause::OriginInvalid,
                format!(
                    "{name} has `Access-Control-Allow-Origin: {value}`. The value has to be the origin of the page, or \
                     `*`."
                ),
                change,
            );
        }
        diagnosis(
            Cause::OtherOrigin,
            format!(
                "{name} has `Access-Control-Allow-Origin: {value}`, which is another origin than {origin}. Either the \
                 server sends this value to every page, or a cache stored the response to another page."
            ),
            change,
        )
    }

    fn several_allow_origins(&self, value: &str) -> Diagnosis {
        let lines = self
            .failed_response()
            .map_or(0, |response| response.headers().filter(|(name, _)| *name == ALLOW_ORIGIN).count());
        let name = self.response_name();
        // A proxy can join two lines of one header.
        let mut elements: Vec<&str> = value.split(',').map(str::trim).collect();
        let count = elements.len();
        elements.sort_unstable();
        elements.dedup();
        if lines > 1 || elements.len() < count {
            return diagnosis(
                Cause::OriginSentTwice,
                format!(
                    "{name} has `Access-Control-Allow-Origin` twice ({value}). Browsers accept one value only, even if \
                     both are equal: two places add the header, for example the application and the proxy in front of \
                     it."
                ),
                changes::send_once(),
            );
        }
        diagnosis(
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
            return diagnosis(
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
        diagnosis(
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

    fn preflight_needs_login(&self, status: u16) -> Diagnosis {
        let by = if status == 403 { "a login or a firewall" } else { "the login" };
        diagnosis(
            Cause::PreflightNeedsLogin,
            format!(
                "The preflight is answered with {status} by {by}, before CORS is applied. Browsers send preflights \
                 without cookies and without `Authorization`, so a login refuses each of them."
            ),
            changes::cors_before_login(self.blocked.origin()),
        )
    }

    fn preflight_status(&self) -> Diagnosis {
        let status = self.blocked.status().unwrap_or_default();
        match status {
            401 | 403 | 407 => self.preflight_needs_login(status),
            404 | 405 | 501 => diagnosis(
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

    fn preflight_failed(&self, status: u16) -> Diagnosis {
        diagnosis(
            Cause::PreflightFailed,
            format!(
                "The preflight is answered with {status}. A preflight needs a status from 200 to 299 and the CORS \
                 headers, whatever the request itself would be answered with."
            ),
            changes::cors_outermost(self.blocked.origin()),
        )
    }

    fn preflight_redirected(&self, location: &str) -> Diagnosis {
        let status = self.blocked.status().unwrap_or_default();
        let from = Url::parse(self.blocked.url()).ok();
        let to = from.as_ref().and_then(|from| from.join(self.blocked.value()?).ok());
        let (why, target) = match (&from, &to) {
            (Some(from), Some(to)) => (redirect_purpose(from, to), printable(to.as_str()).into_owned()),
            _ => ("", location.to_owned()),
        };
        diagnosis(
            Cause::PreflightRedirected,
            format!(
                "The preflight is redirected to {target} with {status}{why}. Browsers do not follow redirects of \
                 preflights."
            ),
            changes::preflight_redirected(&target, why == PURPOSE_LOGIN),
        )
    }

    fn method_not_allowed(&self, value: &str) -> Diagnosis {
        let method = self.method;
        let upper = method.to_ascii_uppercase();
        if method != upper {
            return diagnosis(
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
        diagnosis(Cause::MethodNotListed, format!("{lists}. {why}."), changes::allow_method(method, value))
    }

    fn header_not_allowed(&self) -> Diagnosis {
        let refused = self.blocked.header_name().unwrap_or_default();
        let header = |name: &str| {
            let exchange = self.exchanges.last()?;
            Some(exchange.request.header(name)?.to_owned())
        };
        let lines = self.failed_response().map(|response| {
            let values = response.headers().filter(|(name, _)| *name == ALLOW_HEADERS);
            values.map(|(_, value)| printable_value(value)).collect::<Vec<_>>().join(", ")
        });
        let listed = lines.unwrap_or_default();
        let contains =
            |name: &str| listed.split(',').any(|element| element.trim().eq_ignore_ascii_case(name));
        let requested = header("access-control-request-headers").unwrap_or_default();
        // A wildcard that counts leaves only `authorization` to be named.
        let mut missing: Vec<&str> = if contains("*") && !self.credentials {
            vec![refused]
        } else {
            requested.split(',').filter(|name| !contains(name)).collect()
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
        diagnosis(Cause::HeaderNotListed, format!("{has}. {why}."), changes::allow_headers(&missing, &listed))
    }

    /// Returns how the failed response is called at the beginning of a sentence.
    fn response_name(&self) -> String {
        if self.blocked.in_preflight() {
            "The response to the preflight".to_owned()
        } else {
            format!("The response to the {} request", self.method)
        }
    }

    /// Returns whether the browser has sent a preflight, which has passed if the request itself has failed.
    fn has_preflight(&self) -> bool {
        self.exchanges.iter().any(|exchange| exchange.request.is_preflight())
    }

    fn failed_response(&self) -> Option<&WireResponse> {
        self.exchanges.last()?.response()
    }
}

fn diagnosis(cause: Cause, explanation: String, change: Change) -> Diagnosis {
    Diagnosis { cause, explanation, change }
}

fn invalid_list(header: &str, value: &str) -> Diagnosis {
    diagnosis(
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

fn redirect_invalid(explanation: String) -> Diagnosis {
    diagnosis(
        Cause::RedirectInvalid,
        explanation,
        Change::general(
            "Correct `Location`, or answer without a redirect, or let the script ask for the final URL.",
        ),
    )
}

const PURPOSE_LOGIN: &str = ", probably to a login";

/// Guesses why a server redirects, for the middle of a sentence.
fn redirect_purpose(from: &Url, to: &Url) -> &'static str {
    let host = |url: &Url| url.host_str().unwrap_or_default().to_owned();
    let (from_host, to_host) = (host(from), host(to));
    let last_segment_names_login = |url: &Url| {
        let path = url.path().to_ascii_lowercase();
        ["login", "signin", "sign-in", "sign_in", "auth", "sso", "oauth"]
            .iter()
            .any(|word| path.split('/').any(|segment| segment.starts_with(word)))
    };
    if from_host == to_host && from.scheme() == "http" && to.scheme() == "https" {
        ", from `http` to `https`"
    } else if from_host == to_host && from.path().trim_end_matches('/') == to.path().trim_end_matches('/') {
        if from.path() == to.path() { "" } else { ", because of the slash at the end of the path" }
    } else if last_segment_names_login(to) && !last_segment_names_login(from) {
        PURPOSE_LOGIN
    } else if from_host.trim_start_matches("www.") == to_host.trim_start_matches("www.")
        && from_host != to_host
    {
        ", because of `www.`"
    } else {
        ""
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_purpose_of_a_redirect_is_guessed() {
        for (from, to, expected) in [
            ("http://api.example.com/me", "https://api.example.com/me", "`http` to `https`"),
            ("https://api.example.com/me", "https://api.example.com/me/", "slash"),
            ("https://api.example.com/me/", "https://api.example.com/me", "slash"),
            ("https://api.example.com/me", "https://api.example.com/login?next=/me", "login"),
            ("https://api.example.com/me", "https://id.example.com/oauth2/authorize", "login"),
            ("https://example.com/me", "https://www.example.com/me", "www"),
        ] {
            let purpose = redirect_purpose(&from.parse().unwrap(), &to.parse().unwrap());
            assert!(purpose.contains(expected), "{from} {to}: {purpose}");
        }
        let other = redirect_purpose(
            &"https://a.example/me".parse().unwrap(),
            &"https://b.example/you".parse().unwrap(),
        );
        assert_eq!(other, "");
    }
}
