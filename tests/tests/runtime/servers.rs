//! Servers on loopback sockets, and requests that are written byte by byte. The servers run until the process ends.

use cors_runtime::actix::Routes;
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread;
pub(crate) use tests::serve::axum;
use tests::serve::{self, exchange};
use tower::Service;

/// Serves a group of actix-web.
pub(crate) fn actix(routes: fn() -> Routes) -> SocketAddr {
    serve::actix(move |config| {
        config.service(routes());
    })
}

/// Serves any tower service with hyper.
pub(crate) fn hyper<S, B>(service: S) -> SocketAddr
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
    B: hyper::body::Body<Data = Bytes, Error = Infallible> + Send + 'static,
{
    let (sender, address) = mpsc::channel();
    thread::spawn(move || {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime starts");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
            sender.send(listener.local_addr().expect("the listener is bound")).expect("the test waits");
            loop {
                let (stream, _) = listener.accept().await.expect("a client connects");
                let service = TowerToHyperService::new(service.clone());
                let connection = hyper::server::conn::http1::Builder::new();
                let _ = connection.serve_connection(TokioIo::new(stream), service).await;
            }
        });
    });
    address.recv().expect("the server starts")
}

/// Sends a request over HTTP/1.1 with exactly these header lines, and returns the answer.
pub(crate) fn answer(address: SocketAddr, method: &str, lines: &[&str]) -> String {
    let request = format!("{method} / HTTP/1.1\r\n{}\r\nConnection: close\r\n\r\n", lines.join("\r\n"));
    exchange(address, request.as_bytes())
}

/// The status of the answer to a `GET`.
pub(crate) fn status(address: SocketAddr, lines: &[&str]) -> u16 {
    let answer = answer(address, "GET", lines);
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.unwrap_or_else(|| panic!("the answer has no status: {answer:?}"))
}
