//! Manifests that try to inject configuration.

use crate::command::export;
use crate::manifest::route;
use serde_json::{Value, json};
use tests::envoy::Envoy;
use tests::nginx::{Nginx, free_address};

/// Routes with everything that could end a word, a comment or a line, where a manifest can have it.
fn hostile() -> Value {
    let mut routes = Vec::new();
    for path in [
        "/a;b",
        "/a$host",
        "/a${host}",
        "/'a'",
        "/a\"b",
        "/a\\b",
        "/#a",
        "/(?<uri>a)",
        "/a{id}b",
        "/{id:[^/]{3}}",
        "/{id:[a-z;'&$]+}",
        "/{id:x\"y}",
        "/{id:(?P<http_origin>x)}",
        "/{id:}\n}server{listen 1;}#",
        "/*?x",
        "/a/*",
    ] {
        // Each path has URLs of its own, so that one that is left out closes no other.
        let path = &format!("/{}{path}", routes.len());
        routes.push(route(&["GET"], path, json!({ "origins": ["https://app.example"] })));
        routes.push(route(
            &["!#$%&'*+.^_`|~"],
            path,
            json!({ "origins": ["https://*.example"], "credentials": true }),
        ));
    }
    for header in ["!#$%&'*+.^_`|~-", "on", "1_000", "${host}", "null", "0x1f", "x'y"] {
        routes.push(route(
            &["PUT"],
            &format!("/headers/{}", routes.len()),
            json!({ "origins": ["https://app.example"], "allow_headers": [header], "expose_headers": [header] }),
        ));
    }
    // A route whose path or policy is invalid makes the whole manifest unreadable, which is another test.
    routes.retain(|route| {
        let manifest = json!([route]).to_string();
        cors_cli::manifest::Manifest::from_json(&manifest, &std::collections::HashMap::new()).is_ok()
    });
    assert!(routes.len() > 30, "only {} routes are left", routes.len());
    for (number, route) in routes.iter_mut().enumerate() {
        let location = [
            "a\nserver { listen 1; }",
            "a\r\n}\n\tif ($x) {",
            "a\u{85}b\u{2028}- x: y",
            "*/ \" ' ; } #",
            "src/main.rs:1\n---\nkind: Secret",
        ];
        route["location"] = Value::from(location[number % location.len()]);
    }
    Value::from(routes)
}

#[test]
fn nothing_in_a_manifest_injects_configuration_into_nginx() {
    let listen = free_address();
    let exported = export(
        "nginx",
        &hostile().to_string(),
        &["--framework", "actix", "--listen", &listen.to_string(), "--upstream", "127.0.0.1:9"],
    );
    // Outside of comments and quotes there are only words of the export itself.
    for line in exported.configuration.lines().filter(|line| !line.trim_start().starts_with('#')) {
        let (mut is_quoted, mut is_escaped, mut outside) = (false, false, String::new());
        for c in line.chars() {
            match c {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '"' => is_quoted = !is_quoted,
                c if !is_quoted => outside.push(c),
                _ => {}
            }
        }
        assert!(!is_quoted, "{line}");
        let is_word = |c: char| c.is_ascii_alphanumeric() || "_-$:/.;{}=* #`(),[]'".contains(c);
        assert!(outside.chars().all(is_word), "{line}");
        let directives =
            ["map", "default", "server", "listen", "location", "add_header", "if", "proxy_", "}", ";", ""];
        let first = outside.split_whitespace().next().unwrap_or_default();
        let is_line_of_a_map = line.starts_with("    ") && outside.ends_with(';');
        assert!(
            is_line_of_a_map
                || directives.iter().any(|word| first.starts_with(word) && !word.is_empty())
                || outside.is_empty(),
            "{line}"
        );
    }
    assert_eq!(exported.configuration.matches("\nserver {").count(), 1);
    assert_eq!(
        exported.configuration.lines().filter(|line| line.trim_start().starts_with("listen ")).count(),
        1
    );
    let Some(_nginx) = Nginx::start_with_locations("hostile", &exported.configuration, "") else { return };
}

#[test]
fn nothing_in_a_manifest_injects_configuration_into_envoy() {
    let listen = free_address();
    let exported = export(
        "envoy",
        &hostile().to_string(),
        &["--framework", "actix", "--listen", &listen.to_string(), "--upstream", "127.0.0.1:9"],
    );
    let documents: Vec<Value> =
        serde_saphyr::from_multiple(&exported.configuration).expect("the export is YAML");
    assert_eq!(documents.len(), 1);
    let keys: Vec<&String> = documents[0].as_object().expect("a map").keys().collect();
    assert_eq!(keys, ["static_resources"]);
    let Some(_envoy) = Envoy::start("hostile", listen, &exported.configuration) else { return };
}

#[test]
fn nothing_in_a_manifest_injects_configuration_into_the_gateway_api() {
    let exported = export("gateway-api", &hostile().to_string(), &["--framework", "actix"]);
    let documents: Vec<Value> =
        serde_saphyr::from_multiple(&exported.configuration).expect("the export is YAML");
    for document in &documents {
        assert_eq!(document["kind"], "HTTPRoute");
        let keys: Vec<&String> = document.as_object().expect("a map").keys().collect();
        assert_eq!(keys, ["apiVersion", "kind", "metadata", "spec"]);
    }
    let names = documents.iter().flat_map(|document| document["spec"]["rules"].as_array().expect("a list"));
    let names = names.flat_map(|rule| rule["filters"].as_array().expect("a list"));
    let names: Vec<&Value> =
        names.filter_map(|filter| filter["cors"]["allowHeaders"].as_array()).flatten().collect();
    // Words that YAML could read as something else stay texts.
    for text in ["on", "1_000", "null", "0x1f"] {
        assert!(names.contains(&&Value::from(text)), "{names:?}");
    }
}
