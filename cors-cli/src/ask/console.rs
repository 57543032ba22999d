//! What the browsers print to their consoles.
//!
//! Chromium's messages are those of the simulated browser. Those of
//! [Firefox](https://github.com/mozilla/gecko-dev/blob/5f378c9206f0c42e17e64ba367d7a893146bee15/dom/locales/en-US/chrome/security/security.properties)
//! and
//! [WebKit](https://github.com/WebKit/WebKit/blob/00f03c1f906ff25f9536f528e81477c861c0325c/Source/WebCore/loader/CrossOriginAccessControl.cpp)
//! (with
//! [the lists of preflights](https://github.com/WebKit/WebKit/blob/00f03c1f906ff25f9536f528e81477c861c0325c/Source/WebCore/loader/CrossOriginPreflightResultCache.cpp))
//! follow their source code.

use cors_policy::is_token;
use cors_runtime::testing::{Blocked, Reason};

use super::{diagnosis::BlockedRequest, engine::Engine};

/// Returns the message of a browser. `None` if it is not known.
pub(super) fn message(engine: Option<Engine>, request: &BlockedRequest<'_>) -> Option<String> {
    match engine {
        None | Some(Engine::Chromium) => Some(request.blocked.console_message()),
        Some(Engine::Firefox) => firefox(request.blocked, request.allow_origin_lines()),
        Some(Engine::WebKit) => webkit(request.blocked, request.method),
    }
}

/// `allow_origin_lines` is the number of lines with `Access-Control-Allow-Origin` in the response.
fn firefox(blocked: &Blocked, allow_origin_lines: usize) -> Option<String> {
    let value = blocked.value().unwrap_or_default();
    let mut with_status = false;
    let reason = match blocked.reason() {
        Reason::MissingAllowOrigin => {
            with_status = true;
            "CORS header ‘Access-Control-Allow-Origin’ missing".to_owned()
        }
        // [Firefox](https://github.com/mozilla/gecko-dev/blob/258754e5c153a781e87ad3542b281c1b198972f8/netwerk/protocol/http/nsCORSListenerProxy.cpp)
        // counts the lines, so a list in one line is a value that does not match.
        Reason::SeveralAllowOrigins if allow_origin_lines > 1 => {
            "Multiple CORS header ‘Access-Control-Allow-Origin’ not allowed".to_owned()
        }
        Reason::AllowOriginMismatch | Reason::InvalidAllowOrigin | Reason::SeveralAllowOrigins => {
            format!("CORS header ‘Access-Control-Allow-Origin’ does not match ‘{value}’")
        }
        Reason::WildcardWithCredentials => {
            "Credential is not supported if the CORS header ‘Access-Control-Allow-Origin’ is ‘*’".to_owned()
        }
        Reason::MissingAllowCredentials | Reason::InvalidAllowCredentials => {
            "expected ‘true’ in CORS header ‘Access-Control-Allow-Credentials’".to_owned()
        }
        Reason::PreflightStatus => {
            with_status = true;
            "CORS preflight response did not succeed".to_owned()
        }
        Reason::PreflightRedirect => "CORS request external redirect not allowed".to_owned(),
        Reason::InvalidAllowMethods => {
            format!("invalid token ‘{}’ in CORS header ‘Access-Control-Allow-Methods’", invalid_token(value))
        }
        Reason::InvalidAllowHeaders => {
            format!("invalid token ‘{}’ in CORS header ‘Access-Control-Allow-Headers’", invalid_token(value))
        }
        Reason::MethodNotAllowed => {
            "Did not find method in CORS header ‘Access-Control-Allow-Methods’".to_owned()
        }
        Reason::HeaderNotAllowed => format!(
            "header ‘{}’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS preflight response",
            blocked.header_name().unwrap_or_default()
        ),
        _ => return None,
    };
    let status = blocked.status().filter(|_| with_status);
    let status = status.map(|status| format!(" Status code: {status}.")).unwrap_or_default();
    // Only this message has quotation marks around the URL.
    let quoted = blocked.reason() == Reason::WildcardWithCredentials;
    let url = if quoted { format!("‘{}’", blocked.url()) } else { blocked.url().to_owned() };
    Some(format!(
        "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at {url}. \
         (Reason: {reason}).{status}"
    ))
}

/// Returns the first element of a list that is not a token.
fn invalid_token(list: &str) -> &str {
    let is_invalid = |element: &&str| !element.is_empty() && !is_token(element);
    list.split(',').map(str::trim).find(is_invalid).unwrap_or_default()
}

fn webkit(blocked: &Blocked, method: &str) -> Option<String> {
    let status = blocked.status().unwrap_or_default();
    let value = blocked.value().unwrap_or_default();
    // The status of a preflight is checked first.
    let failed_preflight = blocked.in_preflight() && !matches!(status, 200..=299);
    Some(match blocked.reason() {
        _ if failed_preflight => format!("Preflight response is not successful. Status code: {status}"),
        Reason::MissingAllowOrigin | Reason::AllowOriginMismatch | Reason::InvalidAllowOrigin => {
            not_allowed(blocked.origin(), status)
        }
        Reason::SeveralAllowOrigins if value.contains(',') => {
            "Access-Control-Allow-Origin cannot contain more than one origin.".to_owned()
        }
        Reason::SeveralAllowOrigins => not_allowed(blocked.origin(), status),
        Reason::WildcardWithCredentials => {
            "Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true.".to_owned()
        }
        Reason::MissingAllowCredentials | Reason::InvalidAllowCredentials => {
            "Credentials flag is true, but Access-Control-Allow-Credentials is not \"true\".".to_owned()
        }
        Reason::InvalidAllowMethods => {
            format!("Header Access-Control-Allow-Methods has an invalid value: {value}")
        }
        Reason::InvalidAllowHeaders => {
            format!("Header Access-Control-Allow-Headers has an invalid value: {value}")
        }
        Reason::MethodNotAllowed => {
            format!("Method {method} is not allowed by Access-Control-Allow-Methods.")
        }
        Reason::HeaderNotAllowed => format!(
            "Request header field {} is not allowed by Access-Control-Allow-Headers.",
            blocked.header_name().unwrap_or_default()
        ),
        _ => return None,
    })
}

fn not_allowed(origin: &str, status: u16) -> String {
    format!("Origin {origin} is not allowed by Access-Control-Allow-Origin. Status code: {status}")
}
