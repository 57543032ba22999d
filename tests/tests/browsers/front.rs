//! A proxy for a real browser (SOCKS 5, or HTTP with `CONNECT`): every host and every port leads to the one server of a
//! test, behind TLS if the browser begins with that.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// The first byte of a connection with TLS, of one through SOCKS, of `CONNECT`.
const HANDSHAKE: u8 = 22;
const SOCKS: u8 = 5;
const CONNECT: u8 = b'C';

/// Listens until the runtime ends.
pub(crate) async fn start(server: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let tls = tls();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            // A browser closes connections as it likes.
            tokio::spawn(connect(connection, server, tls.clone()));
        }
    });
    address
}

/// Browsers are told not to look at the names in the certificate.
fn tls() -> TlsAcceptor {
    let made = rcgen::generate_simple_self_signed(["api.example.com".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("the key fits");
    TlsAcceptor::from(Arc::new(config))
}

async fn connect(mut browser: TcpStream, server: SocketAddr, tls: TlsAcceptor) -> io::Result<()> {
    let mut first = [0];
    browser.peek(&mut first).await?;
    match first[0] {
        SOCKS => socks(&mut browser).await?,
        CONNECT => tunnel(&mut browser).await?,
        // Without TLS an HTTP proxy gets the request itself.
        _ => {}
    }
    let mut server = TcpStream::connect(server).await?;
    browser.peek(&mut first).await?;
    if first == [HANDSHAKE] {
        copy_bidirectional(&mut tls.accept(browser).await?, &mut server).await?;
    } else {
        copy_bidirectional(&mut browser, &mut server).await?;
    }
    Ok(())
}

/// <https://www.rfc-editor.org/rfc/rfc1928>, without caring for whom the browser asks.
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

/// <https://www.rfc-editor.org/rfc/rfc9110#name-connect>
async fn tunnel(browser: &mut TcpStream) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(browser.read_u8().await?);
    }
    browser.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await
}
