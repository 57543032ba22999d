//! Servers on a free port of loopback, which run until the process ends.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener as StdListener, TcpStream},
    sync::{Arc, Mutex, mpsc},
    thread,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Bytes, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use tokio::net::TcpListener;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer},
    },
};

/// A request as the server has received it.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) version: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn is_preflight(&self) -> bool {
        self.method == "OPTIONS" && self.header("access-control-request-method").is_some()
    }
}

/// A status, header lines and a body.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    status: u16,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

impl Response {
    pub(crate) fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    pub(crate) fn status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    pub(crate) fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// Adds the header that most servers need.
    pub(crate) fn allow_origin(self, value: &str) -> Self {
        self.header("access-control-allow-origin", value)
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }
}

type Handler = Arc<dyn Fn(&Request) -> Response + Send + Sync>;

/// A server that keeps all requests that it has received.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    scheme: &'static str,
    received: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Starts a server without TLS, for HTTP/1.1 and HTTP/2.
    pub(crate) fn start(handler: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Self {
        Self::serve(Arc::new(handler), None)
    }

    /// Starts a server with this certificate, for HTTP/1.1 and HTTP/2.
    pub(crate) fn with_tls(
        certificate: Certificate,
        handler: impl Fn(&Request) -> Response + Send + Sync + 'static,
    ) -> Self {
        Self::serve(Arc::new(handler), Some(certificate))
    }

    fn serve(handler: Handler, certificate: Option<Certificate>) -> Self {
        let received = Arc::<Mutex<Vec<Request>>>::default();
        let (sender, address) = mpsc::channel();
        let scheme = if certificate.is_some() { "https" } else { "http" };
        let log = Arc::clone(&received);
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                sender.send(listener.local_addr().unwrap()).unwrap();
                let acceptor = certificate.map(Certificate::into_acceptor);
                loop {
                    let (stream, _) = listener.accept().await.unwrap();
                    let (handler, log, acceptor) = (Arc::clone(&handler), Arc::clone(&log), acceptor.clone());
                    tokio::spawn(async move {
                        let answer = service_fn(move |request| {
                            answer(request, Arc::clone(&handler), Arc::clone(&log))
                        });
                        let builder = Builder::new(TokioExecutor::new());
                        // A client that refuses the certificate ends the connection, which is no error here.
                        match acceptor {
                            None => drop(builder.serve_connection(TokioIo::new(stream), answer).await),
                            Some(acceptor) => {
                                if let Ok(stream) = acceptor.accept(stream).await {
                                    drop(builder.serve_connection(TokioIo::new(stream), answer).await);
                                }
                            }
                        }
                    });
                }
            });
        });
        Self { address: address.recv().unwrap(), scheme, received }
    }

    /// Returns a URL of this server with the host 127.0.0.1.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.address)
    }

    /// Returns a URL of this server with another host, for `--resolve`.
    pub(crate) fn url_of(&self, host: &str, path: &str) -> String {
        format!("{}://{host}:{}{path}", self.scheme, self.address.port())
    }

    /// Returns the value of `--resolve` for a host.
    pub(crate) fn resolve(&self, host: &str) -> String {
        format!("{host}:{}:{}", self.address.port(), self.address.ip())
    }

    pub(crate) fn received(&self) -> Vec<Request> {
        self.received.lock().unwrap().clone()
    }

    /// Returns the methods of all requests.
    pub(crate) fn methods(&self) -> Vec<String> {
        self.received().into_iter().map(|request| request.method).collect()
    }
}

async fn answer(
    request: hyper::Request<hyper::body::Incoming>,
    handler: Handler,
    log: Arc<Mutex<Vec<Request>>>,
) -> Result<hyper::Response<Full<Bytes>>, hyper::Error> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let request = Request {
        method: head.method.to_string(),
        path: head.uri.path_and_query().unwrap().to_string(),
        version: format!("{:?}", head.version),
        headers: head
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    let response = handler(&request);
    log.lock().unwrap().push(request);
    let mut builder = hyper::Response::builder().status(response.status);
    for (name, value) in &response.headers {
        builder = builder.header(name, value.as_slice());
    }
    Ok(builder.body(Full::new(Bytes::from(response.body))).unwrap())
}

/// Starts a server that treats each connection on its own, for answers that are no HTTP or that never end. It has read
/// the head of the request before.
pub(crate) fn raw(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> SocketAddr {
    let listener = StdListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let serve = Arc::new(serve);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (Ok(mut stream), serve) = (stream, Arc::clone(&serve)) else { continue };
            thread::spawn(move || {
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count == 1) {
                    head.push(byte[0]);
                }
                serve(stream);
            });
        }
    });
    address
}

/// Writes a text that begins with a head, and then the same bytes until the client ends the connection.
pub(crate) fn write_endlessly(mut stream: TcpStream, head: &str) {
    let chunk = vec![b'x'; 64 << 10];
    let mut is_open = stream.write_all(head.as_bytes()).is_ok();
    while is_open {
        is_open = stream.write_all(&chunk).is_ok();
    }
}

/// A certificate with its key.
pub(crate) struct Certificate {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Certificate {
    /// Signs a certificate for this name with itself.
    pub(crate) fn self_signed(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = params(name).self_signed(&key).unwrap();
        Self { chain: vec![certificate.der().clone()], key: key.into() }
    }

    /// As `openssl req -x509` signs one: it could sign other certificates.
    pub(crate) fn self_signed_authority(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = params(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        Self { chain: vec![certificate.der().clone()], key: key.into() }
    }

    fn into_acceptor(self) -> TlsAcceptor {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(self.chain, self.key)
            .unwrap();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        TlsAcceptor::from(Arc::new(config))
    }
}

fn params(name: &str) -> CertificateParams {
    CertificateParams::new([name.to_owned()]).unwrap()
}

/// An authority that tests can trust with `SSL_CERT_FILE`.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Signs a certificate for this name.
    pub(crate) fn certificate(&self, name: &str) -> Certificate {
        self.sign(&params(name))
    }

    /// Signs a certificate that names no host.
    pub(crate) fn certificate_without_a_name(&self) -> Certificate {
        self.sign(&CertificateParams::default())
    }

    /// Signs a certificate for this name, which has expired.
    pub(crate) fn expired_certificate(&self, name: &str) -> Certificate {
        let mut params = params(name);
        params.not_before = date_time_ymd(2019, 1, 1);
        params.not_after = date_time_ymd(2020, 1, 1);
        self.sign(&params)
    }

    fn sign(&self, params: &CertificateParams) -> Certificate {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        Certificate { chain: vec![certificate.der().clone()], key: key.into() }
    }

    /// Returns the certificate of the authority as PEM.
    pub(crate) fn pem(&self) -> String {
        let text = BASE64_STANDARD.encode(self.0.der());
        let lines: Vec<_> = text.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap()).collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    }
}
