//! Manifests as data, from which both the exporter and the oracle get theirs.

use crate::oracle::{Expected, list_allows};
use cors_cli::export::Framework;
use fuzz::{Result, Unstructured};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::ops::RangeInclusive;

#[derive(Clone, Debug)]
pub(crate) struct PlannedManifest {
    pub(crate) routes: Vec<PlannedRoute>,
    /// What the exporter is told.
    pub(crate) given_framework: Option<Framework>,
    pub(crate) environment: HashMap<String, String>,
    pub(crate) vocabulary: &'static Vocabulary,
}

#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a policy has this many flags, and every combination is planned"
)]
pub(crate) struct PlannedRoute {
    /// It is empty if the route takes every method.
    pub(crate) methods: Vec<String>,
    pub(crate) path: Vec<Segment>,
    /// A path that no request of the target asks for, instead of the segments.
    hostile_path: Option<String>,
    /// The JSON of `origins`.
    written_origins: Vec<Value>,
    /// The origins that the manifest and the environment list.
    pub(crate) origins: Vec<String>,
    /// Whether something else than the list decides, so that a gateway has to refuse every origin.
    pub(crate) is_unknown: bool,
    pub(crate) credentials: bool,
    pub(crate) allow_headers: Headers,
    pub(crate) expose_headers: Vec<String>,
    max_age: Option<u32>,
    enforce: bool,
    dynamic: bool,
    pub(crate) never_reused: bool,
    location: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Headers {
    None,
    Names(Vec<String>),
    Any,
}

/// What a path has between two slashes. The last three stand at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    Text(&'static str),
    Parameter,
    /// `{id:\d+}` of actix-web
    Digits,
    /// `{*rest}` of axum
    Rest,
    /// `{tail}*` of actix-web
    Tail,
    /// `{tail:.*}` of actix-web
    TailExpression,
}

use Segment::{Digits, Parameter, Rest, Tail, TailExpression, Text};

/// What routes consist of.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    origins: &'static [&'static str],
    pub(crate) methods: &'static [&'static str],
    pub(crate) headers: &'static [&'static str],
    /// Whether every path has one segment, so that most paths match URLs of the others.
    has_short_paths: bool,
    /// The number of routes.
    routes: RangeInclusive<usize>,
}

/// Everything that the configurations of gateways have to quote, escape, or leave out.
pub(crate) const WIDE: Vocabulary = Vocabulary {
    origins: &ORIGINS,
    methods: &METHODS,
    headers: &HEADERS,
    has_short_paths: false,
    routes: 1..=6,
};

/// Few origins, methods and paths: most URLs have several routes, whose order matters, and whose policies must not be
/// opened by a preflight for another one. The names of headers are words that versions of YAML read differently.
pub(crate) const NARROW: Vocabulary = Vocabulary {
    origins: &["https://a.example", "https://b.example", "https://*.a.example"],
    methods: &["GET", "PUT", "POST", "NO"],
    headers: &[
        "x-a",
        "no",
        "on",
        "y",
        "~",
        "0o7",
        "017",
        "0x1f",
        "1e3",
        ".5",
        "1_000",
        "+1",
        "null",
        "2001-12-14",
    ],
    has_short_paths: true,
    routes: 2..=5,
};

const ORIGINS: [&str; 16] = [
    "https://a.example",
    "https://b.example",
    "https://ab.example",
    "https://a.example:8443",
    "https://*.shop.example",
    "https://*.a.example",
    "https://x.a.example",
    "http://localhost:*",
    "http://*.localhost:3000",
    "http://[::1]:*",
    "http://[::1]:3000",
    "http://127.0.0.1:3000",
    "capacitor://localhost",
    "https://*.b.example:*",
    "https://xn--bcher-kva.example",
    "app://it's+a;b",
];

const METHODS: [&str; 10] =
    ["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH", "PURGE", "OPTIONS", "!#$%&'*+.^_`|~", "*"];

const HEADERS: [&str; 8] =
    ["x-a", "x-b", "content-type", "authorization", "on", "1_000", "!#$%&'*+.^_`|~-", "null"];

const HOSTILE_PATHS: [&str; 16] = [
    "a;b",
    "a$host",
    "a${host}",
    "'a'",
    "a\"b",
    "a\\b",
    "#a",
    "(?<uri>a)",
    "a{id}b",
    "{id:[^/]{3}}",
    "{id:[a-z;'&$]+}",
    "{id:(?P<http_origin>x)}",
    "{id:}\n}server{listen 1;}#",
    "*?x",
    "a/*",
    "{",
];

const LOCATIONS: [&str; 6] = [
    "src/main.rs:1",
    "a\nserver { listen 1; }",
    "a\r\n}\n\tif ($x) {",
    "a\u{85}b\u{2028}- x: y",
    "*/ \" ' ; } #",
    "src/main.rs:1\n---\nkind: Secret",
];

/// Each element at most once.
fn some(input: &mut Unstructured<'_>, from: &[&str], limit: usize) -> Result<Vec<String>> {
    let mut chosen: Vec<String> = Vec::new();
    for _ in 0..input.int_in_range(1..=limit)? {
        let one = *input.choose(from)?;
        if !chosen.iter().any(|other| other == one) {
            chosen.push(one.to_owned());
        }
    }
    Ok(chosen)
}

impl PlannedManifest {
    pub(crate) fn new(input: &mut Unstructured<'_>, vocabulary: &'static Vocabulary) -> Result<Self> {
        let syntax = *input.choose(&[Framework::Axum, Framework::Actix])?;
        let given_framework = if input.ratio(3, 4)? { Some(syntax) } else { None };
        let mut environment = HashMap::new();
        if input.ratio(1, 2)? {
            let value = *input.choose(&["https://partner.example, http://*.partner.example:81", "", "*"])?;
            environment.insert("PARTNERS".to_owned(), value.to_owned());
        }
        let mut routes: Vec<PlannedRoute> = Vec::new();
        for number in 0..input.int_in_range(vocabulary.routes.clone())? {
            let mut route = PlannedRoute::new(input, vocabulary, syntax, number, &environment)?;
            if given_framework.is_none() {
                // Its syntax would tell the framework.
                route.hostile_path = None;
            }
            // Another method of a path is the interesting case.
            if !routes.is_empty() && input.ratio(1, 3)? {
                let other = &routes[input.choose_index(routes.len())?];
                (route.path, route.hostile_path) = (other.path.clone(), other.hostile_path.clone());
            }
            // A method of a path has one route: axum refuses a second one when the application starts.
            let same_path: Vec<_> =
                routes.iter().filter(|other| other.path_text() == route.path_text()).collect();
            let takes_every_method = route.methods.is_empty();
            route.methods.retain(|name| !same_path.iter().any(|other| other.methods.contains(name)));
            let is_new = !takes_every_method || same_path.iter().all(|other| !other.methods.is_empty());
            // In actix-web, a route for every method hides those that come later.
            let is_hidden = same_path.iter().any(|other| other.methods.is_empty());
            if is_new
                && (!is_hidden || vocabulary.has_short_paths)
                && (takes_every_method || !route.methods.is_empty())
            {
                routes.push(route);
            }
        }
        Ok(Self { routes, given_framework, environment, vocabulary })
    }

    /// The manifest as an application writes it.
    pub(crate) fn json(&self) -> Value {
        self.routes.iter().map(PlannedRoute::json).collect()
    }

    /// The framework that routes requests.
    fn framework(&self) -> Framework {
        let is_of_actix = |segment: &Segment| matches!(segment, Digits | Tail | TailExpression);
        self.given_framework.unwrap_or_else(|| {
            let mut segments = self.routes.iter().flat_map(|route| &route.path);
            if segments.any(is_of_actix) { Framework::Actix } else { Framework::Axum }
        })
    }

    /// The routes that some method of the path reaches, the preferred one first.
    pub(crate) fn at(&self, path: &str) -> Vec<&PlannedRoute> {
        let is_actix = self.framework() == Framework::Actix;
        // actix-web decodes what need not be encoded. No text of a path needs it.
        let path = if is_actix { path.replace("%6D", "m").replace("%6d", "m") } else { path.to_owned() };
        let mut routes: Vec<_> = self.routes.iter().filter(|route| route.matches(&path)).collect();
        if !is_actix {
            let best = routes.iter().map(|route| route.kinds()).min();
            routes.retain(|route| Some(route.kinds()) == best);
            // A route for every method is the last resort of a path.
            routes.sort_by_key(|route| route.methods.is_empty());
        }
        routes
    }

    /// The route that takes the request.
    pub(crate) fn route(&self, path: &str, method: &str) -> Option<&PlannedRoute> {
        let routes = self.at(path);
        let named = |method: &str| {
            routes.iter().find(|route| route.methods.iter().any(|name| name == method)).copied()
        };
        if self.framework() == Framework::Axum {
            let any = || routes.iter().find(|route| route.methods.is_empty()).copied();
            return named(method).or_else(|| if method == "HEAD" { named("GET") } else { None }).or_else(any);
        }
        let takes = |route: &PlannedRoute| {
            route.methods.is_empty() || route.methods.iter().any(|name| name == method)
        };
        routes.into_iter().find(|route| takes(route))
    }
}

impl PlannedRoute {
    fn new(
        input: &mut Unstructured<'_>,
        vocabulary: &Vocabulary,
        framework: Framework,
        number: usize,
        environment: &HashMap<String, String>,
    ) -> Result<Self> {
        let is_for_everybody = input.ratio(1, 6)?;
        let names = if is_for_everybody { vec!["*".to_owned()] } else { some(input, vocabulary.origins, 4)? };
        let mut route = Self {
            methods: if input.ratio(1, 6)? { Vec::new() } else { some(input, vocabulary.methods, 3)? },
            path: path(input, vocabulary, framework)?,
            hostile_path: None,
            written_origins: names.iter().map(|name| json!(name)).collect(),
            origins: names,
            is_unknown: false,
            credentials: !is_for_everybody && input.ratio(1, 2)?,
            allow_headers: Headers::None,
            expose_headers: if input.ratio(1, 3)? { some(input, vocabulary.headers, 2)? } else { Vec::new() },
            max_age: if input.ratio(1, 2)? {
                Some(*input.choose(&[0, 5, 600, 86400, u32::MAX])?)
            } else {
                None
            },
            enforce: input.ratio(1, 16)?,
            dynamic: input.ratio(1, 16)?,
            never_reused: input.ratio(1, 8)?,
            location: (*input.choose(&LOCATIONS)?).to_owned(),
        };
        if input.ratio(1, 10)? {
            let text = *input.choose(&HOSTILE_PATHS)?;
            route.hostile_path = Some(format!("/hostile{number}/{text}"));
        }
        route.allow_headers = match input.int_in_range(0..=4)? {
            0 | 1 => Headers::None,
            2 => Headers::Any,
            3 if !route.credentials => Headers::Names(vec!["*".to_owned()]),
            _ => Headers::Names(some(input, vocabulary.headers, 3)?),
        };
        route.is_unknown = route.enforce || route.dynamic;
        match input.int_in_range(0..=15)? {
            0 => route.is_unknown |= route.add_unknown("OriginSet"),
            1 => route.is_unknown |= route.add_unknown("OriginCheck"),
            2 => {
                route.written_origins.push(json!({ "env": "PARTNERS", "optional": true }));
                match environment.get("PARTNERS") {
                    None => route.is_unknown = true,
                    Some(values) => {
                        let values = values.split([',', ' ']).filter(|value| !value.is_empty());
                        route.origins.extend(values.map(str::to_owned));
                    }
                }
            }
            _ => {}
        }
        Ok(route)
    }

    fn add_unknown(&mut self, element: &str) -> bool {
        self.written_origins.push(Value::from(element));
        true
    }

    fn json(&self) -> Value {
        let mut policy = json!({ "origins": self.written_origins });
        if self.credentials {
            policy["credentials"] = json!(true);
        }
        match &self.allow_headers {
            Headers::None => {}
            Headers::Names(names) => policy["allow_headers"] = json!(names),
            Headers::Any => policy["allow_headers"] = json!("any"),
        }
        if !self.expose_headers.is_empty() {
            policy["expose_headers"] = json!(self.expose_headers);
        }
        if let Some(seconds) = self.max_age {
            policy["max_age"] = json!(seconds);
        }
        if self.enforce {
            policy["enforce"] = json!(true);
        }
        json!({
            "methods": self.methods,
            "path": self.path_text(),
            "policy": policy,
            "dynamic": self.dynamic,
            "preflights_never_reused": self.never_reused,
            "reuse_prevented_by": null,
            "location": self.location,
        })
    }

    pub(crate) fn path_text(&self) -> String {
        if let Some(path) = &self.hostile_path {
            return path.clone();
        }
        let texts = self.path.iter().map(|segment| match segment {
            Text(text) => format!("/{text}"),
            Parameter => "/{id}".to_owned(),
            Digits => "/{id:\\d+}".to_owned(),
            Rest => "/{*rest}".to_owned(),
            Tail => "/{tail}*".to_owned(),
            TailExpression => "/{tail:.*}".to_owned(),
        });
        texts.collect()
    }

    /// What the segments are: axum prefers the smallest.
    fn kinds(&self) -> Vec<u8> {
        let kind = |segment: &Segment| match segment {
            Text(_) => 0,
            Parameter | Digits => 1,
            Rest | Tail | TailExpression => 2,
        };
        self.path.iter().map(kind).collect()
    }

    fn matches(&self, path: &str) -> bool {
        if self.hostile_path.is_some() {
            return false;
        }
        let mut rest = path;
        for segment in &self.path {
            let Some(after) = rest.strip_prefix('/') else { return false };
            let (one, next) = after.find('/').map_or((after, ""), |at| after.split_at(at));
            match segment {
                Text(text) if *text != one => return false,
                Parameter if one.is_empty() => return false,
                Digits if one.is_empty() || !one.bytes().all(|byte| byte.is_ascii_digit()) => return false,
                Rest => return !after.is_empty(),
                Tail | TailExpression => return true,
                _ => rest = next,
            }
        }
        rest.is_empty()
    }

    /// Whether the policy allows an origin, as far as a gateway can know.
    pub(crate) fn allows(&self, origin: &str) -> Expected {
        if self.is_unknown || self.methods.iter().any(|method| method == "OPTIONS") {
            return Expected::No;
        }
        list_allows(&self.origins, &[origin.as_bytes().to_vec()])
    }

    /// Whether the list contains an origin. Something else may allow more.
    pub(crate) fn allows_known(&self, origin: &str) -> Expected {
        list_allows(&self.origins, &[origin.as_bytes().to_vec()])
    }

    /// Whether the policy allows a header of a request.
    pub(crate) fn allows_header(&self, name: &str) -> bool {
        match &self.allow_headers {
            Headers::None => false,
            Headers::Any => true,
            Headers::Names(names) => names.iter().any(|allowed| {
                allowed.eq_ignore_ascii_case(name)
                    || allowed == "*" && !name.eq_ignore_ascii_case("authorization")
            }),
        }
    }
}

fn path(input: &mut Unstructured<'_>, vocabulary: &Vocabulary, framework: Framework) -> Result<Vec<Segment>> {
    let mut path = Vec::new();
    for _ in 0..if vocabulary.has_short_paths { 0 } else { input.int_in_range(0..=2)? } {
        path.push(*input.choose(&[
            Text("me"),
            Text("a"),
            Text("a.b"),
            Text("a+(b)$"),
            Parameter,
            Parameter,
        ])?);
    }
    let ends = if framework == Framework::Actix {
        [Text("me"), Text("a"), Parameter, Digits, Tail, TailExpression]
    } else {
        [Text("me"), Text("a"), Parameter, Rest, Text(""), Parameter]
    };
    path.push(*input.choose(&ends)?);
    Ok(path)
}
