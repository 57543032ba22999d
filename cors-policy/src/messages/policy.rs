//! The texts about policies as a whole, and about the names of headers and methods.

use super::{Finding, quoted, write, write_each};
use crate::{Key, Rule};
#[cfg(feature = "runtime")]
use std::time::Duration;

pub(crate) fn origins_missing() -> Finding {
    Finding::new(Rule::OriginsMissing, "`origins` is missing: nobody would be allowed").help(
        "write `origins = [\"https://app.example.com\"]`, or start from a shared policy with `policy = ..`",
    )
}

pub(crate) fn origins_empty() -> Finding {
    Finding::new(Rule::OriginsMissing, "`origins` is empty: nobody would be allowed")
        .help("write `origins = [\"https://app.example.com\"]`, or remove `#[cors]` from a route that no other site calls")
}

pub(crate) fn duplicate(text: &str, first: Key, second: Key) -> Finding {
    let this = quoted(text);
    let place = if first == second { String::new() } else { format!(" in `{first}`") };
    Finding::new(Rule::OriginDuplicate, format!("{this} is already listed{place}"))
        .help("remove one of the two")
}

pub(crate) fn shadowed(text: &str, by: &str) -> Finding {
    let (this, by) = (quoted(text), quoted(by));
    Finding::new(Rule::OriginShadowed, format!("{this} is already allowed by {by}"))
        .help(format!("remove {this}, or replace {by} by the origins that are meant"))
}

pub(crate) fn any_beside_others() -> Finding {
    Finding::new(Rule::OriginShadowed, "`*` allows every origin: the elements beside it add nothing")
        .help("remove `\"*\"`, or everything beside it")
}

pub(crate) fn or_any_beside_others() -> Finding {
    Finding::new(
        Rule::OriginShadowed,
        "`or_any` may allow every origin: the elements beside it would add nothing",
    )
    .help("put all origins into the variable, or remove `or_any`")
}

pub(crate) fn any_at_runtime() -> Finding {
    Finding::new(Rule::OriginShadowed, "`*` cannot come from a list that is read at run time")
        .help("list the origins; to allow every origin, write `origins = [\"*\"]` in the code")
}

pub(crate) fn insecure(text: &str, offer: &str) -> Finding {
    Finding::new(Rule::OriginInsecure, format!("plain `http` with `credentials`: {}", quoted(text)))
        .help(format!("{}; or take the risk with `danger(insecure_origins)`", write(offer)))
        .note("whoever is on the network can be that origin, and read what is meant for the user")
}

pub(crate) fn insecure_without_offer(text: &str) -> Finding {
    Finding::new(Rule::OriginInsecure, format!("plain `http` with `credentials`: {}", quoted(text)))
        .help("remove it, its `https` form is allowed already; or take the risk with `danger(insecure_origins)`")
        .note("whoever is on the network can be that origin, and read what is meant for the user")
}

pub(crate) fn wildcard_credentials() -> Finding {
    Finding::new(Rule::WildcardCredentials, "`*` cannot be combined with `credentials`")
        .help("list the origins that may act for the user, or remove `credentials`")
        .note("browsers refuse `Access-Control-Allow-Origin: *` when a request carries cookies")
}

pub(crate) fn or_any_credentials() -> Finding {
    Finding::new(Rule::WildcardCredentials, "`or_any` cannot be combined with `credentials`")
        .help("remove `or_any`, so that the variable has to list the origins, or remove `credentials`")
        .note("without the variable the server would send `*`, which browsers refuse when a request carries cookies")
}

pub(crate) fn wildcard_headers_credentials() -> Finding {
    Finding::new(
        Rule::WildcardHeadersCredentials,
        "`*` in `allow_headers` cannot be combined with `credentials`",
    )
    .help("list the names, or write `allow_headers = any` to allow whatever is asked for")
    .note("with credentials, browsers read `*` as the name of a header")
}

pub(crate) fn wildcard_expose_credentials() -> Finding {
    Finding::new(
        Rule::WildcardExposeCredentials,
        "`*` in `expose_headers` cannot be combined with `credentials`",
    )
    .help("list the names that scripts read, such as `expose_headers = [\"x-request-id\"]`")
    .note("with credentials, browsers read `*` as the name of a header")
}

pub(crate) fn wildcard_enforce() -> Finding {
    Finding::new(Rule::WildcardEnforce, "`enforce` has nothing to enforce: `*` allows every origin")
        .help("list the origins, or remove `enforce`")
}

pub(crate) fn or_any_enforce() -> Finding {
    Finding::new(Rule::WildcardEnforce, "`enforce` has nothing to enforce if `or_any` allows every origin")
        .help("remove `or_any`, so that the variable has to list the origins, or remove `enforce`")
}

pub(crate) fn hosts_empty() -> Finding {
    Finding::new(Rule::HostEmpty, "`hosts` is empty: every request would be refused")
        .help("list the hosts of this server, such as `hosts = [\"api.example.com\"]`, or remove `hosts`")
}

pub(crate) fn host_duplicate(text: &str) -> Finding {
    Finding::new(Rule::HostDuplicate, format!("{} is already listed", quoted(text)))
        .help("remove one of the two")
}

/// `wider` is the same host with `:*`.
pub(crate) fn host_covered(text: &str, wider: &str) -> Finding {
    let (this, wider) = (quoted(text), quoted(wider));
    Finding::new(Rule::HostDuplicate, format!("{this} is already allowed by {wider}"))
        .help(format!("remove {this}, or replace {wider} by the ports that are meant"))
}

pub(crate) fn max_age(seconds: i128) -> Finding {
    // A literal that is too large for an `i128` is read as its largest or smallest value: it is not shown.
    let this =
        if seconds == i128::MAX || seconds == i128::MIN { String::new() } else { format!(": `{seconds}`") };
    if seconds < 0 {
        return Finding::new(Rule::MaxAgeRange, format!("`max_age` cannot be negative{this}"))
            .help("write `max_age = 0` if browsers must ask again before every request");
    }
    Finding::new(Rule::MaxAgeRange, format!("`max_age` is at most 86400 seconds{this}"))
        .help("write `max_age = 86400`, or less")
        .note("no browser keeps the answer longer: Firefox 86400 seconds, Chromium 7200, Safari 600")
}

#[cfg(feature = "runtime")]
pub(crate) fn fractional_max_age(duration: Duration) -> Finding {
    let next = duration.as_secs().saturating_add(1).min(86400);
    Finding::new(Rule::MaxAgeRange, format!("`max_age` is a whole number of seconds: `{duration:?}`"))
        .help(format!("write a whole number of seconds, such as {next}"))
}

/// A name of several words; `joined` has hyphens in place of the blanks.
pub(crate) fn header_with_blanks(text: &str, joined: &str) -> Finding {
    Finding::new(Rule::HeaderName, format!("the name of a header has no blanks: {}", quoted(text)))
        .help(format!("{}, or one element for each name", write(joined)))
}

/// `names` are the valid names that were probably meant; empty if that is not clear.
pub(crate) fn header_name(text: &str, names: &[&str]) -> Finding {
    let finding = match (text, names) {
        ("", _) => Finding::new(Rule::HeaderName, "the name of a header cannot be empty"),
        (_, [_, _, ..]) => {
            Finding::new(Rule::HeaderName, format!("several headers in one element: {}", quoted(text)))
        }
        _ => Finding::new(Rule::HeaderName, format!("not the name of a header: {}", quoted(text))),
    };
    if names.is_empty() {
        finding.help("write letters, digits and `-`, such as `\"x-request-id\"`")
    } else {
        finding.help(write_each(names))
    }
}

pub(crate) fn header_pattern(text: &str) -> Finding {
    Finding::new(Rule::HeaderName, format!("there are no patterns for names of headers: {}", quoted(text)))
        .help("list the names")
        .note("browsers read `*` inside a name as part of the name")
}

pub(crate) fn header_forbidden(name: &str) -> Finding {
    Finding::new(Rule::HeaderForbidden, format!("no script can set {}", quoted(name)))
        .help("remove it: it needs no permission")
        .note("the browser alone sets this header, and never asks for it in a preflight")
}

pub(crate) fn own_header(name: &str, key: Key) -> Finding {
    Finding::new(Rule::HeaderDirection, format!("{} does not belong in `{key}`", quoted(name)))
        .help("remove it")
        .note(
            "headers of CORS itself are exchanged by browser and server; scripts neither send nor read them",
        )
}

pub(crate) fn response_header(name: &str) -> Finding {
    Finding::new(Rule::HeaderDirection, format!("{} is a header of responses, not of requests", quoted(name)))
        .help(format!(
            "remove it, or, if scripts read it, write `expose_headers = [\"{}\"]`",
            name.to_ascii_lowercase()
        ))
}

pub(crate) fn request_header(name: &str) -> Finding {
    Finding::new(Rule::HeaderDirection, format!("{} is a header of requests, not of responses", quoted(name)))
        .help("remove it: `expose_headers` names response headers that scripts may read")
}

pub(crate) fn not_exposable(name: &str) -> Finding {
    Finding::new(Rule::HeaderNotExposable, format!("no script can read {}", quoted(name)))
        .help("remove it: browsers keep cookies without it")
        .note("browsers hide it from scripts, whatever the server says")
}

pub(crate) fn header_duplicate(name: &str) -> Finding {
    Finding::new(Rule::HeaderDuplicate, format!("{} is already listed", quoted(name)))
        .help("remove one of the two")
        .note("upper and lower case are the same in names of headers")
}

pub(crate) fn header_beside_any(name: &str) -> Finding {
    Finding::new(Rule::HeaderDuplicate, format!("{} is already covered by `*`", quoted(name)))
        .help(format!("remove {0}, or remove `\"*\"` and list every name", quoted(name)))
}

/// `names` are the methods that were probably meant; empty if that is not clear.
pub(crate) fn method_name(text: &str, names: &[String]) -> Finding {
    let what = if names.len() > 1 { "several methods in one element" } else { "not a method" };
    let finding = Finding::new(Rule::MethodName, format!("{what}: {}", quoted(text)));
    if names.is_empty() {
        finding.help("write a method, such as `\"GET\"`")
    } else {
        finding.help(write_each(names))
    }
}

/// `*` is a token, but in `Access-Control-Allow-Methods` it allows every method.
pub(crate) fn method_wildcard() -> Finding {
    Finding::new(Rule::MethodName, "`*` is not a method")
        .help("write each method, such as `\"GET\", \"PUT\"`")
        .note("without credentials browsers read `*` as every method, also those that the list leaves out")
}

pub(crate) fn method_forbidden(name: &str) -> Finding {
    Finding::new(Rule::MethodForbidden, format!("no script can send {}", quoted(name)))
        .help("remove it")
        .note("browsers refuse `CONNECT`, `TRACE` and `TRACK` before anything is sent")
}

pub(crate) fn method_case(name: &str) -> Finding {
    Finding::new(Rule::MethodCase, format!("methods are in upper case: {}", quoted(name)))
        .help(write(&name.to_ascii_uppercase()))
        .note("methods are case-sensitive; browsers correct only `delete`, `get`, `head`, `options`, `post` and `put`")
}
