//! The class `CORSMiddleware` of `fastapi`, which is that of `starlette`.

use super::{
    ALL, Response, Row, SANDBOXED, assert_documented, cells, compare_rows, handler, is_anybody, keys,
    process, refused_preflight,
};
use cors_runtime::axum::{cors, policy, routes};
use cors_runtime::testing::{Browser, Fetch, Reason};
use std::fmt::Write as _;

#[cors(origins = dynamic(is_anybody), credentials, allow_headers = ["content-type"], max_age = 600)]
#[any("/")]
async fn for_anybody() -> Response {
    handler().await
}

fn rows() -> Vec<Row> {
    let both = || {
        policy!(
            origins = ["https://a.example", "https://b.example"],
            allow_headers = ["content-type"],
            max_age = 600
        )
    };
    vec![
        Row::keys(
            r#"allow_origins=["https://a.example"]"#,
            r#"allow_origins=["https://a.example"], allow_methods=SOME"#,
            keys!(origins = ["https://a.example"], allow_headers = ["content-type"], max_age = 600),
        ),
        Row::keys(
            r#"allow_origins=["*"]"#,
            r#"allow_origins=["*"], allow_methods=SOME"#,
            keys!(origins = ["*"], allow_headers = ["content-type"], max_age = 600),
        ),
        Row::routes(
            r#"allow_origins=["*"], allow_credentials=True"#,
            r#"allow_origins=["*"], allow_credentials=True, allow_methods=["*"]"#,
            "origins = dynamic(is_anybody), credentials",
            routes![for_anybody],
        )
        .differs(SANDBOXED),
        Row::keys(
            r#"allow_origin_regex=r"https://.*\.b\.example""#,
            r#"allow_origin_regex=r"https://.*\.b\.example", allow_methods=SOME"#,
            keys!(origins = ["https://*.b.example"], allow_headers = ["content-type"], max_age = 600),
        ),
        Row::no_key(r#"allow_methods=["GET", "POST", "PUT"]"#, "**BOTH", "nothing", both()),
        Row::no_key(
            r#"allow_methods=["*"]"#,
            r#"allow_origins=ORIGINS, allow_methods=["*"]"#,
            "nothing",
            both(),
        )
        .methods(ALL),
        Row::keys(
            r#"allow_headers=["x-a"]"#,
            r#"**BOTH, allow_headers=["x-a"]"#,
            keys!(
                origins = ["https://a.example", "https://b.example"],
                allow_headers = ["content-type", "x-a"],
                max_age = 600
            ),
        ),
        Row::keys(
            r#"allow_headers=["*"]"#,
            r#"**BOTH, allow_headers=["*"]"#,
            keys!(origins = ["https://a.example", "https://b.example"], allow_headers = any, max_age = 600),
        ),
        Row::keys(
            "allow_credentials=True",
            "**BOTH, allow_credentials=True",
            keys!(
                origins = ["https://a.example", "https://b.example"],
                credentials,
                allow_headers = ["content-type"],
                max_age = 600
            ),
        ),
        Row::keys(
            r#"expose_headers=["x-a"]"#,
            r#"**BOTH, expose_headers=["x-a"]"#,
            keys!(
                origins = ["https://a.example", "https://b.example"],
                allow_headers = ["content-type"],
                expose_headers = ["x-a"],
                max_age = 600
            ),
        ),
        Row::keys(
            "max_age=0",
            "**BOTH, max_age=0",
            keys!(
                origins = ["https://a.example", "https://b.example"],
                allow_headers = ["content-type"],
                max_age = 0
            ),
        ),
        Row::no_key("allow_private_network=True", "**BOTH, allow_private_network=True", "nothing", both()),
    ]
}

/// A program that serves the rows, and an application whose only route raises an exception.
fn program() -> String {
    let mut program = String::from(
        r#"
import socket
import uvicorn
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.responses import Response

ORIGINS = ["https://a.example", "https://b.example"]
SOME = ["GET", "POST", "PUT"]
BOTH = {"allow_origins": ORIGINS, "allow_methods": SOME}

async def handler(scope, receive, send):
    await Response(headers={"x-a": "1", "x-b": "2"})(scope, receive, send)

raising = FastAPI()
raising.add_middleware(CORSMiddleware, allow_origins=ORIGINS)

@raising.get("/raises")
async def raises():
    raise RuntimeError("as expected")

rows = {"/raises": raising}
async def app(scope, receive, send):
    await rows[scope["path"]](scope, receive, send)
"#,
    );
    for (number, row) in rows().iter().enumerate() {
        writeln!(program, "rows['/{number}'] = CORSMiddleware(handler, {})", row.old).unwrap();
    }
    program
        + r#"
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
config = uvicorn.Config(app, lifespan="off", log_level="critical")
uvicorn.Server(config).run(sockets=[listener])
"#
}

#[test]
fn the_guide_has_these_rows() {
    assert_documented("fastapi.md", &cells(&rows()));
}

#[tokio::test]
async fn pages_get_the_same_results() {
    let Some(peer) = process::python("FastAPI", "fastapi, uvicorn", &program()) else { return };
    compare_rows(&peer.origin, rows()).await;
    assert_eq!(refused_preflight(&peer.origin, 0).await, 400, "as the guide says");
}

/// The guide says so: the 500 is written outside of the middleware.
#[tokio::test]
async fn an_exception_that_nobody_catches_gives_a_response_that_pages_cannot_read() {
    let Some(peer) = process::python("FastAPI", "fastapi, uvicorn", &program()) else { return };
    let page = Browser::new().page("https://a.example");
    let blocked = page.fetch(&*peer.origin, Fetch::get("/raises")).await.unwrap_err();
    assert_eq!(blocked.reason(), Reason::MissingAllowOrigin);
}
