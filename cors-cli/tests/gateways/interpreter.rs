//! A small interpreter of `HTTPRoute`s with CORS filters, by the documentation of the fields in v1.5.1:
//! <https://github.com/kubernetes-sigs/gateway-api/blob/v1.5.1/apis/v1/httproute_types.go>

use crate::expression::expression;
use regex::Regex;
use serde_json::Value;

/// What the documentation leaves to an implementation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Implementation {
    /// Whether `*` is answered by `*` where that is allowed, and not by what the request names.
    pub(crate) answers_wildcards: bool,
    /// Whether a refused preflight gets a 403, and not a 200 without headers.
    pub(crate) refuses_with_403: bool,
    /// Whether regular expressions are preferred to prefixes, and later ones to earlier ones.
    pub(crate) prefers_regular_expressions: bool,
}

pub(crate) const IMPLEMENTATIONS: [Implementation; 2] = [
    Implementation { answers_wildcards: false, refuses_with_403: true, prefers_regular_expressions: false },
    Implementation { answers_wildcards: true, refuses_with_403: false, prefers_regular_expressions: true },
];

/// The precedence of a match: the kind of the path, its length, whether there is a method, and the number of headers.
type Rank = (u8, usize, bool, usize);

/// The rules of all routes.
#[derive(Debug)]
pub(crate) struct Rules {
    /// The rules as JSON, in their order.
    json: Vec<Value>,
    /// The matches of all rules, in their order.
    matches: Vec<Match>,
    implementation: Implementation,
}

/// A match of a rule.
#[derive(Debug)]
struct Match {
    /// The number of the rule.
    rule: usize,
    path: PathMatch,
    method: Option<String>,
    /// The names are in lower case.
    headers: Vec<(String, String)>,
}

#[derive(Debug)]
enum PathMatch {
    Exact(String),
    Prefix(String),
    RegularExpression(Regex),
}

/// A request, with the names of its headers in lower case.
#[derive(Clone, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) headers: Vec<(String, String)>,
}

/// What the gateway does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// No rule matches.
    NotFound,
    /// The gateway answers.
    Answer { status: u16, headers: Vec<(&'static str, String)> },
    /// The gateway passes the request on, and changes the headers of the response.
    Forward { removed: Vec<String>, added: Vec<(String, String)>, set: Vec<(&'static str, String)> },
}

impl Asked<'_> {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str())
    }
}

impl Match {
    fn new(rule: usize, one: &Value) -> Self {
        let value = text(&one["path"]["value"]);
        let path = match text(&one["path"]["type"]) {
            "Exact" => PathMatch::Exact(value.to_owned()),
            "PathPrefix" => PathMatch::Prefix(value.to_owned()),
            "RegularExpression" => PathMatch::RegularExpression(expression(value)),
            other => panic!("there is no type {other}"),
        };
        let headers = one["headers"].as_array().map(Vec::as_slice).unwrap_or_default();
        let header =
            |header: &Value| (text(&header["name"]).to_lowercase(), text(&header["value"]).to_owned());
        Self {
            rule,
            path,
            method: one.get("method").map(|method| text(method).to_owned()),
            headers: headers.iter().map(header).collect(),
        }
    }
}

impl Rules {
    pub(crate) fn new(routes: &[Value], implementation: Implementation) -> Self {
        let rules =
            routes.iter().flat_map(|route| route["spec"]["rules"].as_array().cloned().unwrap_or_default());
        let rules: Vec<Value> = rules.collect();
        let matches = rules.iter().enumerate().flat_map(|(number, rule)| {
            rule["matches"].as_array().into_iter().flatten().map(move |one| Match::new(number, one))
        });
        Self { matches: matches.collect(), json: rules, implementation }
    }

    pub(crate) fn outcome(&self, asked: &Asked<'_>) -> Outcome {
        let Some(rule) = self.rule_for(asked) else { return Outcome::NotFound };
        let filters = rule["filters"].as_array().map(Vec::as_slice).unwrap_or_default();
        let cors = filters.iter().find(|filter| filter["type"] == "CORS").map(|filter| &filter["cors"]);
        let requested_method = asked.header("access-control-request-method");
        if let (Some(cors), "OPTIONS", Some(origin), Some(method)) =
            (cors, asked.method, asked.header("origin"), requested_method)
        {
            return self.answer(cors, origin, method, asked.header("access-control-request-headers"));
        }
        let modifiers = filters.iter().filter(|filter| filter["type"] == "ResponseHeaderModifier");
        let (mut removed, mut added) = (Vec::new(), Vec::new());
        for modifier in modifiers.map(|filter| &filter["responseHeaderModifier"]) {
            removed.extend(texts(&modifier["remove"]).map(str::to_lowercase));
            for header in modifier["add"].as_array().into_iter().flatten() {
                added.push((text(&header["name"]).to_lowercase(), text(&header["value"]).to_owned()));
            }
        }
        let set = cors.zip(asked.header("origin")).map(|(cors, origin)| self.readable(cors, origin));
        Outcome::Forward { removed, added, set: set.unwrap_or_default() }
    }

    /// <https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule>: the path, its length, the method, the number of
    /// headers, and the order decide in this order.
    fn rule_for(&self, asked: &Asked<'_>) -> Option<&Value> {
        let mut best: Option<(Rank, usize)> = None;
        for one in &self.matches {
            let Some(rank) = self.rank(one, asked) else { continue };
            let wins_ties = self.implementation.prefers_regular_expressions
                && matches!(one.path, PathMatch::RegularExpression(_));
            if best.as_ref().is_none_or(|(other, _)| rank > *other || wins_ties && rank == *other) {
                best = Some((rank, one.rule));
            }
        }
        best.map(|(_, rule)| &self.json[rule])
    }

    /// The precedence of a match, if it matches.
    fn rank(&self, one: &Match, asked: &Asked<'_>) -> Option<Rank> {
        let path = asked.path.split('?').next().unwrap_or_default();
        let (kind, length) = match &one.path {
            PathMatch::Exact(value) => (path == value).then_some((4, 0))?,
            PathMatch::Prefix(value) => {
                let rest = path.strip_prefix(value.trim_end_matches('/'))?;
                (rest.is_empty() || rest.starts_with('/')).then_some((2, value.len()))?
            }
            PathMatch::RegularExpression(regex) => {
                let rank = if self.implementation.prefers_regular_expressions { 3 } else { 1 };
                regex.is_match(path).then_some((rank, 0))?
            }
        };
        if one.method.as_ref().is_some_and(|method| method != asked.method) {
            return None;
        }
        let has = |(name, value): &(String, String)| asked.header(name) == Some(value);
        one.headers.iter().all(has).then_some((kind, length, one.method.is_some(), one.headers.len()))
    }

    fn answer(&self, cors: &Value, origin: &str, method: &str, names: Option<&str>) -> Outcome {
        let mut headers = self.readable(cors, origin);
        if headers.is_empty() {
            let status = if self.implementation.refuses_with_403 { 403 } else { 200 };
            return Outcome::Answer { status, headers };
        }
        let wildcards = self.implementation.answers_wildcards && cors["allowCredentials"] != true;
        let methods: Vec<_> = texts(&cors["allowMethods"]).collect();
        match &*methods {
            [] => {}
            ["*"] => {
                let value = if wildcards { "*" } else { method };
                headers.push(("access-control-allow-methods", value.to_owned()));
            }
            methods => headers.push(("access-control-allow-methods", methods.join(", "))),
        }
        let allowed: Vec<_> = texts(&cors["allowHeaders"]).collect();
        match &*allowed {
            [] => {}
            ["*"] => {
                let value = if wildcards { Some("*") } else { names };
                headers.extend(value.map(|value| ("access-control-allow-headers", value.to_owned())));
            }
            names => headers.push(("access-control-allow-headers", names.join(", "))),
        }
        let max_age = cors["maxAge"].as_i64().unwrap_or(5);
        headers.push(("access-control-max-age", max_age.to_string()));
        Outcome::Answer { status: 200, headers }
    }

    /// The headers by which a page may read a response.
    fn readable(&self, cors: &Value, origin: &str) -> Vec<(&'static str, String)> {
        let mut headers = Vec::new();
        let mut origins = texts(&cors["allowOrigins"]);
        let Some(matching) = origins.find(|pattern| allows(pattern, origin)) else { return headers };
        let has_credentials = cors["allowCredentials"] == true;
        let is_wildcard = matching == "*" && self.implementation.answers_wildcards && !has_credentials;
        headers.push(("access-control-allow-origin", if is_wildcard { "*" } else { origin }.to_owned()));
        if has_credentials {
            headers.push(("access-control-allow-credentials", "true".to_owned()));
        }
        let exposed: Vec<_> = texts(&cors["exposeHeaders"]).collect();
        if !exposed.is_empty() {
            headers.push(("access-control-expose-headers", exposed.join(", ")));
        }
        headers
    }
}

/// Whether an element of `allowOrigins` allows an origin. `*` in the host stands for any number of labels to its left.
fn allows(pattern: &str, origin: &str) -> bool {
    if pattern == "*" {
        return true;
    }
    let (Some(pattern), Some(origin)) = (parts(pattern), parts(origin)) else { return false };
    let (scheme, host, port) = pattern;
    let is_host = match host.strip_prefix('*') {
        Some(suffix) => origin.1.len() > suffix.len() && origin.1.ends_with(suffix),
        None => origin.1 == host,
    };
    scheme == origin.0 && is_host && port == origin.2
}

fn parts(origin: &str) -> Option<(&str, &str, u16)> {
    let (scheme, rest) = origin.split_once("://")?;
    let default = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    match rest.rsplit_once(':') {
        Some((host, port)) => Some((scheme, host, port.parse().ok()?)),
        None => Some((scheme, rest, default)),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().map(text)
}
