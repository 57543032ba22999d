//! Reads one element of `origins`, as people write it.

use crate::host::{self, Host, HostFault};
use crate::messages::{self, Fault};
use crate::origin::{default_port, has_labels, is_app_host_byte, is_loopback_host, is_scheme, is_web};
use crate::public_suffix;
use crate::{Finding, OriginEntry, PortPattern};
use std::borrow::Cow;
use std::net::Ipv6Addr;

/// What the rest of the policy demands of an element.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Terms {
    /// Plain `http` will be refused, so do not offer it.
    pub(crate) secure: bool,
    /// Patterns on public suffixes are wanted.
    pub(crate) public_suffixes: bool,
}

/// One element of `origins`, or the first thing that is wrong with it.
pub(crate) fn read(text: &str, terms: Terms) -> Result<OriginEntry<'_>, Finding> {
    if text == "*" {
        return Ok(OriginEntry::Any);
    }
    let mut reading = Reading::default();
    let meant = match reading.origin(text, terms) {
        Ok(meant) => meant,
        Err(fault) => return Err(messages::origin(&fault, text, None)),
    };
    if reading.first.is_none()
        && meant.to_string(&meant.scheme) == text
        && let Some(entry) = OriginEntry::split(text)
    {
        return Ok(entry);
    }
    // Case is what is left when nothing else is wrong.
    let fault = reading.first.unwrap_or(Fault::Case);
    Err(messages::origin(&fault, text, Some(&meant.offered(terms))))
}

/// What was meant.
struct Meant<'t> {
    scheme: Cow<'t, str>,
    subdomains: bool,
    host: String,
    port: PortPattern,
}

impl Meant<'_> {
    /// What to write, so that no other rule refuses it.
    fn offered(&self, terms: Terms) -> String {
        let upgrade = terms.secure && self.scheme == "http" && !is_loopback_host(&self.host);
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

/// Reads on after a fault that can be mended, so that what is offered mends all of them.
#[derive(Default)]
struct Reading<'t> {
    /// The first of them.
    first: Option<Fault<'t>>,
}

type Read<'t, T> = Result<T, Fault<'t>>;

impl<'t> Reading<'t> {
    fn mended(&mut self, fault: Fault<'t>) {
        self.first.get_or_insert(fault);
    }

    fn origin(&mut self, text: &'t str, terms: Terms) -> Read<'t, Meant<'t>> {
        let text = self.bare(text)?;
        if let Some(origins) = several(text) {
            // More would not be read.
            let few = origins.len() <= 8;
            let offers = origins.iter().map(|origin| offer(origin, terms).filter(|_| few));
            return Err(Fault::List(offers.collect()));
        }
        let (scheme, rest) = self.scheme(text, terms)?;
        let rest = self.authority(rest)?;
        let (host, port) = self.host_and_port(rest)?;
        let (host, subdomains) = self.wildcard(host)?;
        let port = self.port(port, &scheme)?;
        let Host { text: host, is_ip, .. } = self.host(host, &scheme)?;
        if subdomains && is_ip {
            self.mended(Fault::PatternIp);
        }
        let subdomains = subdomains && !is_ip;
        if subdomains
            && !terms.public_suffixes
            && let Some(suffix) = public_suffix::covered_by_pattern(&host)
        {
            let is_below_base = suffix.len() > host.len();
            return Err(Fault::PublicSuffix { suffix: suffix.to_owned(), is_below_base });
        }
        Ok(Meant { scheme, subdomains, host, port })
    }

    /// Takes off what people leave around an origin.
    fn bare(&mut self, text: &'t str) -> Read<'t, &'t str> {
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
            self.mended(Fault::Character(c));
        } else if trimmed.len() < text.len() {
            self.mended(Fault::Space);
        }
        Ok(bare)
    }

    /// The scheme in lower case, and what follows `://`.
    fn scheme(&mut self, text: &'t str, terms: Terms) -> Read<'t, (Cow<'t, str>, &'t str)> {
        if let Some(rest) = text.strip_prefix("//") {
            self.mended(Fault::SchemeMissing);
            return Ok((guess_scheme(rest).into(), rest));
        }
        let Some((before, after)) = text.split_once(':') else {
            if text.split(['/', '\\', '?', '#']).next().is_some_and(|authority| authority.contains('@')) {
                // An address of mail, for example: no page is served there.
                return Err(Fault::SchemeMissing);
            }
            self.mended(Fault::SchemeMissing);
            return Ok((guess_scheme(text).into(), text));
        };
        let is = |name: &&&str| before.eq_ignore_ascii_case(name);
        if let Some(scheme) = OPAQUE.iter().find(is) {
            // The page that made the blob; `http`, so that hostile text does not nest.
            let inner = after.starts_with("http").then(|| offer(after, terms)).flatten();
            return Err(Fault::Opaque(scheme, inner));
        }
        let known =
            [("http", "http"), ("https", "https"), ("ws", "http"), ("wss", "https"), ("ftp", "https")]
                .into_iter()
                .find(|(name, _)| before.eq_ignore_ascii_case(name));
        if let Some((name, scheme)) = known {
            let rest = after.trim_start_matches(['/', '\\']);
            if name != scheme {
                self.mended(Fault::SchemeNever(name));
            }
            if !after.starts_with("//") || after.len() != rest.len() + 2 {
                self.mended(Fault::Slashes);
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
                self.mended(Fault::SchemeMissing);
            } else if before == "*" || lower.contains("http") {
                // `https?://`, `http(s)://`, `^https://`
                self.mended(Fault::SchemePattern(before));
            } else {
                return Err(Fault::Scheme(before));
            }
            return Ok((guess_scheme(rest).into(), rest));
        }
        // `localhost:3000`, `[::1]:3000`, `::1`
        let port = after.split(['/', '?', '#']).next().unwrap_or(after);
        let is_port = port.bytes().all(|b| b.is_ascii_digit() || b == b'*');
        if is_port || text.starts_with('[') || text.parse::<Ipv6Addr>().is_ok() {
            self.mended(Fault::Bare);
            return Ok((guess_scheme(text).into(), text));
        }
        if is_scheme(before) { Err(Fault::Slashes) } else { Err(Fault::Scheme(before)) }
    }

    /// Host and port, without what is around them.
    fn authority(&mut self, rest: &'t str) -> Read<'t, &'t str> {
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (mut authority, tail) = rest.split_at(end);
        if tail.starts_with("//") && is_scheme_of_urls(authority.strip_suffix(':').unwrap_or(authority)) {
            return Err(Fault::SchemeTwice);
        }
        if let Some(at) = authority.find('\\') {
            // Browsers read it as a slash. Other programs read on, up to an `@`.
            let behind = authority[at..].trim_start_matches('\\');
            if behind.contains('@') {
                return Err(Fault::Path);
            }
            // Before a full stop or a letter it is part of a regular expression.
            if !behind.is_empty() {
                return Err(Fault::Regex);
            }
            authority = &authority[..at];
            self.mended(Fault::Path);
        }
        if let Some((userinfo, host)) = authority.rsplit_once('@') {
            if !is_user_and_password(userinfo) {
                return Err(Fault::Userinfo);
            }
            authority = host;
            self.mended(Fault::Userinfo);
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
            self.mended(Fault::Space);
        }
        match tail {
            "" => {}
            "/" => self.mended(Fault::TrailingSlash),
            _ => self.mended(Fault::Path),
        }
        Ok(authority)
    }

    fn host_and_port(&mut self, authority: &'t str) -> Read<'t, (&'t str, Option<&'t str>)> {
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
                self.mended(Fault::Brackets);
                Ok((authority, None))
            }
            Some((host, port)) => Ok((host, Some(port))),
        }
    }

    /// The host without its wildcard, and whether there is one.
    fn wildcard(&mut self, host: &'t str) -> Read<'t, (&'t str, bool)> {
        if let Some(base) = host.strip_prefix('.').filter(|base| !base.is_empty() && !base.contains('*')) {
            self.mended(Fault::LeadingDot);
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
            self.mended(Fault::PatternLabel);
        }
        Ok((base, true))
    }

    fn port(&mut self, port: Option<&'t str>, scheme: &str) -> Read<'t, PortPattern> {
        let Some(text) = port else { return Ok(PortPattern::Is(None)) };
        if text == "*" {
            return Ok(PortPattern::Any);
        }
        if text.contains('*') {
            return Err(Fault::PatternPort);
        }
        if text.is_empty() {
            self.mended(Fault::PortEmpty);
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
            self.mended(Fault::PortZeros);
        }
        if default_port(scheme) == Some(port) {
            self.mended(Fault::DefaultPort(port));
            return Ok(PortPattern::Is(None));
        }
        Ok(PortPattern::Is(Some(port)))
    }

    fn host(&mut self, host: &'t str, scheme: &str) -> Read<'t, Host> {
        if let Some(c) = host.chars().find(|c| c.is_whitespace()) {
            return Err(if c.is_ascii() { Fault::Space } else { Fault::Character(c) });
        }
        if !is_web(scheme) {
            return match host.chars().find(|&c| !u8::try_from(c).is_ok_and(is_app_host_byte)) {
                _ if host.is_empty() => Err(Fault::HostEmpty),
                _ if host.len() > 253 => Err(Fault::HostTooLong),
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
            self.mended(Fault::Percent);
        } else if canonical.is_ip && canonical.text != written {
            self.mended(Fault::Ip);
        } else if canonical.was_unicode {
            self.mended(Fault::Idn);
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

/// Schemes of URLs, and those that are read as them. No host is called like one.
fn is_scheme_of_urls(text: &str) -> bool {
    ["http", "https", "ws", "wss", "ftp"].iter().any(|scheme| text.eq_ignore_ascii_case(scheme))
}

/// Pages there have no origin but `null`.
const OPAQUE: [&str; 5] = ["file", "data", "blob", "about", "javascript"];

/// `http` for this machine, `https` for everything else.
fn guess_scheme(rest: &str) -> &'static str {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = match authority.rsplit_once(':') {
        Some((host, _)) if authority.parse::<Ipv6Addr>().is_err() => host,
        _ => authority,
    };
    if is_loopback_host(host) || host == "::1" { "http" } else { "https" }
}

/// The canonical form of an origin that may have faults.
fn offer(text: &str, terms: Terms) -> Option<String> {
    let mut reading = Reading::default();
    let meant = reading.origin(text, terms).ok()?;
    Some(meant.offered(terms))
}

/// The origins in one string, if they are several.
fn several(text: &str) -> Option<Vec<&str>> {
    let between = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|');
    if !text.contains(between) {
        return None;
    }
    let parts: Vec<_> = text.split(between).filter(|part| !part.is_empty()).collect();
    // A space alone may also stand in a host.
    let listed = text.contains([',', ';', '|']);
    let is_origin = |part: &str| {
        let host = part.rsplit("://").next().unwrap_or(part);
        let like_a_host = host.contains('.') || host.starts_with("localhost");
        (part.contains("://") || listed && like_a_host || part == "null")
            && !host.contains(['(', ')', '[', '^', '$'])
    };
    (parts.len() > 1 && parts[0].contains("://") && parts.iter().all(|part| is_origin(part))).then_some(parts)
}
