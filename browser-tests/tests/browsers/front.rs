//! A proxy for a real browser (SOCKS 5, or HTTP with `CONNECT`). It connects every host and every port to the one
//! server of a test, and terminates TLS if the browser uses it.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use rcgen::PublicKeyData as _;
use ring::digest::{SHA256, digest};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// The first byte of a TLS handshake, and of the SOCKS protocol.
const HANDSHAKE: u8 = 22;
const SOCKS: u8 = 5;
const CONNECT: &[u8] = b"CONNECT ";

/// A proxy that listens until the runtime ends.
#[derive(Debug)]
pub(crate) struct Front {
    pub(crate) address: SocketAddr,
    /// The hash of the key of the certificate, by which Chromium trusts it.
    pub(crate) key: String,
}

/// Starts a proxy for a server.
pub(crate) async fn start(server: SocketAddr) -> Front {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port is free");
    let address = listener.local_addr().expect("the listener is bound");
    let (tls, key) = tls();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            // Errors are ignored, because a browser may close a connection at any time.
            tokio::spawn(connect(connection, server, tls.clone()));
        }
    });
    Front { address, key }
}

/// A certificate with one of the host names. Browsers are configured to ignore that other hosts are missing.
fn tls() -> (TlsAcceptor, String) {
    let made = rcgen::generate_simple_self_signed(["api.example.com".to_owned()])
        .expect("a certificate can be made");
    let public = made.signing_key.subject_public_key_info();
    let fingerprint = BASE64_STANDARD.encode(digest(&SHA256, &public));
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("the key is valid");
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("the key belongs to the certificate");
    (TlsAcceptor::from(Arc::new(config)), fingerprint)
}

async fn connect(mut browser: TcpStream, server: SocketAddr, tls: TlsAcceptor) -> io::Result<()> {
    // A browser sends the head of its first message in one piece.
    let mut first = [0; CONNECT.len()];
    browser.peek(&mut first).await?;
    if first[0] == SOCKS {
        socks(&mut browser).await?;
    } else if first == CONNECT {
        tunnel(&mut browser).await?;
    } // A browser sends requests without TLS directly to an HTTP proxy.
    let mut server = TcpStream::connect(server).await?;
    browser.peek(&mut first).await?;
    if first[0] == HANDSHAKE {
        copy_bidirectional(&mut tls.accept(browser).await?, &mut server).await?;
    } else {
        copy_bidirectional(&mut browser, &mut server).await?;
    }
    Ok(())
}

/// Accepts any address that the browser names: <https://www.rfc-editor.org/rfc/rfc1928>.
async fn socks(browser: &mut TcpStream) -> io::Result<()> {
    let mut head = [0; 2];
    browser.read_exact(&mut head).await?;
    browser.read_exact(&mut vec![0; head[1].into()]).await?;
    browser.write_all(&[5, 0]).await?;
    let mut request = [0; 4];
    browser.read_exact(&mut request).await?;
    let length = match request[3] {
        1 => 4,
        4 => 16,
        _ => browser.read_u8().await?.into(),
    };
    browser.read_exact(&mut vec![0; length + 2]).await?;
    browser.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await
}

/// Accepts any address that the browser names: <https://www.rfc-editor.org/rfc/rfc9110#name-connect>.
async fn tunnel(browser: &mut TcpStream) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(browser.read_u8().await?);
    }
    browser.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await
}
