//! What the browsers print to their consoles.
//!
//! Chromium's messages are those of the simulated browser. Those of
//! [Firefox](https://github.com/mozilla/gecko-dev/blob/5f378c9206f0c42e17e64ba367d7a893146bee15/dom/locales/en-US/chrome/security/security.properties)
//! and
//! [WebKit](https://github.com/WebKit/WebKit/blob/00f03c1f906ff25f9536f528e81477c861c0325c/Source/WebCore/loader/CrossOriginAccessControl.cpp)
//! follow their source code.

use cors_runtime::testing::{Blocked, Reason};

use super::engine::Engine;

/// Returns the message of a browser. `None` if it is not known.
pub(super) fn message(engine: Option<Engine>, blocked: &Blocked, method: &str) -> Option<String> {
    match engine {
        None | Some(Engine::Chromium) => Some(blocked.console_message()),
        Some(Engine::Firefox) => firefox(blocked),
        Some(Engine::WebKit) => webkit(blocked, method),
    }
}

fn firefox(blocked: &Blocked) -> Option<String> {
    let value = blocked.value().unwrap_or_default();
    let mut with_status = false;
    let reason = match blocked.reason() {
        Reason::MissingAllowOrigin => {
            with_status = true;
            "CORS header ‘Access-Control-Allow-Origin’ missing".to_owned()
        }
        Reason::AllowOriginMismatch | Reason::InvalidAllowOrigin => {
            format!("CORS header ‘Access-Control-Allow-Origin’ does not match ‘{value}’")
        }
        Reason::SeveralAllowOrigins => {
            "Multiple CORS header ‘Access-Control-Allow-Origin’ not allowed".to_owned()
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

fn webkit(blocked: &Blocked, method: &str) -> Option<String> {
    let status = blocked.status().unwrap_or_default();
    // The status of a preflight is checked first.
    let failed_preflight = blocked.in_preflight() && !matches!(status, 200..=299);
    Some(match blocked.reason() {
        _ if failed_preflight => format!("Preflight response is not successful. Status code: {status}"),
        Reason::MissingAllowOrigin | Reason::AllowOriginMismatch | Reason::InvalidAllowOrigin => {
            not_allowed(blocked.origin(), status)
        }
        Reason::SeveralAllowOrigins if blocked.value().is_some_and(|value| value.contains(',')) => {
            "Access-Control-Allow-Origin cannot contain more than one origin.".to_owned()
        }
        Reason::SeveralAllowOrigins => not_allowed(blocked.origin(), status),
        Reason::WildcardWithCredentials => {
            "Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true.".to_owned()
        }
        Reason::MissingAllowCredentials | Reason::InvalidAllowCredentials => {
            "Credentials flag is true, but Access-Control-Allow-Credentials is not \"true\".".to_owned()
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
