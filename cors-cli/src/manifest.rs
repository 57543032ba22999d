//! The manifest of an application, as [`cors_runtime::Manifest`] serializes it.

use std::{collections::HashMap, fmt};

use cors_policy::{is_token, split_list};
use cors_runtime::Policy;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The routes of an application, in the order in which they were registered.
#[derive(Debug)]
pub struct Manifest {
    /// The routes.
    pub routes: Vec<Route>,
}

/// One route of a [`Manifest`].
#[derive(Debug)]
pub struct Route {
    /// The methods. It is empty if the route takes every method.
    pub methods: Vec<String>,
    /// The path as the framework declares it, with parameters such as `{id}`.
    pub path: String,
    /// The policy, with the origins that the manifest lists. Its `dev_origins` are left out.
    pub policy: Policy,
    /// What decides about origins that the manifest does not list.
    pub unlisted_origins: Vec<UnlistedOrigins>,
    /// Whether answers to preflights always have `Access-Control-Max-Age: 0`.
    pub preflights_never_reused: bool,
    /// The file and the line where the policy is declared.
    pub location: String,
}

/// Origins of a policy that only the running application knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnlistedOrigins {
    /// The value of an environment variable, which was not given.
    Environment(String),
    /// An `OriginSet`, which the application can replace while it runs.
    OriginSet,
    /// A function of the application: `origins = dynamic(..)` or `Policy::builder().origin_check(..)`.
    Function,
}

impl fmt::Display for UnlistedOrigins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(name) => write!(f, "the environment variable {name}"),
            Self::OriginSet => f.write_str("an `OriginSet`"),
            Self::Function => f.write_str("a function of the application"),
        }
    }
}

/// A route as the application wrote it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRoute {
    methods: Vec<String>,
    path: String,
    policy: Map<String, Value>,
    dynamic: bool,
    preflights_never_reused: bool,
    /// The place of the route that prevents reuse, for people.
    #[serde(rename = "reuse_prevented_by")]
    _reuse_prevented_by: Option<String>,
    location: String,
}

impl Manifest {
    /// Reads a manifest from JSON.
    ///
    /// `environment` contains the values of the environment variables that the policies name. A variable that it does
    /// not contain is one of the [`UnlistedOrigins`] of its routes.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not a manifest, or if a policy breaks a rule. The error names the route.
    pub fn from_json(text: &str, environment: &HashMap<String, String>) -> Result<Self, String> {
        let written: Vec<WrittenRoute> = serde_json::from_str(text).map_err(|error| {
            format!(
                "this is not the manifest of an application, as `routes.manifest()` serializes it: {error}"
            )
        })?;
        let routes =
            written.into_iter().map(|route| Route::new(route, environment)).collect::<Result<_, _>>()?;
        Ok(Self { routes })
    }
}

impl Route {
    fn new(written: WrittenRoute, environment: &HashMap<String, String>) -> Result<Self, String> {
        let WrittenRoute { methods, path, mut policy, dynamic, preflights_never_reused, location, .. } =
            written;
        let error = |cause: &dyn fmt::Display| format!("the route {path} ({location}): {cause}");
        if !(path.is_empty() || path.starts_with('/'))
            || path.chars().any(|c| c.is_control() || c.is_whitespace())
        {
            return Err(error(&"its path does not begin with `/`, or contains white space"));
        }
        if let Some(method) = methods.iter().find(|method| !is_token(method)) {
            return Err(error(&format_args!("`{method}` is not a method")));
        }
        policy.remove("dev_origins");
        let Some(Value::Array(written_origins)) = policy.remove("origins") else {
            return Err(error(&"its policy has no list of origins"));
        };
        let (mut origins, mut unlisted_origins) = divide(written_origins, environment);
        if dynamic {
            unlisted_origins.insert(0, UnlistedOrigins::Function);
        }
        if origins.is_empty() {
            // A policy needs an origin. An optional environment variable says that the manifest lists none.
            let placeholder = serde_json::json!({ "env": "UNLISTED_ORIGINS", "optional": true });
            origins.push(placeholder);
        }
        policy.insert("origins".to_owned(), Value::Array(origins));
        let policy = serde_json::from_value(Value::Object(policy)).map_err(|cause| error(&cause))?;
        Ok(Self { methods, path, policy, unlisted_origins, preflights_never_reused, location })
    }
}

/// Divides the elements of `origins` into origins, each of them once, and what decides about other origins.
fn divide(written: Vec<Value>, environment: &HashMap<String, String>) -> (Vec<Value>, Vec<UnlistedOrigins>) {
    let mut origins = Vec::new();
    let mut unlisted_origins = Vec::new();
    // An origin can be listed twice: by the policy and by a variable.
    let mut add = |origin: Value| {
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    };
    for element in written {
        match unlisted(&element) {
            None => add(element),
            Some(UnlistedOrigins::Environment(name)) if environment.contains_key(&name) => {
                let mut values = split_list(&environment[&name]).map(Value::from).peekable();
                if values.peek().is_none() && element.get("or_any").is_some() {
                    add(Value::from("*"));
                }
                values.for_each(&mut add);
            }
            Some(source) => unlisted_origins.push(source),
        }
    }
    (origins, unlisted_origins)
}

/// Returns what decides about the origins of an element of `origins`, unless the element is an origin.
fn unlisted(origin: &Value) -> Option<UnlistedOrigins> {
    match origin {
        Value::String(text) if text == "OriginSet" => Some(UnlistedOrigins::OriginSet),
        Value::String(text) if text == "OriginCheck" => Some(UnlistedOrigins::Function),
        Value::Object(fields) => {
            fields.get("env")?.as_str().map(|name| UnlistedOrigins::Environment(name.to_owned()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_allows_every_origin_where_the_policy_says_so() {
        let manifest = |element: Value| {
            let route = serde_json::json!([{
                "methods": ["GET"], "path": "/", "policy": { "origins": [element] }, "dynamic": false,
                "preflights_never_reused": false, "reuse_prevented_by": null, "location": "src/lib.rs:1"
            }]);
            let environment = HashMap::from([("ORIGINS".to_owned(), " ".to_owned())]);
            let manifest = Manifest::from_json(&route.to_string(), &environment).unwrap();
            manifest.routes[0].policy.origins().map(|origin| origin.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(manifest(serde_json::json!({ "env": "ORIGINS", "or_any": true })), ["*"]);
        let optional = manifest(serde_json::json!({ "env": "ORIGINS", "optional": true }));
        assert_eq!(optional, ["env(UNLISTED_ORIGINS, optional)"]);
    }

    #[test]
    fn a_variable_is_a_list_with_commas_as_the_application_reads_it() {
        let origins = |value: &str| {
            let route = serde_json::json!([{
                "methods": ["GET"], "path": "/", "policy": { "origins": [{ "env": "ORIGINS" }] }, "dynamic": false,
                "preflights_never_reused": false, "reuse_prevented_by": null, "location": "src/lib.rs:1"
            }]);
            let environment = HashMap::from([("ORIGINS".to_owned(), value.to_owned())]);
            let manifest = Manifest::from_json(&route.to_string(), &environment)?;
            let policy = &manifest.routes[0].policy;
            Ok::<_, String>(policy.origins().map(|origin| origin.to_string()).collect::<Vec<_>>())
        };
        let both = ["https://a.example", "https://b.example"];
        assert_eq!(origins("https://a.example,\thttps://b.example,\n").unwrap(), both);
        let error = origins("https://a.example https://b.example").unwrap_err();
        assert!(error.contains("https://a.example https://b.example"), "{error}");
    }
}
