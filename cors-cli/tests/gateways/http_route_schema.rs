//! The parts of the schema of `HTTPRoute` (v1) that an export uses, as facts from the Gateway API v1.5.1:
//! <https://github.com/kubernetes-sigs/gateway-api/blob/v1.5.1/config/crd/standard/gateway.networking.k8s.io_httproutes.yaml>
//!
//! Everything that this schema does not name is an error, so that an export cannot use more than is checked here.

use crate::expression::expression;
use serde_json::{Map, Value};

const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
const HEADER_NAME: &str = r"^[A-Za-z0-9!#$%&'*+\-.^_\x60|~]+$";
const ORIGIN: &str =
    r"(^\*$)|(^(http(s)?):\/\/(((\*\.)?([a-zA-Z0-9\-]+\.)*[a-zA-Z0-9-]+|\*)(:([0-9]{1,5}))?)$)";
const LITERAL_PATH: &str = r"^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$";
const SUBDOMAIN: &str = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

/// Everything that is wrong with an `HTTPRoute`.
pub(crate) fn violations(route: &Value) -> Vec<String> {
    let mut check = Check { found: Vec::new() };
    check.route(route);
    check.found
}

struct Check {
    found: Vec<String>,
}

impl Check {
    fn fail(&mut self, at: &str, what: &str) {
        self.found.push(format!("{at}: {what}"));
    }

    /// The fields of an object, which has no others.
    fn object(&mut self, at: &str, value: &Value, fields: &[&str], required: &[&str]) -> Map<String, Value> {
        let Some(object) = value.as_object() else {
            self.fail(at, "is no object");
            return Map::new();
        };
        for name in object.keys().filter(|name| !fields.contains(&name.as_str())) {
            self.fail(at, &format!("has the unknown field {name}"));
        }
        for name in required.iter().filter(|name| !object.contains_key(**name)) {
            self.fail(at, &format!("has no {name}"));
        }
        object.clone()
    }

    fn list(
        &mut self,
        at: &str,
        value: Option<&Value>,
        limits: std::ops::RangeInclusive<usize>,
    ) -> Vec<Value> {
        let Some(value) = value else { return Vec::new() };
        let Some(list) = value.as_array() else {
            self.fail(at, "is no list");
            return Vec::new();
        };
        if !limits.contains(&list.len()) {
            self.fail(at, &format!("has {} items", list.len()));
        }
        list.clone()
    }

    /// A list whose items are all different texts.
    fn set(&mut self, at: &str, value: Option<&Value>, limit: usize, item: impl Fn(&mut Self, &str, &Value)) {
        let list = self.list(at, value, 0..=limit);
        for (number, value) in list.iter().enumerate() {
            item(self, at, value);
            if list[..number].contains(value) {
                self.fail(at, &format!("has {value} twice"));
            }
        }
    }

    fn text(&mut self, at: &str, value: &Value, pattern: &str, length: usize) {
        let Some(text) = value.as_str() else {
            self.fail(at, &format!("{value} is no text"));
            return;
        };
        if text.is_empty() || text.len() > length {
            self.fail(at, &format!("has {} bytes", text.len()));
        }
        if !expression(pattern).is_match(text) {
            self.fail(at, &format!("{text:?} does not match {pattern}"));
        }
    }

    fn one_of(&mut self, at: &str, value: &Value, allowed: &[&str]) {
        if !value.as_str().is_some_and(|text| allowed.contains(&text)) {
            self.fail(at, &format!("{value} is none of {allowed:?}"));
        }
    }

    fn integer(&mut self, at: &str, value: &Value, limits: std::ops::RangeInclusive<i64>) {
        if !value.as_i64().is_some_and(|number| limits.contains(&number)) {
            self.fail(at, &format!("{value} is not in {limits:?}"));
        }
    }

    fn route(&mut self, route: &Value) {
        let fields = ["apiVersion", "kind", "metadata", "spec"];
        let route = self.object("route", route, &fields, &fields);
        self.one_of("apiVersion", &route["apiVersion"], &["gateway.networking.k8s.io/v1"]);
        self.one_of("kind", &route["kind"], &["HTTPRoute"]);
        let metadata = self.object("metadata", &route["metadata"], &["name"], &["name"]);
        self.text("name", &metadata["name"], SUBDOMAIN, 253);
        let spec = self.object("spec", &route["spec"], &["parentRefs", "rules"], &["parentRefs", "rules"]);
        for parent in self.list("parentRefs", spec.get("parentRefs"), 0..=32) {
            let parent = self.object("parentRef", &parent, &["name"], &["name"]);
            self.text("parentRef.name", &parent["name"], "", 253);
        }
        let rules = self.list("rules", spec.get("rules"), 1..=16);
        let mut matches = 0;
        for (at, rule) in rules.iter().enumerate() {
            matches += self.rule(&format!("rules[{at}]"), rule);
        }
        if matches > 128 {
            self.fail("rules", &format!("have {matches} matches"));
        }
    }

    /// Returns the number of matches.
    fn rule(&mut self, at: &str, rule: &Value) -> usize {
        let fields = ["matches", "filters", "backendRefs"];
        let rule = self.object(at, rule, &fields, &fields);
        let matches = self.list(at, rule.get("matches"), 0..=64);
        for one in &matches {
            self.one_match(at, one);
        }
        let filters = self.list(at, rule.get("filters"), 0..=16);
        let mut kinds = Vec::new();
        for filter in &filters {
            kinds.push(filter["type"].as_str().unwrap_or_default().to_owned());
            self.filter(at, filter);
        }
        kinds.sort_unstable();
        if kinds.windows(2).any(|pair| pair[0] == pair[1]) {
            self.fail(at, &format!("repeats a filter: {kinds:?}"));
        }
        for backend in self.list(at, rule.get("backendRefs"), 0..=16) {
            // A reference to a Service needs a port.
            let backend = self.object(at, &backend, &["name", "port"], &["name", "port"]);
            self.text(at, &backend["name"], "", 253);
            self.integer(at, &backend["port"], 1..=65535);
        }
        matches.len()
    }

    fn one_match(&mut self, at: &str, one: &Value) {
        let one = self.object(at, one, &["path", "method", "headers"], &["path"]);
        let path = self.object(at, &one["path"], &["type", "value"], &["type", "value"]);
        self.one_of(at, &path["type"], &["Exact", "PathPrefix", "RegularExpression"]);
        let value = path["value"].as_str().unwrap_or_default();
        if path["type"] == "RegularExpression" {
            self.text(at, &path["value"], "", 1024);
        } else {
            self.text(at, &path["value"], LITERAL_PATH, 1024);
            let forbidden = ["//", "/./", "/../", "%2f", "%2F", "#"];
            if !value.starts_with('/')
                || forbidden.iter().any(|text| value.contains(text))
                || value.ends_with("/..")
                || value.ends_with("/.")
            {
                self.fail(at, &format!("{value} is not a path of a rule"));
            }
        }
        if let Some(method) = one.get("method") {
            self.one_of(at, method, &METHODS);
        }
        for header in self.list(at, one.get("headers"), 0..=16) {
            let header = self.object(at, &header, &["type", "name", "value"], &["name", "value"]);
            self.one_of(
                at,
                header.get("type").unwrap_or(&Value::from("Exact")),
                &["Exact", "RegularExpression"],
            );
            self.text(at, &header["name"], HEADER_NAME, 256);
            self.text(at, &header["value"], "", 4096);
        }
    }

    fn filter(&mut self, at: &str, filter: &Value) {
        let filter = self.object(at, filter, &["type", "cors", "responseHeaderModifier"], &["type"]);
        self.one_of(at, &filter["type"], &["CORS", "ResponseHeaderModifier"]);
        for (field, kind) in [("cors", "CORS"), ("responseHeaderModifier", "ResponseHeaderModifier")] {
            if filter.contains_key(field) != (filter["type"] == kind) {
                self.fail(at, &format!("has {field} with the type {}", filter["type"]));
            }
        }
        if let Some(cors) = filter.get("cors") {
            self.cors(at, cors);
        }
        if let Some(modifier) = filter.get("responseHeaderModifier") {
            let modifier = self.object(at, modifier, &["add", "set", "remove"], &[]);
            for field in ["add", "set"] {
                for header in self.list(at, modifier.get(field), 0..=16) {
                    let header = self.object(at, &header, &["name", "value"], &["name", "value"]);
                    self.text(at, &header["name"], HEADER_NAME, 256);
                    self.text(at, &header["value"], "", 4096);
                }
            }
            self.set(at, modifier.get("remove"), 16, |check, at, name| check.text(at, name, "", usize::MAX));
        }
    }

    fn cors(&mut self, at: &str, cors: &Value) {
        let fields =
            ["allowOrigins", "allowMethods", "allowHeaders", "exposeHeaders", "allowCredentials", "maxAge"];
        let cors = self.object(at, cors, &fields, &[]);
        let name = |check: &mut Self, at: &str, name: &Value| check.text(at, name, HEADER_NAME, 256);
        self.set(at, cors.get("allowOrigins"), 64, |check, at, origin| check.text(at, origin, ORIGIN, 253));
        self.set(at, cors.get("allowMethods"), 9, |check, at, method| {
            check.one_of(at, method, &[&METHODS[..], &["*"]].concat());
        });
        self.set(at, cors.get("allowHeaders"), 64, name);
        self.set(at, cors.get("exposeHeaders"), 64, name);
        for field in ["allowOrigins", "allowMethods", "allowHeaders"] {
            let list = cors.get(field).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            if list.len() > 1 && list.contains(&Value::from("*")) {
                self.fail(at, &format!("{field} has `*` beside others"));
            }
        }
        if let Some(credentials) = cors.get("allowCredentials")
            && !credentials.is_boolean()
        {
            self.fail(at, "allowCredentials is no boolean");
        }
        if let Some(seconds) = cors.get("maxAge") {
            self.integer(at, seconds, 1..=i64::from(i32::MAX));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn route() -> Value {
        json!({
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "HTTPRoute",
            "metadata": { "name": "a" },
            "spec": { "parentRefs": [{ "name": "g" }], "rules": [{
                "matches": [{ "path": { "type": "Exact", "value": "/me" }, "method": "GET" }],
                "filters": [{ "type": "CORS", "cors": { "allowOrigins": ["https://*.a.example"], "maxAge": 5 } }],
                "backendRefs": [{ "name": "api", "port": 80 }],
            }] },
        })
    }

    #[test]
    fn the_schema_finds_each_violation() {
        assert_eq!(violations(&route()), Vec::<String>::new());
        let many = |text: &str, count: usize| (0..count).map(|n| format!("{text}{n}")).collect::<Vec<_>>();
        let rule = "/spec/rules/0";
        for (at, value) in [
            ("/filters/0/cors/maxAge", json!(0)),
            ("/filters/0/cors/allowOrigins", json!(["http://localhost:*"])),
            ("/filters/0/cors/allowOrigins", json!(["http://[::1]"])),
            ("/filters/0/cors/allowOrigins", json!(["capacitor://localhost"])),
            ("/filters/0/cors/allowOrigins", json!(["*", "https://a.example"])),
            ("/filters/0/cors/allowOrigins", json!(["https://a.example", "https://a.example"])),
            ("/filters/0/cors/allowOrigins", json!(many("https://a", 65))),
            ("/filters/0/cors", json!({ "allowMethods": ["PURGE"] })),
            ("/filters/0/cors", json!({ "allowHeaders": many("x-", 65) })),
            ("/filters/0/cors", json!({ "maxAges": 7 })),
            ("/filters/0/type", json!("ResponseHeaderModifier")),
            ("/matches/0/path/value", json!("/a//b")),
            ("/matches/0/path/value", json!("/a b")),
            ("/matches/0/method", json!("PURGE")),
            ("/backendRefs/0/port", json!(0)),
        ] {
            let mut route = route();
            *route.pointer_mut(&format!("{rule}{at}")).expect("the route has the field") = value.clone();
            assert_ne!(violations(&route), Vec::<String>::new(), "{at} {value}");
        }
        let mut route = route();
        let rules = vec![route["spec"]["rules"][0].clone(); 17];
        route["spec"]["rules"] = Value::from(rules);
        assert_ne!(violations(&route), Vec::<String>::new());
    }
}
