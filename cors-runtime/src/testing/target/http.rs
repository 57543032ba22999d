//! URLs as targets: HTTP/1 over a socket, with one connection for each request.
//!
//! `https:` is not supported, since it would need a TLS library and a certificate that is trusted. Tests of CORS do not
//! need it: to browsers a server on this machine is as trustworthy as one with `https:`.

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

/// The marker of URLs: see [`Target`].
#[derive(Debug)]
pub enum ViaHttp {}

impl<T> Target<ViaHttp> for T
where
    T: AsRef<str> + ?Sized,
{
    /// Sends each request to the host of its own URL, so that a redirect can lead to another server.
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TargetError> {
        let failed = |error: hyper::Error| TargetError::from_error("the connection failed", &error);
        let (host, port) = address(&request.url)?;
        let stream = TcpStream::connect((host.as_str(), port))
            .await
            .map_err(|error| TargetError::from_error(&format!("cannot connect to {host}:{port}"), &error))?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(failed)?;
        let request = tower::into_http(request)?.map(|body| Full::new(Bytes::from(body)));
        let response = async { tower::from_http(sender.send_request(request).await.map_err(failed)?).await };
        let (mut response, mut connection) = (pin!(response), pin!(connection));
        // The connection is polled here, so that no task of it is left after this call.
        let mut open = true;
        poll_fn(|context| {
            if let Poll::Ready(response) = response.as_mut().poll(context) {
                return Poll::Ready(response);
            }
            if open && connection.as_mut().poll(context).is_ready() {
                open = false;
                return response.as_mut().poll(context);
            }
            Poll::Pending
        })
        .await
    }

    fn origin(&self) -> Option<String> {
        Some(self.as_ref().to_owned())
    }
}

/// Returns the host and the port of a URL, for a connection.
fn address(url: &Url) -> Result<(String, u16), TargetError> {
    if url.scheme() != "http" {
        return Err(TargetError::new(format!("only `http:` URLs can be asked over a socket, not {url}")));
    }
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    Ok((host, url.port_or_known_default().unwrap_or(80)))
}
