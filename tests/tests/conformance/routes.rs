//! The routes of the table as data, for policies that are made at run time.

use crate::handlers::with_handlers;
use cors_runtime::{Policy, PolicyBuilder, policy};
use serde_json::{Value, json};
use std::time::Duration;

/// The policy of the default policy at `/default`.
pub(crate) static ENFORCED_BY_DEFAULT: Policy = policy!(origins = ["https://app.example"], enforce);
/// The policy of the default policy at `/default/hosts`.
pub(crate) static HOSTS_BY_DEFAULT: Policy =
    policy!(origins = ["https://app.example"], enforce(hosts = ["own.example"]));
/// The policy of Go's cases.
pub(crate) static GO: Policy = policy!(origins = ["https://trusted.example"], enforce);

/// One route.
#[derive(Clone, Debug)]
pub(crate) struct TableRoute {
    pub(crate) methods: Vec<String>,
    pub(crate) path: String,
    pub(crate) handler: Handler,
    pub(crate) layers: Layers,
    /// The policy as JSON.
    policy: Value,
}

/// What the handler does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Handler {
    /// It only notes that it ran.
    NotesItsCall,
    /// It answers with the status in the path.
    Status,
    /// It returns an error.
    Fails,
    /// It returns the JSON of the request.
    Json,
    /// It sets the headers that the path names.
    OwnHeaders,
}

/// The layers between CORS and the handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layers {
    None,
    /// A layer that rejects requests without a token.
    Gate,
    /// The same layer around another one.
    GateAndInner,
}

/// How a policy is made.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PolicySource {
    Builder,
    Json,
}

impl TableRoute {
    pub(crate) fn policy(&self, source: PolicySource) -> Policy {
        match source {
            PolicySource::Json => {
                serde_json::from_value(self.policy.clone()).expect("the table has valid policies")
            }
            PolicySource::Builder => build(&self.policy).build().expect("the table has valid policies"),
        }
    }
}

/// Calls the methods of the builder that the keys of a policy stand for.
fn build(policy: &Value) -> PolicyBuilder {
    let keys = policy.as_object().expect("a policy is a map");
    keys.iter().fold(Policy::builder(), |builder, (key, value)| match (key.as_str(), value) {
        ("origins", list) => builder.origins(texts(list)),
        ("credentials", _) => builder.credentials(),
        ("allow_headers", Value::String(_)) => builder.allow_any_headers(),
        ("allow_headers", list) => builder.allow_headers(texts(list)),
        ("expose_headers", list) => builder.expose_headers(texts(list)),
        ("max_age", seconds) => builder.max_age(Duration::from_secs(seconds.as_u64().expect("a number"))),
        ("enforce", Value::Object(options)) => {
            let builder = if options.contains_key("navigations") {
                builder.enforce_except_navigations()
            } else {
                builder
            };
            match options.get("hosts") {
                Some(hosts) => builder.enforce_hosts(texts(hosts)),
                None => builder,
            }
        }
        ("enforce", _) => builder.enforce(),
        (key, _) => panic!("the table has no key {key}"),
    })
}

fn texts(list: &Value) -> Vec<String> {
    let list = list.as_array().expect("a list").iter();
    list.map(|text| text.as_str().expect("a text").to_owned()).collect()
}

/// The value of a key of the attribute as JSON. A flag has none. Braces stand for the parentheses of `enforce(..)`.
macro_rules! json_value {
    () => {
        json!(true)
    };
    (any) => {
        json!("any")
    };
    ({ $($option:ident $(= $value:tt)?),+ }) => {
        Value::from_iter([$((stringify!($option), json_value!($($value)?))),+])
    };
    ($value:tt) => {
        json!($value)
    };
}

/// Reads the attributes of the handlers as data.
macro_rules! describe {
    ($($group:ident {$(
        #[cors($($key:ident $(= $value:tt)? $(($($option:ident $(= $option_value:tt)?),+))?),+ $(,)?)]
        #[$route:ident($path:literal $(, method = $method:literal)*)]
        $(#[$other:meta])*
        $handler:ident;
    )+})+) => {
        vec![$($(
            route(
                stringify!($group),
                stringify!($route),
                &[$($method),*],
                $path,
                Value::from_iter([
                    $((stringify!($key), json_value!($($value)? $({ $($option $(= $option_value)?),+ })?))),+
                ]),
            ),
        )+)+]
    };
}

/// `attribute` is the name of the route attribute. Only `route` lists its methods.
fn route(group: &str, attribute: &str, methods: &[&str], path: &str, policy: Value) -> TableRoute {
    let methods = match attribute {
        "route" => methods.iter().map(|&method| method.to_owned()).collect(),
        method => vec![method.to_ascii_uppercase()],
    };
    let (prefix, layers) = match group {
        "direct" => ("", Layers::None),
        "nested" => ("/nested", Layers::None),
        "gated" => ("", Layers::Gate),
        "gated_twice" => ("", Layers::GateAndInner),
        group => panic!("there is no group {group}"),
    };
    TableRoute { methods, path: format!("{prefix}{path}"), handler: Handler::NotesItsCall, layers, policy }
}

/// Every route, except for those that only the attribute can register.
pub(crate) fn routes() -> Vec<TableRoute> {
    let mut routes: Vec<TableRoute> = with_handlers!(describe);
    let others = [
        (Handler::NotesItsCall, "PUT", "/alone", json!({ "origins": ["https://app.example"] })),
        (Handler::NotesItsCall, "GET", "/nested", json!({ "origins": ["https://app.example"] })),
        (Handler::NotesItsCall, "GET", "/methods", json!({ "origins": ["https://app.example"] })),
        (Handler::NotesItsCall, "PUT", "/methods", json!({ "origins": ["https://other.example"] })),
        (
            Handler::NotesItsCall,
            "GET PUT",
            "/by-hand",
            json!({ "origins": ["https://app.example"], "max_age": 60 }),
        ),
        (
            Handler::Status,
            "GET",
            "/status/{code}",
            json!({ "origins": ["https://app.example"], "credentials": true }),
        ),
        (Handler::Fails, "GET", "/fails", json!({ "origins": ["https://app.example"], "credentials": true })),
        (
            Handler::Json,
            "POST",
            "/json",
            json!({ "origins": ["https://app.example"], "credentials": true, "allow_headers": ["content-type"] }),
        ),
        (
            Handler::OwnHeaders,
            "GET",
            "/headers/{kind}",
            json!({ "origins": ["https://app.example"], "credentials": true }),
        ),
        (Handler::OwnHeaders, "GET", "/public/headers/{kind}", json!({ "origins": ["*"] })),
    ];
    routes.extend(others.map(|(handler, methods, path, policy)| TableRoute {
        methods: methods.split(' ').map(str::to_owned).collect(),
        path: path.to_owned(),
        handler,
        layers: Layers::None,
        policy,
    }));
    routes
}

/// The routes that a default policy can answer for: those without layers and without `enforce`.
pub(crate) fn routes_for_default_policies() -> Vec<TableRoute> {
    let mut routes = routes();
    routes.retain(|route| route.layers == Layers::None && route.policy.get("enforce").is_none());
    routes
}
