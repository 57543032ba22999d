//! `enforce` over HTTP/2, where `:authority` replaces `Host`.

use crate::{enforce, servers};
use http_body_util::Empty;
use hyper::body::Bytes;
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::net::SocketAddr;

/// Sends one request over HTTP/2 without TLS.
fn status(address: SocketAddr, authority: &str, origin: &str, more: &[(&str, &str)]) -> u16 {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime starts");
    runtime.block_on(async {
        let stream = tokio::net::TcpStream::connect(address).await.expect("the server listens");
        let (mut sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
                .await
                .expect("the server accepts HTTP/2");
        tokio::spawn(connection);
        let mut request = hyper::Request::get(format!("http://{authority}/")).header("origin", origin);
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        let request = request.body(Empty::<Bytes>::new()).expect("the request is valid");
        let response = sender.send_request(request).await.expect("the server answers");
        assert_eq!(response.version(), hyper::Version::HTTP_2);
        response.status().as_u16()
    })
}

/// Sends the handshake of a WebSocket over HTTP/2: <https://www.rfc-editor.org/rfc/rfc8441#section-5>.
fn handshake(address: SocketAddr, headers: &[(&str, &str)]) -> u16 {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime starts");
    runtime.block_on(async {
        let stream = tokio::net::TcpStream::connect(address).await.expect("the server listens");
        let (mut sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
                .await
                .expect("the server accepts HTTP/2");
        tokio::spawn(connection);
        // The server's settings, which allow such a handshake, arrive before the answer to this request.
        let first = hyper::Request::get("http://own.example/").body(Empty::<Bytes>::new()).expect("valid");
        sender.send_request(first).await.expect("the server answers");
        let mut request = hyper::Request::connect("https://own.example/live");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Empty::<Bytes>::new()).expect("the request is valid");
        request.extensions_mut().insert(hyper::ext::Protocol::from_static("websocket"));
        let response = sender.send_request(request).await.expect("the server answers");
        response.status().as_u16()
    })
}

/// actix-web does not support such handshakes.
#[test]
fn a_websocket_of_another_page_is_refused() {
    use cors_runtime::axum::{cors, routes};

    #[cors(origins = ["https://app.example"], enforce)]
    #[any("/live")]
    async fn live() -> &'static str {
        "live"
    }

    let server = servers::axum(routes![live].into_router());
    for (headers, status) in [
        (&[("origin", "https://app.example")][..], 200),
        (&[("origin", "https://app.example"), ("sec-fetch-site", "cross-site")], 200),
        (&[("origin", "https://own.example")], 200),
        (&[("origin", "https://own.example"), ("sec-fetch-site", "same-origin")], 200),
        (&[("origin", "https://evil.example")], 403),
        (&[("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")], 403),
        (&[("origin", "http://own.example")], 403),
        (&[("origin", "null")], 403),
    ] {
        assert_eq!(handshake(server, headers), status, "{headers:?}");
    }
}

#[test]
fn enforce_compares_the_origin_with_the_authority() {
    for server in [servers::axum(enforce::axum_routes().into_router()), servers::actix(enforce::actix_routes)]
    {
        for (authority, origin, expected) in [
            ("own.example", "http://own.example", 200),
            ("own.example", "https://own.example", 200),
            ("own.example:443", "https://own.example", 200),
            ("own.example:3000", "http://own.example:3000", 200),
            ("own.example", "https://app.example", 200),
            ("own.example", "https://evil.example", 403),
            ("own.example", "https://own.example:3000", 403),
            ("sub.own.example", "https://own.example", 403),
            ("own.example", "null", 403),
        ] {
            assert_eq!(status(server, authority, origin, &[]), expected, "{authority} {origin}");
        }
        let site = [("sec-fetch-site", "cross-site")];
        assert_eq!(status(server, "own.example", "https://own.example", &site), 403);
        let proto = [("x-forwarded-proto", "https")];
        assert_eq!(status(server, "own.example", "http://own.example", &proto), 403);
    }
}

#[test]
fn the_authority_has_to_be_a_listed_host() {
    let in_axum = {
        use cors_runtime::axum::{cors, routes};

        #[cors(origins = ["https://app.example"], enforce(hosts = ["own.example"]))]
        #[get("/")]
        async fn root() -> &'static str {
            "ran"
        }

        servers::axum(routes![root].into_router())
    };
    let in_actix = {
        use actix_web::get;
        use cors_runtime::actix::{Routes, cors, routes};

        #[cors(origins = ["https://app.example"], enforce(hosts = ["own.example"]))]
        #[get("/")]
        async fn root() -> &'static str {
            "ran"
        }

        fn app() -> Routes {
            routes![root]
        }

        servers::actix(app)
    };
    for server in [in_axum, in_actix] {
        for (authority, more, expected) in [
            ("own.example", &[][..], 200),
            ("own.example:443", &[], 200),
            ("own.example", &[("host", "own.example")], 200),
            ("evil.example", &[], 403),
            ("evil.example", &[("host", "own.example")], 403),
            ("own.example", &[("host", "evil.example")], 403),
            ("evil.example", &[("x-forwarded-host", "own.example")], 403),
        ] {
            assert_eq!(
                status(server, authority, "https://app.example", more),
                expected,
                "{authority} {more:?}"
            );
        }
    }
}
