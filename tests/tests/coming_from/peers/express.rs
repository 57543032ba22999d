//! The package `cors` of Express.

use super::{
    ALL, Response, Row, SANDBOXED, assert_documented, cells, compare_rows, handler, is_anybody, is_b, keys,
    process, refused_preflight,
};
use cors_runtime::axum::{Routes, cors, policy, routes};
use std::fmt::Write as _;

#[cors(origins = dynamic(is_anybody), allow_headers = any)]
#[any("/")]
async fn for_anybody() -> Response {
    handler().await
}

#[cors(origins = dynamic(is_b), allow_headers = any)]
#[any("/")]
async fn for_b() -> Response {
    handler().await
}

fn rows() -> Vec<Row> {
    let both = || policy!(origins = ["https://a.example", "https://b.example"], allow_headers = any);
    vec![
        Row::keys("cors()", "{}", keys!(origins = ["*"], allow_headers = any)).methods(ALL),
        Row::keys(
            r#"origin: "https://a.example""#,
            r#"{ origin: "https://a.example" }"#,
            keys!(origins = ["https://a.example"], allow_headers = any),
        )
        .methods(ALL),
        Row::keys(
            r#"origin: ["https://a.example", "https://b.example"]"#,
            "{ origin: both }",
            keys!(origins = ["https://a.example", "https://b.example"], allow_headers = any),
        )
        .methods(ALL),
        Row::keys(
            r"origin: /\.b\.example$/",
            r"{ origin: /\.b\.example$/ }",
            keys!(origins = ["https://*.b.example"], allow_headers = any),
        )
        .methods(ALL),
        Row::routes(
            "origin: true",
            "{ origin: true }",
            "origins = dynamic(is_anybody), allow_headers = any",
            routes![for_anybody],
        )
        .differs(SANDBOXED),
        Row::routes(
            "origin: (origin, callback) => ..",
            r"{ origin: (origin, callback) => callback(null, /^https:\/\/(.+\.)?b\.example$/.test(origin)) }",
            "origins = dynamic(is_b), allow_headers = any",
            routes![for_b],
        ),
        Row::routes("origin: false", "{ origin: false }", "nothing", Routes::new()),
        Row::no_key(
            r#"methods: ["GET", "PUT"]"#,
            r#"{ origin: both, methods: ["GET", "PUT"] }"#,
            "nothing",
            both(),
        ),
        Row::keys(
            r#"allowedHeaders: ["content-type"]"#,
            r#"{ origin: both, allowedHeaders: ["content-type"] }"#,
            keys!(origins = ["https://a.example", "https://b.example"], allow_headers = ["content-type"]),
        )
        .methods(ALL),
        Row::keys(
            r#"exposedHeaders: ["x-a"]"#,
            r#"{ origin: both, exposedHeaders: ["x-a"] }"#,
            keys!(
                origins = ["https://a.example", "https://b.example"],
                allow_headers = any,
                expose_headers = ["x-a"]
            ),
        )
        .methods(ALL),
        Row::keys(
            "credentials: true",
            "{ origin: both, credentials: true }",
            keys!(origins = ["https://a.example", "https://b.example"], credentials, allow_headers = any),
        )
        .methods(ALL),
        Row::keys(
            "maxAge: 600",
            "{ origin: both, maxAge: 600 }",
            keys!(origins = ["https://a.example", "https://b.example"], allow_headers = any, max_age = 600),
        )
        .methods(ALL),
        Row::no_key(
            "preflightContinue: true",
            "{ origin: both, preflightContinue: true }",
            "`.options(path, handler)`",
            both(),
        )
        .methods(ALL),
        Row::no_key(
            "optionsSuccessStatus: 200",
            "{ origin: both, optionsSuccessStatus: 200 }",
            "nothing",
            both(),
        )
        .methods(ALL),
        Row::no_key(
            "cors((request, callback) => ..)",
            "(request, callback) => callback(null, { origin: both })",
            "a policy at each route",
            both(),
        )
        .methods(ALL),
    ]
}

#[test]
fn the_guide_has_these_rows() {
    assert_documented("express.md", &cells(&rows()));
}

#[tokio::test]
async fn pages_get_the_same_results() {
    let mut program = String::from(
        r#"
        const express = require("express"), cors = require("cors");
        const both = ["https://a.example", "https://b.example"];
        const app = express().disable("x-powered-by");
        const handler = (request, response) => response.set({ "x-a": "1", "x-b": "2" }).send("");
        "#,
    );
    for (number, row) in rows().iter().enumerate() {
        writeln!(program, "app.all('/{number}', cors({}), handler);", row.old).unwrap();
    }
    program += "const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));";
    let Some(peer) = process::node("Express", "cors", &program) else { return };
    compare_rows(&peer.origin, rows()).await;
    assert_eq!(refused_preflight(&peer.origin, 2).await, 204, "as the guide says");
}
