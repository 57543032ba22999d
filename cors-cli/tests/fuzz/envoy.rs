//! A small interpreter of the routes and CORS policies of Envoy, by the documentation of its fields:
//! <https://www.envoyproxy.io/docs/envoy/v1.40.0/api-v3/extensions/filters/http/cors/v3/cors.proto>

use crate::request::{Gateway, Said};
use serde_json::Value;

pub(crate) struct Envoy {
    routes: Vec<Value>,
}

impl Envoy {
    /// Reads a configuration, which has to be of the form that is exported.
    pub(crate) fn read(yaml: &str) -> Self {
        let documents: Vec<Value> = serde_saphyr::from_multiple(yaml).expect("the export is YAML");
        let [document] = &documents[..] else { panic!("{} documents", documents.len()) };
        assert_eq!(keys(document), ["static_resources"]);
        assert_eq!(keys(&document["static_resources"]), ["clusters", "listeners"]);
        let manager = "/static_resources/listeners/0/filter_chains/0/filters/0/typed_config/route_config";
        let config = document.pointer(manager).expect("a route configuration");
        assert_eq!(config["virtual_hosts"].as_array().map(Vec::len), Some(1));
        let routes = config["virtual_hosts"][0]["routes"].as_array().expect("a list of routes");
        for route in routes {
            for key in keys(route) {
                let known = ["match", "response_headers_to_add", "route", "typed_per_filter_config"];
                assert!(known.contains(&&*key), "{key} in a route");
            }
        }
        Self { routes: routes.clone() }
    }
}

impl Gateway for Envoy {
    fn ask(&self, method: &str, path: &str, headers: &[(String, String)]) -> Said {
        let header = |name: &str| match name {
            ":method" => Some(method),
            name => headers.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str()),
        };
        let matching = self.routes.iter().find(|route| is_match(&route["match"], path, &header));
        let mut said = Said { status: 200, headers: Vec::new() };
        let Some(route) = matching else {
            said.status = 404;
            return said;
        };
        let policy = &route["typed_per_filter_config"]["envoy.filters.http.cors"];
        let Some(origin) = header("origin").filter(|origin| !origin.is_empty()) else { return said };
        let mut origins = policy["allow_origin_string_match"].as_array().into_iter().flatten();
        if !origins.any(|one| matches_text(one, "*") || matches_text(one, origin)) {
            return said;
        }
        let mut add = |name: &str, value: &str| said.headers.push((name.to_owned(), value.to_owned()));
        add("access-control-allow-origin", origin);
        if policy["allow_credentials"] == true {
            add("access-control-allow-credentials", "true");
        }
        let requested = header("access-control-request-method").filter(|_| method == "OPTIONS");
        let Some(requested) = requested else {
            if let Some(names) = policy["expose_headers"].as_str() {
                add("access-control-expose-headers", names);
            }
            return said;
        };
        // A single `*` is replaced by what the request names.
        match policy["allow_methods"].as_str() {
            Some("*") => add("access-control-allow-methods", requested),
            Some(methods) => add("access-control-allow-methods", methods),
            None => {}
        }
        match (policy["allow_headers"].as_str(), header("access-control-request-headers")) {
            (Some("*"), None) | (None, _) => {}
            (Some("*"), Some(names)) | (Some(names), _) => add("access-control-allow-headers", names),
        }
        if let Some(seconds) = policy["max_age"].as_str() {
            add("access-control-max-age", seconds);
        }
        said
    }

    fn reads_only_serialized_origins(&self) -> bool {
        false
    }
}

fn keys(object: &Value) -> Vec<String> {
    let mut keys: Vec<_> = object.as_object().expect("a map").keys().cloned().collect();
    keys.sort();
    keys
}

fn is_match<'a>(one: &Value, path: &str, header: &impl Fn(&str) -> Option<&'a str>) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    for key in keys(one) {
        let is_so = match &*key {
            "path" => one["path"] == path,
            "prefix" => path.starts_with(one["prefix"].as_str().expect("a text")),
            "safe_regex" => matches_text(one, path),
            "headers" => one["headers"].as_array().expect("a list").iter().all(|one| has_header(one, header)),
            other => panic!("{other} in a match"),
        };
        if !is_so {
            return false;
        }
    }
    true
}

fn has_header<'a>(one: &Value, header: &impl Fn(&str) -> Option<&'a str>) -> bool {
    let value = header(one["name"].as_str().expect("a name"));
    let is_match = if one["present_match"] == true {
        value.is_some()
    } else {
        value.is_some_and(|value| matches_text(&one["string_match"], value))
    };
    is_match != (one["invert_match"] == true)
}

/// A matcher of texts: `exact`, or a regular expression for the whole text.
fn matches_text(matcher: &Value, text: &str) -> bool {
    if let Some(exact) = matcher["exact"].as_str() {
        return exact == text;
    }
    let regex = matcher["safe_regex"]["regex"].as_str().expect("a matcher that is exported");
    crate::regex(&format!("^(?:{regex})$")).is_match(text)
}
