//! Servers on loopback sockets, and requests that are written byte by byte. The servers run until the process ends.

use actix_web::HttpServer;
use axum::Router;
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use std::convert::Infallible;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc;
use std::thread;
use tower::Service;

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

/// Any tower service, in a server of hyper's.
pub(crate) fn hyper<S, B>(service: S) -> SocketAddr
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
    B: hyper::body::Body<Data = Bytes, Error = Infallible> + Send + 'static,
{
    let (sender, address) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            sender.send(listener.local_addr().expect("it is bound")).expect("the test waits for it");
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                let service = TowerToHyperService::new(service.clone());
                let connection = hyper::server::conn::http1::Builder::new();
                let _ = connection.serve_connection(TokioIo::new(stream), service).await;
            }
        });
    });
    address.recv().expect("the server starts")
}

/// Sends a request over HTTP/1.1 and gives the answer as it came. The lines have no `Host` but what they say.
pub(crate) fn answer(address: SocketAddr, method: &str, lines: &[&str]) -> String {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    let request = format!("{method} / HTTP/1.1\r\n{}\r\nConnection: close\r\n\r\n", lines.join("\r\n"));
    stream.write_all(request.as_bytes()).expect("the server reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the server answers and closes");
    String::from_utf8_lossy(&answer).into_owned()
}

/// The status of a `GET`.
pub(crate) fn status(address: SocketAddr, lines: &[&str]) -> u16 {
    let answer = answer(address, "GET", lines);
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.unwrap_or_else(|| panic!("no answer: {answer:?}"))
}
