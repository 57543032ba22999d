//! Reads one element of the `hosts` of `enforce`, and finds out which host a malformed one is meant to be.

use super::{FaultOr, OriginReader, is_scheme_of_urls};
use crate::messages::{self, Fault};
use crate::{Finding, PortPattern};

/// Checks an element of `hosts`. The error is the first fault of the element, and offers a host in which all faults are
/// corrected.
pub(crate) fn check_host(text: &str) -> Result<(), Finding> {
    let mut reader = OriginReader::default();
    let intended = match reader.host_entry(text) {
        Ok(intended) => intended,
        Err(fault) => return Err(messages::host(&fault, text, None)),
    };
    if reader.first_fault.is_none() && intended == text {
        return Ok(());
    }
    // The text differs from its canonical form although no fault was found: only upper case is left.
    let fault = reader.first_fault.unwrap_or(Fault::Case);
    Err(messages::host(&fault, text, Some(&intended)))
}

impl<'t> OriginReader<'t> {
    /// The host and the port that a text is meant to be, in canonical form.
    fn host_entry(&mut self, text: &'t str) -> FaultOr<'t, String> {
        let text = self.bare(text)?;
        if let Some(hosts) = several(text) {
            // An offer of more hosts would be too long to read.
            let is_offer = hosts.len() <= 8 && hosts.iter().all(|host| check_host(host).is_ok());
            return Err(Fault::List(is_offer.then(|| hosts.into_iter().map(str::to_owned).collect())));
        }
        let authority = self.without_scheme(text);
        let authority = self.authority(authority)?;
        let (host, port) = self.host_and_port(authority)?;
        if host == "*" {
            return Err(Fault::EveryHost);
        }
        if host.contains('*') || host.starts_with('.') && host.len() > 1 {
            return Err(Fault::PatternLabel);
        }
        // No scheme: the default ports of both are left out.
        let port = match self.port(port, "")? {
            PortPattern::Is(Some(port @ (80 | 443))) => {
                self.corrected(Fault::DefaultPort(port));
                PortPattern::Is(None)
            }
            port => port,
        };
        let mut host = self.host(host, "http")?.text;
        if host.ends_with('.') {
            self.corrected(Fault::TrailingDot);
            host.pop();
        }
        Ok(match port {
            // `//null`: the offer would be refused.
            PortPattern::Is(None) if host == "null" => return Err(Fault::Null),
            PortPattern::Any => format!("{host}:*"),
            PortPattern::Is(Some(port)) => format!("{host}:{port}"),
            PortPattern::Is(None) => host,
        })
    }

    fn without_scheme(&mut self, text: &'t str) -> &'t str {
        let (scheme, rest) = match text.split_once(':') {
            Some((scheme, rest)) if rest.starts_with("//") => (scheme, rest),
            // `http:3000` is a host with a port.
            Some((scheme, rest)) if is_scheme_of_urls(scheme) && rest.contains(['.', ':', '/']) => {
                (scheme, rest)
            }
            _ if text.starts_with("//") => ("", text),
            _ => return text,
        };
        self.corrected(Fault::Scheme(scheme));
        rest.trim_start_matches('/')
    }
}

/// The hosts in one string, if they are several.
fn several(text: &str) -> Option<Vec<&str>> {
    let between = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|');
    let parts: Vec<_> = text.split(between).filter(|part| !part.is_empty()).collect();
    // Otherwise it is a mistake in a host, or a list of ports.
    let is_like_a_host = |part: &&str| part.contains(['.', ':']) || *part == "localhost";
    (parts.len() > 1 && parts.iter().all(is_like_a_host)).then_some(parts)
}
