//! Compares an answer with a promise.

use super::deviation::{Difference, Kind};
use super::probe::Probe;
use super::promise::{Admission, Permission, PreflightPromise, Promise, PromisedHeaders, ResponsePromise};
use cors_runtime::testing::WireResponse;
use std::collections::BTreeSet;

/// The seconds for which browsers remember an answer without `Access-Control-Max-Age`.
/// <https://fetch.spec.whatwg.org/#http-access-control-max-age>
const DEFAULT_MAX_AGE: u64 = 5;

/// The names in `Vary` of every answer to a preflight.
const PREFLIGHT_VARY: [&str; 3] =
    ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"];

/// Returns in what an answer differs from what the manifest promises. If several routes match the URL, the answer may be
/// that of any of them.
pub(super) fn differences(probe: &Probe, response: &WireResponse) -> Vec<Difference> {
    let mut promises =
        probe.promises.iter().map(|promise| Comparison { probe, response, found: Vec::new() }.run(promise));
    let own = promises.next().unwrap_or_default();
    if own.is_empty() || promises.any(|differences| differences.is_empty()) { Vec::new() } else { own }
}

struct Comparison<'a> {
    probe: &'a Probe,
    response: &'a WireResponse,
    found: Vec<Difference>,
}

impl Comparison<'_> {
    fn run(mut self, promise: &Promise) -> Vec<Difference> {
        match promise {
            Promise::Preflight(promise) => self.preflight(promise),
            Promise::MethodNotRouted => self.method_not_routed(),
            Promise::Response(promise) => self.response(promise),
        }
        self.found
    }

    fn preflight(&mut self, promise: &PreflightPromise) {
        let is_success = (200..300).contains(&self.response.status());
        match self.resolve(promise.permission) {
            // Another server may have refused the preflight, which is no deviation.
            Permission::Refused => self.no_allow_origin("403 without CORS headers"),
            _ if !is_success || self.value("access-control-allow-origin").is_none() => {
                self.add(
                    Kind::PreflightRefused,
                    format!("204, {}", self.allow_origin(promise.any_origin)),
                    self.summary(),
                );
            }
            _ => {
                self.allow_origin_is(promise.any_origin);
                self.credentials(promise.credentials);
                self.methods(promise);
                self.allow_headers(promise);
                self.max_age(promise);
                self.vary(&PREFLIGHT_VARY);
            }
        }
    }

    fn method_not_routed(&mut self) {
        let method = &self.probe.request.method;
        let listed = self.list("access-control-allow-methods");
        if self.value("access-control-allow-origin").is_some()
            && (self.has_wildcard(&listed) || listed.contains(method))
        {
            let promised = format!("no route takes {method}");
            self.add_header(Kind::MethodsAdded, promised, "access-control-allow-methods");
        }
    }

    fn response(&mut self, promise: &ResponsePromise) {
        let status = self.response.status();
        let permission = self.resolve(promise.permission);
        let is_refused = match promise.admission {
            Admission::Always | Admission::Passes => false,
            Admission::Refused => true,
            Admission::IfAllowed => permission == Permission::Refused,
            // What is promised depends on the answer to a request with the right `Host`.
            Admission::HostNotListed => return,
        };
        if is_refused && status != 403 {
            // A redirect of a gateway is no answer of the route.
            if !(300..400).contains(&status) {
                self.add(Kind::RequestNotRefused, "403".to_owned(), self.summary());
            }
            return self.no_allow_origin("no CORS headers");
        }
        if permission == Permission::Refused {
            self.no_allow_origin("no CORS headers");
            if is_refused && !self.list("cache-control").contains("no-store") {
                let promised = "403 with Cache-Control: no-store".to_owned();
                self.add_header(Kind::RefusalMayBeStored, promised, "cache-control");
            }
            // A gateway may have answered with an error or a redirect. If it should not have, pages that are allowed tell.
            if is_refused || (200..300).contains(&status) {
                self.vary(&promise.vary);
            }
            return;
        }
        let allow_origin = self.value("access-control-allow-origin");
        // A gateway may send the origin of the page in place of `*`. Then the response depends on the page.
        let mut vary = promise.vary.clone();
        if promise.any_origin && allow_origin.as_deref() != Some("*") && !vary.contains(&"Origin") {
            vary.push("Origin");
        }
        let page = &self.probe.page;
        if promise.any_origin && page.origin.is_none() && allow_origin.is_none() && self.varies_by(&vary) {
            return;
        }
        if allow_origin.is_none() {
            let kind = match status {
                403 if promise.admission == Admission::IfAllowed => Kind::RequestRefused,
                400.. => Kind::ErrorWithoutHeaders,
                _ => Kind::AllowOriginMissing,
            };
            return self.add(kind, self.allow_origin(promise.any_origin), self.summary());
        }
        self.allow_origin_is(promise.any_origin);
        self.credentials(promise.credentials);
        self.expose_headers(promise);
        self.vary(&vary);
    }

    /// If only the application knows whether the page is allowed, its answer says so.
    fn resolve(&self, permission: Permission) -> Permission {
        match permission {
            Permission::Unknown if self.value("access-control-allow-origin").is_some() => Permission::Allowed,
            Permission::Unknown => Permission::Refused,
            known => known,
        }
    }

    fn no_allow_origin(&mut self, promised: &str) {
        let Some(value) = self.value("access-control-allow-origin") else { return };
        let is_wider = self.probe.page.is_allowed_by(&value);
        let kind = if is_wider { Kind::AllowOriginWider } else { Kind::AllowOriginChanged };
        self.add_header(kind, promised.to_owned(), "access-control-allow-origin");
    }

    fn allow_origin_is(&mut self, any_origin: bool) {
        if self.is_repeated("access-control-allow-origin") {
            return;
        }
        let value = self.value("access-control-allow-origin").unwrap_or_default();
        let is_expected = any_origin && value == "*" || self.probe.page.origin.as_ref() == Some(&value);
        if !is_expected {
            let kind = if value == "*" { Kind::AllowOriginWider } else { Kind::AllowOriginChanged };
            self.add_header(kind, self.allow_origin(any_origin), "access-control-allow-origin");
        }
    }

    fn promised_origin(&self, any_origin: bool) -> &str {
        if any_origin { "*" } else { self.probe.page.origin.as_deref().unwrap_or_default() }
    }

    fn allow_origin(&self, any_origin: bool) -> String {
        format!("Access-Control-Allow-Origin: {}", self.promised_origin(any_origin))
    }

    /// Whether there are several lines or several values, which no browser accepts.
    fn is_repeated(&mut self, name: &str) -> bool {
        let is_repeated = self.value(name).is_some_and(|value| value.contains(','));
        if is_repeated {
            self.add_header(Kind::HeaderRepeated, format!("{} once", title(name)), name);
        }
        is_repeated
    }

    fn has_credentials(&self) -> bool {
        self.value("access-control-allow-credentials").as_deref() == Some("true")
    }

    fn credentials(&mut self, promised: bool) {
        if promised && self.is_repeated("access-control-allow-credentials") {
            return;
        }
        let (kind, text) = match (promised, self.has_credentials()) {
            (true, false) => (Kind::CredentialsMissing, "Access-Control-Allow-Credentials: true"),
            (false, true) => (Kind::CredentialsAdded, "no Access-Control-Allow-Credentials"),
            _ => return,
        };
        self.add_header(kind, text.to_owned(), "access-control-allow-credentials");
    }

    fn methods(&mut self, promise: &PreflightPromise) {
        let listed = self.list("access-control-allow-methods");
        // axum routes `HEAD` to the route for `GET`.
        let is_promised = |method: &str| {
            promise
                .methods
                .iter()
                .chain(&promise.equal_methods)
                .any(|promised| promised == method || promised == "GET" && method == "HEAD")
        };
        let promised = format!("Access-Control-Allow-Methods: {}", promise.methods.join(", "));
        if listed.iter().any(|method| !is_promised(method)) {
            self.add_header(Kind::MethodsAdded, promised.clone(), "access-control-allow-methods");
        }
        if !self.has_wildcard(&listed) && promise.methods.iter().any(|method| !listed.contains(method)) {
            self.add_header(Kind::MethodsMissing, promised, "access-control-allow-methods");
        }
    }

    fn allow_headers(&mut self, promise: &PreflightPromise) {
        let listed = self.names("access-control-allow-headers");
        let (PromisedHeaders::Listed(promised) | PromisedHeaders::Requested(promised)) = &promise.headers;
        let text = named_list("Access-Control-Allow-Headers", promised);
        let covers_all = self.has_wildcard(&listed);
        // With `allow_headers = any`, every header is allowed.
        if matches!(promise.headers, PromisedHeaders::Listed(_)) && !listed.is_subset(promised) {
            self.add_header(Kind::HeadersAdded, text.clone(), "access-control-allow-headers");
        }
        let is_covered = |name: &String| listed.contains(name) || covers_all && name != "authorization";
        if !promised.iter().all(is_covered) {
            self.add_header(Kind::HeadersMissing, text, "access-control-allow-headers");
        }
    }

    fn max_age(&mut self, promise: &PreflightPromise) {
        // Several lines are joined by commas, so that they are no number.
        let seconds = self.value("access-control-max-age").and_then(|value| value.parse().ok());
        if promise.max_ages.iter().any(|promised| effective(*promised) == effective(seconds)) {
            return;
        }
        let longest = promise.max_ages.iter().copied().map(effective).max().unwrap_or(0);
        let kind = if effective(seconds) > longest { Kind::MaxAgeLonger } else { Kind::MaxAgeShorter };
        let text = |seconds: &Option<u64>| match seconds {
            Some(seconds) => format!("Access-Control-Max-Age: {seconds}"),
            None => "no Access-Control-Max-Age".to_owned(),
        };
        let promised: Vec<_> = promise.max_ages.iter().map(text).collect();
        self.add_header(kind, promised.join(" or "), "access-control-max-age");
    }

    fn expose_headers(&mut self, promise: &ResponsePromise) {
        let listed = self.names("access-control-expose-headers");
        let promised = &promise.expose_headers;
        let text = named_list("Access-Control-Expose-Headers", promised);
        if !listed.is_subset(promised) {
            self.add_header(Kind::ExposeHeadersAdded, text.clone(), "access-control-expose-headers");
        }
        if !self.has_wildcard(&listed) && !promised.is_subset(&listed) {
            self.add_header(Kind::ExposeHeadersMissing, text, "access-control-expose-headers");
        }
    }

    fn vary(&mut self, names: &[&str]) {
        if !self.varies_by(names) {
            self.add_header(Kind::VaryMissing, format!("Vary: {}", names.join(", ")), "vary");
        }
    }

    fn varies_by(&self, names: &[&str]) -> bool {
        let listed = self.names("vary");
        listed.contains("*") || names.iter().all(|name| listed.contains(&name.to_ascii_lowercase()))
    }

    /// All lines of a header, joined as browsers join them.
    fn value(&self, name: &str) -> Option<String> {
        joined_lines(self.response, name)
    }

    /// The elements of a list.
    fn list(&self, name: &str) -> BTreeSet<String> {
        let value = self.value(name).unwrap_or_default();
        value.split(',').map(str::trim).filter(|element| !element.is_empty()).map(str::to_owned).collect()
    }

    /// The elements of a list of names, in lower case.
    fn names(&self, name: &str) -> BTreeSet<String> {
        self.list(name).iter().map(|element| element.to_ascii_lowercase()).collect()
    }

    /// Whether the list contains `*`, and `*` is a wildcard. With credentials it is a name.
    fn has_wildcard(&self, listed: &BTreeSet<String>) -> bool {
        listed.contains("*") && !self.has_credentials()
    }

    /// The header as the table shows it.
    fn line(&self, name: &str) -> String {
        match self.value(name) {
            Some(value) => format!("{}: {value}", title(name)),
            None => format!("no {}", title(name)),
        }
    }

    /// Status, and the headers that tell who has answered.
    fn summary(&self) -> String {
        let mut parts = vec![self.response.status().to_string()];
        let names = ["access-control-allow-origin", "location", "www-authenticate", "content-type"];
        parts.extend(names.into_iter().filter(|name| self.value(name).is_some()).map(|name| self.line(name)));
        if self.value("access-control-allow-origin").is_none() {
            parts.push("no Access-Control-Allow-Origin".to_owned());
        }
        parts.join(", ")
    }

    fn add_header(&mut self, kind: Kind, promised: String, name: &str) {
        let came = self.line(name);
        self.add(kind, promised, came);
    }

    fn add(&mut self, kind: Kind, promised: String, came: String) {
        self.found.push(Difference { kind, promised, came });
    }
}

/// All lines of a header, joined by `, `. `None` if there are none.
pub(super) fn joined_lines(response: &WireResponse, name: &str) -> Option<String> {
    let lines: Vec<_> = response
        .headers()
        .filter(|(line, _)| *line == name)
        .map(|(_, value)| String::from_utf8_lossy(value).trim().to_owned())
        .collect();
    (!lines.is_empty()).then(|| lines.join(", "))
}

fn effective(max_age: Option<u64>) -> u64 {
    max_age.unwrap_or(DEFAULT_MAX_AGE)
}

/// A list header as the table shows it.
fn named_list(name: &str, elements: &BTreeSet<String>) -> String {
    let elements: Vec<_> = elements.iter().map(String::as_str).collect();
    if elements.is_empty() { format!("no {name}") } else { format!("{name}: {}", elements.join(", ")) }
}

/// `Access-Control-Max-Age` for `access-control-max-age`.
fn title(name: &str) -> String {
    let capitalized = name.split('-').map(|word| match word.split_at_checked(1) {
        Some((first, rest)) => first.to_ascii_uppercase() + rest,
        None => String::new(),
    });
    capitalized.collect::<Vec<_>>().join("-")
}
