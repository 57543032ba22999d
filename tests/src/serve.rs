//! Servers of both frameworks on a free port of loopback, which run until the process ends, and requests that are
//! written byte by byte.

use actix_web::web::ServiceConfig;
use axum::Router;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

const ANY_PORT: &str = "127.0.0.1:0";

/// Serves an app of axum, over HTTP/1 and, without TLS, over HTTP/2.
///
/// # Panics
///
/// If the server does not start.
pub fn axum(app: Router) -> SocketAddr {
    let (sender, address) = mpsc::channel();
    thread::spawn(move || {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime starts");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind(ANY_PORT).await.expect("a port is free");
            sender.send(listener.local_addr().expect("the listener is bound")).expect("the test waits");
            axum::serve(listener, app).await.expect("the server runs");
        });
    });
    address.recv().expect("the server starts")
}

/// Serves an app of actix-web, over HTTP/1 and, without TLS, over HTTP/2.
///
/// # Panics
///
/// If the server does not start.
pub fn actix(configure: impl FnOnce(&mut ServiceConfig) + Clone + Send + 'static) -> SocketAddr {
    let (sender, address) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            let app = move || actix_web::App::new().configure(configure.clone());
            let server = actix_web::HttpServer::new(app)
                .workers(1)
                .disable_signals()
                // Firefox opens connections before it has a request to send.
                .client_request_timeout(Duration::ZERO)
                .bind_auto_h2c(ANY_PORT)
                .expect("a port is free");
            sender.send(server.addrs()[0]).expect("the test waits");
            server.run().await.expect("the server runs");
        });
    });
    address.recv().expect("the server starts")
}

/// Sends exactly these bytes, and returns everything that the server answers until it closes the connection.
///
/// # Panics
///
/// If the connection fails.
pub fn exchange(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.write_all(request).expect("the server reads the request");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the server answers and closes the connection");
    String::from_utf8_lossy(&answer).into_owned()
}
