//! A reverse proxy whose requests and responses a test alters.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, request::Parts};
use axum::response::Response;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpStream;

/// What a proxy does with an exchange.
pub(crate) trait Alteration: Send + Sync + 'static {
    /// Changes the head of a request, or answers it.
    fn request(&self, _: &mut Parts) -> Option<Response> {
        None
    }

    /// Changes the head of a response.
    fn response(&self, _: &Parts, _: &mut StatusCode, _: &mut HeaderMap) {}
}

/// A proxy that alters nothing.
pub(crate) struct Honest;

impl Alteration for Honest {}

/// Serves a proxy.
pub(crate) fn serve(upstream: SocketAddr, alteration: Arc<dyn Alteration>) -> SocketAddr {
    let forward = move |request: Request| {
        let alteration = Arc::clone(&alteration);
        async move {
            let (mut head, body) = request.into_parts();
            if let Some(response) = alteration.request(&mut head) {
                return response;
            }
            let body = to_bytes(body, 1 << 20).await.expect("requests are small");
            let (mut response, body) = send(upstream, &head, body).await.into_parts();
            alteration.response(&head, &mut response.status, &mut response.headers);
            let mut altered = Response::new(Body::from(body));
            *altered.status_mut() = response.status;
            *altered.headers_mut() = response.headers;
            altered
        }
    };
    tests::serve::axum(axum::Router::new().fallback(forward))
}

async fn send(upstream: SocketAddr, head: &Parts, body: Bytes) -> http::Response<Bytes> {
    let stream = TcpStream::connect(upstream).await.expect("the application listens");
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.expect("HTTP/1");
    let connection = async {
        let _ = connection.await;
    };
    let mut request = http::Request::new(Full::new(body));
    *request.method_mut() = head.method.clone();
    *request.uri_mut() = head.uri.clone();
    *request.headers_mut() = head.headers.clone();
    let exchange = async {
        let (mut head, body) = sender.send_request(request).await.expect("an answer").into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        if head.status != StatusCode::NO_CONTENT {
            head.headers.remove("content-length");
        }
        http::Response::from_parts(head, body)
    };
    let mut connection = std::pin::pin!(connection);
    let mut exchange = std::pin::pin!(exchange);
    tokio::select! {
        answer = &mut exchange => answer,
        () = &mut connection => exchange.await,
    }
}
