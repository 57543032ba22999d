//! Kubernetes Gateway API: `HTTPRoute`s with the CORS filter, which is in the standard channel since v1.5.
//!
//! The limits are those of the schema of v1.5.1:
//! <https://github.com/kubernetes-sigs/gateway-api/blob/v1.5.1/config/crd/standard/gateway.networking.k8s.io_httproutes.yaml>

use super::origin::is_exact;
use super::path::PathPattern;
use super::plan::{AnyMethodAnswer, Plan};
use super::planned_path::{Methods, PlannedPath, PlannedRoute};
use super::{comment, deployment::Deployment, outcome::Export, yaml};
use crate::manifest::Manifest;
use cors_policy::{OriginEntry, PortPattern};
use serde::Serialize;
use std::fmt::Write as _;

/// The methods that a match and an answer can name.
const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
const MAX_RULES: usize = 16;
const MAX_MATCHES: usize = 128;
const MAX_LIST: usize = 64;
const MAX_ORIGIN: usize = 253;
const MAX_HEADER_NAME: usize = 256;
const MAX_PATH: usize = 1024;
const CORS_HEADERS: [&str; 6] = [
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Credentials",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
    "Access-Control-Max-Age",
    "Access-Control-Expose-Headers",
];

pub(super) fn export(manifest: &Manifest, deployment: &Deployment) -> Export {
    let mut plan = Plan::new(manifest, deployment.framework, AnyMethodAnswer::Wildcard, path_obstacle);
    plan.close(obstacle);
    // What a rule cannot match could reach a rule for every method.
    plan.close(|plan, path, route| {
        let others = plan.neighbours(path).chain([path]);
        let unmatched = others.flat_map(|other| &other.routes).flat_map(|other| &other.source.methods);
        let unmatched = unmatched.into_iter().find(|method| !METHODS.contains(&method.as_str()))?;
        (route.methods == Methods::Any)
            .then(|| format!("it would also apply to `{unmatched}`, which no rule can match"))
    });

    let mut documents: Vec<Vec<(String, Rule)>> = Vec::new();
    for path in &plan.paths {
        let rules = rules_of(&plan, path, deployment);
        // A document needs a rule, and this path may have only methods that no rule can match.
        if rules.is_empty() {
            continue;
        }
        match documents.last_mut() {
            Some(last)
                if last.len() + rules.len() <= MAX_RULES
                    && number_of_matches(last) + number_of_matches(&rules) <= MAX_MATCHES =>
            {
                last.extend(rules);
            }
            _ => documents.push(rules),
        }
    }
    let has_expressions = plan.paths.iter().any(|path| path.pattern.literal().is_none());
    let mut notes =
        comment::notes(&plan, "Paths that the manifest does not list need an HTTPRoute of their own.");
    notes.push(
        "The application must send no CORS headers itself: a gateway may keep them where the policy allows nothing."
            .to_owned(),
    );
    if has_expressions {
        notes.push(
            "Paths with parameters are regular expressions, whose support depends on the gateway.".to_owned(),
        );
    }
    if plan.ambiguous_encodings.is_some() {
        notes.push(
            "URLs with percent-encoded characters in a parameter are closed (with `--framework axum` they are not)."
                .to_owned(),
        );
    }
    let omissions = plan.into_omissions();
    let about = "# Requires the Gateway API v1.5 with the feature HTTPRouteCORS.\n";
    let mut configuration = comment::header("gateway-api", about, &notes, &omissions);
    for (at, rules) in documents.iter().enumerate() {
        let _ = write!(configuration, "---\n{}{}", head(at + 1, deployment), yaml::list(rules, 2));
    }
    Export { configuration, omissions, notes }
}

fn number_of_matches(rules: &[(String, Rule)]) -> usize {
    rules.iter().map(|(_, rule)| rule.matches.len()).sum()
}

/// Why no rule can match a path.
fn path_obstacle(path: &PathPattern) -> Option<String> {
    let literal = path.literal();
    let length = literal.map_or_else(|| path.regex_without_encodings().len() + "^$".len(), str::len);
    if length > MAX_PATH {
        return Some("its path is longer than 1,024 bytes".to_owned());
    }
    let text = literal?;
    let has_dots = text.split('/').any(|segment| matches!(segment, "." | ".."));
    (has_dots || text.contains("//"))
        .then(|| "its path has an empty segment or one of dots, which no rule can match".to_owned())
}

/// Why the filter cannot express a policy.
fn obstacle(plan: &Plan<'_>, path: &PlannedPath<'_>, route: &PlannedRoute<'_>) -> Option<String> {
    if let Some(method) = route.source.methods.iter().find(|method| !METHODS.contains(&method.as_str())) {
        return Some(format!("no rule can match the method `{method}`"));
    }
    let is_expression = |path: &PlannedPath<'_>| path.pattern.literal().is_none();
    if is_expression(path)
        && let Some(other) = plan.neighbours(path).find(|other| is_expression(other))
    {
        return Some(format!(
            "which of two regular expressions wins, its path or {}, is not specified",
            other.text
        ));
    }
    if plan.falls_through() {
        let mut pairs = plan.neighbours(path).map(|other| path.in_order(other));
        if let Some((first, second)) = pairs.find(|(first, _)| first.pattern.literal().is_none()) {
            return Some(format!(
                "a gateway prefers {} to {}, and actix-web does not",
                second.text, first.text
            ));
        }
    }
    if route.least_max_age() == Some(0) {
        return Some("it needs `Access-Control-Max-Age: 0`, and `maxAge` is at least 1".to_owned());
    }
    if route.source.policy.max_age().is_some_and(|seconds| i32::try_from(seconds).is_err()) {
        return Some("its `max_age` is larger than `maxAge` can be".to_owned());
    }
    if route.origins.len() > MAX_LIST {
        return Some(format!("it has {} origins, and `allowOrigins` has at most 64", route.origins.len()));
    }
    if let Some(origin) = route.origins.iter().find(|element| !is_origin(element)) {
        return Some(format!("`allowOrigins` cannot contain `{origin}`"));
    }
    let (allowed, exposed) = (names(route.allow_headers()), names(route.expose_headers()));
    if allowed.len().max(exposed.len()) > MAX_LIST {
        return Some("it has more than 64 names of headers".to_owned());
    }
    if allowed.iter().chain(&exposed).any(|name| name.len() > MAX_HEADER_NAME) {
        return Some("it has the name of a header with more than 256 bytes".to_owned());
    }
    let has_wildcard = allowed.iter().any(|name| name == "*");
    if has_wildcard || route.allows_any_header() && !route.source.policy.credentials() {
        return Some(
            "gateways may answer `*` or the requested names, so that it is open whether `Authorization` is allowed"
                .to_owned(),
        );
    }
    None
}

/// Whether `allowOrigins` can contain the element.
fn is_origin(element: &str) -> bool {
    if element == "*" {
        return true;
    }
    let scheme_and_rest = element.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https"));
    let Some((_, rest)) = scheme_and_rest else { return false };
    if let Some(OriginEntry::Pattern { pattern, .. }) = OriginEntry::split(element)
        && pattern.port == PortPattern::Any
    {
        return false;
    }
    let host = rest.split_once(':').map_or(rest, |(host, _)| host);
    let host = if is_exact(element) { host } else { host.strip_prefix("*.").unwrap_or(host) };
    let is_label =
        |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    element.len() <= MAX_ORIGIN && host.split('.').all(is_label)
}

/// The rules of a path.
fn rules_of(plan: &Plan<'_>, path: &PlannedPath<'_>, deployment: &Deployment) -> Vec<(String, Rule)> {
    let path_match = PathMatch::of(plan, &path.pattern);
    let mut rules = Vec::new();
    for route in path.routes_in_order() {
        let matches = matches_of(&path_match, &route.methods);
        if matches.is_empty() {
            continue;
        }
        let filters = if route.is_open() { open_filters(path, route) } else { closed_filters() };
        rules.push((
            comment::route(path, route),
            Rule { matches, filters, backend_refs: backend(deployment) },
        ));
    }
    if path.takes_every_method() {
        return rules;
    }
    // Without this rule, another path that matches the URL would take requests with other methods in axum.
    if !plan.falls_through() {
        let matches = vec![Match { path: path_match, method: None, headers: Vec::new() }];
        let rule = Rule { matches, filters: closed_filters(), backend_refs: backend(deployment) };
        rules.push((format!("{}: other methods, closed", path.text), rule));
    }
    rules
}

/// The matches of actual requests and of preflights. A gateway prefers those with a method and with headers.
fn matches_of(path: &PathMatch, methods: &Methods) -> Vec<Match> {
    let Methods::Named(names) = methods else {
        return vec![Match { path: path.clone(), method: None, headers: Vec::new() }];
    };
    let names = names.iter().filter_map(|name| METHODS.into_iter().find(|known| known == name));
    names
        .flat_map(|name| {
            let requested = HeaderMatch { kind: "Exact", name: "Access-Control-Request-Method", value: name };
            [
                Match { path: path.clone(), method: Some(name), headers: Vec::new() },
                Match { path: path.clone(), method: Some("OPTIONS"), headers: vec![requested] },
            ]
        })
        .collect()
}

fn open_filters(path: &PlannedPath<'_>, route: &PlannedRoute<'_>) -> Vec<Filter> {
    let methods = path.listed_methods(route).unwrap_or_else(|| vec!["*"]);
    let allow_headers =
        if route.allows_any_header() { vec!["*".to_owned()] } else { names(route.allow_headers()) };
    let cors = Cors {
        allow_origins: route.origins.clone(),
        allow_credentials: route.source.policy.credentials().then_some(true),
        allow_methods: methods.into_iter().map(str::to_owned).collect(),
        allow_headers,
        expose_headers: names(route.expose_headers()),
        max_age: route.least_max_age(),
    };
    vec![
        Filter { kind: "CORS", cors: Some(cors), response_header_modifier: None },
        // A gateway may answer `*` with the origin, so every response depends on it.
        Filter::header_modifier(vec![HeaderValue { name: "Vary", value: "Origin" }], Vec::new()),
    ]
}

fn names(list: Option<&str>) -> Vec<String> {
    list.iter().flat_map(|list| list.split(", ")).map(str::to_owned).collect()
}

fn closed_filters() -> Vec<Filter> {
    vec![Filter::header_modifier(Vec::new(), CORS_HEADERS.to_vec())]
}

fn backend(deployment: &Deployment) -> Vec<BackendRef> {
    vec![BackendRef { name: deployment.upstream.host.clone(), port: deployment.upstream.port }]
}

fn head(number: usize, deployment: &Deployment) -> String {
    format!(
        "apiVersion: gateway.networking.k8s.io/v1\n\
         kind: HTTPRoute\n\
         metadata:\n  \
           name: '{}-cors-{number}'\n\
         spec:\n  \
           parentRefs:\n  \
           - name: '{}'\n  \
           rules:\n",
        deployment.upstream.host, deployment.gateway
    )
}

#[derive(Clone, Debug, Serialize)]
struct Rule {
    matches: Vec<Match>,
    filters: Vec<Filter>,
    #[serde(rename = "backendRefs")]
    backend_refs: Vec<BackendRef>,
}

#[derive(Clone, Debug, Serialize)]
struct Match {
    path: PathMatch,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    headers: Vec<HeaderMatch>,
}

#[derive(Clone, Debug, Serialize)]
struct PathMatch {
    #[serde(rename = "type")]
    kind: &'static str,
    value: String,
}

impl PathMatch {
    /// No rule can be put before all others, so parameters leave out what the application may decode.
    fn of(plan: &Plan<'_>, path: &PathPattern) -> Self {
        let regex = match (path.literal(), &plan.ambiguous_encodings) {
            (Some(text), _) => return Self { kind: "Exact", value: text.to_owned() },
            (None, Some(_)) => path.regex_without_encodings(),
            (None, None) => path.regex(),
        };
        Self { kind: "RegularExpression", value: format!("^{regex}$") }
    }
}

#[derive(Clone, Debug, Serialize)]
struct HeaderMatch {
    #[serde(rename = "type")]
    kind: &'static str,
    name: &'static str,
    value: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct Filter {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cors: Option<Cors>,
    #[serde(rename = "responseHeaderModifier", skip_serializing_if = "Option::is_none")]
    response_header_modifier: Option<HeaderModifier>,
}

impl Filter {
    fn header_modifier(add: Vec<HeaderValue>, remove: Vec<&'static str>) -> Self {
        Self {
            kind: "ResponseHeaderModifier",
            cors: None,
            response_header_modifier: Some(HeaderModifier { add, remove }),
        }
    }
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Cors {
    allow_origins: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_credentials: Option<bool>,
    allow_methods: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allow_headers: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    expose_headers: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_age: Option<u32>,
}

#[derive(Clone, Debug, Serialize)]
struct HeaderModifier {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    add: Vec<HeaderValue>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remove: Vec<&'static str>,
}

#[derive(Clone, Debug, Serialize)]
struct HeaderValue {
    name: &'static str,
    value: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct BackendRef {
    name: String,
    port: u16,
}
