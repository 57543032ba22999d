//! The messages in the console of Chromium, word by word. The test `real_browser_chromium_console` compares them with the
//! console of a real Chromium.

use super::{Details, Reason, printable};

/// The last sentence of several messages.
const SEND_A_VALID_VALUE: &str = "Have the server send the header with a valid value.";

pub(super) fn message(details: &Details) -> String {
    let Details { method, url, header_name, .. } = details;
    let page = &details.page_origin;
    let value = printable(details.value.as_deref().unwrap_or_default());
    let failed = |why: String| format!("TypeError: Failed to execute 'fetch' on 'Window': {why}");
    match details.reason {
        Reason::InvalidUrl => failed(format!("Failed to parse URL from {value}")),
        Reason::UrlWithUserinfo => {
            failed(format!("Request cannot be constructed from a URL that includes credentials: {value}"))
        }
        Reason::InvalidMethod => failed(format!("'{value}' is not a valid HTTP method.")),
        Reason::ForbiddenMethod => failed(format!("'{value}' HTTP method is unsupported.")),
        Reason::InvalidHeader => failed(format!("Invalid header: {value}")),
        Reason::BodyNotAllowed => failed("Request with GET/HEAD method cannot have body.".to_owned()),
        Reason::NeedsCors => failed(format!("'{value}' is unsupported in no-cors mode.")),
        Reason::UnsupportedScheme => format!("Fetch API cannot load {url}. URL scheme is not supported."),
        Reason::MixedContent => format!(
            "Mixed Content: The page at '{page}' was loaded over HTTPS, but requested an insecure resource '{url}'. \
             This request has been blocked; the content must be served over HTTPS."
        ),
        Reason::SameOriginMode => format!(
            "Fetch API cannot load {url}. Request mode is \"same-origin\" but the URL's origin is not same as the \
             request origin {page}."
        ),
        Reason::RedirectError => format!("{method} {url} net::ERR_FAILED (redirect mode is 'error')"),
        Reason::InvalidRedirect => format!("{method} {url} net::ERR_INVALID_REDIRECT"),
        Reason::RedirectScheme => format!("{method} {url} net::ERR_UNSAFE_REDIRECT"),
        Reason::RedirectOfStream => format!("{method} {url} net::ERR_FAILED (a stream cannot be sent again)"),
        Reason::TooManyRedirects => format!("{method} {url} net::ERR_TOO_MANY_REDIRECTS"),
        Reason::ResourcePolicy => format!("{method} {url} net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin"),
        Reason::NoAnswer => format!("{method} {url} net::ERR_FAILED ({value})"),
        reason => blocked_by_cors(details, &cors_failure(reason, method, header_name.as_deref(), &value)),
    }
}

/// Puts what failed behind the words with which every message about CORS begins.
fn blocked_by_cors(details: &Details, failure: &str) -> String {
    // Chromium prints the origin of the page, even if the request had `Origin: null`.
    let Details { url, first_url, page_origin: page, .. } = details;
    let redirected =
        if url == first_url { String::new() } else { format!("(redirected from '{first_url}') ") };
    let preflight = if details.in_preflight && !is_about_allow_lists(details.reason) {
        "Response to preflight request doesn't pass access control check: "
    } else {
        ""
    };
    format!(
        "Access to fetch at '{url}' {redirected}from origin '{page}' has been blocked by CORS policy: \
         {preflight}{failure}"
    )
}

/// Returns whether the preflight passed the CORS check, and failed because of its list of methods or headers.
fn is_about_allow_lists(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::InvalidAllowMethods
            | Reason::InvalidAllowHeaders
            | Reason::MethodNotAllowed
            | Reason::HeaderNotAllowed
    )
}

fn cors_failure(reason: Reason, method: &str, header_name: Option<&str>, value: &str) -> String {
    match reason {
        Reason::MissingAllowOrigin => {
            "No 'Access-Control-Allow-Origin' header is present on the requested resource.".to_owned()
        }
        Reason::SeveralAllowOrigins => format!(
            "The 'Access-Control-Allow-Origin' header contains multiple values '{value}', but only one is allowed. \
             {SEND_A_VALID_VALUE}"
        ),
        Reason::InvalidAllowOrigin => {
            format!(
                "The 'Access-Control-Allow-Origin' header contains the invalid value '{value}'. {SEND_A_VALID_VALUE}"
            )
        }
        Reason::AllowOriginMismatch => format!(
            "The 'Access-Control-Allow-Origin' header has a value '{value}' that is not equal to the supplied origin. \
             {SEND_A_VALID_VALUE}"
        ),
        Reason::WildcardWithCredentials => {
            "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when \
             the request's credentials mode is 'include'."
                .to_owned()
        }
        Reason::PreflightStatus => "It does not have HTTP ok status.".to_owned(),
        Reason::PreflightRedirect => "Redirect is not allowed for a preflight request.".to_owned(),
        Reason::InvalidAllowMethods => {
            "Cannot parse Access-Control-Allow-Methods response header field in preflight response.".to_owned()
        }
        Reason::InvalidAllowHeaders => {
            "Cannot parse Access-Control-Allow-Headers response header field in preflight response.".to_owned()
        }
        Reason::MethodNotAllowed => {
            format!("Method {method} is not allowed by Access-Control-Allow-Methods in preflight response.")
        }
        Reason::HeaderNotAllowed => format!(
            "Request header field {} is not allowed by Access-Control-Allow-Headers in preflight response.",
            header_name.unwrap_or_default()
        ),
        // Chromium prints no location.
        Reason::RedirectWithUserinfo => {
            "Redirect location '' contains a username and password, which is disallowed for cross-origin requests."
                .to_owned()
        }
        // `MissingAllowCredentials` or `InvalidAllowCredentials`: Chromium prints a missing header as an empty one.
        _ => format!(
            "The value of the 'Access-Control-Allow-Credentials' header in the response is '{value}' which must be \
             'true' when the request's credentials mode is 'include'."
        ),
    }
}
