//! The types of a route in the configuration of Envoy.

use super::super::expression::escape;
use super::super::origin;
use super::super::planned_path::{PREFLIGHT_VARY, PlannedPath, PlannedRoute};
use serde::Serialize;

const POLICY: &str = "type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy";

#[derive(Clone, Debug, Serialize)]
pub(super) struct Route {
    #[serde(rename = "match")]
    pub(super) matcher: Match,
    #[serde(rename = "route")]
    pub(super) action: Action,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) typed_per_filter_config: Option<FilterConfigs>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) response_headers_to_add: Vec<HeaderToAdd>,
}

impl Route {
    /// A route to the application without a policy.
    pub(super) fn closed(path: PathMatch, headers: Vec<HeaderMatcher>) -> Self {
        Self {
            matcher: Match { path, headers },
            action: Action::new(),
            typed_per_filter_config: None,
            response_headers_to_add: Vec::new(),
        }
    }
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Match {
    #[serde(flatten)]
    path: PathMatch,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    headers: Vec<HeaderMatcher>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(super) enum PathMatch {
    Exact { path: String },
    Prefix { prefix: String },
    Regex { safe_regex: Regex },
}

impl PathMatch {
    pub(super) fn of(path: &PlannedPath<'_>) -> Self {
        match path.pattern.literal() {
            Some(text) => Self::Exact { path: text.to_owned() },
            None => Self::regex(path.pattern.regex()),
        }
    }

    pub(super) fn regex(regex: String) -> Self {
        Self::Regex { safe_regex: Regex { regex } }
    }
}

/// A regular expression that has to match the whole text.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Regex {
    regex: String,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct HeaderMatcher {
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    string_match: Option<StringMatch>,
    #[serde(skip_serializing_if = "Option::is_none")]
    present_match: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invert_match: Option<bool>,
}

impl HeaderMatcher {
    pub(super) fn text(name: &'static str, text: StringMatch) -> Self {
        Self { name, string_match: Some(text), present_match: None, invert_match: None }
    }

    /// A route for every method does not take `OPTIONS`.
    pub(super) fn not_options(name: &'static str) -> Self {
        Self { invert_match: Some(true), ..Self::text(name, StringMatch::exact("OPTIONS")) }
    }

    pub(super) fn present(name: &'static str) -> Self {
        Self { name, string_match: None, present_match: Some(true), invert_match: None }
    }
}

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(super) enum StringMatch {
    Exact { exact: String },
    Regex { safe_regex: Regex },
}

impl StringMatch {
    pub(super) fn exact(text: &str) -> Self {
        Self::Exact { exact: text.to_owned() }
    }

    pub(super) fn regex(regex: String) -> Self {
        Self::Regex { safe_regex: Regex { regex } }
    }

    pub(super) fn one_of(names: &[String]) -> Self {
        match names {
            [name] => Self::exact(name),
            names => Self::regex(names.iter().map(|name| escape(name)).collect::<Vec<_>>().join("|")),
        }
    }
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Action {
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
pub(super) struct FilterConfigs {
    #[serde(rename = "envoy.filters.http.cors")]
    cors: Policy,
    #[serde(rename = "envoy.filters.http.header_mutation", skip_serializing_if = "Option::is_none")]
    header_mutation: Option<HeaderMutation>,
}

impl FilterConfigs {
    pub(super) fn of_actual_request(cors: Policy) -> Self {
        Self { cors, header_mutation: None }
    }

    /// The CORS filter adds no `Vary` to its answers.
    pub(super) fn of_preflight(cors: Policy) -> Self {
        Self { cors, header_mutation: Some(HeaderMutation::vary(PREFLIGHT_VARY)) }
    }
}

#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Policy {
    #[serde(rename = "@type")]
    pub(super) type_url: &'static str,
    pub(super) allow_origin_string_match: Vec<StringMatch>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) allow_credentials: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) allow_methods: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) allow_headers: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_age: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expose_headers: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) forward_not_matching_preflights: Option<bool>,
}

impl Policy {
    /// The origins and the credentials of a route.
    pub(super) fn of(route: &PlannedRoute<'_>) -> Self {
        let origins = route.origins.iter().filter_map(|element| {
            if element == "*" || origin::is_exact(element) {
                return Some(StringMatch::exact(element));
            }
            origin::regex(element).map(StringMatch::regex)
        });
        Self {
            type_url: POLICY,
            allow_origin_string_match: origins.collect(),
            allow_credentials: route.source.policy.credentials().then_some(true),
            ..Self::default()
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
pub(super) struct HeaderToAdd {
    header: HeaderValue,
    append_action: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct HeaderValue {
    key: &'static str,
    value: &'static str,
}

impl HeaderToAdd {
    pub(super) fn vary(value: &'static str) -> Self {
        Self { header: HeaderValue { key: "vary", value }, append_action: "APPEND_IF_EXISTS_OR_ADD" }
    }
}
