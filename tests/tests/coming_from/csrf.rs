//! The tables on `tower_http::csrf::CsrfLayer` and similar protections, which are compared with `enforce`.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::routing::any;
use cors_runtime::axum::{PolicyLayer, cors, policy, routes};
use cors_runtime::testing::{Browser, Load};
use tests::ask::{self, Ask};
use tower::ServiceExt as _;
use tower_http::csrf::CsrfLayer;

const TEXT: &str = include_str!("../../../docs/coming-from/tower-http.md");

#[cors(origins = ["https://app.example"], enforce)]
#[any("/")]
async fn enforced() {}

/// The requests in the order of the table. The server is `https://api.example`.
fn requests() -> Vec<Ask> {
    let from = |method: &str, origin: &str, site: &str| {
        let ask = Ask::new(method, "/").header("host", "api.example");
        ask.origin(origin).header("sec-fetch-site", site)
    };
    let ask = |method: &str| Ask::new(method, "/").header("host", "api.example");
    vec![
        from("POST", "https://app.example", "cross-site"),
        from("POST", "https://evil.example", "cross-site"),
        from("GET", "https://evil.example", "cross-site"),
        ask("GET")
            .origin("https://evil.example")
            .header("upgrade", "websocket")
            .header("connection", "upgrade"),
        ask("GET").header("sec-fetch-site", "cross-site").header("sec-fetch-mode", "no-cors"),
        ask("GET")
            .header("sec-fetch-site", "cross-site")
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-dest", "document"),
        from("POST", "https://api.example", "same-origin"),
        Ask::new("POST", "/")
            .header("host", "internal:3000")
            .header("x-forwarded-host", "api.example")
            .origin("https://api.example"),
        from("POST", "https://sub.api.example", "same-site"),
        ask("POST"),
    ]
}

#[test]
fn the_layer_and_the_key_refuse_the_requests_that_the_table_says() {
    let layer = CsrfLayer::new().add_trusted_origin("https://app.example").unwrap();
    let mut old = ask::axum(Router::new().route("/", any(async || {})).layer(layer));
    let mut new = ask::axum(routes![enforced].into_router());

    let (_, text) = TEXT.split_once("\n## `CsrfLayer`\n").unwrap();
    let (_, text) = text.split_once("|---|---|---|\n").unwrap();
    let (table, _) = text.split_once("\n\n").unwrap();
    assert_eq!(table.lines().count(), requests().len());
    for (line, request) in table.lines().zip(requests()) {
        let cells: Vec<_> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [_, layer, key] = *cells else { panic!("{line}") };
        let status = |cell: &str| if cell.starts_with("passes") { 200 } else { cell[..3].parse().unwrap() };
        assert_eq!((old(&request).status, new(&request).status), (status(layer), status(key)), "{line}");
    }
}

/// The guide says where the layer can stay.
#[test]
fn the_layer_stays_inside_of_the_routes() {
    let layer = || CsrfLayer::new().add_trusted_origin("https://app.example").unwrap();
    let mut inside = ask::axum(routes![enforced].layer(layer()).into_router());
    let post = Ask::new("POST", "/").origin("https://app.example").header("sec-fetch-site", "cross-site");
    assert_eq!(inside(&post).status, 200);
    let mut outside = ask::axum(routes![enforced].into_router().layer(CsrfLayer::new()));
    assert_eq!(outside(&post).status, 403);
}

const GUIDE: &str = include_str!("../../../cors-runtime/docs/cross-origin-protection.md");

/// Returns the cells of a row of the guide's comparison, without its name.
fn compared(name: &str) -> Vec<&'static str> {
    let (_, table) = GUIDE.split_once("\n## Comparison\n").unwrap();
    let row = table.lines().find_map(|line| line.strip_prefix(&format!("| {name} | "))).unwrap();
    row.trim_end_matches(" |").split(" | ").collect()
}

/// Sends the requests of the comparison with each browser, and returns their statuses in the order of the columns.
async fn statuses(app: &Router, browser: &Browser) -> Vec<u16> {
    let evil = browser.page("https://evil.example");
    let subdomain = browser.page("https://other.example.com");
    let rebound = browser.rebound_page("http://evil.example:8080");
    let mut statuses = Vec::new();
    for (page, load) in [
        (&evil, Load::form("/", "a=1")),
        (&subdomain, Load::form("/", "a=1")),
        (&evil, Load::image("/")),
        (&evil, Load::websocket("/")),
        (&rebound, Load::form("/", "a=1")),
    ] {
        statuses.push(page.load(app, load).await.unwrap().status());
    }
    let program = Request::post("/").header("host", "api.example.com").body(Body::empty()).unwrap();
    statuses.push(app.clone().oneshot(program).await.unwrap().status().as_u16());
    statuses
}

#[cors(origins = ["https://app.example"], enforce(hosts = ["api.example.com"]))]
#[any("/")]
async fn enforced_for_a_host() {}

#[tokio::test]
async fn the_protections_refuse_the_requests_that_the_guide_says() {
    let unprotected = || Router::new().route("/", any(async || {}));
    let default_policy = policy!(origins = ["https://app.example"], enforce);
    let with_hosts = policy!(origins = ["https://app.example"], enforce(hosts = ["api.example.com"]));
    let layered = |policy| unprotected().layer(PolicyLayer::answering_every_preflight(policy));
    let rows = [
        ("`enforce` on a route", routes![enforced].into(), routes![enforced_for_a_host].into()),
        ("`enforce` in a default policy", layered(default_policy), layered(with_hosts)),
        (
            "[`CsrfLayer`] of tower-http 0.7",
            unprotected().layer(CsrfLayer::new()),
            unprotected().layer(CsrfLayer::new()),
        ),
    ];
    for browser in [Browser::new(), Browser::chromium(), Browser::firefox(), Browser::safari()] {
        for (name, app, app_with_hosts) in &rows {
            let without = compared(name).into_iter().map(|cell| if cell == "403" { 403 } else { 200 });
            let with = compared(name).into_iter().map(|cell| if cell == "passes" { 200 } else { 403 });
            assert_eq!(statuses(app, &browser).await, without.collect::<Vec<u16>>(), "{browser:?} {name}");
            assert_eq!(
                statuses(app_with_hosts, &browser).await,
                with.collect::<Vec<u16>>(),
                "{browser:?} {name}, with hosts"
            );
        }
    }
}
