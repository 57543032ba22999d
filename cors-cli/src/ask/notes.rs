//! Notes: what a person should know beside the verdict, from what was sent and received.

use cors_runtime::testing::{Response, WireResponse};
use reqwest::Url;
use serde::Serialize;

use super::{
    engine::Engine,
    local_network::{has_local_address, is_local, is_loopback, may_be_public},
    network::Exchange,
    options::AskOptions,
};
use crate::printable::{printable, printable_value};

/// A remark that does not change the verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Note {
    /// The name in the output for scripts.
    #[serde(rename = "note")]
    pub(super) name: &'static str,
    pub(super) text: String,
}

/// What the notes are about.
pub(super) struct Subject<'a> {
    pub(super) options: &'a AskOptions,
    pub(super) exchanges: &'a [Exchange],
    /// The response as the page can read it, and its exchange.
    pub(super) readable: Option<(&'a Response, &'a Exchange)>,
}

/// Returns the notes about a question.
pub(super) fn notes(subject: &Subject<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut add = |name: &'static str, text: Option<String>| {
        let note = text.map(|text| Note { name, text });
        // Several exchanges can give the same note.
        notes.extend(note.filter(|note| !notes.contains(note)));
    };
    let same_origin = subject.options.url.origin().ascii_serialization() == subject.options.page;
    add(
        "same-origin",
        same_origin.then(|| {
            "The page and the URL have the same origin, so CORS does not apply to the request.".to_owned()
        }),
    );
    add("mixed-content", mixed_content(subject));
    add("local-network", local_network(subject));
    add("dropped-header", dropped_headers(subject));
    add("text-plain", text_plain(subject));
    add("cookie-not-sent", cookie_not_sent(subject));
    if !same_origin {
        for exchange in subject.exchanges {
            add("vary-missing", vary_missing(exchange));
            add("null-allowed", null_allowed(exchange));
            add("cookie-of-response", cookie_of_response(subject, exchange));
        }
        add("max-age-missing", max_age_missing(subject));
        add("wildcard-authorization", wildcard_authorization(subject));
        add("not-exposed", not_exposed(subject));
    }
    add(
        "error-status",
        subject.readable.filter(|(response, _)| response.status() >= 400).map(|(response, _)| {
            format!(
                "The page can read the response, but it is an error: {}. This is not about CORS.",
                response.status()
            )
        }),
    );
    add(
        "certificate-not-checked",
        subject.options.client.insecure.then(|| {
            "`--insecure` accepts every certificate. A browser refuses a certificate that is not valid."
                .to_owned()
        }),
    );
    notes
}

/// Pages of `https:` origins cannot fetch `http:` URLs. With a named engine this is part of the verdict.
fn mixed_content(subject: &Subject<'_>) -> Option<String> {
    if !subject.options.page.starts_with("https://") || subject.options.engine.is_some() {
        return None;
    }
    let sent = subject.exchanges.iter().filter_map(|exchange| Url::parse(exchange.request.url()).ok());
    let insecure =
        sent.chain([subject.options.url.clone()]).find(|url| url.scheme() == "http" && !is_loopback(url))?;
    Some(format!(
        "Browsers do not send requests from a page of an `https:` origin to {}, which is mixed content, whatever the server \
         answers. The verdict is about CORS alone; name an engine with `--engine` to include this rule.",
        printable(insecure.as_str())
    ))
}

/// Chromium asks the user before a page of another network may reach the local network.
fn local_network(subject: &Subject<'_>) -> Option<String> {
    let concerns_chromium =
        subject.options.engine.is_none_or(|choice| choice.engines().contains(&Engine::Chromium));
    if !concerns_chromium || !may_be_public(&subject.options.page) {
        return None;
    }
    // Other addresses were chosen by the command line.
    let client = &subject.options.client;
    let connected = subject
        .exchanges
        .iter()
        .filter(|_| client.resolve.is_empty() && client.proxy.is_none())
        .filter_map(|exchange| exchange.answer()?.address)
        .any(|address| is_local(address.ip()));
    let unanswered =
        !subject.exchanges.is_empty() && subject.exchanges.iter().all(|exchange| exchange.answer().is_none());
    let is_local = connected || has_local_address(&subject.options.url) && !unanswered;
    is_local.then(|| {
        "The server is in a local network or on this machine. From a public page, Chromium sends such a request only if \
         the user permits it, and only from a page of an `https:` origin. No header replaces the permission: \
         https://developer.chrome.com/blog/local-network-access"
            .to_owned()
    })
}

fn dropped_headers(subject: &Subject<'_>) -> Option<String> {
    let sent = subject.exchanges.iter().find(|exchange| !exchange.request.is_preflight())?;
    let dropped: Vec<_> = subject
        .options
        .headers
        .iter()
        .filter(|(name, value)| {
            let has_value = |(sent_name, sent_value): (&str, &[u8])| {
                sent_name.eq_ignore_ascii_case(name) && sent_value.trim_ascii() == value.trim().as_bytes()
            };
            !sent.request.headers().any(has_value)
        })
        .map(|(name, _)| format!("`{}`", printable(name)))
        .collect();
    (!dropped.is_empty()).then(|| {
        format!(
            "Scripts cannot set {}: the browser drops the header and sends its own value, if any.",
            dropped.join(", ")
        )
    })
}

fn text_plain(subject: &Subject<'_>) -> Option<String> {
    let has_type = subject.options.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    (subject.options.body.is_some() && !has_type).then(|| {
        "The browser adds `content-type: text/plain;charset=UTF-8` to a string without a type. Give the type of the script, \
         for example `-H 'content-type: application/json'`, since it decides whether there is a preflight."
            .to_owned()
    })
}

fn cookie_not_sent(subject: &Subject<'_>) -> Option<String> {
    let sent = subject.exchanges.iter().find(|exchange| !exchange.request.is_preflight())?;
    (!subject.options.cookie.is_empty() && sent.request.header("cookie").is_none()).then(|| {
        if subject.options.credentials {
            "The browser did not send the cookie: with a page of another site it needs `SameSite=None; Secure`, an `https:` \
             URL, a matching `Domain` and `Path`, and a browser that does not block third-party cookies."
                .to_owned()
        } else {
            "The browser did not send the cookie, because the script does not ask for credentials (`--credentials`)."
                .to_owned()
        }
    })
}

fn vary_missing(exchange: &Exchange) -> Option<String> {
    if exchange.request.is_preflight() {
        return None;
    }
    let response = exchange.response()?;
    let allowed = response.header("access-control-allow-origin")?;
    let is_specific = exchange.request.header("origin") == Some(allowed);
    let varies = list(response, "vary").any(|name| name == "*" || name.eq_ignore_ascii_case("origin"));
    (is_specific && !varies).then(|| {
        "The response allows this origin and has no `Vary: Origin`. If the server allows several origins, caches give the \
         response to pages of the others, which cannot read it."
            .to_owned()
    })
}

fn null_allowed(exchange: &Exchange) -> Option<String> {
    let response = exchange.response()?;
    let credentials = response.header("access-control-allow-credentials") == Some("true");
    (response.header("access-control-allow-origin") == Some("null")).then(|| {
        format!(
            "The server allows the origin `null`, which every site can have with a sandboxed frame. This is the same as \
             allowing every site{}.",
            if credentials { ", with the cookies of the user" } else { "" }
        )
    })
}

fn cookie_of_response(subject: &Subject<'_>, exchange: &Exchange) -> Option<String> {
    if exchange.request.is_preflight() {
        return None;
    }
    let set_cookie: Vec<_> = exchange
        .response()?
        .headers()
        .filter(|(name, _)| *name == "set-cookie")
        .map(|(_, value)| value)
        .collect();
    let name = |value: &[u8]| printable_value(value.split(|&byte| byte == b'=').next().unwrap_or_default());
    if !subject.options.credentials {
        let first = set_cookie.first()?;
        return Some(format!(
            "The response sets the cookie `{}`, which the browser ignores, because the script does not ask for credentials \
             (`--credentials`).",
            name(first)
        ));
    }
    if exchange.request.header("sec-fetch-site") != Some("cross-site") {
        return None;
    }
    let lacks_attributes = |value: &&&[u8]| {
        let mut attributes: Vec<_> = value
            .split(|&byte| byte == b';')
            .skip(1)
            .map(|attribute| attribute.trim_ascii().to_ascii_lowercase())
            .collect();
        attributes.retain(|attribute| attribute == b"secure" || attribute == b"samesite=none");
        attributes.sort_unstable();
        attributes.dedup();
        attributes.len() < 2
    };
    let first = set_cookie.iter().find(lacks_attributes)?;
    Some(format!(
        "The response sets the cookie `{}` without `SameSite=None; Secure`. The page is of another site, so browsers do not \
         store the cookie or do not send it with later requests of this page.",
        name(first)
    ))
}

fn max_age_missing(subject: &Subject<'_>) -> Option<String> {
    subject.readable?;
    let preflight = subject.exchanges.iter().find(|exchange| exchange.request.is_preflight())?;
    let response = preflight.response()?;
    match response.header("access-control-max-age") {
        None => Some(
            "The response to the preflight has no `Access-Control-Max-Age`: browsers ask again after 5 seconds.".to_owned(),
        ),
        Some(value) if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) => Some(format!(
            "`Access-Control-Max-Age: {}` is not a number of seconds: browsers ask again after 5 seconds, or each time.",
            printable_value(value.as_bytes())
        )),
        Some(_) => None,
    }
}

fn wildcard_authorization(subject: &Subject<'_>) -> Option<String> {
    let sends = subject.options.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    let preflight = subject.exchanges.iter().find(|exchange| exchange.request.is_preflight())?;
    let names: Vec<_> = list(preflight.response()?, "access-control-allow-headers").collect();
    let by_wildcard = names.iter().any(|name| name == "*")
        && !names.iter().any(|name| name.eq_ignore_ascii_case("authorization"));
    (sends && by_wildcard && !subject.options.credentials).then(|| {
        "In the Fetch standard `Access-Control-Allow-Headers: *` does not cover `authorization`. Today's browsers accept it, \
         but plan to change that: list the name."
            .to_owned()
    })
}

/// Names headers that scripts often want, and that this page cannot read.
fn not_exposed(subject: &Subject<'_>) -> Option<String> {
    const OFTEN_WANTED: [&str; 8] = [
        "content-disposition",
        "content-range",
        "etag",
        "link",
        "location",
        "retry-after",
        "traceparent",
        "www-authenticate",
    ];
    let (readable, exchange) = subject.readable?;
    let response = exchange.response()?;
    let mut names: Vec<_> = response
        .headers()
        .map(|(name, _)| name)
        .filter(|name| name.starts_with("x-") || name.starts_with("ratelimit") || OFTEN_WANTED.contains(name))
        .filter(|name| {
            !matches!(
                *name,
                "x-content-type-options" | "x-frame-options" | "x-powered-by" | "x-xss-protection"
            )
        })
        .filter(|name| readable.header(name).is_none())
        .map(|name| format!("`{}`", printable(name)))
        .collect();
    names.sort_unstable();
    names.dedup();
    (!names.is_empty()).then(|| {
        format!(
            "The script cannot read {}: `Access-Control-Expose-Headers` does not list {}.",
            names.join(", "),
            if names.len() == 1 { "it" } else { "them" }
        )
    })
}

/// Returns the elements of a header that is a list.
fn list<'a>(response: &'a WireResponse, name: &'a str) -> impl Iterator<Item = String> + 'a {
    response
        .headers()
        .filter(move |(header, _)| *header == name)
        .flat_map(|(_, value)| value.split(|&byte| byte == b','))
        .map(|element| String::from_utf8_lossy(element).trim().to_owned())
        .filter(|element| !element.is_empty())
}
