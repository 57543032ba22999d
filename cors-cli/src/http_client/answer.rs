//! What comes back from the network: a response, or the reason why there is none.

use cors_runtime::testing::WireResponse;
use std::{error::Error, fmt, net::SocketAddr};

/// A response from the network.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The response with its body.
    pub(crate) response: WireResponse,
    /// The version of HTTP, such as `HTTP/1.1`.
    pub(crate) version: &'static str,
    /// The address of the server, or of the proxy.
    pub(crate) address: Option<SocketAddr>,
}

/// The part of an exchange that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailureKind {
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
    pub(crate) fn name(self) -> &'static str {
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
pub(crate) struct ClientError {
    /// The part of the exchange that failed.
    pub(crate) kind: FailureKind,
    /// The response with the part of its body that was received, if only the rest of the body is missing.
    pub(crate) partial: Option<Box<Answer>>,
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
