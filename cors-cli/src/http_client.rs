//! The targets of the simulated browser on the network: HTTP/1.1 and HTTP/2, with and without TLS.

use std::{
    error::Error,
    fmt, io,
    net::{IpAddr, SocketAddr},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use clap::Args;
use cors_runtime::testing::{Target, TargetError, WireRequest, WireResponse};
use reqwest::{
    Client, ClientBuilder, Method, Proxy, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{HeaderName, HeaderValue},
    redirect,
};
use rustls::{AlertDescription, CertificateError};

/// The options about connections, which all subcommands that send requests share.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Connection")]
pub struct ClientOptions {
    /// Accept any certificate of the server
    #[arg(long)]
    pub insecure: bool,
    /// Connect to ADDRESS for this host and port (repeatable)
    #[arg(long, value_name = "HOST:PORT:ADDRESS")]
    pub resolve: Vec<ResolveRule>,
    /// Give up on an exchange after this time
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = parse_seconds)]
    pub timeout: Duration,
    /// Use HTTP/1.1 only
    #[arg(long, conflicts_with = "http2")]
    pub http1: bool,
    /// Use HTTP/2 only, for `http:` URLs without an upgrade
    #[arg(long)]
    pub http2: bool,
    /// Send the requests through this HTTP proxy
    #[arg(long, value_name = "URL")]
    pub proxy: Option<String>,
    /// Refuse larger bodies of responses
    #[arg(long, value_name = "BYTES", default_value_t = 16 << 20)]
    pub max_body: usize,
}

/// The address of one host and port, which replaces the answer of DNS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolveRule {
    host: String,
    port: u16,
    address: IpAddr,
}

impl FromStr for ResolveRule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.splitn(3, ':');
        let (Some(host), Some(port), Some(address)) = (parts.next(), parts.next(), parts.next()) else {
            return Err("write host:port:address, such as api.example.com:443:127.0.0.1".to_owned());
        };
        if host.is_empty() {
            return Err("the host is missing: write host:port:address".to_owned());
        }
        let port = port.parse().map_err(|_| format!("`{port}` is not a port"))?;
        let address = address.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(address);
        let address = address
            .parse()
            .map_err(|_| format!("`{address}` is not an IP address; a name cannot be the address"))?;
        Ok(Self { host: host.to_ascii_lowercase(), port, address })
    }
}

fn parse_seconds(text: &str) -> Result<Duration, String> {
    text.parse()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|time| !time.is_zero())
        .ok_or_else(|| "write a number of seconds above 0, such as 10 or 0.5".to_owned())
}

/// A client that sends the requests of the simulated browser over the network, each to the host of its URL.
///
/// It follows no redirect and keeps no cookies, because the browser does both. Proxies of the environment are not used.
#[derive(Clone, Debug)]
pub struct HttpClient {
    client: Client,
    /// A client for each `--resolve`: the resolver of a client is asked for a host, and not for a port.
    overridden: Vec<(ResolveRule, Client)>,
    timeout: Duration,
    max_body: usize,
    proxy: Option<String>,
}

/// The marker of [`HttpClient`]: see [`Target`].
#[derive(Debug)]
pub enum ViaNetwork {}

/// A response from the network.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The response with its body.
    pub response: WireResponse,
    /// The version of HTTP, such as `HTTP/1.1`.
    pub version: &'static str,
    /// The address of the server, or of the proxy.
    pub address: Option<SocketAddr>,
}

/// The part of an exchange that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The name of the host was not found.
    Dns,
    /// There was no connection to the address.
    Connect,
    /// There was a connection but no TLS, for example because of the certificate.
    Tls,
    /// The time of `--timeout` was over.
    Timeout,
    /// The body has more bytes than `--max-body`.
    BodyTooLarge,
    /// The connection broke off, or the answer was not HTTP.
    Protocol,
    /// The options of the client cannot be used.
    Options,
}

impl FailureKind {
    /// Returns the name in the output for scripts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::BodyTooLarge => "body-too-large",
            Self::Protocol => "protocol",
            Self::Options => "options",
        }
    }
}

/// The reason why there is no response, or none with a whole body.
#[derive(Clone, Debug)]
pub struct ClientError {
    /// The part of the exchange that failed.
    pub kind: FailureKind,
    /// The response with the part of its body that was received, if only the rest of the body is missing.
    pub partial: Option<Box<Answer>>,
    message: String,
}

impl ClientError {
    pub(crate) fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, partial: None, message: message.into() }
    }
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for ClientError {}

impl HttpClient {
    /// Creates a client with these options.
    ///
    /// # Errors
    ///
    /// Returns [`ClientError`] if the proxy is not a URL, or if the platform has no root certificates.
    pub fn new(options: &ClientOptions) -> Result<Self, ClientError> {
        // An error means that a provider has been installed before, by another client of this process.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let overridden = options
            .resolve
            .iter()
            .map(|rule| {
                let address = SocketAddr::new(rule.address, 0);
                Ok((rule.clone(), build(builder(options)?.resolve(&rule.host, address))?))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            client: build(builder(options)?)?,
            overridden,
            timeout: options.timeout,
            max_body: options.max_body,
            proxy: options.proxy.clone(),
        })
    }

    /// Sends a request, and returns the response of the server.
    ///
    /// # Errors
    ///
    /// Returns [`ClientError`] if there is no whole response.
    pub async fn exchange(&self, request: &WireRequest) -> Result<Answer, ClientError> {
        let invalid = |error: &dyn fmt::Display| {
            ClientError::new(FailureKind::Protocol, format!("this is no HTTP request: {error}"))
        };
        let url = Url::parse(request.url()).map_err(|error| invalid(&error))?;
        let method = Method::from_bytes(request.method().as_bytes()).map_err(|error| invalid(&error))?;
        let mut outgoing = self.client_for(&url).request(method, url.clone());
        // The client writes the host of the URL itself: as `Host`, or as `:authority` in HTTP/2.
        let host = url.host_str().unwrap_or_default();
        let own_host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let is_own_host = |name: &str, value: &[u8]| name == "host" && value == own_host.as_bytes();
        for (name, value) in request.headers().filter(|(name, value)| !is_own_host(name, value)) {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| invalid(&error))?;
            let value = HeaderValue::from_bytes(value).map_err(|error| invalid(&error))?;
            outgoing = outgoing.header(name, value);
        }
        if !request.body().is_empty() {
            outgoing = outgoing.body(request.body().to_vec());
        }
        let response = outgoing.send().await.map_err(|error| self.explain(&error, &url))?;
        self.read(response, &url).await
    }

    fn client_for(&self, url: &Url) -> &Client {
        let rule = self.overridden.iter().rev().find(|(rule, _)| {
            url.host_str() == Some(&rule.host) && url.port_or_known_default() == Some(rule.port)
        });
        rule.map_or(&self.client, |(_, client)| client)
    }

    /// Reads the body, up to the limit.
    async fn read(&self, mut response: reqwest::Response, url: &Url) -> Result<Answer, ClientError> {
        let mut head = WireResponse::new(response.status().as_u16());
        for (name, value) in response.headers() {
            head = head.with_header(name.as_str(), value.as_bytes());
        }
        let version = version_name(response.version());
        let address = response.remote_addr();
        let mut body = Vec::new();
        let failure = loop {
            match response.chunk().await {
                Ok(Some(chunk)) if chunk.len() > self.max_body - body.len() => {
                    break Some(ClientError::new(
                        FailureKind::BodyTooLarge,
                        format!(
                            "the body of the response is too large: it has more than {} bytes; allow more with \
                             `--max-body`",
                            self.max_body
                        ),
                    ));
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break None,
                Err(error) if error.is_timeout() => {
                    break Some(ClientError::new(
                        FailureKind::Timeout,
                        format!(
                            "the body of the response did not end within {} s; allow more time with `--timeout`",
                            self.timeout.as_secs_f64()
                        ),
                    ));
                }
                Err(error) => break Some(self.explain(&error, url)),
            }
        };
        let answer = Answer { response: head.with_body(body), version, address };
        match failure {
            None => Ok(answer),
            Some(error) => Err(ClientError { partial: Some(Box::new(answer)), ..error }),
        }
    }

    fn explain(&self, error: &reqwest::Error, url: &Url) -> ClientError {
        let host = url.host_str().unwrap_or_default();
        let mut place = format!("{host}:{}", url.port_or_known_default().unwrap_or_default());
        if error.is_timeout() {
            let message = format!(
                "{place} did not answer within {} s; allow more time with `--timeout`",
                self.timeout.as_secs_f64()
            );
            return ClientError::new(FailureKind::Timeout, message);
        }
        if let Some(tls) = find::<rustls::Error>(error) {
            return ClientError::new(FailureKind::Tls, explain_tls(tls, host, &place));
        }
        if let Some(dns) = find::<DnsError>(error) {
            return ClientError::new(FailureKind::Dns, dns.to_string());
        }
        if error.is_connect() {
            if let Some(proxy) = &self.proxy {
                place = format!("the proxy {proxy}");
            }
            let reason = match find::<io::Error>(error).map(io::Error::kind) {
                Some(io::ErrorKind::ConnectionRefused) => {
                    format!("{place} refused the connection: is a server running there?")
                }
                Some(io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset)
                    if url.scheme() == "https" =>
                {
                    let message =
                        format!("{place} closed the connection before TLS began: is it an `http:` URL?");
                    return ClientError::new(FailureKind::Tls, message);
                }
                _ => format!("cannot connect to {place}: {}", innermost(error)),
            };
            return ClientError::new(FailureKind::Connect, reason);
        }
        ClientError::new(
            FailureKind::Protocol,
            format!("{place} gave no complete HTTP response: {}", innermost(error)),
        )
    }
}

impl Target<ViaNetwork> for HttpClient {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TargetError> {
        self.exchange(&request).await.map(|answer| answer.response).map_err(TargetError::new)
    }
}

fn builder(options: &ClientOptions) -> Result<ClientBuilder, ClientError> {
    let mut builder = Client::builder()
        .redirect(redirect::Policy::none())
        .referer(false)
        .timeout(options.timeout)
        .dns_resolver(Arc::new(SystemResolver))
        .tls_danger_accept_invalid_certs(options.insecure);
    builder = match &options.proxy {
        None => builder.no_proxy(),
        Some(url) => {
            let proxy = Proxy::all(url).map_err(|error| {
                let message = format!("`--proxy {url}` is not a URL of a proxy: {}", innermost(&error));
                ClientError::new(FailureKind::Options, message)
            })?;
            builder.proxy(proxy)
        }
    };
    if options.http1 {
        builder = builder.http1_only();
    }
    if options.http2 {
        builder = builder.http2_prior_knowledge();
    }
    Ok(builder)
}

fn build(builder: ClientBuilder) -> Result<Client, ClientError> {
    builder.build().map_err(|error| {
        let message = format!("cannot prepare TLS: {}", innermost(&error));
        ClientError::new(FailureKind::Options, message)
    })
}

fn version_name(version: reqwest::Version) -> &'static str {
    match version {
        reqwest::Version::HTTP_09 => "HTTP/0.9",
        reqwest::Version::HTTP_10 => "HTTP/1.0",
        reqwest::Version::HTTP_2 => "HTTP/2",
        reqwest::Version::HTTP_3 => "HTTP/3",
        _ => "HTTP/1.1",
    }
}

/// The resolver of the system. `localhost` and names below it are addresses of this machine, as in browsers.
struct SystemResolver;

/// The reason why a name has no address.
#[derive(Debug)]
struct DnsError {
    name: String,
    cause: Option<io::Error>,
}

impl fmt::Display for DnsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DNS has no address for {}", self.name)?;
        match &self.cause {
            Some(cause) => write!(f, ": {cause}"),
            None => Ok(()),
        }
    }
}

impl Error for DnsError {}

impl Resolve for SystemResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        Box::pin(async move {
            let relative = name.trim_end_matches('.');
            if relative == "localhost" || relative.ends_with(".localhost") {
                let loopback = [IpAddr::from([127, 0, 0, 1]), IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1])];
                let addresses: Addrs =
                    Box::new(loopback.into_iter().map(|address| SocketAddr::new(address, 0)));
                return Ok(addresses);
            }
            match tokio::net::lookup_host((name.as_str(), 0)).await.map(Iterator::collect::<Vec<_>>) {
                Ok(addresses) if !addresses.is_empty() => Ok(Box::new(addresses.into_iter()) as Addrs),
                Ok(_) => Err(Box::new(DnsError { name, cause: None }) as Box<dyn Error + Send + Sync>),
                Err(cause) => Err(Box::new(DnsError { name, cause: Some(cause) }) as _),
            }
        })
    }
}

fn explain_tls(error: &rustls::Error, host: &str, place: &str) -> String {
    let certificate = |problem: String| {
        format!("the certificate of {host} {problem}; `--insecure` accepts it, but browsers would not")
    };
    match error {
        rustls::Error::InvalidCertificate(error) => certificate(match error {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => "has expired".to_owned(),
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "is not valid yet".to_owned()
            }
            CertificateError::NotValidForNameContext { presented, .. } if !presented.is_empty() => {
                format!("is for another name: it names {}", presented.join(", "))
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "is for another name".to_owned()
            }
            CertificateError::UnknownIssuer => {
                "is not trusted: it is self-signed, or its issuer is unknown to this machine, or the server does \
                 not send the certificates in between"
                    .to_owned()
            }
            CertificateError::Revoked => "has been revoked".to_owned(),
            CertificateError::BadEncoding => "cannot be read".to_owned(),
            CertificateError::BadSignature => "has a wrong signature".to_owned(),
            other => format!("is not accepted: {}", describe_certificate_error(other)),
        }),
        rustls::Error::AlertReceived(AlertDescription::NoApplicationProtocol) => {
            format!("{place} does not offer the version of HTTP that `--http1` or `--http2` asks for")
        }
        rustls::Error::InvalidMessage(_) => format!("{place} does not answer with TLS: is it an `http:` URL?"),
        other => format!("no TLS connection to {place}: {other}"),
    }
}

/// Describes an error whose name says what it is about, such as a certificate of an authority in place of a server's.
fn describe_certificate_error(error: &CertificateError) -> String {
    let text = error.to_string();
    match text.as_str() {
        // A self-signed certificate with which its owner could sign others.
        text if text.contains("CaUsedAsEndEntity") => {
            "it is the certificate of an authority and not of a server (a self-signed one, for example)"
                .to_owned()
        }
        _ => text,
    }
}

/// Finds an error of this type among the causes of an error.
fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

fn innermost<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    causes(error).last().unwrap_or(error)
}

/// Returns the error and its causes. The source of an `io::Error` skips the error inside of it, so it is read here.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| {
        match error.downcast_ref::<io::Error>().map(io::Error::get_ref) {
            Some(Some(inner)) => Some(inner as &(dyn Error + 'static)),
            _ => error.source(),
        }
    })
}
