//! Envoy: a static configuration whose routes have the policies of its CORS filter.

use super::expression::ANY_METHOD;
use super::plan::{AnyMethodAnswer, Plan};
use super::planned_path::{Methods, PlannedPath, PlannedRoute};
use super::{comment, deployment::Deployment, origin, outcome::Export, yaml};
use crate::manifest::Manifest;

mod route;

use route::{FilterConfigs, HeaderMatcher, HeaderToAdd, PathMatch, Policy, Route, StringMatch};

const REQUESTED_METHOD: &str = "access-control-request-method";

pub(super) fn export(manifest: &Manifest, deployment: &Deployment) -> Export {
    let plan = Plan::new(manifest, deployment.framework, AnyMethodAnswer::Requested, |_| None);
    let mut routes = Vec::new();
    if let Some(encodings) = &plan.ambiguous_encodings {
        let path = PathMatch::regex(format!(".*{encodings}.*"));
        let comment = "Closed: the application may decode these characters before it chooses a route.";
        routes.push((comment.to_owned(), Route::closed(path, Vec::new())));
    }
    let mut at_the_end = Vec::new();
    for path in &plan.paths {
        for route in path.routes_in_order() {
            routes.extend(routes_of(path, route));
        }
        let last = last_routes(&plan, path);
        if plan.falls_through() { at_the_end.extend(last) } else { routes.extend(last) }
    }
    routes.extend(at_the_end);
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
        format!("{header}\n{}{routes}{}", before_routes(deployment), after_routes(deployment));
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
    policy.expose_headers = route.expose_headers().map(str::to_owned);
    let preflight = Route {
        typed_per_filter_config: Some(FilterConfigs::of_preflight(answer)),
        ..Route::closed(matcher.clone(), preflight(requested_method(&route.methods), None))
    };
    let actual = Route {
        typed_per_filter_config: Some(FilterConfigs::of_actual_request(policy)),
        response_headers_to_add: vec![HeaderToAdd::vary("Origin")],
        ..Route::closed(matcher, vec![method(&route.methods)])
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
    let policies = path.policies_of_other_methods();
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
            typed_per_filter_config: Some(FilterConfigs::of_preflight(answer)),
            ..Route::closed(
                matcher.clone(),
                preflight(vec![HeaderMatcher::present(REQUESTED_METHOD)], origins),
            )
        };
        routes.push((text, route));
    }
    if path.shares_urls() && !plan.falls_through() {
        routes.push((format!("{}: other methods", path.text), Route::closed(matcher, Vec::new())));
    }
    routes
}

/// `Access-Control-Allow-Headers`. Envoy replaces a single `*` by the requested names.
fn allow_headers(route: &PlannedRoute<'_>) -> Option<String> {
    match route.allow_headers() {
        _ if route.allows_any_header() => Some("*".to_owned()),
        // A browser reads this as `*`, which does not allow `Authorization`.
        Some("*") => Some("*, *".to_owned()),
        names => names.map(str::to_owned),
    }
}

/// The headers of a preflight. `origins` is a regular expression.
fn preflight(requested_method: Vec<HeaderMatcher>, origins: Option<String>) -> Vec<HeaderMatcher> {
    let origin = match origins {
        Some(regex) => HeaderMatcher::text("origin", StringMatch::regex(regex)),
        None => HeaderMatcher::present("origin"),
    };
    let options = HeaderMatcher::text(":method", StringMatch::exact("OPTIONS"));
    [vec![options, origin], requested_method].concat()
}

fn method(methods: &Methods) -> HeaderMatcher {
    match methods {
        Methods::Any => HeaderMatcher::not_options(":method"),
        Methods::Named(names) => HeaderMatcher::text(":method", StringMatch::one_of(names)),
    }
}

fn requested_method(methods: &Methods) -> Vec<HeaderMatcher> {
    match methods {
        Methods::Any => {
            let any = StringMatch::regex(ANY_METHOD.to_owned());
            vec![HeaderMatcher::text(REQUESTED_METHOD, any), HeaderMatcher::not_options(REQUESTED_METHOD)]
        }
        Methods::Named(names) => vec![HeaderMatcher::text(REQUESTED_METHOD, StringMatch::one_of(names))],
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

fn after_routes(deployment: &Deployment) -> String {
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
