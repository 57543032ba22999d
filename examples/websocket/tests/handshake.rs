//! Tests of WebSocket handshakes over a real connection.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc;
use std::thread;
use websocket::{actix_app, axum_app};

// The servers run until the process ends.

fn axum() -> SocketAddr {
    let (sender, address) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(listener.local_addr().unwrap()).unwrap();
            axum::serve(listener, axum_app::app()).await.unwrap();
        });
    });
    address.recv().unwrap()
}

fn actix() -> SocketAddr {
    let (sender, address) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            let server = actix_web::HttpServer::new(|| actix_web::App::new().configure(actix_app::app))
                .workers(1)
                .disable_signals()
                .bind("127.0.0.1:0")
                .unwrap();
            sender.send(server.addrs()[0]).unwrap();
            server.run().await.unwrap();
        });
    });
    address.recv().unwrap()
}

/// Sends the handshake of a page of `origin`. Returns the head of the response and the connection.
fn shake_hands(address: SocketAddr, origin: Option<&str>) -> (String, TcpStream) {
    let mut stream = TcpStream::connect(address).unwrap();
    let origin = origin.map(|origin| format!("Origin: {origin}\r\n")).unwrap_or_default();
    let request = format!(
        "GET /socket HTTP/1.1\r\nHost: api.example:3000\r\n{origin}Connection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    (String::from_utf8(head).unwrap(), stream)
}

/// Sends `hello` and returns the message that comes back.
fn echo(mut stream: TcpStream) -> Vec<u8> {
    const MASK: [u8; 4] = [1, 2, 3, 4];
    let masked = b"hello".iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask);
    let frame: Vec<u8> = [0x81, 0x85].into_iter().chain(MASK).chain(masked).collect();
    stream.write_all(&frame).unwrap();
    let mut answer = [0; 7];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(answer[..2], [0x81, 5]);
    answer[2..].to_vec()
}

#[test]
fn only_pages_that_may_open_the_socket() {
    for server in [axum(), actix()] {
        for origin in [None, Some("http://localhost:4100"), Some("http://api.example:3000")] {
            let (head, stream) = shake_hands(server, origin);
            assert!(head.starts_with("HTTP/1.1 101 "), "{origin:?}: {head}");
            // <https://www.rfc-editor.org/rfc/rfc6455#section-1.3>
            assert!(head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "{head}");
            assert_eq!(echo(stream), b"hello", "{origin:?}");
        }
        for origin in ["http://localhost:4200", "http://api.example", "https://evil.example", "null"] {
            let (head, _) = shake_hands(server, Some(origin));
            assert!(head.starts_with("HTTP/1.1 403 "), "{origin}: {head}");
            assert!(!head.to_ascii_lowercase().contains("access-control-"), "{origin}: {head}");
        }
    }
}
