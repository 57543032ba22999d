//! The routes of the table, as data: what `axum_app.rs` and `actix_app.rs` declare with the attribute, for policies that
//! are made at run time.

use cors_runtime::{Policy, PolicyBuilder};
use serde_json::Value;

/// One route.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Described {
    pub(crate) methods: &'static [&'static str],
    pub(crate) path: &'static str,
    pub(crate) kind: Kind,
    pub(crate) group: Group,
    /// The policy.
    json: &'static str,
}

/// What the handler does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    Status,
    Fails,
    Json,
    Headers,
}

/// What stands between CORS and the handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    Bare,
    /// One layer.
    Gate,
    /// Two layers.
    Twice,
}

/// How a policy is made.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Made {
    ByBuilder,
    BySerde,
}

impl Described {
    pub(crate) fn policy(&self, made: Made) -> Policy {
        match made {
            Made::BySerde => serde_json::from_str(self.json).expect("the table has valid policies"),
            Made::ByBuilder => {
                let value = serde_json::from_str(self.json).expect("the table is JSON");
                build(&value).build().expect("the table has valid policies")
            }
        }
    }
}

/// The calls that stand for the keys.
fn build(value: &Value) -> PolicyBuilder {
    let keys = value.as_object().expect("a policy is a map");
    keys.iter().fold(Policy::builder(), |builder, (key, value)| match (key.as_str(), value) {
        ("origins", list) => builder.origins(texts(list)),
        ("credentials", _) => builder.credentials(),
        ("allow_headers", Value::String(_)) => builder.allow_any_headers(),
        ("allow_headers", list) => builder.allow_headers(texts(list)),
        ("expose_headers", list) => builder.expose_headers(texts(list)),
        ("max_age", seconds) => {
            builder.max_age(seconds.as_u64().and_then(|seconds| seconds.try_into().ok()).expect("a number"))
        }
        ("enforce", _) => builder.enforce(),
        (key, _) => panic!("the table has no key {key}"),
    })
}

fn texts(list: &Value) -> Vec<String> {
    let list = list.as_array().expect("a list").iter();
    list.map(|text| text.as_str().expect("text").to_owned()).collect()
}

macro_rules! described {
    ($($methods:tt $path:literal $kind:ident $group:ident $json:literal;)+) => {
        &[$(Described {
            methods: &$methods,
            path: $path,
            kind: Kind::$kind,
            group: Group::$group,
            json: $json,
        }),+]
    };
}

/// Every route but those that only the attribute can declare (`#[any]`).
pub(crate) const ROUTES: &[Described] = described! {
    ["GET"] "/account" Plain Bare
        r#"{"origins": ["https://app.example"], "credentials": true, "expose_headers": ["x-total-count",
            "ETag"], "max_age": 600}"#;
    ["PUT"] "/account" Plain Bare
        r#"{"origins": ["https://app.example", "https://admin.example"], "credentials": true,
            "allow_headers": ["content-type", "X-CSRF"]}"#;
    ["DELETE"] "/account" Plain Bare
        r#"{"allow_headers": ["x-csrf", "content-type"], "credentials": true,
            "origins": ["https://admin.example", "https://app.example"]}"#;
    ["GET"] "/notes" Plain Bare
        r#"{"origins": ["https://app.example"], "allow_headers": ["content-type"], "max_age": 600}"#;
    ["POST"] "/notes" Plain Bare
        r#"{"origins": ["https://app.example"], "allow_headers": ["content-type"], "max_age": 600}"#;
    ["DELETE"] "/notes" Plain Bare
        r#"{"origins": ["https://app.example"], "allow_headers": ["content-type"], "max_age": 600}"#;
    ["PUT", "PATCH"] "/drafts" Plain Bare
        r#"{"origins": ["https://app.example"], "max_age": 600}"#;
    ["DELETE"] "/drafts" Plain Bare
        r#"{"origins": ["https://app.example"], "max_age": 60}"#;
    ["POST"] "/mixed/post" Plain Bare
        r#"{"origins": ["https://other.example"]}"#;
    ["PUT"] "/mixed/post" Plain Bare
        r#"{"origins": ["https://app.example"], "max_age": 600}"#;
    ["HEAD"] "/mixed/head" Plain Bare
        r#"{"origins": ["https://other.example"]}"#;
    ["PUT"] "/mixed/head" Plain Bare
        r#"{"origins": ["https://app.example"], "max_age": 600}"#;
    ["PUT"] "/mixed/headers" Plain Bare
        r#"{"origins": ["https://app.example"], "allow_headers": ["x-a"], "max_age": 600}"#;
    ["DELETE"] "/mixed/headers" Plain Bare
        r#"{"origins": ["https://app.example"], "allow_headers": ["x-a", "x-b"], "max_age": 600}"#;
    ["GET"] "/profile" Plain Bare
        r#"{"origins": ["https://app.example"], "credentials": true, "expose_headers": ["ETag"],
            "max_age": 7200}"#;
    ["PUT"] "/profile" Plain Bare
        r#"{"origins": ["https://app.example"], "credentials": true, "allow_headers": ["content-type"],
            "max_age": 600}"#;
    ["GET"] "/visits" Plain Bare
        r#"{"origins": ["https://app.example"]}"#;
    ["PUT"] "/visits" Plain Bare
        r#"{"origins": ["https://app.example"], "credentials": true, "max_age": 600}"#;
    ["GET"] "/teams" Plain Bare
        r#"{"origins": ["https://app.example"]}"#;
    ["PUT"] "/teams" Plain Bare
        r#"{"origins": ["https://app.example", "https://admin.example"], "max_age": 600}"#;
    ["GET"] "/prices" Plain Bare
        r#"{"origins": ["*"]}"#;
    ["PUT"] "/prices" Plain Bare
        r#"{"origins": ["https://app.example"], "max_age": 600}"#;
    ["DELETE"] "/prices" Plain Bare
        r#"{"origins": ["https://app.example"], "credentials": true, "max_age": 600}"#;
    ["DELETE"] "/people/me" Plain Bare
        r#"{"origins": ["https://admin.example"], "credentials": true}"#;
    ["PUT", "DELETE"] "/people/{id}" Plain Bare
        r#"{"origins": ["https://partner.example"], "credentials": true, "max_age": 600}"#;
    ["GET"] "/head" Plain Bare
        r#"{"origins": ["https://app.example"]}"#;
    ["HEAD"] "/head" Plain Bare
        r#"{"origins": ["https://other.example"]}"#;
    ["PUT"] "/plain" Plain Bare
        r#"{"origins": ["https://app.example"]}"#;
    ["PUT"] "/never-cached" Plain Bare
        r#"{"origins": ["https://app.example"], "max_age": 0}"#;
    ["GET"] "/tenants" Plain Bare
        r#"{"origins": ["https://*.shop.example", "http://localhost:*", "https://*.port.example:8443",
            "https://exact.example:444"]}"#;
    ["GET", "PUT"] "/items/{id}" Plain Bare
        r#"{"origins": ["https://app.example"], "credentials": true}"#;
    ["GET", "PUT"] "/public" Plain Bare
        r#"{"origins": ["*"], "expose_headers": ["*"], "max_age": 86400}"#;
    ["POST"] "/public/search" Plain Bare
        r#"{"origins": ["*"], "allow_headers": ["*", "authorization"]}"#;
    ["PUT"] "/public/star" Plain Bare
        r#"{"origins": ["*"], "allow_headers": ["*"]}"#;
    ["PUT"] "/public/reflect" Plain Bare
        r#"{"origins": ["*"], "allow_headers": "any"}"#;
    ["PUT"] "/reflect" Plain Bare
        r#"{"origins": ["https://app.example"], "credentials": true, "allow_headers": "any"}"#;
    ["GET"] "/enforced" Plain Bare
        r#"{"origins": ["https://app.example"], "credentials": true, "enforce": true}"#;
    ["PUT"] "/enforced" Plain Bare
        r#"{"origins": ["https://app.example"], "credentials": true, "enforce": true}"#;
    ["PUT"] "/alone" Plain Bare
        r#"{"origins": ["https://app.example"]}"#;
    ["GET"] "/with-options" Plain Bare
        r#"{"origins": ["https://app.example"]}"#;
    ["GET"] "/layered" Plain Gate
        r#"{"origins": ["https://app.example"], "credentials": true}"#;
    ["PUT"] "/layered" Plain Gate
        r#"{"origins": ["https://app.example"], "credentials": true}"#;
    ["GET"] "/layered/options" Plain Gate
        r#"{"origins": ["https://app.example"], "credentials": true}"#;
    ["PUT"] "/layered/twice" Plain Twice
        r#"{"origins": ["https://app.example"]}"#;
    ["GET"] "/merged" Plain Gate
        r#"{"origins": ["https://app.example"]}"#;
    ["PUT"] "/merged" Plain Bare
        r#"{"origins": ["https://other.example"]}"#;
    ["GET", "PUT"] "/by-hand" Plain Bare
        r#"{"origins": ["https://app.example"], "max_age": 60}"#;
    ["GET"] "/nested" Plain Bare
        r#"{"origins": ["https://app.example"]}"#;
    ["GET"] "/nested/{id}" Plain Bare
        r#"{"origins": ["https://app.example"]}"#;
    ["PUT"] "/nested/{id}" Plain Bare
        r#"{"origins": ["https://other.example"]}"#;
    ["GET"] "/methods" Plain Bare
        r#"{"origins": ["https://app.example"]}"#;
    ["PUT"] "/methods" Plain Bare
        r#"{"origins": ["https://other.example"]}"#;
    ["GET"] "/status/{code}" Status Bare
        r#"{"origins": ["https://app.example"], "credentials": true}"#;
    ["GET"] "/fails" Fails Bare
        r#"{"origins": ["https://app.example"], "credentials": true}"#;
    ["POST"] "/json" Json Bare
        r#"{"origins": ["https://app.example"], "credentials": true, "allow_headers": ["content-type"]}"#;
    ["GET"] "/headers/{kind}" Headers Bare
        r#"{"origins": ["https://app.example"], "credentials": true}"#;
    ["GET"] "/public/headers/{kind}" Headers Bare
        r#"{"origins": ["*"]}"#;
};
