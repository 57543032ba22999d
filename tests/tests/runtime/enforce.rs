//! `enforce`: which requests get in, by their headers. `nginx.rs` and `http2.rs` test the same with a real proxy and
//! with HTTP/2.

use crate::events;
use tests::ask::{self, Ask};

mod in_axum {
    use cors_runtime::axum::{Routes, cors, routes};

    #[cors(origins = ["https://app.example"], enforce)]
    #[get("/")]
    async fn root() -> &'static str {
        "ran"
    }

    #[cors(origins = ["https://app.example"])]
    #[get("/open")]
    async fn open() -> &'static str {
        "ran"
    }

    pub(crate) fn app() -> Routes {
        routes![root, open]
    }
}

mod in_actix {
    use actix_web::get;
    use cors_runtime::actix::{Routes, cors, routes};

    #[cors(origins = ["https://app.example"], enforce)]
    #[get("/")]
    async fn root() -> &'static str {
        "ran"
    }

    #[cors(origins = ["https://app.example"])]
    #[get("/open")]
    async fn open() -> &'static str {
        "ran"
    }

    pub(crate) fn app() -> Routes {
        routes![root, open]
    }
}

pub(crate) use in_actix::app as actix_routes;
pub(crate) use in_axum::app as axum_routes;

fn apps() -> [ask::App; 2] {
    let actix = |config: &mut actix_web::web::ServiceConfig| {
        config.service(actix_routes());
    };
    [ask::axum(axum_routes().into_router()), ask::actix(actix)]
}

const IN: u16 = 200;
const OUT: u16 = 403;

/// The headers of a request, and the status of its answer. A request has a `Host` only if it is listed.
const CASES: &[(&[(&str, &str)], u16)] = &[
    // The origin is listed, or there is none.
    (&[("origin", "https://app.example")], IN),
    (&[], IN),
    (&[("sec-fetch-site", "same-origin")], IN),
    (&[("sec-fetch-site", "cross-site")], OUT),
    // The origin is neither listed nor that of the server.
    (&[("origin", "https://evil.example")], OUT),
    (&[("origin", "https://evil.example"), ("host", "own.example")], OUT),
    (&[("origin", "null"), ("host", "own.example")], OUT),
    (&[("origin", "https://own.example/"), ("host", "own.example")], OUT),
    (&[("origin", ""), ("host", "own.example")], OUT),
    // `Sec-Fetch-Site` decides, whatever `Host` says.
    (&[("origin", "https://own.example"), ("sec-fetch-site", "same-origin")], IN),
    (&[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")], IN),
    (&[("origin", "null"), ("sec-fetch-site", "same-origin")], IN),
    (&[("origin", "https://own.example"), ("sec-fetch-site", "none")], IN),
    (&[("origin", "https://own.example"), ("host", "own.example"), ("sec-fetch-site", "same-site")], OUT),
    (&[("origin", "https://own.example"), ("host", "own.example"), ("sec-fetch-site", "cross-site")], OUT),
    (&[("origin", "https://own.example"), ("host", "own.example"), ("sec-fetch-site", "nonsense")], OUT),
    (&[("origin", "https://own.example"), ("host", "own.example"), ("sec-fetch-site", "")], OUT),
    // A listed origin gets in, whatever `Sec-Fetch-Site` says.
    (&[("origin", "https://app.example"), ("sec-fetch-site", "cross-site")], IN),
    // `Host` is compared without default ports.
    (&[("origin", "https://own.example"), ("host", "own.example")], IN),
    (&[("origin", "https://own.example"), ("host", "own.example:443")], IN),
    (&[("origin", "http://own.example"), ("host", "own.example:80")], IN),
    (&[("origin", "http://own.example"), ("host", "own.example")], IN),
    (&[("origin", "https://own.example"), ("host", "own.example:80")], OUT),
    (&[("origin", "http://own.example"), ("host", "own.example:443")], OUT),
    (&[("origin", "http://own.example:3000"), ("host", "own.example:3000")], IN),
    (&[("origin", "http://own.example:3000"), ("host", "own.example")], OUT),
    (&[("origin", "http://own.example"), ("host", "own.example:3000")], OUT),
    (&[("origin", "https://sub.own.example"), ("host", "own.example")], OUT),
    (&[("origin", "https://own.example"), ("host", "sub.own.example")], OUT),
    (&[("origin", "http://[::1]:3000"), ("host", "[::1]:3000")], IN),
    // The origin of an app is not that of a server, whatever host it names.
    (&[("origin", "capacitor://localhost"), ("host", "localhost")], OUT),
    (&[("origin", "app://own.example"), ("x-forwarded-host", "own.example")], OUT),
    // The first element of `X-Forwarded-Host` counts, because the proxy next to the client wrote it.
    (
        &[("origin", "https://own.example"), ("host", "10.0.0.1:3000"), ("x-forwarded-host", "own.example")],
        IN,
    ),
    (&[("origin", "https://own.example"), ("x-forwarded-host", "own.example, inner.example")], IN),
    (&[("origin", "https://own.example"), ("x-forwarded-host", "own.example:443")], IN),
    (&[("origin", "https://own.example"), ("x-forwarded-host", "outer.example, own.example")], OUT),
    (&[("origin", "https://evil.example"), ("x-forwarded-host", "own.example")], OUT),
    // `Forwarded` names the host as well.
    (&[("origin", "https://own.example"), ("forwarded", "for=192.0.2.1;host=own.example;proto=https")], IN),
    (&[("origin", "https://own.example:8443"), ("forwarded", "Host=\"own.example:8443\"; proto=https")], IN),
    (&[("origin", "https://own.example"), ("forwarded", "host=outer.example, host=own.example")], OUT),
    (&[("origin", "https://own.example"), ("forwarded", "for=own.example")], OUT),
    // If the site uses https, a page of the same host with http has another origin.
    (&[("origin", "http://own.example"), ("host", "own.example"), ("x-forwarded-proto", "https")], OUT),
    (&[("origin", "http://own.example"), ("host", "own.example"), ("x-forwarded-proto", "https, http")], OUT),
    (&[("origin", "http://own.example"), ("host", "own.example"), ("x-forwarded-proto", "HTTPS")], OUT),
    (&[("origin", "http://own.example"), ("host", "own.example"), ("forwarded", "proto=https")], OUT),
    (&[("origin", "http://own.example"), ("host", "own.example"), ("x-forwarded-proto", "http")], IN),
    (&[("origin", "http://own.example"), ("host", "own.example"), ("forwarded", "proto=http")], IN),
    (&[("origin", "https://own.example"), ("host", "own.example"), ("x-forwarded-proto", "https")], IN),
];

#[test]
fn listed_origins_own_pages_and_requests_without_origin_get_in() {
    for (number, mut app) in apps().into_iter().enumerate() {
        for (headers, status) in CASES {
            let ask = headers.iter().fold(Ask::get("/"), |ask, (name, value)| ask.header(name, value));
            let answer = app(&ask);
            assert_eq!(answer.status, *status, "{number}: {headers:?}");
            assert_eq!(answer.body, if *status == IN { "ran" } else { "" });
            assert!(answer.varies(), "{headers:?}");
            // Only a listed origin may read the answer.
            let is_listed = headers.contains(&("origin", "https://app.example"));
            assert_eq!(answer.allowed().is_some(), is_listed, "{number}: {headers:?}");
            // Without `enforce` every request gets in.
            let ask = Ask { uri: "/open".to_owned(), ..ask };
            assert_eq!(app(&ask).status, IN);
        }
    }
}

#[test]
fn an_absolute_request_target_names_the_host() {
    for mut app in apps() {
        let ask = |uri: &str, origin: &str| Ask::get(uri).origin(origin);
        assert_eq!(app(&ask("http://own.example/", "https://own.example")).status, IN);
        assert_eq!(app(&ask("https://own.example:443/", "https://own.example")).status, IN);
        assert_eq!(app(&ask("http://own.example/", "https://evil.example")).status, OUT);
        // If the request came over TLS, a page of the same host with http has another origin.
        assert_eq!(app(&ask("http://own.example/", "http://own.example")).status, IN);
        assert_eq!(app(&ask("https://own.example/", "http://own.example")).status, OUT);
    }
}

#[test]
fn a_request_with_two_origin_lines_gets_in_only_from_the_servers_own_page() {
    for mut app in apps() {
        let ask = Ask::get("/").origin("https://app.example").origin("https://app.example");
        assert_eq!(app(&ask.clone().header("host", "app.example")).status, OUT);
        assert_eq!(app(&ask.clone().header("sec-fetch-site", "cross-site")).status, OUT);
        assert_eq!(app(&ask.header("sec-fetch-site", "same-origin")).status, IN);
    }
}

#[test]
fn a_request_of_the_servers_own_page_is_not_reported_as_a_denial() {
    for mut app in apps() {
        for path in ["/", "/open"] {
            let own = Ask::get(path).origin("https://own.example").header("host", "own.example");
            let (_, events) = events::during(|| app(&own));
            assert!(events.is_empty(), "{path}: {events:?}");
            let (_, events) = events::during(|| app(&own.header("sec-fetch-site", "cross-site")));
            assert_eq!(events.len(), 1, "{path}: {events:?}");
        }
    }
}
