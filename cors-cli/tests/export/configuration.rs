//! The text of configurations: notes, the order of routes, and what is closed between them. No gateway is started.

use crate::command::export;
use crate::manifest::{TARGETS, route};
use serde_json::{Value, json};

const A: &str = "https://a.example";
const B: &str = "https://b.example";

fn policy(origins: &[&str]) -> Value {
    json!({ "origins": origins })
}

/// A manifest of one route for `GET` at each path.
fn paths(paths: &[&str]) -> Vec<Value> {
    paths.iter().map(|path| route(&["GET"], path, policy(&[A]))).collect()
}

/// The configuration of a manifest that the target can express.
fn configuration(target: &str, manifest: &[Value], options: &[&str]) -> String {
    let exported = export(target, &Value::from(manifest).to_string(), options);
    assert_eq!(exported.omissions, [], "{target}");
    exported.configuration
}

/// The place of a text.
fn place(configuration: &str, text: &str) -> usize {
    configuration.find(text).unwrap_or_else(|| panic!("{text}:\n{configuration}"))
}

/// The place where a gateway looks for the route of an actual request.
fn place_of_route(configuration: &str, route: &str) -> usize {
    place(configuration, &format!("    # {route}: src/main.rs:7\n"))
}

const ACTIX_NOTE: &str = "The application uses actix-web: the first route that takes a request decides.";
const AXUM_NOTE: &str = "A route for GET also takes HEAD, as in axum.";

#[test]
fn notes_tell_what_paths_with_parameters_and_the_framework_mean() {
    let closed = json!({ "origins": [A], "enforce": true });
    for (path, policy, options, has_parameters, framework) in [
        ("/me", policy(&[A]), &[][..], false, AXUM_NOTE),
        ("/users/{id}", policy(&[A]), &[], true, AXUM_NOTE),
        ("/users/{id}", closed, &[], false, AXUM_NOTE),
        ("/users/{id}", policy(&[A]), &["--framework", "actix"], true, ACTIX_NOTE),
    ] {
        let manifest = json!([route(&["GET"], path, policy)]).to_string();
        for target in TARGETS {
            let text = export(target, &manifest, options).configuration;
            let note = "# A path with parameters also applies to routes without a policy";
            assert_eq!(text.contains(note), has_parameters, "{target} {path}: {text}");
            for note in [AXUM_NOTE, ACTIX_NOTE] {
                assert_eq!(text.contains(note), note == framework, "{target} {path}: {text}");
            }
        }
    }
}

#[test]
fn the_syntax_of_paths_tells_the_framework() {
    for (found, framework) in [
        (&["/files/{*rest}"][..], Some(AXUM_NOTE)),
        (&["/files/{tail}*"], Some(ACTIX_NOTE)),
        (&["/files/{id:[0-9]+}"], Some(ACTIX_NOTE)),
        (&["/v{version}"], Some(ACTIX_NOTE)),
        (&["/files/{name}.json"], Some(ACTIX_NOTE)),
        (&["/files/{a}{b}"], Some(ACTIX_NOTE)),
        (&["/v{version}", "/files/{tail}*"], Some(ACTIX_NOTE)),
        (&["/files/{*rest}", "/images/{*rest}"], Some(AXUM_NOTE)),
        (&["/v{version}", "/files/{*rest}"], None),
        (&["/files/{id}", "/files/{a}/{b}/c", "/files"], None),
    ] {
        let manifest = Value::from([paths(found), paths(&["/users/me", "/users/{id}"])].concat());
        let exported = export("nginx", &manifest.to_string(), &[]);
        let needs_the_framework = exported.omissions.iter().any(|(_, reason)| reason.contains("--framework"));
        assert_eq!(needs_the_framework, framework.is_none(), "{found:?}: {:?}", exported.omissions);
        if let Some(framework) = framework {
            assert_eq!(exported.omissions, [], "{found:?}");
            assert!(exported.configuration.contains(framework), "{found:?}");
        }
    }
}

#[test]
fn paths_come_in_the_order_of_axum() {
    for (manifest, expected) in [
        (&["/{*rest}", "/users/{id}", "/users/me"][..], &["/users/me", "/users/{id}", "/{*rest}"][..]),
        // Paths that are already in order stay where they are.
        (&["/z", "/users/me", "/users/{id}", "/b"], &["/z", "/users/me", "/users/{id}", "/b"]),
    ] {
        for target in ["envoy", "nginx"] {
            let text = configuration(target, &paths(manifest), &["--framework", "axum"]);
            let mut found = expected.to_vec();
            found.sort_by_key(|path| place_of_route(&text, &format!("GET, HEAD {path}")));
            assert_eq!(found, expected, "{target}");
        }
    }
}

/// In axum, a URL has one path. In actix-web, a later path takes the methods that an earlier one does not take.
#[test]
fn less_specific_paths_do_not_get_the_other_methods_of_a_path_in_axum() {
    let manifest = [
        route(&["GET"], "/users/me", policy(&[A])),
        route(&["DELETE"], "/users/{id}", policy(&[B])),
        route(&["GET"], "/public", policy(&[A])),
    ];
    for (target, closed) in [
        ("envoy", ["# /users/me: other methods\n", "# /public: other methods\n"]),
        ("nginx", ["\"~^[^/]+ /users/me(?:[?]|$)\" \"\";", "\"~^[^/]+ /public(?:[?]|$)\" \"\";"]),
    ] {
        let text = configuration(target, &manifest, &["--framework", "axum"]);
        let get = place_of_route(&text, "GET, HEAD /users/me");
        let less_specific = place_of_route(&text, "DELETE /users/{id}");
        let closes = place(&text, closed[0]);
        assert!(get < closes && closes < less_specific, "{text}");
        // No other path matches this URL.
        assert!(!text.contains(closed[1]), "{text}");

        let text = configuration(target, &manifest, &["--framework", "actix"]);
        assert!(!text.contains(closed[0]), "{text}");
    }
}

#[test]
fn a_route_for_every_method_comes_last_and_leaves_no_other_methods() {
    let manifest = [route(&[], "/me", policy(&[B])), route(&["GET"], "/me", policy(&[A]))];
    for (target, others) in
        [("envoy", "other methods"), ("nginx", "\"~^preflight [^ ]+ /me"), ("gateway-api", "other methods")]
    {
        let manifest = Value::from(&manifest[..]).to_string();
        let exported = export(target, &manifest, &["--framework", "axum"]);
        assert!(!exported.configuration.contains(others), "{}", exported.configuration);
    }
    for target in ["envoy", "nginx"] {
        let text = configuration(target, &manifest, &["--framework", "axum"]);
        assert!(place_of_route(&text, "GET, HEAD /me") < place_of_route(&text, "any method /me"), "{text}");
    }
}

#[test]
fn encodings_that_an_application_could_decode_are_closed() {
    let letters = "%(?:2[DdEe]|3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa]|5[Ff]|7[Ee]";
    let actix = &["--framework", "actix"][..];
    for (found, options, encodings, value) in [
        (
            &["/users/{id}", "/@me/a+b"][..],
            &[][..],
            Some(format!("{letters}|2[Bb]|40)")),
            "[^/%?#[:space:]]+",
        ),
        (&["/users/{id}"], actix, Some(format!("{letters})")), "[^/%?#[:space:]]+"),
        // An expression could match a character that it does not name, so that every encoding is ambiguous.
        (&["/users/{id:[0-9]+}"], actix, Some("%".to_owned()), "(?:[0-9]+)"),
        (&["/users/{id}"], &["--framework", "axum"], None, "[^/?#[:space:]]+"),
    ] {
        for (target, before, behind) in [("nginx", "\"~ /[^?]*", "\" \"\";"), ("envoy", "'.*", ".*'")] {
            let text = configuration(target, &paths(found), options);
            match &encodings {
                Some(encodings) => {
                    let closed = place(&text, &format!("{before}{encodings}{behind}"));
                    assert!(closed < place(&text, "src/main.rs:7\n"), "{target} {found:?}: {text}");
                }
                None => assert!(!text.contains("may decode"), "{target} {found:?}: {text}"),
            }
        }
        let text = configuration("gateway-api", &paths(found), options);
        assert!(text.contains(&format!("'^/users/{value}$'")), "{found:?}: {text}");
    }
}

/// The rules of each `HTTPRoute`.
fn rules_of_documents(manifest: &[Value]) -> Vec<usize> {
    let text = configuration("gateway-api", manifest, &["--framework", "actix"]);
    let documents: Vec<Value> = serde_saphyr::from_multiple(&text).expect("the export is YAML");
    documents.iter().map(|document| document["spec"]["rules"].as_array().expect("a list").len()).collect()
}

/// An `HTTPRoute` has at most 16 rules and 128 matches.
#[test]
fn the_gateway_api_gets_as_many_documents_as_it_needs() {
    let routes = |number: usize, methods: &[&str]| -> Vec<Value> {
        (0..number).map(|number| route(methods, &format!("/{number}"), policy(&[A]))).collect()
    };
    assert_eq!(rules_of_documents(&routes(16, &["GET"])), [16]);
    assert_eq!(rules_of_documents(&routes(40, &["GET"])), [16, 16, 8]);
    // Two matches for each method.
    let methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "TRACE", "PATCH"];
    assert_eq!(rules_of_documents(&routes(8, &methods)), [8]);
    assert_eq!(rules_of_documents(&routes(20, &methods)), [8, 8, 4]);
}

/// `Access-Control-Max-Age` of the answers of each open route in the configuration of nginx. It is a variable if it
/// depends on the origin.
fn max_ages(manifest: &[Value], framework: &str) -> Vec<String> {
    let text = configuration("nginx", manifest, &["--framework", framework]);
    let from = place(&text, "map $cors_answering $cors_max_age {\n");
    let lines = text[from..].lines().take_while(|line| *line != "}");
    lines.filter_map(|line| line.strip_prefix("    r")).map(|line| format!("r{line}")).collect()
}

/// A browser that remembers an answer sends the methods that it lists to the URL without asking again.
#[test]
fn answers_are_reused_where_the_routes_of_the_listed_methods_trust_the_origin() {
    let remembered = |origins: &[&str]| json!({ "origins": origins, "max_age": 600 });
    let any_beside_put = [route(&["PUT"], "/me", remembered(&[A])), route(&[], "/me", remembered(&[A, B]))];
    // nginx lists only the method that is asked for.
    assert_eq!(max_ages(&any_beside_put, "axum"), ["r1 600;", "r2 600;"]);
    // A gateway may answer `*`, which also lists the method of the other route.
    let exported =
        export("gateway-api", &Value::from(&any_beside_put[..]).to_string(), &["--framework", "axum"]);
    let reasons: Vec<&str> = exported.omissions.iter().map(|(_, reason)| reason.as_str()).collect();
    assert!(matches!(reasons[..], [reason] if reason.contains("`Access-Control-Max-Age: 0`")), "{reasons:?}");
    assert!(exported.configuration.contains("any method /me: src/main.rs:7, closed"));

    let put = route(&["PUT"], "/users/{id}", remembered(&[A]));
    let get_at_the_same_urls = [put.clone(), route(&["GET"], "/users/me", remembered(&[A, B]))];
    assert_eq!(max_ages(&get_at_the_same_urls, "actix"), ["r1 600;", "r2 600;"]);
    let any_at_the_same_urls = [put, route(&[], "/users/me", remembered(&[A, B]))];
    assert_eq!(max_ages(&any_at_the_same_urls, "actix"), ["r1 600;", "r2 $cors_max_age_2;"]);
    // `POST` is sent without being listed.
    let post_at_the_same_urls = [
        route(&["POST"], "/users/{id}", remembered(&[A])),
        route(&["PUT"], "/users/me", remembered(&[A, B])),
    ];
    assert_eq!(max_ages(&post_at_the_same_urls, "actix"), ["r1 600;", "r2 $cors_max_age_2;"]);
    assert_eq!(max_ages(&post_at_the_same_urls, "axum"), ["r1 600;", "r2 600;"]);
}
