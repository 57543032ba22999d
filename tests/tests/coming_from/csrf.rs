//! The table on `tower_http::csrf::CsrfLayer`, which is compared with `enforce`.

use axum::Router;
use axum::routing::any;
use cors_runtime::axum::{cors, routes};
use tests::ask::{self, Ask};
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
