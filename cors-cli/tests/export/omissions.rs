//! What no target, or not each target, can express. It is named, and its route is closed.

use crate::command::export;
use crate::manifest::{TARGETS, one, route};
use serde_json::{Value, json};

/// The reason why a target leaves out the only route of a manifest.
fn reason(target: &str, manifest: &str, options: &[&str]) -> Option<String> {
    let exported = export(target, manifest, options);
    let mut reasons = exported.omissions.into_iter().map(|(_, reason)| reason);
    let reason = reasons.next();
    assert_eq!(reasons.next(), None);
    reason
}

fn assert_left_out(target: &str, policy: Value, expected: &str) {
    let manifest = one(policy);
    let found = reason(target, &manifest, &[]);
    assert!(
        found.as_deref().is_some_and(|reason| reason.contains(expected)),
        "{target} {manifest}: {found:?}"
    );
}

fn assert_expressed(target: &str, policy: Value) {
    let manifest = one(policy);
    assert_eq!(reason(target, &manifest, &[]), None, "{target} {manifest}");
}

#[test]
fn origins_that_only_the_application_knows_are_left_out() {
    for target in TARGETS {
        assert_left_out(
            target,
            json!({ "origins": ["OriginSet"] }),
            "an `OriginSet` decides about its origins",
        );
        assert_left_out(
            target,
            json!({ "origins": ["https://a.example", "OriginCheck"] }),
            "a function of the application",
        );
        assert_left_out(
            target,
            json!({ "origins": [{ "env": "PARTNERS" }] }),
            "the environment variable PARTNERS",
        );
        let mut dynamic = route(&["PUT"], "/me", json!({ "origins": [] }));
        dynamic["dynamic"] = Value::from(true);
        let found = reason(target, &json!([dynamic]).to_string(), &[]);
        assert_eq!(found.as_deref(), Some("a function of the application decides about its origins"));
    }
}

#[test]
fn an_environment_variable_that_is_given_is_expressed() {
    for target in TARGETS {
        let manifest = one(json!({ "origins": [{ "env": "PARTNERS" }] }));
        let options = ["--env", "PARTNERS=https://a.example,https://b.example:8443"];
        let exported = export(target, &manifest, &options);
        assert_eq!(exported.omissions, []);
        for host in ["b.example:8443", "b[.]example:8443"] {
            assert_eq!(
                exported.configuration.contains(host),
                (target == "nginx") == host.contains('['),
                "{host}"
            );
        }
    }
}

#[test]
fn enforce_is_left_out() {
    for target in TARGETS {
        for enforce in [json!(true), json!({ "navigations": true }), json!({ "hosts": ["api.example"] })] {
            assert_left_out(
                target,
                json!({ "origins": ["https://a.example"], "enforce": enforce }),
                "`enforce`",
            );
        }
    }
}

#[test]
fn a_method_that_browsers_take_for_every_method_is_left_out() {
    for target in TARGETS {
        let manifest = json!([route(&["GET", "*"], "/me", json!({ "origins": ["https://a.example"] }))]);
        let found = reason(target, &manifest.to_string(), &[]);
        assert!(found.is_some(), "{target}");
    }
}

#[test]
fn routes_that_actix_web_takes_in_another_order_are_left_out() {
    let policy = |origin: &str| json!({ "origins": [origin] });
    let between = json!([
        route(&["PUT"], "/users/{id}", policy("https://a.example")),
        route(&["GET"], "/users/{tail}*", policy("https://a.example")),
        route(&[], "/users/{id}", policy("*")),
    ]);
    let after_any = json!([
        route(&[], "/me", policy("https://a.example")),
        route(&["GET"], "/me", policy("https://b.example")),
    ]);
    // No request could reach both routes that change places.
    let other_methods = json!([
        route(&["PUT"], "/users/{id}", policy("https://a.example")),
        route(&["GET"], "/users/{tail}*", policy("https://a.example")),
        route(&["DELETE"], "/users/{id}", policy("https://a.example")),
    ]);
    for target in ["envoy", "nginx"] {
        let left_out = |manifest: &Value| {
            let exported = export(target, &manifest.to_string(), &["--framework", "actix"]);
            exported.omissions.into_iter().map(|(path, _)| path).collect::<Vec<_>>()
        };
        assert_eq!(left_out(&between), ["/users/{tail}*", "/users/{id}"], "{target}");
        assert_eq!(left_out(&after_any), ["/me", "/me"], "{target}");
        assert_eq!(left_out(&other_methods), [""; 0], "{target}");
    }
}

#[test]
fn the_gateway_api_gets_no_document_without_rules() {
    let manifest = json!([route(&["PURGE"], "/me", json!({ "origins": ["https://a.example"] }))]).to_string();
    let exported = export("gateway-api", &manifest, &["--framework", "actix"]);
    assert!(!exported.configuration.contains("kind:"), "{}", exported.configuration);
}

#[test]
fn only_the_gateway_api_has_no_max_age_of_0() {
    let zero = json!({ "origins": ["https://a.example"], "max_age": 0 });
    assert_left_out("gateway-api", zero.clone(), "`maxAge` is at least 1");
    assert_expressed("envoy", zero.clone());
    assert_expressed("nginx", zero);

    let mut never = route(&["PUT"], "/me", json!({ "origins": ["https://a.example"], "max_age": 60 }));
    never["preflights_never_reused"] = Value::from(true);
    let manifest = json!([never]).to_string();
    assert!(reason("gateway-api", &manifest, &[]).is_some());
    assert!(export("envoy", &manifest, &[]).configuration.contains("max_age: '0'"));
    assert!(export("nginx", &manifest, &[]).configuration.contains("r1 0;"));
}

#[test]
fn pattern_forms_that_the_gateway_api_lacks_are_left_out() {
    for origin in [
        "http://localhost:*",
        "http://[::1]:3000",
        "capacitor://localhost",
        "https://my_app.example",
        "https://a.example.",
    ] {
        assert_left_out(
            "gateway-api",
            json!({ "origins": [origin] }),
            &format!("`allowOrigins` cannot contain `{origin}`"),
        );
        assert_expressed("envoy", json!({ "origins": [origin] }));
        assert_expressed("nginx", json!({ "origins": [origin] }));
    }
    for origin in ["https://*.example.com:8443", "http://127.0.0.1:3000"] {
        assert_expressed("gateway-api", json!({ "origins": [origin] }));
    }
}

#[test]
fn more_than_the_gateway_api_can_list_is_left_out() {
    let origins: Vec<_> = (0..65).map(|number| format!("https://a{number}.example")).collect();
    assert_left_out("gateway-api", json!({ "origins": origins }), "65 origins");
    assert_expressed("gateway-api", json!({ "origins": origins[..64] }));
    let names: Vec<_> = (0..65).map(|number| format!("x-{number}")).collect();
    for key in ["allow_headers", "expose_headers"] {
        assert_left_out("gateway-api", json!({ "origins": ["https://a.example"], key: names }), "64 names");
        assert_expressed("nginx", json!({ "origins": ["https://a.example"], key: names }));
        assert_expressed("gateway-api", json!({ "origins": ["https://a.example"], key: names[..64] }));
        let (name, longer) = ("x".repeat(256), "x".repeat(257));
        assert_left_out(
            "gateway-api",
            json!({ "origins": ["https://a.example"], key: [longer] }),
            "256 bytes",
        );
        assert_expressed("nginx", json!({ "origins": ["https://a.example"], key: [longer] }));
        assert_expressed("gateway-api", json!({ "origins": ["https://a.example"], key: [name] }));
    }
}

#[test]
fn paths_that_no_rule_of_the_gateway_api_can_match_are_left_out() {
    // The value of the rule for a parameter is an expression of 19 characters: `^`, a class, `+` and `$`.
    let (text, parameter) = ("x".repeat(1025), "{id}");
    for (path, expected) in [
        (format!("/{}", &text[..1023]), None),
        (format!("/{}", &text[..1024]), Some("1,024 bytes")),
        (format!("/{}/{parameter}", &text[..1003]), None),
        (format!("/{}/{parameter}", &text[..1004]), Some("1,024 bytes")),
        ("/a//b".to_owned(), Some("an empty segment")),
        ("/a/./b".to_owned(), Some("one of dots")),
        ("/a/..".to_owned(), Some("one of dots")),
        ("/a/.b..".to_owned(), None),
    ] {
        let manifest =
            json!([route(&["GET"], &path, json!({ "origins": ["https://a.example"] }))]).to_string();
        let found = reason("gateway-api", &manifest, &[]);
        assert_eq!(found.is_some(), expected.is_some(), "{path}: {found:?}");
        assert!(found.unwrap_or_default().contains(expected.unwrap_or_default()), "{path}");
        assert_eq!(reason("nginx", &manifest, &[]), None, "{path}");
    }
}

#[test]
fn headers_that_gateways_may_read_in_two_ways_are_left_out() {
    let any = |credentials: bool| json!({ "origins": ["https://a.example"], "credentials": credentials, "allow_headers": "any" });
    assert_left_out("gateway-api", any(false), "`Authorization`");
    assert_expressed("gateway-api", any(true));
    assert_left_out("gateway-api", json!({ "origins": ["*"], "allow_headers": ["*"] }), "`Authorization`");
    for target in ["envoy", "nginx"] {
        assert_expressed(target, any(false));
        assert_expressed(target, any(true));
        assert_expressed(target, json!({ "origins": ["*"], "allow_headers": ["*"] }));
    }
}

#[test]
fn methods_that_no_rule_can_match_are_left_out() {
    let manifest = json!([route(&["PURGE"], "/me", json!({ "origins": ["https://a.example"] }))]).to_string();
    assert!(reason("gateway-api", &manifest, &[]).is_some_and(|reason| reason.contains("`PURGE`")));
    assert_eq!(reason("envoy", &manifest, &[]), None);
    assert_eq!(reason("nginx", &manifest, &[]), None);
    // A rule for every method would take the method, too.
    let manifest = json!([
        route(&["PURGE"], "/me", json!({ "origins": ["https://a.example"] })),
        route(&[], "/me", json!({ "origins": ["https://b.example"] })),
    ]);
    assert_eq!(export("gateway-api", &manifest.to_string(), &[]).omissions.len(), 2);
    // Also if only the headers differ that a page may send.
    let manifest = json!([
        route(&["PURGE"], "/me", json!({ "origins": ["https://a.example"] })),
        route(&["GET"], "/me", json!({ "origins": ["https://a.example"] })),
        route(&[], "/me", json!({ "origins": ["https://a.example"], "allow_headers": ["x-a"] })),
    ]);
    let exported = export("gateway-api", &manifest.to_string(), &[]);
    let reasons: Vec<&str> = exported.omissions.iter().map(|(_, reason)| reason.as_str()).collect();
    assert_eq!(
        reasons,
        ["no rule can match the method `PURGE`", "it would also apply to `PURGE`, which no rule can match"]
    );
    for rule in ["# any method /me: src/main.rs:7, closed\n", "# GET, HEAD /me: src/main.rs:7\n"] {
        assert!(exported.configuration.contains(rule), "{}", exported.configuration);
    }
}

#[test]
fn words_that_nginx_cannot_read_are_left_out() {
    let dollar = json!({ "origins": ["https://a.example"], "allow_headers": ["x-$host"] });
    assert_left_out("nginx", dollar.clone(), "`$`");
    assert_expressed("envoy", dollar.clone());
    assert_expressed("gateway-api", dollar);
    let names: Vec<_> = (0..600).map(|number| format!("x-name-{number}")).collect();
    assert_left_out(
        "nginx",
        json!({ "origins": ["https://a.example"], "expose_headers": names }),
        "4,000 bytes",
    );
    // A path and its methods are one word.
    for (length, methods, is_left_out) in
        [(3997, &["PUT"][..], false), (3998, &["PUT"], true), (3000, &["PUT", "DELETE"], false)]
    {
        let path = format!("/{}", "x".repeat(length - 1));
        let manifest =
            json!([route(methods, &path, json!({ "origins": ["https://a.example"] }))]).to_string();
        assert_eq!(reason("nginx", &manifest, &[]).is_some(), is_left_out, "{length} {methods:?}");
    }
}

#[test]
fn paths_of_another_framework_are_left_out() {
    for (framework, path, expected) in [
        ("axum", "/files/{tail}*", "its path is not one of axum"),
        ("actix", "/files/{*rest}", "its path is not one of actix-web"),
    ] {
        let manifest =
            json!([route(&["GET"], path, json!({ "origins": ["https://a.example"] }))]).to_string();
        for target in TARGETS {
            let found = reason(target, &manifest, &["--framework", framework]);
            assert_eq!(found.as_deref(), Some(expected), "{target}");
        }
    }
}

#[test]
fn paths_that_no_target_can_match_close_other_paths_with_the_same_urls() {
    let policy = json!({ "origins": ["https://a.example"] });
    for (path, expected) in [
        ("/users/{id:\\p{L}+}", "`\\p`"),
        ("/users/{id:(ab)+}", "a repeated group"),
        ("/users/{id:a+?}", "two repetitions"),
        ("/users/%41", "percent-encoding"),
        ("/users/ü", "`ü`"),
        ("/users/\"", "`\"`"),
        ("/users/*", "ends in `*`"),
        ("/users/{}", "a brace that is not part of a parameter"),
        ("/users/{{id}}", "a brace that is not part of a parameter"),
        ("/users/{id", "a brace that is not part of a parameter"),
        ("/users/id}", "a brace that is not part of a parameter"),
    ] {
        let manifest = json!([
            route(&["GET"], path, policy.clone()),
            route(&["GET"], "/users/{name}", policy.clone()),
            route(&["GET"], "/groups/{name}", policy.clone()),
        ])
        .to_string();
        for target in TARGETS {
            let omissions = export(target, &manifest, &["--framework", "actix"]).omissions;
            assert_eq!(omissions.len(), 2, "{target} {path}: {omissions:?}");
            assert!(omissions[0].1.contains(expected), "{omissions:?}");
            assert!(omissions[1].1.contains(&format!("can match URLs of {path}")), "{omissions:?}");
        }
    }
}

#[test]
fn paths_between_which_the_frameworks_choose_differently_need_the_framework() {
    let policy = json!({ "origins": ["https://a.example"] });
    let manifest =
        json!(
            [route(&["GET"], "/users/{id}", policy.clone()), route(&["GET"], "/users/me", policy.clone()),]
        )
        .to_string();
    for target in TARGETS {
        let omissions = export(target, &manifest, &[]).omissions;
        assert!(
            omissions.len() == 2 && omissions.iter().all(|(_, reason)| reason.contains("--framework")),
            "{omissions:?}"
        );
        assert_eq!(export(target, &manifest, &["--framework", "axum"]).omissions, []);
    }
    // The syntax tells.
    let manifest = json!([
        route(&["GET"], "/files/{*rest}", policy.clone()),
        route(&["GET"], "/files/index", policy.clone()),
    ]);
    assert_eq!(export("nginx", &manifest.to_string(), &[]).omissions, []);
}

#[test]
fn an_order_that_the_gateway_api_lacks_is_left_out() {
    let policy = json!({ "origins": ["https://a.example"] });
    for (framework, paths) in [
        // In actix-web the first path wins, and a gateway prefers the exact one.
        ("actix", ["/users/{id}", "/users/me"]),
        // Which of two regular expressions wins is not specified.
        ("axum", ["/{kind}/me", "/users/{id}"]),
    ] {
        let manifest = json!(paths.map(|path| route(&["GET"], path, policy.clone()))).to_string();
        assert_eq!(
            export("gateway-api", &manifest, &["--framework", framework]).omissions.len(),
            2,
            "{paths:?}"
        );
        assert_eq!(export("nginx", &manifest, &["--framework", framework]).omissions, []);
        assert_eq!(export("envoy", &manifest, &["--framework", framework]).omissions, []);
    }
}
