//! Every sentence of this module: what Chromium's console says, and our advice.

use super::blocked::{Details, Reason};

/// Of what a server sent, not more than this is shown.
const SHOWN: usize = 200;

/// How Chromium ends some of its sentences.
const SEND_A_VALID_VALUE: &str = "Have the server send the header with a valid value.";

pub(super) fn console(details: &Details) -> String {
    let Details { method, url, header_name, .. } = details;
    let page = &details.page_origin;
    let value = shown(details.value.as_deref().unwrap_or_default());
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
        reason => access(details, &cors_sentence(reason, method, header_name.as_deref(), &value)),
    }
}

/// The frame around every sentence on CORS.
fn access(details: &Details, sentence: &str) -> String {
    // Chromium names the page, also where `null` was sent instead.
    let Details { url, first_url, page_origin: page, .. } = details;
    let redirected =
        if url == first_url { String::new() } else { format!("(redirected from '{first_url}') ") };
    let preflight = if details.in_preflight && !is_about_lists(details.reason) {
        "Response to preflight request doesn't pass access control check: "
    } else {
        ""
    };
    format!(
        "Access to fetch at '{url}' {redirected}from origin '{page}' has been blocked by CORS policy: \
         {preflight}{sentence}"
    )
}

fn is_about_lists(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::InvalidAllowMethods
            | Reason::InvalidAllowHeaders
            | Reason::MethodNotAllowed
            | Reason::HeaderNotAllowed
    )
}

fn cors_sentence(reason: Reason, method: &str, header_name: Option<&str>, value: &str) -> String {
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
        // Chromium keeps the location to itself.
        Reason::RedirectWithUserinfo => {
            "Redirect location '' contains a username and password, which is disallowed for cross-origin requests."
                .to_owned()
        }
        // The two reasons on credentials: a missing header is an empty one to Chromium.
        _ => format!(
            "The value of the 'Access-Control-Allow-Credentials' header in the response is '{value}' which must be \
             'true' when the request's credentials mode is 'include'."
        ),
    }
}

pub(super) fn advice(details: &Details) -> String {
    let value = shown(details.value.as_deref().unwrap_or_default());
    match details.reason {
        Reason::InvalidUrl => "write an absolute URL, or a path that begins with `/`".to_owned(),
        Reason::UrlWithUserinfo => "send the user's name in a header or a cookie, not in the URL".to_owned(),
        Reason::InvalidMethod | Reason::InvalidHeader => "no browser would send this request".to_owned(),
        Reason::ForbiddenMethod => "no script can send this method: give the route another one".to_owned(),
        Reason::BodyNotAllowed => "send the body with `POST` or `PUT`, or put it into the query".to_owned(),
        Reason::NeedsCors => "leave `.no_cors()` out, and allow the page with `#[cors(..)]`".to_owned(),
        Reason::UnsupportedScheme => "use an `http:` or `https:` URL".to_owned(),
        Reason::MixedContent => {
            "use an `https:` URL (`Browser::api_origin`), or a page of an `http:` origin".to_owned()
        }
        Reason::SameOriginMode => "leave `.same_origin()` out, and allow the page with `#[cors(..)]`".to_owned(),
        Reason::MissingAllowOrigin => missing(details),
        Reason::PreflightStatus => answered_outside(details.status.unwrap_or_default()),
        Reason::SeveralAllowOrigins => {
            "something else sets the header, too (a second CORS layer, the handler, a proxy): leave it to `#[cors(..)]`"
                .to_owned()
        }
        Reason::InvalidAllowOrigin => format!(
            "something other than `#[cors(..)]` has set `Access-Control-Allow-Origin: {value}`: take it out"
        ),
        Reason::AllowOriginMismatch => mismatch(details, &value),
        Reason::WildcardWithCredentials => format!(
            "write `origins = [\"{}\"]` and `credentials` in `#[cors(..)]`; without the need for cookies, leave \
             `.credentials()` out",
            details.origin
        ),
        Reason::MissingAllowCredentials => {
            "add `credentials` to `#[cors(..)]`, or leave `.credentials()` out".to_owned()
        }
        Reason::InvalidAllowCredentials => {
            "something other than `#[cors(..)]` has set the header: its only value is `true`, once".to_owned()
        }
        Reason::PreflightRedirect => format!(
            "a layer outside the routes has redirected the preflight{}, to a login, `https` or a trailing slash: \
             put it in with `Routes::layer` (axum) or `.wrap` (actix-web), or ask for the final URL",
            status(details)
        ),
        Reason::InvalidAllowMethods | Reason::InvalidAllowHeaders => format!(
            "`{value}` is not a list of names separated by commas; leave the header to `#[cors(..)]`"
        ),
        Reason::MethodNotAllowed => method_not_allowed(details),
        Reason::HeaderNotAllowed => header_not_allowed(details, &value),
        Reason::RedirectError => "leave `.redirect_error()` out, or ask for the final URL".to_owned(),
        Reason::InvalidRedirect => format!("`Location: {value}` is not a URL"),
        Reason::RedirectScheme => format!("`Location: {value}` is neither `http:` nor `https:`"),
        Reason::RedirectWithUserinfo => "take the user name and password out of `Location`".to_owned(),
        Reason::RedirectOfStream => "ask for the final URL, or send a body that is not a stream".to_owned(),
        Reason::TooManyRedirects => "the redirects do not come to an end; browsers stop after 20".to_owned(),
        Reason::ResourcePolicy => {
            format!("`Cross-Origin-Resource-Policy: {value}` keeps other pages out; use CORS, or change it")
        }
        Reason::NoAnswer => "this is not about CORS: the application gave no usable answer".to_owned(),
    }
}

/// Without the header there is no policy of ours, it said no, or another layer answered. The status tells which.
fn missing(details: &Details) -> String {
    let Details { origin, .. } = details;
    if origin == "null" {
        return "the origin is `null` (a sandboxed or local page, or a redirect through another origin): only \
                `origins = [\"*\"]` without credentials covers it"
            .to_owned();
    }
    let allow = format!("add `\"{origin}\"` to `origins` in `#[cors(..)]`");
    let status = details.status.unwrap_or_default();
    match (details.in_preflight, status) {
        (true, 404 | 405) => format!(
            "nothing answers the preflight (status {status}): write `#[cors(origins = [\"{origin}\"])]` above the \
             handler and register it with `routes![..]`, or give the rest of the application a `PolicyLayer` (axum) \
             or `PolicyMiddleware` (actix-web)"
        ),
        (true, 403) => format!(
            "{allow}; if it is there, a layer outside the routes answered the preflight with 403: put it in with \
             `Routes::layer` (axum) or `.wrap` of the routes (actix-web)"
        ),
        (true, 200..=299) => format!(
            "something other than `#[cors(..)]` answered the preflight with {status}, such as a handler for `OPTIONS`: \
             use `.options(..)` of the routes for it"
        ),
        (true, _) => answered_outside(status),
        (false, 404 | 405) => format!(
            "no annotated route answered (status {status}): check path and method, or give the rest of the \
             application a `PolicyLayer` (axum) or `PolicyMiddleware` (actix-web)"
        ),
        (false, 400..) => format!(
            "{allow}; if it is there, a layer outside the routes answered with {status}: put it in with \
             `Routes::layer` (axum) or `.wrap` of the routes (actix-web)"
        ),
        (false, 300..=399) => format!("{allow}: a redirect needs the headers, too"),
        (false, _) => format!("{allow}; if it is there, register the handler with `routes![..]`"),
    }
}

fn answered_outside(status: u16) -> String {
    format!(
        "the preflight was answered with {status}: a layer outside the routes answered it; put it in with \
         `Routes::layer` (axum) or `.wrap` of the routes (actix-web)"
    )
}

fn mismatch(details: &Details, value: &str) -> String {
    let Details { origin, .. } = details;
    let same = value.trim_end_matches('/').eq_ignore_ascii_case(origin);
    if same {
        format!("browsers compare letter by letter: write `\"{origin}\"`")
    } else if value.contains('*') {
        format!("the header cannot carry a pattern: answer with `{origin}`, as `#[cors(..)]` does")
    } else if origin == "null" {
        "the origin is `null` (a sandboxed or local page, or a redirect through another origin): only \
         `origins = [\"*\"]` without credentials covers it"
            .to_owned()
    } else {
        format!(
            "add `\"{origin}\"` to `origins` in `#[cors(..)]`; if it is there, something else sets the header, or a \
             cache gave out the answer for another page (is `Vary: Origin` still there?)"
        )
    }
}

fn method_not_allowed(details: &Details) -> String {
    let Details { method, .. } = details;
    let upper = method.to_ascii_uppercase();
    if *method != upper {
        return format!("methods are case-sensitive, and browsers leave this one as it is: send `{upper}`");
    }
    let wildcard = if details.credentials && details.value.as_deref().is_some_and(|value| value.contains('*'))
    {
        "; `*` is no wildcard with credentials"
    } else {
        ""
    };
    format!(
        "no `{method}` route of this path is annotated for this page: write `#[cors(..)]` above its handler and \
         register it with `routes![..]`; for `PolicyLayer` name the method in `.methods([..])`{wildcard}"
    )
}

fn header_not_allowed(details: &Details, value: &str) -> String {
    let name = details.header_name.as_deref().unwrap_or_default();
    let why = match (value.contains('*'), details.credentials, name) {
        (true, true, _) => "; `*` is no wildcard with credentials",
        (true, false, "authorization") => "; `*` does not cover it",
        (true, false, _) => "; a pattern of names does not exist",
        _ => "",
    };
    format!("add `\"{name}\"` to `allow_headers` in `#[cors(..)]` of the `{}` route{why}", details.method)
}

fn status(details: &Details) -> String {
    details.status.map(|status| format!(" (status {status})")).unwrap_or_default()
}

fn shown(value: &str) -> String {
    let mut text: String = value
        .chars()
        .take(SHOWN)
        .map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c })
        .collect();
    if value.chars().nth(SHOWN).is_some() {
        text.push_str("...");
    }
    text
}

#[cfg(test)]
mod docs;
