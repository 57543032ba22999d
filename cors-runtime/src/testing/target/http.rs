//! Servers behind a socket: plain HTTP/1, one connection for each request.
//!
//! `https:` would need a TLS library and a trusted certificate; a test of CORS needs neither, as browsers take a
//! server on this machine for as secure.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use url::Url;

use super::{Target, TargetError, WireRequest, WireResponse, tower};

/// Marks URLs. Never written: see [`Target`].
#[derive(Debug)]
pub enum ViaHttp {}

impl Target<ViaHttp> for str {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TargetError> {
        exchange(request).await
    }

    fn origin(&self) -> Option<String> {
        Some(self.to_owned())
    }
}

impl Target<ViaHttp> for &str {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TargetError> {
        exchange(request).await
    }

    fn origin(&self) -> Option<String> {
        Some((*self).to_owned())
    }
}

impl Target<ViaHttp> for String {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TargetError> {
        exchange(request).await
    }

    fn origin(&self) -> Option<String> {
        Some(self.clone())
    }
}

/// Every URL is asked where it is, so that redirects between two servers are possible.
async fn exchange(request: WireRequest) -> Result<WireResponse, TargetError> {
    let failed = |error: hyper::Error| TargetError::from_error("the connection failed", &error);
    let (host, port) = address(&request.url)?;
    let stream = TcpStream::connect((host.as_str(), port))
        .await
        .map_err(|error| TargetError::from_error(&format!("cannot connect to {host}:{port}"), &error))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(failed)?;
    let request = tower::into_http(request)?.map(|body| Full::new(Bytes::from(body)));
    let answer = async { tower::from_http(sender.send_request(request).await.map_err(failed)?).await };
    let (mut answer, mut connection) = (pin!(answer), pin!(connection));
    // Driven here and not in a task of its own: no task outlives the call.
    let mut open = true;
    poll_fn(|context| {
        if let Poll::Ready(answer) = answer.as_mut().poll(context) {
            return Poll::Ready(answer);
        }
        if open && connection.as_mut().poll(context).is_ready() {
            open = false;
            return answer.as_mut().poll(context);
        }
        Poll::Pending
    })
    .await
}

fn address(url: &Url) -> Result<(String, u16), TargetError> {
    if url.scheme() != "http" {
        return Err(TargetError::new(format!("only `http:` URLs can be asked over a socket, not {url}")));
    }
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    Ok((host, url.port_or_known_default().unwrap_or(80)))
}
