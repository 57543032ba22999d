//! Reads one element of `origins`, and finds out which origin a malformed one is meant to be.

mod host_entry;

pub(crate) use host_entry::check_host;

use crate::host::{self, Host, HostFault};
use crate::messages::{self, Fault};
use crate::origin::{default_port, has_labels, is_app_host_byte, is_loopback_host, is_scheme, is_web};
use crate::public_suffix;
use crate::{Finding, OriginEntry, PortPattern};
use std::borrow::Cow;
use std::net::Ipv6Addr;

/// What the rest of the policy allows in an element.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ReadOptions {
    /// Another rule refuses plain `http` origins that are not loopback, so they are not offered.
    pub(crate) refuses_plain_http: bool,
    /// Patterns that cover public suffixes are allowed.
    pub(crate) allows_public_suffixes: bool,
}

/// Reads an element of `origins`. The error is the first fault of the element, and offers an origin in which all faults
/// are corrected.
pub(crate) fn read(text: &str, options: ReadOptions) -> Result<OriginEntry<'_>, Finding> {
    if text == "*" {
        return Ok(OriginEntry::Any);
    }
    let mut reader = OriginReader::default();
    let intended = match reader.origin(text, options) {
        Ok(intended) => intended,
        Err(fault) => return Err(messages::origin(&fault, text, None)),
    };
    if reader.first_fault.is_none()
        && intended.to_string(&intended.scheme) == text
        && let Some(entry) = OriginEntry::split(text)
    {
        return Ok(entry);
    }
    // The text differs from its canonical form although no fault was found: only upper case is left.
    let fault = reader.first_fault.unwrap_or(Fault::Case);
    Err(messages::origin(&fault, text, Some(&intended.offered(options))))
}

/// The origin or pattern that a text is meant to be, in canonical form.
struct IntendedOrigin<'t> {
    scheme: Cow<'t, str>,
    subdomains: bool,
    host: String,
    port: PortPattern,
}

impl IntendedOrigin<'_> {
    /// The text to offer: no other rule refuses it.
    fn offered(&self, options: ReadOptions) -> String {
        let upgrade = options.refuses_plain_http && self.scheme == "http" && !is_loopback_host(&self.host);
        self.to_string(if upgrade { "https" } else { &self.scheme })
    }

    fn to_string(&self, scheme: &str) -> String {
        let wildcard = if self.subdomains { "*." } else { "" };
        let host = &self.host;
        match self.port {
            PortPattern::Any => format!("{scheme}://{wildcard}{host}:*"),
            PortPattern::Is(Some(port)) if default_port(scheme) != Some(port) => {
                format!("{scheme}://{wildcard}{host}:{port}")
            }
            PortPattern::Is(_) => format!("{scheme}://{wildcard}{host}"),
        }
    }
}

/// Reads an origin, and continues after a fault that it can correct, so that the offered text corrects all faults.
#[derive(Default)]
struct OriginReader<'t> {
    /// The first fault that was corrected.
    first_fault: Option<Fault<'t>>,
}

type FaultOr<'t, T> = Result<T, Fault<'t>>;

impl<'t> OriginReader<'t> {
    /// Remembers the fault, of which the caller returns a corrected value.
    fn corrected(&mut self, fault: Fault<'t>) {
        self.first_fault.get_or_insert(fault);
    }

    fn origin(&mut self, text: &'t str, options: ReadOptions) -> FaultOr<'t, IntendedOrigin<'t>> {
        let text = self.bare(text)?;
        if let Some(origins) = several(text) {
            // An offer of more origins would be too long to read.
            let few = origins.len() <= 8;
            let offers = origins.iter().map(|origin| offer(origin, options).filter(|_| few));
            return Err(Fault::List(offers.collect()));
        }
        let (scheme, rest) = self.scheme(text, options)?;
        let rest = self.authority(rest)?;
        let (host, port) = self.host_and_port(rest)?;
        let (host, subdomains) = self.wildcard(host)?;
        let port = self.port(port, &scheme)?;
        let Host { text: host, is_ip, .. } = self.host(host, &scheme)?;
        if subdomains && is_ip {
            self.corrected(Fault::PatternIp);
        }
        let subdomains = subdomains && !is_ip;
        // Each host that the pattern matches has at least one character and a dot before this one.
        if subdomains && "a.".len() + host.trim_end_matches('.').len() > host::MAX_LEN {
            return Err(Fault::HostTooLong);
        }
        if subdomains
            && !options.allows_public_suffixes
            && let Some(suffix) = public_suffix::covered_by_pattern(&host)
        {
            let is_below_base = suffix.len() > host.len();
            return Err(Fault::PublicSuffix { suffix: suffix.to_owned(), is_below_base });
        }
        Ok(IntendedOrigin { scheme, subdomains, host, port })
    }

    /// Removes white space, quotes and commas around an origin.
    fn bare(&mut self, text: &'t str) -> FaultOr<'t, &'t str> {
        let around = |c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}';
        let quotes = |c: char| around(c) || matches!(c, '"' | '\'' | '`' | ',' | ';');
        let trimmed = text.trim_matches(around);
        let bare = trimmed.trim_matches(quotes);
        if bare.is_empty() {
            return Err(Fault::Empty);
        }
        if bare.eq_ignore_ascii_case("null") {
            return Err(Fault::Null);
        }
        if let Some(c) = trimmed.chars().find(|&c| quotes(c)).filter(|_| bare.len() < trimmed.len()) {
            self.corrected(Fault::Character(c));
        } else if trimmed.len() < text.len() {
            self.corrected(Fault::Space);
        }
        Ok(bare)
    }

    /// The scheme in lower case, and what follows `://`.
    fn scheme(&mut self, text: &'t str, options: ReadOptions) -> FaultOr<'t, (Cow<'t, str>, &'t str)> {
        if let Some(rest) = text.strip_prefix("//") {
            self.corrected(Fault::SchemeMissing);
            return Ok((guess_scheme(rest).into(), rest));
        }
        let Some((before, after)) = text.split_once(':') else {
            if text.split(['/', '\\', '?', '#']).next().is_some_and(|authority| authority.contains('@')) {
                // An e-mail address, for example. It does not say where a page is served.
                return Err(Fault::SchemeMissing);
            }
            self.corrected(Fault::SchemeMissing);
            return Ok((guess_scheme(text).into(), text));
        };
        let is = |name: &&&str| before.eq_ignore_ascii_case(name);
        if let Some(scheme) = OPAQUE.iter().find(is) {
            // Only `http` and `https`: `blob:blob:blob:..` would be read recursively.
            let inner = after.starts_with("http").then(|| offer(after, options)).flatten();
            return Err(Fault::Opaque(scheme, inner));
        }
        let known =
            [("http", "http"), ("https", "https"), ("ws", "http"), ("wss", "https"), ("ftp", "https")]
                .into_iter()
                .find(|(name, _)| before.eq_ignore_ascii_case(name));
        if let Some((name, scheme)) = known {
            let rest = after.trim_start_matches(['/', '\\']);
            if name != scheme {
                self.corrected(Fault::SchemeNever(name));
            }
            if !after.starts_with("//") || after.len() != rest.len() + 2 {
                self.corrected(Fault::Slashes);
            }
            return Ok((scheme.into(), rest));
        }
        if let Some(rest) = after.strip_prefix("//") {
            if is_scheme(before) {
                return Ok((before.into(), rest));
            }
            let lower = before.to_ascii_lowercase();
            if is_scheme(&lower) {
                return Ok((lower.into(), rest));
            }
            if before.is_empty() {
                self.corrected(Fault::SchemeMissing);
            } else if before == "*" || lower.contains("http") {
                // `https?://`, `http(s)://`, `^https://`
                self.corrected(Fault::SchemePattern(before));
            } else {
                return Err(Fault::Scheme(before));
            }
            return Ok((guess_scheme(rest).into(), rest));
        }
        // `localhost:3000`, `[::1]:3000`, `::1`
        let port = after.split(['/', '?', '#']).next().unwrap_or(after);
        let is_port = port.bytes().all(|b| b.is_ascii_digit() || b == b'*');
        if is_port || text.starts_with('[') || text.parse::<Ipv6Addr>().is_ok() {
            self.corrected(Fault::Bare);
            return Ok((guess_scheme(text).into(), text));
        }
        if is_scheme(before) { Err(Fault::Slashes) } else { Err(Fault::Scheme(before)) }
    }

    /// Host and port, without user name, path, query and fragment.
    fn authority(&mut self, rest: &'t str) -> FaultOr<'t, &'t str> {
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (mut authority, tail) = rest.split_at(end);
        if tail.starts_with("//") && is_scheme_of_urls(authority.strip_suffix(':').unwrap_or(authority)) {
            return Err(Fault::SchemeTwice);
        }
        if let Some(at) = authority.find('\\') {
            // Browsers read it as a slash, and end the host there. Other programs take what precedes an `@` for a user
            // name.
            let behind = authority[at..].trim_start_matches('\\');
            if behind.contains('@') {
                return Err(Fault::Path);
            }
            // Before a full stop or a letter it is part of a regular expression.
            if !behind.is_empty() {
                return Err(Fault::Regex);
            }
            authority = &authority[..at];
            self.corrected(Fault::Path);
        }
        if let Some((userinfo, host)) = authority.rsplit_once('@') {
            if !is_user_and_password(userinfo) {
                return Err(Fault::Userinfo);
            }
            authority = host;
            self.corrected(Fault::Userinfo);
        }
        if authority.contains(['{', '}', '<', '>'])
            || authority.contains('$') && !authority.ends_with('$')
            || authority.starts_with(':') && authority[1..].starts_with(|c: char| c.is_ascii_alphabetic())
        {
            return Err(Fault::Placeholder);
        }
        // `[::1]` has brackets, `[a-z]+` is something else.
        let brackets = match authority.strip_prefix('[') {
            Some(rest) => !rest.starts_with(']') && !rest.contains(':'),
            None if authority.starts_with("*.[") => return Err(Fault::PatternIp),
            None => authority.contains(['[', ']']),
        };
        let dots = authority.starts_with(".*") || authority.contains(".+");
        if brackets || dots || authority.contains(['(', ')', '^', '$', '|']) {
            return Err(Fault::Regex);
        }
        let trimmed = authority.trim();
        if trimmed.len() < authority.len() {
            // `https://a.example # production`
            authority = trimmed;
            self.corrected(Fault::Space);
        }
        match tail {
            "" => {}
            "/" => self.corrected(Fault::TrailingSlash),
            _ => self.corrected(Fault::Path),
        }
        Ok(authority)
    }

    fn host_and_port(&mut self, authority: &'t str) -> FaultOr<'t, (&'t str, Option<&'t str>)> {
        if authority.starts_with('[') {
            let end = authority.find(']').ok_or(Fault::Ipv6)? + 1;
            let (host, rest) = authority.split_at(end);
            return match rest.strip_prefix(':') {
                _ if rest.is_empty() => Ok((host, None)),
                Some(port) if port.contains(':') => Err(Fault::PortTwice),
                Some(port) => Ok((host, Some(port))),
                None => Err(Fault::Ipv6),
            };
        }
        match authority.split_once(':') {
            None => Ok((authority, None)),
            Some((_, port)) if port.contains(':') => {
                let is_address = |text: &str| text.parse::<Ipv6Addr>().is_ok();
                if !is_address(authority) {
                    return Err(Fault::PortTwice);
                }
                // `::1:3000` may be an address, or an address and a port.
                if authority.rsplit_once(':').is_some_and(|(address, _)| is_address(address)) {
                    return Err(Fault::Brackets);
                }
                self.corrected(Fault::Brackets);
                Ok((authority, None))
            }
            Some((host, port)) => Ok((host, Some(port))),
        }
    }

    /// The host without its wildcard, and whether there is one.
    fn wildcard(&mut self, host: &'t str) -> FaultOr<'t, (&'t str, bool)> {
        if let Some(base) = host.strip_prefix('.').filter(|base| !base.is_empty() && !base.contains('*')) {
            self.corrected(Fault::LeadingDot);
            return Ok((base, true));
        }
        if !host.contains('*') {
            return Ok((host, false));
        }
        let base = host.trim_start_matches(['*', '.']);
        if base.is_empty() {
            return Err(Fault::EveryHost);
        }
        let glued = host.ends_with(&["*", base].concat()) && base.starts_with(['-', '_']);
        if glued || base.contains('*') {
            let ends_open = base.ends_with(".*") || base == host && host.ends_with('*');
            return Err(if ends_open { Fault::PatternBase } else { Fault::PatternInside });
        }
        if host.len() != base.len() + 2 || !host.starts_with("*.") {
            self.corrected(Fault::PatternLabel);
        }
        Ok((base, true))
    }

    fn port(&mut self, port: Option<&'t str>, scheme: &str) -> FaultOr<'t, PortPattern> {
        let Some(text) = port else { return Ok(PortPattern::Is(None)) };
        if text == "*" {
            return Ok(PortPattern::Any);
        }
        if text.contains('*') {
            return Err(Fault::PatternPort);
        }
        if text.is_empty() {
            self.corrected(Fault::PortEmpty);
            return Ok(PortPattern::Is(None));
        }
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            let several = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b',' | b'.'));
            let starts = text.starts_with(|c: char| c.is_ascii_digit());
            return Err(if several && starts { Fault::PortList } else { Fault::Port(text) });
        }
        let digits = text.trim_start_matches('0');
        if digits.is_empty() {
            return Err(Fault::PortZero);
        }
        let port = digits.parse().map_err(|_| Fault::PortRange)?;
        if digits.len() < text.len() {
            self.corrected(Fault::PortZeros);
        }
        if default_port(scheme) == Some(port) {
            self.corrected(Fault::DefaultPort(port));
            return Ok(PortPattern::Is(None));
        }
        Ok(PortPattern::Is(Some(port)))
    }

    fn host(&mut self, host: &'t str, scheme: &str) -> FaultOr<'t, Host> {
        if let Some(c) = host.chars().find(|c| c.is_whitespace()) {
            return Err(if c.is_ascii() { Fault::Space } else { Fault::Character(c) });
        }
        if !is_web(scheme) {
            return match host.chars().find(|&c| !u8::try_from(c).is_ok_and(is_app_host_byte)) {
                _ if host.is_empty() => Err(Fault::HostEmpty),
                _ if host.len() > host::MAX_LEN => Err(Fault::HostTooLong),
                Some(c) => Err(Fault::Character(c)),
                None if !has_labels(host) => Err(Fault::LabelEmpty),
                None => Ok(Host { text: host.to_owned(), is_ip: false, was_unicode: false }),
            };
        }
        let bracketed;
        let written = if !host.starts_with('[') && host.contains(':') {
            bracketed = format!("[{host}]");
            &bracketed
        } else {
            host
        };
        let canonical = host::canonical(written).map_err(|fault| match fault {
            HostFault::Empty => Fault::HostEmpty,
            HostFault::EmptyLabel => Fault::LabelEmpty,
            HostFault::LabelTooLong => Fault::LabelTooLong,
            HostFault::TooLong => Fault::HostTooLong,
            HostFault::Hyphen(label) => Fault::Hyphen(label),
            HostFault::Percent | HostFault::Character('%') => Fault::Percent,
            HostFault::Ipv4 => Fault::Ipv4,
            HostFault::Ipv6 => Fault::Ipv6,
            HostFault::Character(c) => Fault::Character(c),
            HostFault::Punycode(label) => Fault::Punycode(label),
            HostFault::Unicode => Fault::Unicode,
        })?;
        if host.contains('%') {
            self.corrected(Fault::Percent);
        } else if canonical.is_ip && canonical.text != written {
            self.corrected(Fault::Ip);
        } else if canonical.was_unicode {
            self.corrected(Fault::Idn);
        }
        Ok(canonical)
    }
}

/// Whether this can only be a user name and a password: nothing that could as well be a host and its port.
fn is_user_and_password(text: &str) -> bool {
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    let is_word = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let is_port = !password.is_empty() && password.bytes().all(|b| b.is_ascii_digit());
    is_word(user) && is_word(password) && !is_port && !user.eq_ignore_ascii_case("localhost")
}

/// Whether a text before a second `://` can only be another scheme. No host has such a name.
fn is_scheme_of_urls(text: &str) -> bool {
    ["http", "https", "ws", "wss", "ftp"].iter().any(|scheme| text.eq_ignore_ascii_case(scheme))
}

/// Schemes whose pages have an opaque origin, which browsers send as `null`.
const OPAQUE: [&str; 5] = ["file", "data", "blob", "about", "javascript"];

/// The scheme to offer where none is written: `http` for loopback, else `https`.
fn guess_scheme(rest: &str) -> &'static str {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = match authority.rsplit_once(':') {
        Some((host, _)) if authority.parse::<Ipv6Addr>().is_err() => host,
        _ => authority,
    };
    if is_loopback_host(host) || host == "::1" { "http" } else { "https" }
}

/// The text to offer for an origin with faults, if all of them can be corrected.
fn offer(text: &str, options: ReadOptions) -> Option<String> {
    let mut reader = OriginReader::default();
    let intended = reader.origin(text, options).ok()?;
    Some(intended.offered(options))
}

/// The origins in one string, if they are several.
fn several(text: &str) -> Option<Vec<&str>> {
    let between = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|');
    if !text.contains(between) {
        return None;
    }
    let parts: Vec<_> = text.split(between).filter(|part| !part.is_empty()).collect();
    // White space alone may also be a mistake in a host.
    let listed = text.contains([',', ';', '|']);
    let is_origin = |part: &str| {
        let host = part.rsplit("://").next().unwrap_or(part);
        let like_a_host = host.contains('.') || host.starts_with("localhost");
        (part.contains("://") || listed && like_a_host || part == "null")
            && !host.contains(['(', ')', '[', '^', '$'])
    };
    (parts.len() > 1 && parts[0].contains("://") && parts.iter().all(|part| is_origin(part))).then_some(parts)
}
