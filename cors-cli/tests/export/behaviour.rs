//! Single requests to nginx and Envoy: which route they reach, and what the response has.

use crate::command::export;
use crate::manifest::route;
use axum::Router;
use axum::http::{HeaderName, Method, StatusCode};
use axum::response::IntoResponse as _;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpStream};
use tests::envoy::Envoy;
use tests::nginx::{Nginx, free_address};
use tests::serve;

/// A gateway that ends with the value.
#[derive(Debug)]
enum Running {
    Nginx(#[expect(dead_code, reason = "dropping it ends the process")] Nginx),
    Envoy(#[expect(dead_code, reason = "dropping it ends the process")] Envoy),
}

/// A gateway in front of an application that has a `Vary` and CORS headers of its own.
#[derive(Debug)]
struct Gateway {
    name: &'static str,
    address: SocketAddr,
    _running: Running,
}

#[derive(Debug)]
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
}

impl Answer {
    /// The lines of a header.
    fn lines(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(have, _)| have == name).map(|(_, value)| value.as_str()).collect()
    }

    fn allowed_origin(&self) -> Option<&str> {
        let lines = self.lines("access-control-allow-origin");
        assert!(lines.len() <= 1, "{self:?}");
        lines.first().copied()
    }

    fn varies_by(&self, name: &str) -> bool {
        self.lines("vary")
            .iter()
            .flat_map(|line| line.split(','))
            .any(|have| have.trim().eq_ignore_ascii_case(name))
    }
}

/// Sends a request, and returns the answer up to its empty line.
///
/// Envoy keeps a connection open for a second after an answer of its own, unless the client closes it. So the end of
/// the connection is not awaited.
fn head_of_answer(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).expect("the gateway listens");
    stream.write_all(request).expect("the gateway reads the request");
    let mut head = String::new();
    for line in BufReader::new(stream).lines() {
        let line = line.expect("the gateway answers in UTF-8");
        if line.is_empty() {
            return head;
        }
        head.extend([&line, "\n"]);
    }
    panic!("the head of the answer has no end: {head:?}");
}

/// Runs a test with each gateway that is installed.
fn with_gateways(test: &str, manifest: &Value, options: &[&str], check: impl Fn(&Gateway)) {
    let app = async |method: Method| {
        let cors = |name: &'static str| HeaderName::from_static(name);
        let headers = [
            (cors("vary"), "Accept-Encoding"),
            (cors("access-control-allow-origin"), "https://evil.example"),
            (cors("access-control-allow-credentials"), "true"),
            (cors("access-control-expose-headers"), "x-secret"),
        ];
        let status =
            if method == Method::DELETE { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK };
        (status, headers, "done").into_response()
    };
    let upstream = serve::axum(Router::new().fallback(app)).to_string();
    for target in ["nginx", "envoy"] {
        let address = free_address();
        let listen = address.to_string();
        let options = [&["--upstream", &upstream, "--listen", &listen], options].concat();
        let exported = export(target, &manifest.to_string(), &options);
        let running = if target == "nginx" {
            Nginx::start_with_locations(test, &exported.configuration, "").map(Running::Nginx)
        } else {
            Envoy::start(test, address, &exported.configuration).map(Running::Envoy)
        };
        if let Some(running) = running {
            check(&Gateway { name: target, address, _running: running });
        }
    }
}

impl Gateway {
    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\n");
        for (name, value) in headers {
            request.extend([name, ": ", value, "\r\n"]);
        }
        let head = head_of_answer(self.address, format!("{request}\r\n").as_bytes());
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
        Answer {
            status: status.unwrap_or_else(|| panic!("{}: {method} {path}: {head:?}", self.name)),
            headers: lines
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
                .collect(),
        }
    }

    /// The origin that may read the response to an actual request.
    fn reader(&self, method: &str, path: &str, origin: &str) -> Option<String> {
        self.ask(method, path, &[("Origin", origin)]).allowed_origin().map(str::to_owned)
    }

    fn preflight(&self, path: &str, origin: &str, method: &str) -> Answer {
        self.ask("OPTIONS", path, &[("Origin", origin), ("Access-Control-Request-Method", method)])
    }

    /// Asserts that only this origin can use the method of the path.
    fn assert_policy(&self, method: &str, path: &str, expected: Option<&str>) {
        for origin in ["https://a.example", "https://b.example", "https://c.example"] {
            let expected = expected.filter(|expected| *expected == origin);
            assert_eq!(
                self.reader(method, path, origin).as_deref(),
                expected,
                "{}: {method} {path}",
                self.name
            );
            let answer = self.preflight(path, origin, method);
            let methods = answer.lines("access-control-allow-methods").join(", ");
            // `HEAD` is safelisted, so no answer has to list it.
            let lists = |name: &str| name == method || method == "HEAD" && name == "GET";
            let allows = answer.allowed_origin().is_some() && methods.split(", ").any(lists);
            assert_eq!(allows, expected.is_some(), "{}: preflight {method} {path}: {answer:?}", self.name);
        }
    }
}

fn policy(origin: &str) -> Value {
    json!({ "origins": [origin] })
}

const A: &str = "https://a.example";
const B: &str = "https://b.example";
const C: &str = "https://c.example";

#[test]
fn axum_prefers_the_most_specific_path() {
    let manifest = json!([
        route(&["GET"], "/{*rest}", policy(C)),
        route(&["GET"], "/users/{id}", policy(B)),
        route(&["GET", "PUT"], "/users/me", policy(A)),
        route(&["PUT", "DELETE"], "/users/{id}", policy(C)),
        route(&["GET"], "/public", policy(A)),
    ]);
    with_gateways("axum-paths", &manifest, &[], |gateway| {
        for (method, path, expected) in [
            ("GET", "/users/me", Some(A)),
            ("GET", "/users/me?x=/users/7", Some(A)),
            ("HEAD", "/users/7", Some(B)),
            ("PUT", "/users/me", Some(A)),
            ("GET", "/users/7", Some(B)),
            ("GET", "/users/ME", Some(B)),
            // axum compares the path as it is written.
            ("GET", "/users/m%65", Some(B)),
            ("GET", "/users/a%2Fb", Some(B)),
            ("GET", "/users/..%2Fpublic", Some(B)),
            ("GET", "//public", Some(C)),
            ("PUT", "/users/7", Some(C)),
            ("DELETE", "/users/7", Some(C)),
            ("GET", "/users/me/", Some(C)),
            ("GET", "/users//", Some(C)),
            ("GET", "/users/", Some(C)),
            ("GET", "/Users/me", Some(C)),
            ("GET", "/", None),
            // The path is routed, and not for this method, although a less specific path is.
            ("DELETE", "/users/me", None),
            ("POST", "/users/7", None),
        ] {
            gateway.assert_policy(method, path, expected);
        }
    });
}

#[test]
fn actix_takes_the_first_route_of_the_path_and_the_method() {
    let manifest = json!([
        route(&["GET"], "/users/{id:\\d+}", policy(A)),
        route(&["DELETE"], "/users/{id}", policy(B)),
        route(&["GET", "DELETE"], "/users/{name:[a-z]{2,3}}", policy(C)),
        route(&["GET"], "/files/{tail:.*}", policy(A)),
        route(&["GET"], "/v{version}/x-{id}.json", policy(B)),
        route(&["GET"], "/tail{rest}*", policy(C)),
    ]);
    with_gateways("actix-paths", &manifest, &[], |gateway| {
        for (method, path, expected) in [
            ("GET", "/users/7", Some(A)),
            ("DELETE", "/users/7", Some(B)),
            ("GET", "/users/me", Some(C)),
            ("DELETE", "/users/me", Some(B)),
            ("GET", "/users/mine", None),
            // actix-web would decode these and take another route.
            ("GET", "/users/%37", None),
            ("DELETE", "/users/%6De", None),
            ("GET", "/files/", Some(A)),
            ("GET", "/files/a/b", Some(A)),
            ("GET", "/files", None),
            ("GET", "/v1/x-7.json", Some(B)),
            ("GET", "/v1/x-7xjson", None),
            ("GET", "/tail", Some(C)),
            ("GET", "/tail/a/b", Some(C)),
        ] {
            gateway.assert_policy(method, path, expected);
        }
        // actix-web does not route `HEAD` to `GET`.
        assert_eq!(gateway.reader("HEAD", "/users/7", A), None, "{}", gateway.name);
    });
}

#[test]
fn encoded_letters_are_closed_where_the_framework_is_not_known() {
    let manifest = json!([route(&["GET"], "/users/{id}", policy(A)), route(&["GET"], "/@me", policy(B)),]);
    with_gateways("encodings", &manifest, &[], |gateway| {
        gateway.assert_policy("GET", "/users/a%20b", Some(A));
        gateway.assert_policy("GET", "/@me", Some(B));
        for path in ["/users/%6De", "/users/%2e%2E", "/users/%7E", "/users/%40me", "/users/x?y=%41"] {
            let expected = path.contains('?').then_some(A);
            gateway.assert_policy("GET", path, expected);
        }
    });
}

#[test]
fn origins_are_compared_exactly() {
    let manifest = json!([route(
        &["GET"],
        "/me",
        json!({ "origins": [
        "https://app.example", "https://*.shop.example", "http://localhost:*", "http://[::1]:3000", "capacitor://localhost",
    ] })
    )]);
    with_gateways("origins", &manifest, &[], |gateway| {
        for origin in [
            "https://app.example",
            "https://a.shop.example",
            "https://b.a.shop.example",
            "http://localhost",
            "http://localhost:3000",
            "http://[::1]:3000",
            "capacitor://localhost",
        ] {
            assert_eq!(gateway.reader("GET", "/me", origin).as_deref(), Some(origin), "{}", gateway.name);
        }
        for origin in [
            "null",
            "*",
            "HTTPS://app.example",
            "https://APP.example",
            "https://appxexample",
            "https://app.example.evil.example",
            "https://evil.example/https://app.example",
            "https://app.example:8443",
            "https://app.example/",
            "http://app.example",
            "https://shop.example",
            "https://evilshop.example",
            "https://.shop.example",
            "https://a.shop.example:8443",
            "http://localhost:",
            "http://localhost:x",
            "http://localhost.evil.example",
            "https://a.example https://app.example",
        ] {
            let answer = gateway.ask("GET", "/me", &[("Origin", origin)]);
            assert_eq!(answer.allowed_origin(), None, "{}: {origin}", gateway.name);
            assert!(answer.varies_by("Origin"), "{}: {answer:?}", gateway.name);
            assert_eq!(
                gateway.preflight("/me", origin, "GET").allowed_origin(),
                None,
                "{}: {origin}",
                gateway.name
            );
        }
    });
}

/// A browser sends one `Origin`. nginx joins several since 1.23, and takes the first before.
#[test]
fn several_origins_are_none() {
    let manifest = json!([route(&["GET"], "/me", policy(A))]);
    with_gateways("several-origins", &manifest, &[], |gateway| {
        let answer = gateway.ask("GET", "/me", &[("Origin", B), ("Origin", A)]);
        assert_eq!(answer.allowed_origin(), None, "{}: {answer:?}", gateway.name);
        let answer = gateway.ask("GET", "/me", &[("Origin", A), ("Origin", B)]);
        let takes_the_first = gateway.name == "nginx" && answer.allowed_origin() == Some(A);
        assert!(takes_the_first || answer.allowed_origin().is_none(), "{}: {answer:?}", gateway.name);
    });
}

#[test]
fn the_headers_of_the_application_do_not_come_through_and_its_vary_does() {
    let manifest = json!([
        route(
            &["GET", "DELETE"],
            "/me",
            json!({ "origins": [A], "credentials": true, "expose_headers": ["x-total"] })
        ),
        route(&["GET"], "/public", json!({ "origins": ["*"] })),
        route(&["GET"], "/closed", json!({ "origins": ["OriginSet"] })),
    ]);
    with_gateways("application-headers", &manifest, &[], |gateway| {
        for method in ["GET", "HEAD", "DELETE"] {
            let answer = gateway.ask(method, "/me", &[("Origin", A)]);
            assert_eq!(answer.status, if method == "DELETE" { 500 } else { 200 });
            assert_eq!(answer.allowed_origin(), Some(A), "{}", gateway.name);
            assert_eq!(answer.lines("access-control-allow-credentials"), ["true"], "{}", gateway.name);
            assert_eq!(answer.lines("access-control-expose-headers"), ["x-total"], "{}", gateway.name);
            assert!(answer.varies_by("Origin") && answer.varies_by("Accept-Encoding"), "{answer:?}");
            assert!(answer.lines("access-control-allow-methods").is_empty(), "{answer:?}");
        }
        for (path, origin) in [("/me", B), ("/closed", A), ("/closed", "https://evil.example"), ("/other", A)]
        {
            let answer = gateway.ask("GET", path, &[("Origin", origin)]);
            let has_cors = answer.headers.iter().any(|(name, _)| name.starts_with("access-control-"));
            assert!(!has_cors && answer.varies_by("Accept-Encoding"), "{}: {path}: {answer:?}", gateway.name);
            let answer = gateway.preflight(path, origin, "GET");
            assert_eq!(answer.allowed_origin(), None, "{}: {path}: {answer:?}", gateway.name);
        }
        let answer = gateway.ask("GET", "/public", &[("Origin", "null")]);
        // Envoy repeats the origin, which needs no credentials to be as readable.
        assert_eq!(answer.allowed_origin(), Some(if gateway.name == "nginx" { "*" } else { "null" }));
        assert_eq!(answer.varies_by("Origin"), gateway.name == "envoy", "{answer:?}");
    });
}

#[test]
fn preflights_have_the_headers_of_the_policy_and_vary() {
    let manifest = json!([
        route(
            &["PUT", "DELETE"],
            "/me",
            json!({
                "origins": [A], "credentials": true, "allow_headers": ["content-type", "x-csrf"], "max_age": 600,
            })
        ),
        route(&["GET"], "/me", json!({ "origins": [A], "credentials": true })),
        route(
            &[],
            "/any",
            json!({ "origins": [A], "credentials": true, "allow_headers": "any", "max_age": 0 })
        ),
        route(&["PUT"], "/star", json!({ "origins": ["*"], "allow_headers": ["*"] })),
    ]);
    with_gateways("preflights", &manifest, &[], |gateway| {
        let answer = gateway.preflight("/me", A, "PUT");
        assert!(matches!(answer.status, 200 | 204), "{answer:?}");
        for (name, value) in [
            ("access-control-allow-origin", A),
            ("access-control-allow-credentials", "true"),
            ("access-control-allow-methods", "PUT, DELETE"),
            ("access-control-allow-headers", "content-type, x-csrf"),
            ("access-control-max-age", "600"),
        ] {
            assert_eq!(answer.lines(name), [value], "{}: {name}", gateway.name);
        }
        for answer in [answer, gateway.preflight("/me", B, "PUT"), gateway.preflight("/me", A, "PATCH")] {
            for name in ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"] {
                assert!(answer.varies_by(name), "{}: {answer:?}", gateway.name);
            }
        }
        let answer = gateway.preflight("/me", B, "PUT");
        assert_eq!(
            (answer.status, answer.allowed_origin()),
            (if gateway.name == "nginx" { 403 } else { 200 }, None)
        );

        // A method that is not routed is not listed, and the answer is not remembered.
        let answer = gateway.preflight("/me", A, "PATCH");
        assert_eq!(answer.allowed_origin(), Some(A), "{}", gateway.name);
        assert_eq!(answer.lines("access-control-max-age"), ["0"]);
        assert!(answer.lines("access-control-allow-headers").is_empty());

        let any = |method: &str, names: &str| {
            gateway.ask(
                "OPTIONS",
                "/any",
                &[
                    ("Origin", A),
                    ("Access-Control-Request-Method", method),
                    ("Access-Control-Request-Headers", names),
                ],
            )
        };
        let answer = any("PURGE", "authorization,x-a");
        assert_eq!(answer.lines("access-control-allow-methods"), ["PURGE"], "{}", gateway.name);
        assert_eq!(answer.lines("access-control-allow-headers"), ["authorization,x-a"]);
        assert_eq!(answer.lines("access-control-max-age"), ["0"]);
        // `*` would allow every method of the URL.
        assert_eq!(any("*", "x-a").allowed_origin(), None, "{}", gateway.name);
        assert_eq!(any("OPTIONS", "x-a").allowed_origin(), None, "{}", gateway.name);

        let answer = gateway.ask(
            "OPTIONS",
            "/star",
            &[
                ("Origin", A),
                ("Access-Control-Request-Method", "PUT"),
                ("Access-Control-Request-Headers", "authorization"),
            ],
        );
        let names = answer.lines("access-control-allow-headers").join(", ");
        assert!(
            names.split(", ").all(|name| name == "*"),
            "{}: `*` does not allow Authorization: {names}",
            gateway.name
        );

        // Not preflights.
        for headers in [&[("Origin", A)][..], &[("Access-Control-Request-Method", "PUT")]] {
            let answer = gateway.ask("OPTIONS", "/me", headers);
            assert_eq!((answer.status, answer.allowed_origin()), (200, None), "{}: {answer:?}", gateway.name);
        }
    });
}

#[test]
fn an_application_that_does_not_answer_is_readable_for_the_policy() {
    let manifest = json!([route(&["GET"], "/me", policy(A))]).to_string();
    let address = free_address();
    let upstream = free_address().to_string();
    let options = ["--upstream", &upstream, "--listen", &address.to_string()];
    let exported = export("nginx", &manifest, &options);
    let Some(nginx) = Nginx::start_with_locations("no-application", &exported.configuration, "") else {
        return;
    };
    let gateway = Gateway { name: "nginx", address, _running: Running::Nginx(nginx) };
    let answer = gateway.ask("GET", "/me", &[("Origin", A)]);
    assert_eq!((answer.status, answer.allowed_origin()), (502, Some(A)));
    let answer = gateway.ask("GET", "/me", &[("Origin", C)]);
    assert_eq!((answer.status, answer.allowed_origin()), (502, None));
}

/// A browser that remembers an answer may send other methods to the URL: those that their policies would refuse.
#[test]
fn answers_that_would_open_another_route_are_not_reused() {
    let manifest = json!([
        route(&["PUT"], "/me", json!({ "origins": [A, B], "max_age": 600 })),
        route(&["GET"], "/me", policy(A)),
    ]);
    with_gateways("reuse", &manifest, &[], |gateway| {
        let max_age =
            |origin: &str| gateway.preflight("/me", origin, "PUT").lines("access-control-max-age").join(", ");
        // Envoy has one value for all origins.
        assert_eq!(max_age(A), if gateway.name == "nginx" { "600" } else { "0" });
        assert_eq!(max_age(B), "0", "{}", gateway.name);
    });
}
