//! Why a request got no whole response, in words that say what to do.

use super::{
    answer::{ClientError, FailureKind},
    resolver::DnsError,
};
use reqwest::Url;
use rustls::{AlertDescription, CertificateError};
use std::{error::Error, io, time::Duration};

/// Explains why a request to `url` got no whole response.
pub(super) fn explain(
    error: &reqwest::Error,
    url: &Url,
    timeout: Duration,
    proxy: Option<&str>,
) -> ClientError {
    let host = url.host_str().unwrap_or_default();
    let mut place = format!("{host}:{}", url.port_or_known_default().unwrap_or_default());
    if error.is_timeout() {
        let message = format!(
            "{place} did not answer within {} s; allow more time with `--timeout`",
            timeout.as_secs_f64()
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
        if let Some(proxy) = proxy {
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

pub(super) fn innermost<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
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
