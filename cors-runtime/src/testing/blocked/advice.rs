//! What to change, for each reason.

use super::{Details, Reason, printable};

const NULL_ORIGIN: &str = "the origin is `null` (a sandboxed or local page, or a redirect through another origin): only \
                           `origins = [\"*\"]` without credentials covers it";

pub(super) fn advice(details: &Details) -> String {
    let value = printable(details.value.as_deref().unwrap_or_default());
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
        Reason::MissingAllowOrigin => missing_allow_origin(details),
        Reason::PreflightStatus => answered_by_outer_layer(details.status.unwrap_or_default()),
        Reason::SeveralAllowOrigins => {
            "something else sets the header, too (a second CORS layer, the handler, a proxy): leave it to `#[cors(..)]`"
                .to_owned()
        }
        Reason::InvalidAllowOrigin => format!(
            "something other than `#[cors(..)]` has set `Access-Control-Allow-Origin: {value}`: take it out"
        ),
        Reason::AllowOriginMismatch => allow_origin_mismatch(details, &value),
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
            status_in_brackets(details)
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

/// Finds the likely cause by the status of the response: no policy applies, the policy refuses the origin, or another
/// layer has answered.
fn missing_allow_origin(details: &Details) -> String {
    let Details { origin, .. } = details;
    if origin == "null" {
        return NULL_ORIGIN.to_owned();
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
            "something other than `#[cors(..)]` answered the preflight with {status}: for a handler of every method, such \
             as `any(..)`, give the default policy `.answer_every_preflight()`; for a handler for `OPTIONS`, use \
             `.options(..)` of the routes"
        ),
        (true, _) => answered_by_outer_layer(status),
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

fn answered_by_outer_layer(status: u16) -> String {
    format!(
        "the preflight was answered with {status}: a layer outside the routes answered it; put it in with \
         `Routes::layer` (axum) or `.wrap` of the routes (actix-web)"
    )
}

fn allow_origin_mismatch(details: &Details, value: &str) -> String {
    let Details { origin, .. } = details;
    let differs_in_spelling = value.trim_end_matches('/').eq_ignore_ascii_case(origin);
    if differs_in_spelling {
        format!("browsers compare letter by letter: write `\"{origin}\"`")
    } else if value.contains('*') {
        format!("the header cannot carry a pattern: answer with `{origin}`, as `#[cors(..)]` does")
    } else if origin == "null" {
        NULL_ORIGIN.to_owned()
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

fn status_in_brackets(details: &Details) -> String {
    details.status.map(|status| format!(" (status {status})")).unwrap_or_default()
}
