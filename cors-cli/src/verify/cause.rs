//! Likely causes of deviations.

use super::compare::joined_lines;
use super::deviation::{Difference, Kind, ObservedDifference};
use super::origins::NearMiss;
use super::probe::{Page, PageKind, Probe, RequestKind};
use super::promise::{Permission, Promise};
use cors_runtime::testing::WireResponse;
use std::collections::BTreeSet;

/// What the other answers of a path say about the cause.
#[derive(Debug, Default)]
pub(super) struct Evidence<'a> {
    /// A preflight of a page that is allowed was answered as promised.
    has_right_preflight: bool,
    /// A response to a page that is allowed has its `Access-Control-Allow-Origin`.
    pub(super) has_right_response: bool,
    /// A response has `Access-Control-Allow-Origin: *`.
    has_wildcard_response: bool,
    /// The requests whose answers let pages read that the policy refuses.
    wider: Vec<&'a Probe>,
    /// The values of `Access-Control-Allow-Origin` of all answers.
    allow_origins: BTreeSet<String>,
}

impl<'a> Evidence<'a> {
    pub(super) fn new(
        answers: impl Iterator<Item = (&'a Probe, &'a WireResponse)>,
        differences: impl Iterator<Item = &'a ObservedDifference<'a>>,
    ) -> Self {
        let mut evidence = Self::default();
        for (probe, response) in answers {
            let Some(value) = joined_lines(response, "access-control-allow-origin") else { continue };
            let is_right = probe.page.is_allowed_by(&value);
            match probe.promises.first() {
                Some(Promise::Preflight(promise)) if promise.permission == Permission::Allowed => {
                    evidence.has_right_preflight |= is_right;
                }
                Some(Promise::Response(promise)) => {
                    let is_allowed = promise.permission == Permission::Allowed;
                    evidence.has_right_response |=
                        is_allowed && is_right && (value != "*" || promise.any_origin);
                    evidence.has_wildcard_response |= value == "*";
                }
                _ => {}
            }
            evidence.allow_origins.insert(value);
        }
        let wider = differences.filter(|found| found.difference.kind == Kind::AllowOriginWider);
        evidence.wider = wider.map(|found| found.probe).collect();
        evidence
    }
}

/// Returns the likely cause of a deviation, as a sentence.
pub(super) fn likely_cause(
    difference: &Difference,
    probe: &Probe,
    response: &WireResponse,
    evidence: &Evidence<'_>,
) -> String {
    let text = match difference.kind {
        Kind::PreflightRefused | Kind::ErrorWithoutHeaders if response.status() == 429 => {
            "something in front of the application limits the number of requests: `--at-once 1` sends fewer at a time"
        }
        Kind::AllowOriginWider => return wider(probe, response, evidence).to_owned(),
        Kind::AllowOriginChanged => return changed(&probe.page, response, evidence).to_owned(),
        Kind::PreflightRefused => return preflight_refused(response, evidence),
        Kind::AnswerOfAnotherPage => return cached(response),
        Kind::AllowOriginMissing if (300..400).contains(&response.status()) => {
            "something in front of the application redirects the request"
        }
        Kind::AllowOriginMissing if varies_by_origin(response) => {
            "a proxy removes the CORS headers from responses, or does not pass `Origin` on to the application"
        }
        Kind::AllowOriginMissing | Kind::ErrorWithoutHeaders
            if !evidence.has_right_preflight && !varies_by_origin(response) =>
        {
            "the URL does not reach the route: the prefix of the paths differs (`--base`), or another version of the \
             application is deployed"
        }
        Kind::AllowOriginMissing => {
            "a proxy removes the CORS headers from responses, or answers in place of the application"
        }
        Kind::ErrorWithoutHeaders => {
            "a proxy replaces error responses or removes their CORS headers; pages see a network error in place of the \
             status"
        }
        Kind::HeaderRepeated => {
            "two layers set the header, for example a proxy and the application; browsers accept one value only"
        }
        Kind::VaryMissing => {
            "a proxy removes or replaces `Vary`; caches then give the answer for one page to others"
        }
        Kind::CredentialsAdded => "a proxy allows credentials that the policy does not allow",
        Kind::CredentialsMissing => {
            "a proxy removes the header; requests with cookies or other credentials fail in browsers"
        }
        Kind::MethodsAdded => "a proxy writes a list of methods of its own, or answers preflights by itself",
        Kind::MethodsMissing => "a proxy writes a list of methods of its own that lacks methods of the route",
        Kind::HeadersAdded => {
            "something allows every request header that a page asks for, or has a list of its own"
        }
        Kind::HeadersMissing => {
            "a proxy writes a list of request headers of its own that lacks headers of the policy"
        }
        Kind::MaxAgeLonger if joined_lines(response, "access-control-max-age").is_none() => {
            "a proxy removes the header; browsers then remember the answer for 5 seconds and send requests to another route \
             of the path without a preflight"
        }
        Kind::MaxAgeLonger => {
            "a proxy sets its own `Access-Control-Max-Age`; a changed policy takes effect later than it says, and where 0 is \
             promised, browsers send requests to another route of the path without a preflight"
        }
        Kind::MaxAgeShorter => {
            "a proxy removes or shortens `Access-Control-Max-Age`; browsers send more preflights than necessary"
        }
        Kind::ExposeHeadersAdded => "a proxy exposes response headers that the policy does not expose",
        Kind::ExposeHeadersMissing => {
            "a proxy removes or replaces the header; scripts cannot read these response headers"
        }
        Kind::RequestNotRefused if lets_page_read(probe, response) => {
            return wider(probe, response, evidence).to_owned();
        }
        Kind::RequestNotRefused => match probe.request.kind {
            RequestKind::OtherHost => {
                "a proxy passes on every `Host`, or replaces it by a listed one before the application can check it"
            }
            _ => {
                "a proxy removes `Origin` or `Sec-Fetch-Site` from requests, or answers in place of the application, so that \
                 `enforce` has no effect"
            }
        },
        Kind::RequestRefused => {
            "the application does not allow the page or the `Host` that it gets, or a proxy removes or changes `Origin` or \
             `Host`"
        }
        Kind::RefusalMayBeStored => {
            "a proxy removes or replaces `Cache-Control`; a cache may serve the refusal to pages that are allowed"
        }
    };
    text.to_owned()
}

fn wider(probe: &Probe, response: &WireResponse, evidence: &Evidence<'_>) -> &'static str {
    let is_preflight = probe.request.is_preflight();
    if joined_lines(response, "access-control-allow-origin").as_deref() == Some("*") {
        return if is_preflight && !evidence.has_wildcard_response {
            "something in front of the application answers preflights by itself and allows every page"
        } else {
            "a proxy or a layer sets `Access-Control-Allow-Origin: *`"
        };
    }
    let has = |kind| {
        let mut pages = evidence.wider.iter().filter(|other| other.request.is_preflight() == is_preflight);
        pages.any(|other| other.page.kind == kind)
    };
    if has(PageKind::Unrelated) {
        return "something allows every page: it repeats the `Origin` of each request";
    }
    // A comparison that is wrong in one way lets several near misses through.
    let has_miss = |miss| has(PageKind::NearMiss(miss));
    match &probe.page.kind {
        PageKind::Null => "something allows `null`, which every sandboxed frame sends",
        PageKind::NearMiss(kind) => match kind {
            NearMiss::Suffix => "something compares only the beginning of the origin",
            NearMiss::Port | NearMiss::TrailingDot if has_miss(NearMiss::Suffix) => {
                "something compares only the beginning of the origin"
            }
            NearMiss::Sibling => "something allows every subdomain of the parent domain",
            NearMiss::Prefix | NearMiss::Subdomain if has_miss(NearMiss::Sibling) => {
                "something allows every subdomain of the parent domain"
            }
            NearMiss::Prefix => "something compares only the end of the origin",
            NearMiss::Subdomain | NearMiss::Scheme if has_miss(NearMiss::Prefix) => {
                "something compares only the end of the origin"
            }
            NearMiss::Scheme => "something does not compare the scheme of the origin",
            NearMiss::Port => "something does not compare the port of the origin",
            NearMiss::TrailingDot => {
                "something removes the dot behind the host before it compares the origin"
            }
            NearMiss::Subdomain => "something allows every subdomain of the origin",
            NearMiss::Parent => "something allows the parent domain",
            NearMiss::OtherCharacterForDot => {
                "something compares with a regular expression whose `.` is not escaped"
            }
            NearMiss::UpperCase => "something ignores upper and lower case when it compares the origin",
        },
        _ => "the application that is deployed, or something in front of it, allows this page",
    }
}

fn changed(page: &Page, response: &WireResponse, evidence: &Evidence<'_>) -> &'static str {
    let value = joined_lines(response, "access-control-allow-origin").unwrap_or_default();
    let own = page.origin.as_deref().unwrap_or_default();
    let is_upper_case = page.kind == PageKind::NearMiss(NearMiss::UpperCase);
    if value.trim_end_matches('/').eq_ignore_ascii_case(own) && !is_upper_case {
        "a proxy writes the origin in another form; browsers compare every byte"
    } else if evidence.allow_origins.len() == 1 {
        "a proxy sets the same origin for all pages, or a cache has stored the answer for one page"
    } else {
        "a proxy sets another origin, or a cache has stored the answer for another page"
    }
}

fn preflight_refused(response: &WireResponse, evidence: &Evidence<'_>) -> String {
    let server =
        joined_lines(response, "server").map(|server| format!(" (Server: {server})")).unwrap_or_default();
    let is_html = joined_lines(response, "content-type").is_some_and(|value| value.starts_with("text/html"));
    match response.status() {
        401 | 407 => format!(
            "something in front of the application asks preflights for a login{server}; browsers send preflights without \
             cookies and `Authorization`"
        ),
        300..=399 => format!(
            "something in front of the application redirects preflights{server}, which browsers do not follow"
        ),
        404 if !evidence.has_right_response => {
            format!(
                "the URL does not reach the route{server}: the prefix of the paths differs (`--base`), or another \
                     version of the application is deployed"
            )
        }
        404 | 405 | 501 => {
            format!("something in front of the application does not pass `OPTIONS` on{server}")
        }
        500.. => format!("a gateway does not reach the application, or the application fails{server}"),
        403 => format!(
            "the application refuses the page: it has another policy or other values of `env(..)` than the manifest, or a \
             gateway refuses `OPTIONS`{server}"
        ),
        200..=299 if is_html => {
            format!("something in front of the application answers preflights with a page{server}")
        }
        _ => format!(
            "something in front of the application answers preflights by itself, or removes `Origin` from requests{server}"
        ),
    }
}

fn cached(response: &WireResponse) -> String {
    let evidence = ["age", "x-cache", "cf-cache-status", "x-cache-status"].into_iter().find_map(|name| {
        joined_lines(response, name).map(|_| format!(" (the answer has the header `{name}`)"))
    });
    format!(
        "a cache gives the answer for one page to others{}: it ignores `Vary: Origin`, or does not get it",
        evidence.unwrap_or_default()
    )
}

fn lets_page_read(probe: &Probe, response: &WireResponse) -> bool {
    joined_lines(response, "access-control-allow-origin")
        .is_some_and(|value| probe.page.is_allowed_by(&value))
}

/// Whether the response says that it depends on the page, as every response of a route does.
fn varies_by_origin(response: &WireResponse) -> bool {
    let vary = joined_lines(response, "vary").unwrap_or_default();
    vary.split(',').any(|name| name.trim().eq_ignore_ascii_case("origin"))
}
