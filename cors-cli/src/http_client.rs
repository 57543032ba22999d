//! The targets of the simulated browser on the network: HTTP/1.1 and HTTP/2, with and without TLS.

mod answer;
mod explanation;
mod resolver;

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use clap::Args;
use cors_runtime::testing::{Target, TargetError, WireRequest, WireResponse};
use reqwest::{
    Client, ClientBuilder, Method, Proxy, Url,
    header::{HeaderName, HeaderValue},
    redirect,
};

pub(crate) use self::answer::{Answer, ClientError, FailureKind};
use self::{
    explanation::{explain, innermost},
    resolver::SystemResolver,
};

/// The options about connections, which all subcommands that send requests share.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Connection")]
pub(crate) struct ClientOptions {
    /// Accept any certificate of the server
    #[arg(long)]
    pub(crate) insecure: bool,
    /// Connect to ADDRESS for this host and port (repeatable)
    #[arg(long, value_name = "HOST:PORT:ADDRESS")]
    pub(crate) resolve: Vec<ResolveRule>,
    /// Give up on an exchange after this time
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = parse_seconds)]
    pub(crate) timeout: Duration,
    /// Use HTTP/1.1 only
    #[arg(long, conflicts_with = "http2")]
    pub(crate) http1: bool,
    /// Use HTTP/2 only, for `http:` URLs without an upgrade
    #[arg(long)]
    pub(crate) http2: bool,
    /// Send the requests through this HTTP proxy
    #[arg(long, value_name = "URL")]
    pub(crate) proxy: Option<String>,
    /// Refuse larger bodies of responses
    #[arg(long, value_name = "BYTES", default_value_t = 16 << 20)]
    pub(crate) max_body: usize,
}

/// The address of one host and port, which replaces the answer of DNS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ResolveRule {
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
pub(crate) struct HttpClient {
    client: Client,
    /// A client for each `--resolve`: the resolver of a client is asked for a host, and not for a port.
    overridden: Vec<(ResolveRule, Client)>,
    timeout: Duration,
    max_body: usize,
    proxy: Option<String>,
}

/// The marker of [`HttpClient`]: see [`Target`].
#[derive(Debug)]
pub(crate) enum ViaNetwork {}

impl HttpClient {
    /// Creates a client with these options.
    ///
    /// # Errors
    ///
    /// Returns [`ClientError`] if the proxy is not a URL, or if the platform has no root certificates.
    pub(crate) fn new(options: &ClientOptions) -> Result<Self, ClientError> {
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
    pub(crate) async fn exchange(&self, request: &WireRequest) -> Result<Answer, ClientError> {
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
        let response = outgoing
            .send()
            .await
            .map_err(|error| explain(&error, &url, self.timeout, self.proxy.as_deref()))?;
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
                Err(error) => break Some(explain(&error, url, self.timeout, self.proxy.as_deref())),
            }
        };
        let answer = Answer { response: head.with_body(body), version, address };
        match failure {
            None => Ok(answer),
            Some(mut error) => {
                error.partial = Some(Box::new(answer));
                Err(error)
            }
        }
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
