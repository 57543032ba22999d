//! CORS headers in the configuration of nginx.

use super::{
    ALL, Response, Row, SANDBOXED, assert_documented, cells, compare_rows, handler, is_anybody, keys,
};
use axum::Router;
use cors_runtime::axum::{cors, policy, routes};
use cors_runtime::testing::{Browser, Fetch, Reason};
use std::fmt::Write as _;
use tests::nginx::Nginx;
use tests::serve;

#[cors(origins = dynamic(is_anybody), credentials)]
#[route("/", method = "GET", method = "POST", method = "PUT")]
async fn for_anybody() -> Response {
    handler().await
}

const MAP: &str = "map $http_origin $cors {\n\
                   https://a.example $http_origin;\nhttps://b.example $http_origin;\ndefault '';\n}";
/// The lines of most rows: the origins of `map`, and the methods.
const BOTH: &str = "add_header Access-Control-Allow-Origin $cors;\n\
                    add_header Access-Control-Allow-Methods 'GET, POST, PUT';";

fn rows() -> Vec<Row> {
    let both = || policy!(origins = ["https://a.example", "https://b.example"]);
    vec![
        Row::keys(
            "add_header Access-Control-Allow-Origin https://a.example;",
            "add_header Access-Control-Allow-Origin https://a.example;\n\
             add_header Access-Control-Allow-Methods 'GET, POST, PUT';",
            keys!(origins = ["https://a.example"]),
        ),
        Row::keys(
            "add_header Access-Control-Allow-Origin *;",
            "add_header Access-Control-Allow-Origin *;\n\
             add_header Access-Control-Allow-Methods 'GET, POST, PUT';",
            keys!(origins = ["*"]),
        ),
        Row::routes(
            "add_header Access-Control-Allow-Origin $http_origin;",
            "add_header Access-Control-Allow-Origin $http_origin;\n\
             add_header Access-Control-Allow-Credentials true;\n\
             add_header Access-Control-Allow-Methods 'GET, POST, PUT';",
            "origins = dynamic(is_anybody), credentials",
            routes![for_anybody],
        )
        .differs(SANDBOXED),
        Row::keys(
            "map $http_origin $cors { .. }",
            BOTH,
            keys!(origins = ["https://a.example", "https://b.example"]),
        ),
        Row::no_key("if ($request_method = OPTIONS) { return 204; }", BOTH, "nothing", both()),
        Row::no_key(
            r#"add_header Access-Control-Allow-Methods "GET, PUT";"#,
            "add_header Access-Control-Allow-Origin $cors;\n\
             add_header Access-Control-Allow-Methods 'GET, PUT';",
            "nothing",
            both(),
        ),
        Row::keys(
            "add_header Access-Control-Allow-Headers content-type;",
            "$both\nadd_header Access-Control-Allow-Headers content-type;",
            keys!(origins = ["https://a.example", "https://b.example"], allow_headers = ["content-type"]),
        ),
        Row::keys(
            "add_header Access-Control-Expose-Headers x-a;",
            "$both\nadd_header Access-Control-Expose-Headers x-a;",
            keys!(origins = ["https://a.example", "https://b.example"], expose_headers = ["x-a"]),
        ),
        Row::keys(
            "add_header Access-Control-Allow-Credentials true;",
            "$both\nadd_header Access-Control-Allow-Credentials true;",
            keys!(origins = ["https://a.example", "https://b.example"], credentials),
        ),
        Row::keys(
            "add_header Access-Control-Max-Age 600;",
            "$both\nadd_header Access-Control-Max-Age 600;",
            keys!(origins = ["https://a.example", "https://b.example"], max_age = 600),
        ),
        Row::no_key("always", BOTH, "nothing", both()),
    ]
}

#[test]
fn the_guide_has_these_rows() {
    assert_documented("nginx.md", &cells(&rows()));
}

#[tokio::test]
async fn pages_get_the_same_results() {
    let mut locations = String::new();
    for (number, row) in rows().iter().enumerate() {
        let lines = row.old.replace("$both", BOTH);
        let body = "add_header X-A 1;\nadd_header X-B 2;\nreturn 200 '';";
        writeln!(locations, "location = /{number} {{\n{lines}\n{body}\n}}").unwrap();
    }
    let Some(nginx) = Nginx::start_with_locations("guide", MAP, &locations) else { return };
    compare_rows(&format!("http://{}", nginx.address), rows()).await;
}

/// The guide says so: without `proxy_hide_header`, the response has the header of both.
#[tokio::test]
async fn a_header_of_nginx_beside_ours_blocks_every_page() {
    let app: Router = cors_runtime::axum::Routes::new()
        .route(ALL, "/", policy!(origins = ["https://a.example"]), handler)
        .into();
    let upstream = serve::axum(app);
    let line = "add_header Access-Control-Allow-Origin https://a.example;";
    let Some(nginx) = Nginx::start("guide-twice", upstream, "", line) else { return };
    let origin = format!("http://{}", nginx.address);
    let page = Browser::new().page("https://a.example");
    let blocked = page.fetch(&*origin, Fetch::get("/")).await.unwrap_err();
    assert_eq!(blocked.reason(), Reason::SeveralAllowOrigins);
    drop(nginx);

    let Some(nginx) = Nginx::start("guide-once", upstream, "", "") else { return };
    let origin = format!("http://{}", nginx.address);
    assert!(page.fetch(&*origin, Fetch::get("/")).await.is_ok());
}
