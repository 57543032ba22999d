//! What has to hold for each gateway, by the manifest alone.

use crate::manifest::{PlannedManifest, PlannedRoute};
use crate::oracle::Expected::{No, Yes};
use crate::oracle::{Expected, SAFELISTED_METHODS, is_serialized};
use crate::request::{Asked, Gateway, Said};

/// Compares a gateway with the oracle.
pub(crate) fn check(manifest: &PlannedManifest, gateway: &dyn Gateway, asked: &Asked, is_complete: bool) {
    if gateway.reads_only_serialized_origins() && is_serialized(&asked.origin) != Yes {
        return;
    }
    if gateway.allows_options() && asked.method == "OPTIONS" {
        return;
    }
    let path = asked.path.split('?').next().unwrap_or_default();
    let route = manifest.route(path, &asked.method).filter(|_| asked.method != "OPTIONS");
    let expected = route.map_or(No, |route| route.allows(&asked.origin));
    // The application may decode a path before it chooses a route, so that a gateway may close it.
    let has_to_be_open = is_complete && expected == Yes && is_serialized(&asked.origin) == Yes;
    // The answer for every method leaves out names with `*`.
    let has_to_be_open = has_to_be_open && !path.contains('%') && !asked.method.contains('*');

    if asked.method != "OPTIONS" {
        let actual = asked.actual(gateway);
        check_actual(asked, route, expected, &actual);
        if has_to_be_open {
            assert!(actual.allows_origin(&asked.origin), "the page may read the response: {actual:?}");
            let route = route.expect("a route allows the origin");
            assert_eq!(actual.allows_credentials(&asked.origin), route.credentials, "{actual:?}");
            for name in &route.expose_headers {
                assert!(actual.list("access-control-expose-headers").contains(&&**name), "{actual:?}");
            }
        }
    }

    let preflight = asked.preflight(gateway);
    if !(200..300).contains(&preflight.status) || !preflight.allows_origin(&asked.origin) {
        assert!(!has_to_be_open, "the preflight is answered: {preflight:?}");
        return;
    }
    match route {
        Some(route) if grants_method(&preflight, &asked.method) => {
            check_preflight(manifest, path, asked, (route, expected), &preflight);
        }
        _ => check_not_routed(manifest, path, asked, &preflight),
    }
    if has_to_be_open {
        let route = route.expect("a route allows the origin");
        assert_eq!(preflight.allows_credentials(&asked.origin), route.credentials, "{preflight:?}");
        assert!(grants_method(&preflight, &asked.method), "the method: {preflight:?}");
        for name in asked.headers.iter().filter(|name| route.allows_header(name)) {
            assert!(grants_header(&preflight, name), "the header {name}: {preflight:?}");
        }
    }
}

fn check_actual(asked: &Asked, route: Option<&PlannedRoute>, expected: Expected, actual: &Said) {
    if !actual.allows_origin(&asked.origin) {
        return;
    }
    assert_ne!(expected, No, "no policy allows the page to read the response: {actual:?}");
    let route = route.expect("a route allows the origin");
    if actual.allows_credentials(&asked.origin) {
        assert!(route.credentials, "the policy has no credentials: {actual:?}");
    }
    for name in actual.list("access-control-expose-headers") {
        let is_listed = route.expose_headers.iter().any(|listed| listed.eq_ignore_ascii_case(name));
        assert!(is_listed, "{name} is not exposed: {actual:?}");
    }
}

fn check_preflight(
    manifest: &PlannedManifest,
    path: &str,
    asked: &Asked,
    (route, expected): (&PlannedRoute, Expected),
    preflight: &Said,
) {
    assert_ne!(expected, No, "the policy refuses the origin: {preflight:?}");
    let credentials = preflight.allows_credentials(&asked.origin);
    assert!(route.credentials || !credentials, "the policy has no credentials: {preflight:?}");
    for name in &asked.headers {
        let is_allowed = !grants_header(preflight, name) || route.allows_header(name);
        assert!(is_allowed, "the policy does not allow {name}: {preflight:?}");
    }
    let max_age = preflight.header("access-control-max-age");
    if route.never_reused {
        assert_eq!(max_age, Some("0"), "answers are never reused");
    }
    if max_age == Some("0") {
        return;
    }
    // A browser remembers the answer, and sends what it grants without asking again.
    for method in methods_at(manifest, path) {
        if !SAFELISTED_METHODS.contains(&&*method) && !grants_method(preflight, &method) {
            continue;
        }
        if let Some(other) = manifest.route(path, &method) {
            let trusts = other.allows_known(&asked.origin) != No && (other.credentials || !credentials);
            assert!(trusts, "{method} has a policy that refuses what is remembered: {preflight:?}");
        }
    }
}

/// No route takes the method, or none that a gateway knows: the answer names what there is, and opens nothing.
fn check_not_routed(manifest: &PlannedManifest, path: &str, asked: &Asked, preflight: &Said) {
    let credentials = preflight.allows_credentials(&asked.origin);
    let routes = manifest.at(path);
    let mut allowing = routes.iter().filter(|route| route.allows(&asked.origin) != No);
    assert!(
        allowing.any(|route| route.credentials || !credentials),
        "no policy gives this answer: {preflight:?}"
    );
    let is_granted = grants_method(preflight, &asked.method) && !SAFELISTED_METHODS.contains(&&*asked.method);
    assert!(!is_granted, "no route takes the method: {preflight:?}");
    assert_eq!(preflight.header("access-control-allow-headers"), None, "no route takes the method");
    assert_eq!(preflight.header("access-control-max-age"), Some("0"), "no route takes the method");
}

/// The methods for which a URL has routes.
fn methods_at(manifest: &PlannedManifest, path: &str) -> Vec<String> {
    let mut methods: Vec<_> = manifest.at(path).into_iter().flat_map(|route| route.methods.clone()).collect();
    methods.extend(["GET", "HEAD", "POST", "PUT", "X-ANY"].map(str::to_owned));
    methods.retain(|method| method != "OPTIONS");
    methods
}

/// <https://fetch.spec.whatwg.org/#cors-preflight-fetch>
fn grants_method(preflight: &Said, method: &str) -> bool {
    let methods = preflight.list("access-control-allow-methods");
    let is_wildcard =
        methods.contains(&"*") && preflight.header("access-control-allow-credentials").is_none();
    is_wildcard || methods.contains(&method) || SAFELISTED_METHODS.contains(&method)
}

fn grants_header(preflight: &Said, name: &str) -> bool {
    let names = preflight.list("access-control-allow-headers");
    let is_wildcard = names.contains(&"*") && preflight.header("access-control-allow-credentials").is_none();
    is_wildcard && !name.eq_ignore_ascii_case("authorization")
        || names.iter().any(|allowed| allowed.eq_ignore_ascii_case(name))
}
