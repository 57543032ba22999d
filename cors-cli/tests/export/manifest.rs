//! Manifests as applications write them.

use serde_json::{Value, json};

/// A route.
pub(crate) fn route(methods: &[&str], path: &str, policy: Value) -> Value {
    let mut route = json!({
        "methods": methods,
        "path": path,
        "dynamic": false,
        "preflights_never_reused": false,
        "reuse_prevented_by": null,
        "location": "src/main.rs:7",
    });
    route["policy"] = policy;
    route
}

/// A manifest of one route.
pub(crate) fn one(policy: Value) -> String {
    json!([route(&["PUT"], "/me", policy)]).to_string()
}

pub(crate) const TARGETS: [&str; 3] = ["gateway-api", "envoy", "nginx"];
