//! The Gateway API: an exported `HTTPRoute` is valid by the schema, and means what the manifest says.
//!
//! No implementation runs here. An interpreter of the documentation stands in for one, in the two ways that the
//! documentation leaves open, and is compared with the published conformance cases first.

use crate::application;
use crate::command::export;
use crate::http_route_schema::violations;
use crate::interpreter::{Asked, IMPLEMENTATIONS, Implementation, Outcome, Rules};
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use tests::serve;

/// The documents of an export. Each is valid by the schema.
pub(crate) fn documents(yaml: &str) -> Vec<Value> {
    let routes: Vec<Value> = serde_saphyr::from_multiple(yaml).expect("the export is YAML");
    for route in &routes {
        assert_eq!(violations(route), Vec::<String>::new(), "{yaml}");
    }
    routes
}

/// A server that does what these routes say.
pub(crate) fn serve(routes: &[Value], implementation: Implementation, upstream: SocketAddr) -> SocketAddr {
    // axum clones the handler for each request, and the routes of the table are large.
    let rules = Arc::new(Rules::new(routes, implementation));
    let client = application::client();
    let handler = async move |request: Request| {
        let outcome = rules.outcome(&Asked {
            method: request.method().as_str(),
            path: request.uri().path(),
            headers: request
                .headers()
                .iter()
                .map(|(name, value)| {
                    (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
                })
                .collect(),
        });
        match outcome {
            Outcome::NotFound => StatusCode::NOT_FOUND.into_response(),
            Outcome::Answer { status, headers } => {
                let mut response = Response::new(Body::empty());
                *response.status_mut() = StatusCode::from_u16(status).expect("a valid status");
                for (name, value) in headers {
                    set(&mut response, name, &value);
                }
                response
            }
            Outcome::Forward { removed, added, set: headers } => {
                let mut response = application::pass_on(&client, upstream, request).await;
                for name in removed {
                    response.headers_mut().remove(name);
                }
                for (name, value) in added {
                    let name = HeaderName::try_from(name).expect("a valid name");
                    response.headers_mut().append(name, HeaderValue::try_from(value).expect("a valid value"));
                }
                for (name, value) in headers {
                    set(&mut response, name, &value);
                }
                response
            }
        }
    };
    serve::axum(Router::new().fallback(handler))
}

fn set(response: &mut Response, name: &'static str, value: &str) {
    response.headers_mut().insert(name, HeaderValue::try_from(value).expect("a valid value"));
}

/// One conformance case: the request, and what the headers of the response can be. `None` means that the response must
/// not have the header.
struct Published {
    name: &'static str,
    path: &'static str,
    method: &'static str,
    origin: &'static str,
    requested: Option<(&'static str, &'static str)>,
    expected: &'static [(&'static str, &'static [Option<&'static str>])],
}

const ORIGIN: &str = "access-control-allow-origin";
const METHODS: &str = "access-control-allow-methods";
const HEADERS: &str = "access-control-allow-headers";
const EXPOSED: &str = "access-control-expose-headers";
const MAX_AGE: &str = "access-control-max-age";
const CREDENTIALS: &str = "access-control-allow-credentials";
const TWO: &str = "x-header-1, x-header-2";

/// The 17 cases of `HTTPRouteCORS`, as facts from the Gateway API v1.5.1:
/// <https://github.com/kubernetes-sigs/gateway-api/blob/v1.5.1/conformance/tests/httproute-cors.go>
const PUBLISHED: [Published; 17] = [
    Published {
        name: "preflight of a listed origin",
        path: "/cors-1",
        method: "OPTIONS",
        origin: "https://www.foo.com",
        requested: Some(("GET", TWO)),
        expected: &[
            (ORIGIN, &[Some("https://www.foo.com")]),
            (METHODS, &[Some("GET, OPTIONS"), Some("OPTIONS, GET")]),
            (HEADERS, &[Some(TWO), Some("x-header-2, x-header-1")]),
            (EXPOSED, &[Some("x-header-3, x-header-4"), Some("x-header-4, x-header-3")]),
            (MAX_AGE, &[Some("3600")]),
            (CREDENTIALS, &[Some("true")]),
        ],
    },
    Published {
        name: "preflight of a subdomain",
        path: "/cors-1",
        method: "OPTIONS",
        origin: "https://www.bar.com",
        requested: Some(("GET", TWO)),
        expected: &[
            (ORIGIN, &[Some("https://www.bar.com")]),
            (METHODS, &[Some("GET, OPTIONS"), Some("OPTIONS, GET")]),
            (HEADERS, &[Some(TWO), Some("x-header-2, x-header-1")]),
            (EXPOSED, &[Some("x-header-3, x-header-4"), Some("x-header-4, x-header-3")]),
            (MAX_AGE, &[Some("3600")]),
            (CREDENTIALS, &[Some("true")]),
        ],
    },
    Published {
        name: "preflight of a deeper subdomain",
        path: "/cors-1",
        method: "OPTIONS",
        origin: "https://xpto.www.bar.com",
        requested: Some(("GET", TWO)),
        expected: &[
            (ORIGIN, &[Some("https://xpto.www.bar.com")]),
            (METHODS, &[Some("GET, OPTIONS"), Some("OPTIONS, GET")]),
            (HEADERS, &[Some(TWO), Some("x-header-2, x-header-1")]),
            (EXPOSED, &[Some("x-header-3, x-header-4"), Some("x-header-4, x-header-3")]),
            (MAX_AGE, &[Some("3600")]),
            (CREDENTIALS, &[Some("true")]),
        ],
    },
    Published {
        name: "preflight of another origin",
        path: "/cors-1",
        method: "OPTIONS",
        origin: "https://foobar.com",
        requested: Some(("GET", "")),
        expected: &[(ORIGIN, &[None])],
    },
    Published {
        name: "request of a listed origin",
        path: "/cors-1",
        method: "GET",
        origin: "https://www.foo.com",
        requested: Some(("GET", TWO)),
        expected: &[(ORIGIN, &[Some("https://www.foo.com")])],
    },
    Published {
        name: "request of a subdomain",
        path: "/cors-1",
        method: "GET",
        origin: "https://www.bar.com",
        requested: Some(("GET", TWO)),
        expected: &[(ORIGIN, &[Some("https://www.bar.com")])],
    },
    Published {
        name: "request of another origin",
        path: "/cors-1",
        method: "GET",
        origin: "https://foobar.com",
        requested: Some(("GET", "")),
        expected: &[(ORIGIN, &[None])],
    },
    Published {
        name: "preflight for any method",
        path: "/cors-2",
        method: "OPTIONS",
        origin: "https://www.foo.com",
        requested: Some(("POST", "")),
        expected: &[
            (METHODS, &[Some("POST"), Some("*")]),
            (ORIGIN, &[Some("https://www.foo.com")]),
            (CREDENTIALS, &[None]),
        ],
    },
    Published {
        name: "preflight without credentials",
        path: "/cors-2",
        method: "OPTIONS",
        origin: "https://www.foo.com",
        requested: Some(("POST", "")),
        expected: &[(CREDENTIALS, &[None])],
    },
    Published {
        name: "preflight of any origin",
        path: "/cors-wildcard-origin",
        method: "OPTIONS",
        origin: "https://foobar.com",
        requested: Some(("PUT", "")),
        expected: &[
            (ORIGIN, &[Some("https://foobar.com"), Some("*")]),
            (METHODS, &[Some("PUT")]),
            (CREDENTIALS, &[None]),
        ],
    },
    Published {
        name: "preflight of any origin with a port",
        path: "/cors-wildcard-origin",
        method: "OPTIONS",
        origin: "https://foobar.com:12345",
        requested: Some(("PUT", "")),
        expected: &[
            (ORIGIN, &[Some("https://foobar.com:12345"), Some("*")]),
            (METHODS, &[Some("PUT")]),
            (CREDENTIALS, &[None]),
        ],
    },
    Published {
        name: "request of any origin with a port",
        path: "/cors-wildcard-origin",
        method: "PUT",
        origin: "https://foobar.com:12345",
        requested: None,
        expected: &[(ORIGIN, &[Some("https://foobar.com:12345"), Some("*")])],
    },
    Published {
        name: "request of any origin",
        path: "/cors-wildcard-origin",
        method: "PUT",
        origin: "https://foobar.com",
        requested: None,
        expected: &[(ORIGIN, &[Some("https://foobar.com"), Some("*")]), (CREDENTIALS, &[None])],
    },
    Published {
        name: "preflight for everything with credentials",
        path: "/cors-wildcard-methods-headers",
        method: "OPTIONS",
        origin: "https://other.foo.com",
        requested: Some(("PUT", TWO)),
        expected: &[
            (ORIGIN, &[Some("https://other.foo.com")]),
            (METHODS, &[Some("PUT")]),
            (HEADERS, &[Some(TWO), Some("x-header-2, x-header-1")]),
            (CREDENTIALS, &[Some("true")]),
        ],
    },
    Published {
        name: "preflight for everything without credentials",
        path: "/cors-wildcard-methods-headers-unauth",
        method: "OPTIONS",
        origin: "https://other.foo.com",
        requested: Some(("PUT", TWO)),
        expected: &[
            (ORIGIN, &[Some("https://other.foo.com"), Some("*")]),
            (METHODS, &[Some("PUT"), Some("*")]),
            (HEADERS, &[Some(TWO), Some("x-header-2, x-header-1"), Some("*")]),
            (CREDENTIALS, &[None]),
        ],
    },
    Published {
        name: "request of any origin with credentials",
        path: "/cors-wildcard-methods-headers",
        method: "GET",
        origin: "https://other.foo.com",
        requested: None,
        expected: &[(ORIGIN, &[Some("https://other.foo.com")]), (CREDENTIALS, &[Some("true")])],
    },
    Published {
        name: "request of any origin without credentials",
        path: "/cors-wildcard-methods-headers-unauth",
        method: "GET",
        origin: "https://other.foo.com",
        requested: None,
        // The published case needs the origin, since v1.5.1 has it for a request with a cookie. An `*` is as readable.
        expected: &[(ORIGIN, &[Some("https://other.foo.com"), Some("*")]), (CREDENTIALS, &[None])],
    },
];

/// The routes of the published cases:
/// <https://github.com/kubernetes-sigs/gateway-api/blob/v1.5.1/conformance/tests/httproute-cors.yaml>
fn published_routes() -> Value {
    let rule = |path: &str, cors: Value| {
        json!({
            "matches": [{ "path": { "type": "PathPrefix", "value": path } }],
            "filters": [{ "type": "CORS", "cors": cors }],
            "backendRefs": [{ "name": "infra-backend-v1", "port": 8080 }],
        })
    };
    json!({
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": { "name": "published" },
        "spec": { "parentRefs": [{ "name": "same-namespace" }], "rules": [
            rule("/cors-1", json!({
                "allowOrigins": ["https://www.foo.com", "https://*.bar.com"],
                "allowMethods": ["GET", "OPTIONS"],
                "allowHeaders": ["x-header-1", "x-header-2"],
                "exposeHeaders": ["x-header-3", "x-header-4"],
                "allowCredentials": true,
                "maxAge": 3600,
            })),
            rule("/cors-2", json!({ "allowOrigins": ["https://www.foo.com"], "allowMethods": ["*"] })),
            rule("/cors-wildcard-origin", json!({
                "allowOrigins": ["*"], "allowMethods": ["PUT"], "allowCredentials": false,
            })),
            rule("/cors-wildcard-methods-headers", json!({
                "allowOrigins": ["*"], "allowMethods": ["*"], "allowHeaders": ["*"], "allowCredentials": true,
            })),
            rule("/cors-wildcard-methods-headers-unauth", json!({
                "allowOrigins": ["*"], "allowMethods": ["*"], "allowHeaders": ["*"], "allowCredentials": false,
            })),
        ] },
    })
}

/// What differs from a published case.
fn differences(case: &Published, rules: &Rules) -> Vec<String> {
    let mut headers = vec![("origin".to_owned(), case.origin.to_owned())];
    if let Some((method, names)) = case.requested {
        headers.push(("access-control-request-method".to_owned(), method.to_owned()));
        if !names.is_empty() {
            headers.push(("access-control-request-headers".to_owned(), names.to_owned()));
        }
    }
    let outcome = rules.outcome(&Asked { method: case.method, path: case.path, headers });
    let answered = match outcome {
        Outcome::NotFound => return vec!["no rule matches".to_owned()],
        Outcome::Answer { headers, .. } if case.method == "OPTIONS" => headers,
        Outcome::Forward { set, .. } if case.method != "OPTIONS" => set,
        other => return vec![format!("{other:?}")],
    };
    let header =
        |name: &str| answered.iter().find(|(have, _)| *have == name).map(|(_, value)| value.as_str());
    case.expected
        .iter()
        .filter(|(name, possible)| !possible.contains(&header(name)))
        .map(|(name, possible)| format!("{name}: {:?} instead of {possible:?}", header(name)))
        .collect()
}

#[test]
fn the_interpreter_does_what_the_published_cases_say() {
    let routes = published_routes();
    assert_eq!(violations(&routes), Vec::<String>::new());
    for implementation in IMPLEMENTATIONS {
        let rules = Rules::new(std::slice::from_ref(&routes), implementation);
        for case in &PUBLISHED {
            assert_eq!(differences(case, &rules), Vec::<String>::new(), "{}: {implementation:?}", case.name);
        }
    }
    println!("{} published cases, {0} agreed", PUBLISHED.len());
}

/// The policies of the published cases, as far as a manifest has them: it has neither `OPTIONS` among the methods nor
/// every origin with credentials.
#[test]
fn exported_routes_do_what_the_published_cases_say() {
    let route = |methods: &[&str], path: &str, policy: Value| {
        json!({
            "methods": methods, "path": path, "policy": policy, "dynamic": false, "preflights_never_reused": false,
            "reuse_prevented_by": null, "location": "src/main.rs:1",
        })
    };
    let manifest = json!([
        route(
            &["GET"],
            "/cors-1",
            json!({
                "origins": ["https://www.foo.com", "https://*.bar.com"], "credentials": true,
                "allow_headers": ["x-header-1", "x-header-2"], "expose_headers": ["x-header-3", "x-header-4"],
                "max_age": 3600,
            })
        ),
        route(&[], "/cors-2", json!({ "origins": ["https://www.foo.com"] })),
        route(&["PUT"], "/cors-wildcard-origin", json!({ "origins": ["*"] })),
        route(&[], "/cors-wildcard-methods-headers-unauth", json!({ "origins": ["*"] })),
    ]);
    let exported = export("gateway-api", &manifest.to_string(), &["--framework", "axum"]);
    assert_eq!(exported.omissions, []);
    let routes = documents(&exported.configuration);
    let mut agreed = 0;
    for implementation in IMPLEMENTATIONS {
        let rules = Rules::new(&routes, implementation);
        for case in PUBLISHED.iter().filter(|case| case.path != "/cors-wildcard-methods-headers") {
            let found: Vec<_> = differences(case, &rules)
                .into_iter()
                // `OPTIONS` is not a method with a policy.
                .filter(|text| !text.starts_with("access-control-allow-methods: Some(\"GET\")"))
                // No policy allows every header and leaves open whether `Authorization` is one of them.
                .filter(|text| !(case.path.ends_with("-unauth") && text.starts_with(HEADERS)))
                .collect();
            assert_eq!(found, Vec::<String>::new(), "{}: {implementation:?}", case.name);
            agreed += 1;
        }
    }
    println!(
        "{agreed} published cases for exported routes agreed, 2 cases are for credentials with every origin"
    );
}
