//! `@cross_origin` and `CORS(app)` of Flask-CORS.

use super::{
    ALL, Response, Row, SANDBOXED, assert_documented, cells, compare_rows, handler, is_anybody, keys,
    process, refused_preflight,
};
use cors_runtime::axum::{cors, policy, routes};
use std::fmt::Write as _;

#[cors(origins = dynamic(is_anybody), credentials, allow_headers = any)]
#[any("/")]
async fn for_anybody() -> Response {
    handler().await
}

fn rows() -> Vec<Row> {
    let both = || policy!(origins = ["https://a.example", "https://b.example"], allow_headers = any);
    vec![
        Row::keys("@cross_origin()", "", keys!(origins = ["*"], allow_headers = any)).methods(ALL),
        Row::keys(
            r#"origins="https://a.example""#,
            r#"origins="https://a.example""#,
            keys!(origins = ["https://a.example"], allow_headers = any),
        )
        .methods(ALL),
        Row::keys(
            r#"origins=["https://a.example", "https://b.example"]"#,
            "origins=BOTH",
            keys!(origins = ["https://a.example", "https://b.example"], allow_headers = any),
        )
        .methods(ALL),
        Row::keys(
            r#"origins=r"https://.*\.b\.example$""#,
            r#"origins=r"https://.*\.b\.example$""#,
            keys!(origins = ["https://*.b.example"], allow_headers = any),
        )
        .methods(ALL),
        Row::no_key(
            r#"methods=["GET", "POST", "PUT"]"#,
            r#"origins=BOTH, methods=["GET", "POST", "PUT"]"#,
            "nothing",
            both(),
        ),
        Row::keys(
            r#"allow_headers=["content-type"]"#,
            r#"origins=BOTH, allow_headers=["content-type"]"#,
            keys!(origins = ["https://a.example", "https://b.example"], allow_headers = ["content-type"]),
        )
        .methods(ALL),
        Row::keys(
            r#"expose_headers=["x-a"]"#,
            r#"origins=BOTH, expose_headers=["x-a"]"#,
            keys!(
                origins = ["https://a.example", "https://b.example"],
                allow_headers = any,
                expose_headers = ["x-a"]
            ),
        )
        .methods(ALL),
        Row::keys(
            "supports_credentials=True",
            "origins=BOTH, supports_credentials=True",
            keys!(origins = ["https://a.example", "https://b.example"], credentials, allow_headers = any),
        )
        .methods(ALL),
        Row::routes(
            "supports_credentials=True, without origins",
            "supports_credentials=True",
            "origins = dynamic(is_anybody), credentials, allow_headers = any",
            routes![for_anybody],
        )
        .differs(SANDBOXED),
        Row::keys(
            "max_age=600",
            "origins=BOTH, max_age=600",
            keys!(origins = ["https://a.example", "https://b.example"], allow_headers = any, max_age = 600),
        )
        .methods(ALL),
        Row::keys("send_wildcard=True", "send_wildcard=True", keys!(origins = ["*"], allow_headers = any))
            .methods(ALL),
        Row::no_key("vary_header=False", "origins=BOTH, vary_header=False", "nothing", both()).methods(ALL),
        Row::no_key("always_send=False", "origins=BOTH, always_send=False", "nothing", both()).methods(ALL),
    ]
}

#[test]
fn the_guide_has_these_rows() {
    assert_documented("flask-cors.md", &cells(&rows()));
}

#[tokio::test]
async fn pages_get_the_same_results() {
    let mut program = String::from(
        r#"
from wsgiref.simple_server import WSGIRequestHandler, make_server
from flask import Flask, Response
from flask_cors import cross_origin

BOTH = ["https://a.example", "https://b.example"]
ALL = ["GET", "POST", "PUT", "PATCH", "DELETE"]
app = Flask("rows")

def route(path, **options):
    @app.route(path, methods=ALL, endpoint=path)
    @cross_origin(**options)
    def handler():
        return Response(headers={"x-a": "1", "x-b": "2"})
"#,
    );
    for (number, row) in rows().iter().enumerate() {
        writeln!(program, "route('/{number}', {})", row.old).unwrap();
    }
    program += SERVE;
    let Some(peer) = process::python("Flask-CORS", "flask_cors", &program) else { return };
    compare_rows(&peer.origin, rows()).await;
    assert_eq!(refused_preflight(&peer.origin, 2).await, 200, "as the guide says");
}

/// Serves the WSGI application `app`.
pub(super) const SERVE: &str = r#"
class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass

server = make_server("127.0.0.1", 0, app, handler_class=Quiet)
print(server.server_port, flush=True)
server.serve_forever()
"#;
