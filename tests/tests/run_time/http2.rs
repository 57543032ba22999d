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
