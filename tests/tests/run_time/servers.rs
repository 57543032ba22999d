//! Servers on loopback sockets, and requests that are written byte by byte. The servers run until the process ends.

use actix_web::HttpServer;
use axum::Router;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc;
use std::thread;

/// Serves HTTP/1 and, without TLS, HTTP/2.
pub(crate) fn axum(app: Router) -> SocketAddr {
    let (sender, address) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            sender.send(listener.local_addr().expect("it is bound")).expect("the test waits for it");
            axum::serve(listener, app).await.expect("it never ends");
        });
    });
    address.recv().expect("the server starts")
}

/// The same.
pub(crate) fn actix(routes: fn() -> cors_runtime::actix::Routes) -> SocketAddr {
    let (sender, address) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            let server = HttpServer::new(move || actix_web::App::new().service(routes()))
                .workers(1)
                .disable_signals()
                .bind_auto_h2c("127.0.0.1:0")
                .expect("a free port");
            sender.send(server.addrs()[0]).expect("the test waits for it");
            server.run().await.expect("it never ends");
        });
    });
    address.recv().expect("the server starts")
}

/// Sends a request over HTTP/1.1 and gives the status. The lines have no `Host` but what they say.
pub(crate) fn status(address: SocketAddr, lines: &[&str]) -> u16 {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    let request = format!("GET / HTTP/1.1\r\n{}\r\nConnection: close\r\n\r\n", lines.join("\r\n"));
    stream.write_all(request.as_bytes()).expect("the server reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the server answers and closes");
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.unwrap_or_else(|| panic!("no answer: {answer:?}"))
}
