//! Envoy: a static configuration whose routes have the policies of its CORS filter.

use super::plan::{AnyMethodAnswer, Methods, Plan, PlannedPath, PlannedRoute};
use super::{Deployment, Export, comment, origin, yaml};
use crate::manifest::Manifest;
use serde::Serialize;

const POLICY: &str = "type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy";
const PREFLIGHT_VARY: &str = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
/// A method that a route for every method takes. `*` would allow the methods of other routes as well.
const ANY_METHOD: &str = "[!#$%&'+.^_`|~0-9A-Za-z-]+";

pub(super) fn export(manifest: &Manifest, deployment: &Deployment) -> Export {
    let plan = Plan::new(manifest, deployment.framework, AnyMethodAnswer::Requested, |_| None);
    let mut routes = Vec::new();
    if let Some(encodings) = &plan.ambiguous_encodings {
        let path = PathMatch::Regex { safe_regex: Regex::new(format!(".*{encodings}.*")) };
        let comment = "Closed: the application may decode these characters before it chooses a route.";
        routes.push((comment.to_owned(), Route::closed(path, Vec::new())));
    }
    let mut behind = Vec::new();
    for path in &plan.paths {
        for route in path.routes_in_order() {
            routes.extend(routes_of(path, route));
        }
        let last = last_routes(&plan, path);
        if plan.falls_through() { behind.extend(last) } else { routes.extend(last) }
    }
    routes.extend(behind);
    routes.push((
        "Everything else".to_owned(),
        Route::closed(PathMatch::Prefix { prefix: "/".to_owned() }, Vec::new()),
    ));

    let notes = comment::notes(&plan, comment::UNLISTED_PATHS);
    let omissions = plan.into_omissions();
    let about = "# Add TLS, and the names of the hosts in `domains`.\n";
    let header = comment::header("envoy", about, &notes, &omissions);
    let routes = yaml::list(&routes, 14);
    let configuration =
        format!("{header}\n{}{routes}{}", before_routes(deployment), behind_routes(deployment));
    Export { configuration, omissions, notes }
}

/// The routes of one route of the manifest: preflights, then actual requests.
fn routes_of(path: &PlannedPath<'_>, route: &PlannedRoute<'_>) -> Vec<(String, Route)> {
    let comment = comment::route(path, route);
    let matcher = PathMatch::of(path);
    if !route.is_open() {
        let preflight = Route::closed(matcher.clone(), preflight(requested_method(&route.methods), None));
        let actual = Route::closed(matcher, vec![method(&route.methods)]);
        return vec![(format!("{comment}: preflights"), preflight), (comment, actual)];
    }
    let mut policy = Policy::of(route);
    let answer = Policy {
        allow_methods: Some(path.listed_methods(route).map_or("*".to_owned(), |listed| listed.join(", "))),
        allow_headers: allow_headers(route),
        max_age: route.least_max_age().map(|seconds| seconds.to_string()),
        forward_not_matching_preflights: Some(false),
        ..policy.clone()
    };
    policy.expose_headers = route.expose_headers();
    let preflight = Route {
        matcher: Match { path: matcher.clone(), headers: preflight(requested_method(&route.methods), None) },
        action: Action::new(),
        typed_per_filter_config: Some(FilterConfigs::of_preflight(answer)),
        response_headers_to_add: Vec::new(),
    };
    let actual = Route {
        matcher: Match { path: matcher, headers: vec![method(&route.methods)] },
        action: Action::new(),
        typed_per_filter_config: Some(FilterConfigs { cors: policy, header_mutation: None }),
        response_headers_to_add: vec![HeaderToAdd::vary("Origin")],
    };
    let reuse = if route.has_one_max_age() {
        ""
    } else {
        " (not reused, because for some origins the reuse could open another route of the path)"
    };
    vec![(format!("{comment}: preflights{reuse}"), preflight), (comment, actual)]
}

/// The routes for methods that no route of the path takes.
fn last_routes(plan: &Plan<'_>, path: &PlannedPath<'_>) -> Vec<(String, Route)> {
    let mut routes = Vec::new();
    let matcher = PathMatch::of(path);
    // A route for every method leaves only `OPTIONS`.
    let policies = if path.takes_every_method() { Vec::new() } else { path.policies() };
    for (at, route) in policies.iter().enumerate() {
        let origins = (at + 1 < policies.len()).then(|| origins_of(route));
        let answer = Policy {
            allow_methods: path.listed_methods(route).map(|listed| listed.join(", ")),
            max_age: Some("0".to_owned()),
            forward_not_matching_preflights: Some(false),
            ..Policy::of(route)
        };
        let text = format!("{}: preflights for other methods", path.text);
        let route = Route {
            matcher: Match {
                path: matcher.clone(),
                headers: preflight(vec![Header::present(REQUESTED_METHOD)], origins),
            },
            action: Action::new(),
            typed_per_filter_config: Some(FilterConfigs::of_preflight(answer)),
            response_headers_to_add: Vec::new(),
        };
        routes.push((text, route));
    }
    if path.shares_urls() && !plan.falls_through() {
        routes.push((format!("{}: other methods", path.text), Route::closed(matcher, Vec::new())));
    }
    routes
}

const REQUESTED_METHOD: &str = "access-control-request-method";

/// `Access-Control-Allow-Headers`. Envoy replaces a single `*` by the requested names.
fn allow_headers(route: &PlannedRoute<'_>) -> Option<String> {
    match route.allow_headers() {
        _ if route.allows_any_header() => Some("*".to_owned()),
        // A browser reads this as `*`, which does not allow `Authorization`.
        Some(names) if names == "*" => Some("*, *".to_owned()),
        names => names,
    }
}

/// The headers of a preflight. `origins` is a regular expression.
fn preflight(requested_method: Vec<Header>, origins: Option<String>) -> Vec<Header> {
    let origin = match origins {
        Some(regex) => Header::text("origin", StringMatch::Regex { safe_regex: Regex { regex } }),
        None => Header::present("origin"),
    };
    let options = Header::text(":method", StringMatch::Exact { exact: "OPTIONS".to_owned() });
    [vec![options, origin], requested_method].concat()
}

fn method(methods: &Methods) -> Header {
    match methods {
        Methods::Any => Header::not_options(":method"),
        Methods::Named(names) => Header::text(":method", StringMatch::one_of(names)),
    }
}

fn requested_method(methods: &Methods) -> Vec<Header> {
    match methods {
        Methods::Any => {
            let any = StringMatch::Regex { safe_regex: Regex::new(ANY_METHOD.to_owned()) };
            vec![Header::text(REQUESTED_METHOD, any), Header::not_options(REQUESTED_METHOD)]
        }
        Methods::Named(names) => vec![Header::text(REQUESTED_METHOD, StringMatch::one_of(names))],
    }
}

/// A regular expression for the origins of a route.
fn origins_of(route: &PlannedRoute<'_>) -> String {
    if route.allows_any_origin() {
        return ".*".to_owned();
    }
    let origins: Vec<_> = route.origins.iter().filter_map(|element| origin::regex(element)).collect();
    origins.join("|")
}

#[derive(Clone, Debug, Serialize)]
struct Route {
    #[serde(rename = "match")]
    matcher: Match,
    #[serde(rename = "route")]
    action: Action,
    #[serde(skip_serializing_if = "Option::is_none")]
    typed_per_filter_config: Option<FilterConfigs>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    response_headers_to_add: Vec<HeaderToAdd>,
}

impl Route {
    /// A route to the application without a policy.
    fn closed(path: PathMatch, headers: Vec<Header>) -> Self {
        Self {
            matcher: Match { path, headers },
            action: Action::new(),
            typed_per_filter_config: None,
            response_headers_to_add: Vec::new(),
        }
    }
}

#[derive(Clone, Debug, Serialize)]
struct Match {
    #[serde(flatten)]
    path: PathMatch,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    headers: Vec<Header>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum PathMatch {
    Exact { path: String },
    Prefix { prefix: String },
    Regex { safe_regex: Regex },
}

impl PathMatch {
    fn of(path: &PlannedPath<'_>) -> Self {
        match path.pattern.literal() {
            Some(text) => Self::Exact { path: text.to_owned() },
            None => Self::Regex { safe_regex: Regex::new(path.pattern.regex()) },
        }
    }
}

/// A regular expression that has to match the whole text.
#[derive(Clone, Debug, Serialize)]
struct Regex {
    regex: String,
}

impl Regex {
    fn new(regex: String) -> Self {
        Self { regex }
    }
}

#[derive(Clone, Debug, Serialize)]
struct Header {
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    string_match: Option<StringMatch>,
    #[serde(skip_serializing_if = "Option::is_none")]
    present_match: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invert_match: Option<bool>,
}

impl Header {
    fn text(name: &'static str, text: StringMatch) -> Self {
        Self { name, string_match: Some(text), present_match: None, invert_match: None }
    }

    /// A route for every method does not take `OPTIONS`.
    fn not_options(name: &'static str) -> Self {
        let options = StringMatch::Exact { exact: "OPTIONS".to_owned() };
        Self { invert_match: Some(true), ..Self::text(name, options) }
    }

    fn present(name: &'static str) -> Self {
        Self { name, string_match: None, present_match: Some(true), invert_match: None }
    }
}

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum StringMatch {
    Exact { exact: String },
    Regex { safe_regex: Regex },
}

impl StringMatch {
    fn one_of(names: &[String]) -> Self {
        match names {
            [name] => Self::Exact { exact: name.clone() },
            names => {
                let names: Vec<_> = names.iter().map(|name| super::path::escape(name)).collect();
                Self::Regex { safe_regex: Regex::new(names.join("|")) }
            }
        }
    }
}

#[derive(Clone, Debug, Serialize)]
struct Action {
    cluster: &'static str,
    timeout: &'static str,
}

impl Action {
    /// The application. Envoy's own time limit of 15 seconds would end streams.
    fn new() -> Self {
        Self { cluster: "application", timeout: "0s" }
    }
}

#[derive(Clone, Debug, Serialize)]
struct FilterConfigs {
    #[serde(rename = "envoy.filters.http.cors")]
    cors: Policy,
    #[serde(rename = "envoy.filters.http.header_mutation", skip_serializing_if = "Option::is_none")]
    header_mutation: Option<HeaderMutation>,
}

impl FilterConfigs {
    /// The CORS filter adds no `Vary` to its answers.
    fn of_preflight(cors: Policy) -> Self {
        Self { cors, header_mutation: Some(HeaderMutation::vary(PREFLIGHT_VARY)) }
    }
}

#[derive(Clone, Debug, Serialize)]
struct Policy {
    #[serde(rename = "@type")]
    type_url: &'static str,
    allow_origin_string_match: Vec<StringMatch>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_credentials: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_methods: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_headers: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_age: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expose_headers: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    forward_not_matching_preflights: Option<bool>,
}

impl Policy {
    /// The origins and the credentials of a route.
    fn of(route: &PlannedRoute<'_>) -> Self {
        let origins = route.origins.iter().filter_map(|element| {
            if element == "*" || origin::is_exact(element) {
                return Some(StringMatch::Exact { exact: element.clone() });
            }
            Some(StringMatch::Regex { safe_regex: Regex::new(origin::regex(element)?) })
        });
        Self {
            type_url: POLICY,
            allow_origin_string_match: origins.collect(),
            allow_credentials: route.source.policy.credentials().then_some(true),
            allow_methods: None,
            allow_headers: None,
            max_age: None,
            expose_headers: None,
            forward_not_matching_preflights: None,
        }
    }
}

#[derive(Clone, Debug, Serialize)]
struct HeaderMutation {
    #[serde(rename = "@type")]
    type_url: &'static str,
    mutations: Mutations,
}

#[derive(Clone, Debug, Serialize)]
struct Mutations {
    response_mutations: Vec<Mutation>,
}

#[derive(Clone, Debug, Serialize)]
struct Mutation {
    append: HeaderToAdd,
}

impl HeaderMutation {
    fn vary(value: &'static str) -> Self {
        Self {
            type_url: "type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute",
            mutations: Mutations { response_mutations: vec![Mutation { append: HeaderToAdd::vary(value) }] },
        }
    }
}

#[derive(Clone, Debug, Serialize)]
struct HeaderToAdd {
    header: HeaderValue,
    append_action: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct HeaderValue {
    key: &'static str,
    value: &'static str,
}

impl HeaderToAdd {
    fn vary(value: &'static str) -> Self {
        Self { header: HeaderValue { key: "vary", value }, append_action: "APPEND_IF_EXISTS_OR_ADD" }
    }
}

fn before_routes(deployment: &Deployment) -> String {
    let listen = deployment.listen;
    format!(
        "static_resources:
  listeners:
  - name: cors
    address:
      socket_address: {{ address: '{}', port_value: {} }}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          \"@type\": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: cors
          # The path of a request is compared as it is written, and the application gets it unchanged.
          normalize_path: false
          merge_slashes: false
          path_with_escaped_slashes_action: KEEP_UNCHANGED
          http_filters:
          - name: envoy.filters.http.header_mutation
            typed_config:
              \"@type\": type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation
          - name: envoy.filters.http.cors
            typed_config:
              \"@type\": type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors
          - name: envoy.filters.http.router
            typed_config:
              \"@type\": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
          route_config:
            # The headers of the application itself, which the CORS filter would not remove.
            response_headers_to_remove:
            - access-control-allow-origin
            - access-control-allow-credentials
            - access-control-allow-methods
            - access-control-allow-headers
            - access-control-max-age
            - access-control-expose-headers
            virtual_hosts:
            - name: application
              domains: ['*']
              routes:
",
        listen.ip(),
        listen.port()
    )
}

fn behind_routes(deployment: &Deployment) -> String {
    let host = deployment.upstream.host.trim_matches(['[', ']']);
    format!(
        "  clusters:
  - name: application
    type: STRICT_DNS
    load_assignment:
      cluster_name: application
      endpoints:
      - lb_endpoints:
        - endpoint:
            address:
              socket_address: {{ address: '{host}', port_value: {} }}
",
        deployment.upstream.port
    )
}
