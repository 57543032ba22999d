//! A deployment without deviations, with and without a proxy.

use crate::apps::{PARTNERS, in_actix, in_axum, with_partners};
use crate::proxy::{self, Alteration, Honest};
use crate::run::{Json, base, verify_json};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use tests::nginx::Nginx;

/// Both applications, each with its manifest.
fn deployments() -> [(SocketAddr, String); 2] {
    [
        (tests::serve::axum(in_axum::app()), in_axum::manifest()),
        (tests::serve::actix(in_actix::app), in_actix::manifest()),
    ]
}

#[test]
fn there_are_no_deviations() {
    with_partners(|| {
        for (address, manifest) in deployments() {
            verify_json(&manifest, &base(address), &[]).assert_clean();
        }
    });
}

/// The environment, origins that the manifest does not list, and requests with side effects.
#[test]
fn there_are_none_with_everything_that_the_command_line_can_add() {
    let env = format!("{}={}", PARTNERS.0, PARTNERS.1);
    with_partners(|| {
        for (address, manifest) in deployments() {
            let options = [
                "--env",
                &env,
                "--send",
                "POST,PUT,PATCH,DELETE",
                "--refused-origin",
                "https://refused.example",
                "--param",
                "id=a b",
                "--header",
                "x-token: 1",
                "--at-once",
                "8",
            ];
            verify_json(&manifest, &base(address), &options).assert_clean();
        }
    });
}

/// A default policy allows other pages on routes that are not annotated.
#[test]
fn a_default_policy_around_the_application_adds_none() {
    let policy = || {
        let origins = ["https://cors-verify.example", "https://app.example.com"];
        cors_runtime::Policy::builder().origins(origins).credentials().max_age(60).build().expect("a policy")
    };
    with_partners(|| {
        let axum = in_axum::app().layer(cors_runtime::axum::PolicyLayer::new(policy()));
        let actix = tests::serve::actix(move |config| {
            let middleware = cors_runtime::actix::PolicyMiddleware::new(policy());
            config.service(actix_web::web::scope("").wrap(middleware).configure(in_actix::app));
        });
        for (address, manifest) in
            [(tests::serve::axum(axum), in_axum::manifest()), (actix, in_actix::manifest())]
        {
            verify_json(&manifest, &base(address), &[]).assert_clean();
        }
    });
}

#[test]
fn an_honest_proxy_adds_none() {
    let env = format!("{}={}", PARTNERS.0, PARTNERS.1);
    with_partners(|| {
        for (address, manifest) in deployments() {
            let proxy = proxy::serve(address, Arc::new(Honest));
            verify_json(&manifest, &base(proxy), &["--env", &env]).assert_clean();
        }
    });
}

/// A proxy that answers preflights for `HEAD` in a way of its own.
struct OtherAnswerForHead {
    refuses: bool,
}

impl Alteration for OtherAnswerForHead {
    fn response(&self, request: &Parts, status: &mut StatusCode, headers: &mut HeaderMap) {
        if request.headers.get("access-control-request-method").is_none_or(|method| method != "HEAD") {
            return;
        }
        if self.refuses {
            *status = StatusCode::FORBIDDEN;
            headers.remove("access-control-allow-origin");
        } else {
            headers.insert("access-control-allow-methods", HeaderValue::from_static("GET, HEAD"));
        }
    }
}

#[test]
fn preflights_for_head_are_compared_if_the_framework_is_known() {
    with_partners(|| {
        let [(in_axum, manifest_of_axum), (in_actix, manifest_of_actix)] = deployments();
        for (address, manifest, framework, refuses, expected) in [
            (in_axum, &manifest_of_axum, "axum", true, "preflight-refused"),
            (in_actix, &manifest_of_actix, "actix", false, "methods-added"),
        ] {
            let options = ["--framework", framework];
            verify_json(manifest, &base(address), &options).assert_clean();
            let proxy = base(proxy::serve(address, Arc::new(OtherAnswerForHead { refuses })));
            for (options, expected) in [(&[][..], &[][..]), (&options, &[expected])] {
                let result = verify_json(manifest, &proxy, options);
                let routes = result.value["routes"].as_array().expect("a list");
                let route = routes.iter().find(|route| route["path"] == "/split").expect("a route");
                assert_eq!(route["methods"][0], "GET");
                let found = route["deviations"].as_array().expect("a list");
                let kinds: Vec<_> = found.iter().map(|deviation| &deviation["kind"]).collect();
                assert_eq!(kinds, expected, "{framework}");
                assert!(found.iter().all(|deviation| deviation["request"] == "preflight for HEAD"));
            }
        }
    });
}

/// A proxy that answers `*` as Envoy does, and adds these headers.
struct OriginInPlaceOfAny(&'static [(&'static str, &'static str)]);

impl Alteration for OriginInPlaceOfAny {
    fn response(&self, request: &Parts, _: &mut StatusCode, headers: &mut HeaderMap) {
        let name = "access-control-allow-origin";
        if headers.get(name).is_none_or(|value| value != "*") {
            return;
        }
        match request.headers.get("origin") {
            Some(origin) => headers.insert(name, origin.clone()),
            None => headers.remove(name),
        };
        for (name, value) in self.0 {
            headers.append(*name, HeaderValue::from_static(value));
        }
    }
}

#[test]
fn the_origin_of_the_page_in_place_of_any_is_none_if_caches_know_it() {
    with_partners(|| {
        for (address, manifest) in deployments() {
            for (added, expected) in [
                (&[("vary", "Origin")][..], &[][..]),
                (&[], &["allow-origin-missing", "vary-missing"]),
                (&[("vary", "Origin"), ("access-control-allow-credentials", "true")], &["credentials-added"]),
            ] {
                let proxy = proxy::serve(address, Arc::new(OriginInPlaceOfAny(added)));
                let result = verify_json(&manifest, &base(proxy), &[]);
                assert_eq!(kinds(&result), expected.iter().copied().collect(), "{added:?}");
            }
        }
    });
}

/// The kinds of all deviations.
fn kinds(result: &Json) -> BTreeSet<&str> {
    result.deviations().iter().map(|deviation| deviation["kind"].as_str().expect("a text")).collect()
}

#[test]
fn nginx_as_a_plain_proxy_adds_none() {
    with_partners(|| {
        for (number, (address, manifest)) in deployments().into_iter().enumerate() {
            let lines = "proxy_set_header Host $http_host;";
            let Some(nginx) = Nginx::start(&format!("verify-{number}"), address, "", lines) else { return };
            verify_json(&manifest, &base(nginx.address), &[]).assert_clean();
        }
    });
}

/// The mistakes that are made most often with nginx.
#[test]
fn mistakes_in_the_configuration_of_nginx_are_found() {
    let address = tests::serve::axum(axum_api::api(axum_api::User { name: "Ada".to_owned() }));
    let manifest = serde_json::to_string(&axum_api::manifest()).expect("a manifest is serialized");
    for (name, general, lines, expected) in [
        (
            "cache",
            "proxy_cache_path cache keys_zone=answers:1m;",
            "proxy_cache answers; proxy_cache_key $request_uri; proxy_cache_valid 200 1m; proxy_ignore_headers Vary;",
            &["answer-of-another-page"][..],
        ),
        (
            "twice",
            "",
            "add_header Access-Control-Allow-Origin $http_origin always;",
            &["allow-origin-wider", "header-repeated"],
        ),
        ("login", "", "if ($request_method = OPTIONS) { return 401; }", &["preflight-refused"]),
        (
            "options",
            "",
            "if ($request_method = OPTIONS) { add_header Access-Control-Allow-Origin *; return 204; }",
            &[
                "allow-origin-wider",
                "credentials-missing",
                "headers-missing",
                "max-age-shorter",
                "methods-missing",
                "vary-missing",
            ],
        ),
        ("vary", "", "proxy_hide_header Vary;", &["vary-missing"]),
    ] {
        let Some(nginx) = Nginx::start(&format!("verify-{name}"), address, general, lines) else { return };
        let result = verify_json(&manifest, &base(nginx.address), &[]);
        assert_eq!(kinds(&result), expected.iter().copied().collect(), "{name}");
    }
}
