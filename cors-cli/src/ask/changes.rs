//! What to change on a server: in general, and in the servers and libraries that are used most.

use serde::Serialize;

/// What to change, so that the page can read the response.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Change {
    /// What to change on any server.
    pub(super) general: String,
    /// The header or the option of some servers. It is empty if the server is not what has to change.
    pub(super) servers: Vec<ServerChange>,
}

/// What to write in the configuration of one server or library.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ServerChange {
    pub(super) server: &'static str,
    pub(super) change: String,
}

/// The servers, in the order in which [`Change::new`] takes their changes.
const SERVERS: [&str; 5] = ["tower-http", "actix-cors", "nginx", "Express", "cors-runtime"];

impl Change {
    pub(super) fn general(text: impl Into<String>) -> Self {
        Self { general: text.into(), servers: Vec::new() }
    }

    fn new(general: impl Into<String>, servers: [String; 5]) -> Self {
        let servers =
            SERVERS.iter().zip(servers).map(|(&server, change)| ServerChange { server, change }).collect();
        Self { general: general.into(), servers }
    }
}

pub(super) fn allow_origin(origin: &str) -> Change {
    Change::new(
        format!(
            "Send `Access-Control-Allow-Origin: {origin}` to this page, with preflights and with all other responses. If \
             the value depends on the page, also send `Vary: Origin`."
        ),
        [
            format!("CorsLayer::new().allow_origin([\"{origin}\".parse::<HeaderValue>().unwrap()])"),
            format!("Cors::default().allowed_origin(\"{origin}\")"),
            format!(
                "add_header Access-Control-Allow-Origin \"{origin}\" always; add_header Vary Origin always;"
            ),
            format!("app.use(cors({{ origin: [\"{origin}\"] }}))"),
            format!("#[cors(origins = [\"{origin}\"])]"),
        ],
    )
}

/// `replaces_wildcard` is whether the server sends `*` today.
pub(super) fn allow_credentials(origin: &str, replaces_wildcard: bool) -> Change {
    let general = if replaces_wildcard {
        format!(
            "Send `Access-Control-Allow-Origin: {origin}` in place of `*`, and `Access-Control-Allow-Credentials: true`. If \
             the request needs no cookies, leave `credentials: \"include\"` out of the script."
        )
    } else {
        "Send `Access-Control-Allow-Credentials: true`, with the preflight and with the response. If the request needs no \
         cookies, leave `credentials: \"include\"` out of the script."
            .to_owned()
    };
    Change::new(
        general,
        [
            format!(".allow_origin([\"{origin}\".parse::<HeaderValue>().unwrap()]).allow_credentials(true)"),
            format!(".allowed_origin(\"{origin}\").supports_credentials()"),
            if replaces_wildcard {
                format!(
                    "add_header Access-Control-Allow-Origin \"{origin}\" always; \
                     add_header Access-Control-Allow-Credentials true always;"
                )
            } else {
                "add_header Access-Control-Allow-Credentials true always;".to_owned()
            },
            format!("cors({{ origin: [\"{origin}\"], credentials: true }})"),
            format!("#[cors(origins = [\"{origin}\"], credentials)]"),
        ],
    )
}

pub(super) fn send_once() -> Change {
    Change::new(
        "Let one place add the CORS headers, and remove them everywhere else.",
        [
            "use one `CorsLayer`, and set no CORS headers in handlers or in the proxy".to_owned(),
            "use one `.wrap(Cors::default())`, and set no CORS headers in handlers or in the proxy".to_owned(),
            "proxy_hide_header Access-Control-Allow-Origin; (if nginx adds the header), or remove its `add_header`"
                .to_owned(),
            "use `cors()` once, and remove `res.set(\"Access-Control-Allow-Origin\", ..)`".to_owned(),
            "remove the other CORS layer or the headers of the proxy; what the handler itself sets is replaced".to_owned(),
        ],
    )
}

pub(super) fn cors_before_login(origin: &str) -> Change {
    Change::new(
        "Answer preflights before the login: CORS has to be applied outside of it. A preflight is an `OPTIONS` request with \
         `Origin` and `Access-Control-Request-Method`.",
        [
            "add `.layer(CorsLayer::new()..)` after the layer of the login: the layer that is added last runs first"
                .to_owned(),
            "add `.wrap(Cors::default()..)` after the login: the middleware that is added last runs first".to_owned(),
            nginx_preflight(origin),
            "call `app.use(cors(..))` before the login's `app.use(..)`".to_owned(),
            "put the login inside with `routes![..].layer(login)` (axum) or `.wrap(login)` (actix-web)".to_owned(),
        ],
    )
}

pub(super) fn answer_preflights(origin: &str) -> Change {
    Change::new(
        format!(
            "Answer `OPTIONS` at this path with 204 and the headers `Access-Control-Allow-Origin: {origin}`, \
             `Access-Control-Allow-Methods` and `Access-Control-Allow-Headers`."
        ),
        [
            "router.layer(CorsLayer::new()..) answers preflights; `put(..).route_layer(..)` does not see them"
                .to_owned(),
            "App::new().wrap(Cors::default()..) answers preflights".to_owned(),
            nginx_preflight(origin),
            "call `app.use(cors(..))` before the routes".to_owned(),
            format!("#[cors(origins = [\"{origin}\"])] above the handler, which `routes![..]` registers"),
        ],
    )
}

pub(super) fn preflight_redirected(target: &str, to_login: bool) -> Change {
    let general = if to_login {
        "Answer preflights before the login, since they have no cookies. Answer scripts without a session with 401, and \
         not with a redirect to a page."
            .to_owned()
    } else {
        format!("Write {target} in the script, so that nothing is redirected.")
    };
    Change::new(
        general,
        [
            "to answer preflights before they are redirected, add `CorsLayer` after the layer that redirects"
                .to_owned(),
            "to answer preflights before they are redirected, add `.wrap(Cors::default()..)` after what redirects"
                .to_owned(),
            "answer `OPTIONS` in the `server` or `location` that redirects: if ($request_method = OPTIONS) { return 204; }"
                .to_owned(),
            "call `app.use(cors(..))` before the middleware that redirects".to_owned(),
            "put the layer that redirects inside with `Routes::layer` (axum) or `.wrap` (actix-web)".to_owned(),
        ],
    )
}

/// For preflights that something other than CORS answers.
pub(super) fn cors_outermost(origin: &str) -> Change {
    Change::new(
        "Answer preflights with 204 and the CORS headers, before anything else can fail: rate limits, firewalls, the \
         checks of the application.",
        [
            "add `CorsLayer` as the last `.layer(..)`, so that it runs first".to_owned(),
            "add `Cors` as the last `.wrap(..)`, so that it runs first".to_owned(),
            nginx_preflight(origin),
            "call `app.use(cors(..))` before everything else".to_owned(),
            "put other layers inside with `Routes::layer` (axum) or `.wrap` (actix-web)".to_owned(),
        ],
    )
}

pub(super) fn allow_headers(missing: &[&str], listed: &str) -> Change {
    let names = missing.join(", ");
    let all = extended(listed, &names);
    let quoted = missing.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    let constants = missing
        .iter()
        .map(|&name| match name {
            "authorization" => "header::AUTHORIZATION".to_owned(),
            "content-type" => "header::CONTENT_TYPE".to_owned(),
            _ => format!("HeaderName::from_static(\"{name}\")"),
        })
        .collect::<Vec<_>>()
        .join(", ");
    Change::new(
        format!("Answer the preflight with `Access-Control-Allow-Headers: {all}`."),
        [
            format!(".allow_headers([{constants}]), besides the headers that are listed already"),
            format!(".allowed_headers([{quoted}]), besides the headers that are listed already"),
            format!("add_header Access-Control-Allow-Headers \"{all}\" always;"),
            format!("cors({{ allowedHeaders: [{quoted}] }}), besides the headers that are listed already"),
            format!("#[cors(.., allow_headers = [{quoted}])]"),
        ],
    )
}

pub(super) fn allow_method(method: &str, listed: &str) -> Change {
    let all = extended(listed, method);
    let constant = match method {
        "DELETE" | "OPTIONS" | "PATCH" | "PUT" => format!("Method::{method}"),
        _ => format!("Method::from_bytes(b\"{method}\").unwrap()"),
    };
    Change::new(
        format!("Answer the preflight with `Access-Control-Allow-Methods: {all}`."),
        [
            format!(".allow_methods([{constant}]), besides the methods that are listed already"),
            format!(".allowed_methods([\"{method}\"]), besides the methods that are listed already"),
            format!("add_header Access-Control-Allow-Methods \"{all}\" always;"),
            format!("cors({{ methods: [\"{method}\"] }}), besides the methods that are listed already"),
            format!("#[cors(..)] above the handler of the `{method}` route, which `routes![..]` registers"),
        ],
    )
}

pub(super) fn headers_on_errors(origin: &str, status: u16) -> Change {
    Change::new(
        format!(
            "Find out why the server answers with {status}. Then send the CORS headers with errors, too, so that the page \
             can read them: apply CORS outside of everything that can answer with an error."
        ),
        [
            "add `CorsLayer` as the last `.layer(..)`: what is outside of it answers without the headers".to_owned(),
            "add `Cors` as the last `.wrap(..)`: what is outside of it answers without the headers".to_owned(),
            format!(
                "add_header Access-Control-Allow-Origin \"{origin}\" always; (`always` includes errors, also those of \
                 nginx itself)"
            ),
            "call `app.use(cors(..))` before everything that can answer".to_owned(),
            "put the layer that answers inside with `Routes::layer` (axum) or `.wrap` (actix-web); for 404 and 405, use a \
             default policy"
                .to_owned(),
        ],
    )
}

pub(super) fn headers_on_actual_responses(origin: &str) -> Change {
    Change::new(
        format!(
            "Send `Access-Control-Allow-Origin: {origin}` with every response, and not only with preflights."
        ),
        [
            "apply `CorsLayer` to the route itself, in place of a handler for `OPTIONS`".to_owned(),
            "wrap the route itself with `Cors`, in place of a handler for `OPTIONS`".to_owned(),
            format!(
                "add_header Access-Control-Allow-Origin \"{origin}\" always; outside of `if ($request_method = OPTIONS)`, \
                 too"
            ),
            "call `app.use(cors(..))`, and not only `app.options(.., cors(..))`".to_owned(),
            "register the handler with `routes![..]`, in place of `.route(..)`".to_owned(),
        ],
    )
}

pub(super) fn redirect_without_headers(to_login: bool) -> Change {
    let general = if to_login {
        "Answer scripts without a session with 401 and CORS headers, and not with a redirect to a login page, which no \
         script can use."
    } else {
        "Let the script ask for the final URL, or send the CORS headers with the redirect, too."
    };
    Change::new(
        general,
        [
            "add `CorsLayer` as the last `.layer(..)`, outside of what redirects".to_owned(),
            "add `Cors` as the last `.wrap(..)`, outside of what redirects".to_owned(),
            "add_header Access-Control-Allow-Origin .. always; in the `server` or `location` that redirects"
                .to_owned(),
            "call `app.use(cors(..))` before what redirects".to_owned(),
            "put the layer that redirects inside with `Routes::layer` (axum) or `.wrap` (actix-web)"
                .to_owned(),
        ],
    )
}

/// Adds names to the list that the server sends today.
fn extended(listed: &str, names: &str) -> String {
    if listed.is_empty() { names.to_owned() } else { format!("{listed}, {names}") }
}

fn nginx_preflight(origin: &str) -> String {
    format!(
        "if ($request_method = OPTIONS) {{ add_header Access-Control-Allow-Origin \"{origin}\"; \
         add_header Access-Control-Allow-Methods ..; add_header Access-Control-Allow-Headers ..; return 204; }}"
    )
}
