//! The texts about one element of `origins`.

use super::{Finding, quoted, write, write_each};
use crate::Rule;

/// What is wrong with one element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault<'t> {
    Empty,
    Null,
    SchemeMissing,
    /// The text before `://`.
    Scheme(&'t str),
    /// The text before `://`, which is a pattern for several schemes.
    SchemePattern(&'t str),
    Slashes,
    /// `https://http://a.example`
    SchemeTwice,
    SchemeNever(&'static str),
    /// The scheme, and for `blob:` the origin in the URL.
    Opaque(&'static str, Option<String>),
    TrailingSlash,
    Path,
    Userinfo,
    DefaultPort(u16),
    PortEmpty,
    PortZero,
    PortZeros,
    PortRange,
    PortTwice,
    PortList,
    Port(&'t str),
    Case,
    Idn,
    /// The host is not ASCII, and its ASCII form cannot be computed without Unicode tables.
    Unicode,
    Punycode(String),
    /// `localhost:3000`
    Bare,
    HostEmpty,
    LabelEmpty,
    LabelTooLong,
    HostTooLong,
    LeadingDot,
    TrailingDot,
    Hyphen(String),
    Space,
    Character(char),
    Percent,
    Ip,
    Ipv4,
    Ipv6,
    Brackets,
    /// The origins in the text, if there is an offer for each of them.
    List(Option<Vec<String>>),
    /// `https://*example.com`
    PatternLabel,
    /// `https://app-*.example.com`
    PatternInside,
    /// `https://example.*`
    PatternBase,
    PatternIp,
    PatternPort,
    /// `https://*`
    EveryHost,
    Regex,
    Placeholder,
    PublicSuffix {
        /// The public suffix that the pattern covers.
        suffix: String,
        /// The base of the pattern lies above it, and is no public suffix itself.
        is_below_base: bool,
    },
}

/// The finding about one element. `offer` is the text to write instead, if it is known.
#[expect(clippy::too_many_lines, reason = "the texts are to be read together")]
pub(crate) fn origin(fault: &Fault<'_>, text: &str, offer: Option<&str>) -> Finding {
    let this = quoted(text);
    let byte_by_byte = "browsers compare origins byte by byte with what they send themselves";
    let finding = match fault {
        Fault::Empty => Finding::new(Rule::OriginHost, "an origin cannot be empty")
            .help("write scheme and host, such as `\"https://app.example.com\"`"),
        Fault::Null => Finding::new(Rule::OriginNull, format!("{this} would allow everybody"))
            .help("remove it, and serve the page that needs it from an origin of its own")
            .note("every sandboxed frame and every `data:` page sends `Origin: null`, an attacker's as well"),

        Fault::SchemeMissing => {
            Finding::new(Rule::OriginScheme, format!("an origin begins with its scheme: {this}"))
        }
        Fault::Scheme(scheme) => {
            let scheme = quoted(scheme);
            Finding::new(Rule::OriginScheme, format!("{scheme} is not a scheme: {this}"))
                .help("write `https://` in front of the host, or a scheme of lower-case letters, digits, `+`, `-` and `.`")
        }
        Fault::SchemePattern(scheme) => {
            let scheme = quoted(scheme);
            Finding::new(Rule::OriginScheme, format!("{scheme} is not a scheme: {this}"))
                .note("each element has one scheme; for `https` and `http`, write two")
        }
        Fault::Slashes => Finding::new(Rule::OriginScheme, format!("`://` follows the scheme of an origin: {this}"))
            .help("write scheme, `://` and host, such as `\"https://app.example.com\"`"),
        Fault::SchemeTwice => Finding::new(Rule::OriginScheme, format!("an origin has one scheme: {this}"))
            .help("write one scheme, `://` and the host, such as `\"https://app.example.com\"`"),
        Fault::SchemeNever(scheme) => {
            Finding::new(Rule::OriginSchemeNever, format!("no page has an origin with `{scheme}`: {this}")).note(
                if scheme.starts_with("ws") {
                    "a WebSocket sends the origin of the page that opens it"
                } else {
                    "browsers do not show pages from there"
                },
            )
        }
        Fault::Opaque(scheme, inner) => {
            let finding = Finding::new(Rule::OriginOpaque, format!("pages of `{scheme}:` have no origin: {this}"))
                .note("browsers send `Origin: null` for them, as for every attacker's sandboxed frame");
            match inner {
                Some(origin) => return finding.help(write(origin)).note("a blob has the origin of the page that made it"),
                None => finding.help("serve the page from a web server, and write that server's origin"),
            }
        }

        Fault::TrailingSlash => {
            Finding::new(Rule::OriginTrailingSlash, format!("an origin has no trailing slash: {this}"))
                .note("browsers compare origins byte by byte, and never send the slash")
        }
        Fault::Path => {
            Finding::new(Rule::OriginPath, format!("an origin has no path, query or fragment: {this}"))
                .note("browsers send scheme, host and port only; a page cannot be told from another of its origin")
        }
        Fault::Userinfo => {
            Finding::new(Rule::OriginUserinfo, format!("an origin has no user name or password: {this}"))
                .note("browsers send scheme, host and port only")
        }

        Fault::DefaultPort(port) => {
            Finding::new(Rule::OriginDefaultPort, format!("`:{port}` is the default port of the scheme: {this}"))
                .note("browsers leave the default port out of the origin, and compare byte by byte")
        }
        Fault::PortEmpty => Finding::new(Rule::OriginPort, format!("no port follows the colon: {this}")),
        Fault::PortZero => Finding::new(Rule::OriginPort, format!("no page is served from port 0: {this}"))
            .help("write the port of the page, or `:*` for any port"),
        Fault::PortZeros => Finding::new(Rule::OriginPort, format!("a port has no leading zeros: {this}"))
            .note(byte_by_byte),
        Fault::PortRange => Finding::new(Rule::OriginPort, format!("ports end at 65535: {this}"))
            .help("write a port from 1 to 65535, or `:*` for any port"),
        Fault::PortTwice => Finding::new(Rule::OriginPort, format!("an origin has one port: {this}"))
            .help("write one element for each port, or `:*` for any port"),
        Fault::PortList => Finding::new(Rule::OriginPort, format!("an origin has one port, no list or range: {this}"))
            .help("write one element for each port, or `:*` for any port"),
        Fault::Port(port) => {
            let port = quoted(port);
            Finding::new(Rule::OriginPort, format!("{port} is not a port: {this}"))
                .help("write a port from 1 to 65535, or `:*` for any port")
        }

        Fault::Case => Finding::new(Rule::OriginCase, format!("an origin is in lower case: {this}"))
            .note("browsers send scheme and host in lower case, and compare byte by byte"),
        Fault::Idn => Finding::new(Rule::OriginIdn, format!("an origin is ASCII: {this}"))
            .note("browsers send such a name in its ASCII form"),
        Fault::Unicode => Finding::new(Rule::OriginIdn, format!("an origin is ASCII: {this}"))
            .help("write what `location.origin` says in the browser's console, on that site")
            .note("browsers send such a name in its ASCII form, which begins with `xn--`"),
        Fault::Punycode(label) => {
            let label = quoted(label);
            Finding::new(Rule::OriginIdn, format!("{label} is not the ASCII form of any name: {this}"))
                .help("write what `location.origin` says in the browser's console, on that site")
        }

        Fault::Bare => Finding::new(Rule::OriginHost, format!("a host with a port is not an origin yet: {this}"))
            .note("an origin begins with its scheme"),
        Fault::HostEmpty => Finding::new(Rule::OriginHost, format!("an origin has a host: {this}"))
            .help("write the host behind the scheme, such as `\"https://app.example.com\"`"),
        // Only hosts of `enforce` cannot have a trailing dot.
        Fault::LabelEmpty | Fault::TrailingDot => Finding::new(Rule::OriginHost, format!("a host has no empty part between its dots: {this}"))
            .help("write one dot between two parts; only one dot at the end is legal"),
        Fault::LabelTooLong => {
            Finding::new(Rule::OriginHost, format!("a part of a host has at most 63 characters: {this}"))
                .help("write the host as name servers know it")
        }
        Fault::HostTooLong => Finding::new(Rule::OriginHost, format!("a host has at most 253 characters: {this}"))
            .help("write the host as name servers know it"),
        Fault::LeadingDot => Finding::new(Rule::OriginHost, format!("a host does not begin with a dot: {this}")),
        Fault::Hyphen(label) => {
            let label = quoted(label);
            Finding::new(Rule::OriginHost, format!("a part of a host does not begin or end with `-`: {label} in {this}"))
                .help("write the host as name servers know it")
        }
        Fault::Space => Finding::new(Rule::OriginHost, format!("an origin has no white space: {this}"))
            .help("remove the white space; several origins are several elements"),
        Fault::Character(c) => {
            let character = quoted(c.encode_utf8(&mut [0; 4]));
            Finding::new(Rule::OriginHost, format!("no host has {character} in it: {this}"))
                .help("write letters, digits, `-`, `_` and `.`; several origins are several elements")
        }
        Fault::Percent => Finding::new(Rule::OriginHost, format!("an origin has no percent signs: {this}"))
            .help("write the host itself"),

        Fault::Ip => Finding::new(Rule::OriginIp, format!("browsers write this IP address differently: {this}"))
            .note(byte_by_byte),
        Fault::Ipv4 => Finding::new(Rule::OriginIp, format!("a host that ends in a number is an IPv4 address, and this is none: {this}"))
            .help("write four numbers from 0 to 255, such as `\"http://127.0.0.1\"`"),
        Fault::Ipv6 => Finding::new(Rule::OriginIp, format!("not an IPv6 address, or one with a zone: {this}"))
            .help("write it in brackets and without a zone, such as `\"http://[::1]:3000\"`"),
        Fault::Brackets => {
            Finding::new(Rule::OriginIp, format!("an IPv6 address stands in brackets: {this}"))
                .help("write the address in brackets, such as `\"http://[::1]:3000\"`")
        }

        Fault::List(origins) => {
            let finding = Finding::new(Rule::OriginListInOne, format!("several origins in one element: {this}"));
            match origins {
                Some(origins) => finding.help(write_each(origins)),
                None => finding.help("write one element for each origin"),
            }
        }

        Fault::PatternLabel => {
            Finding::new(Rule::OriginPattern, format!("`*.` stands for whole parts of a host, once: {this}"))
                .note("`https://*example.com` would also allow `https://evilexample.com`; `*.` covers subdomains at any depth")
        }
        Fault::PatternInside => {
            Finding::new(Rule::OriginPattern, format!("`*` cannot stand inside a host: {this}"))
                .help("list the hosts, or decide in a function: `origins = dynamic(check)`")
                .note("whoever can register a name that fits would be allowed")
        }
        Fault::PatternBase => Finding::new(Rule::OriginPattern, format!("`*` cannot stand at the end of a host: {this}"))
            .help("list the hosts, one element each")
            .note("anybody can register a name that begins like yours"),
        Fault::PatternIp => {
            Finding::new(Rule::OriginPattern, format!("an IP address has no subdomains: {this}"))
                .help("write the address without `*.`")
        }
        Fault::PatternPort => Finding::new(Rule::OriginPattern, format!("`*` stands for a whole port only: {this}"))
            .help("write `:*` for any port, or one element for each port"),
        Fault::EveryHost => Finding::new(Rule::OriginPattern, format!("a pattern needs a host below its `*`: {this}"))
            .help("list the hosts, or write `\"*\"` to allow every origin"),
        Fault::Regex => Finding::new(Rule::OriginPattern, format!("an origin is no regular expression: {this}"))
            .help("list the origins, write `\"https://*.example.com\"` for subdomains, or decide in a function: `origins = dynamic(check)`"),
        Fault::Placeholder => Finding::new(Rule::OriginPattern, format!("nothing fills in a placeholder in an origin: {this}"))
            .help("list the origins, read them with `env(\"NAME\")`, or decide in a function: `origins = dynamic(check)`"),
        Fault::PublicSuffix { suffix, is_below_base } => {
            let help = "list the hosts, one element each; or take the risk with `danger(public_suffixes)`";
            let suffix = quoted(suffix);
            if *is_below_base {
                let what = format!("anybody can register a name below {suffix}, which the pattern covers: {this}");
                Finding::new(Rule::OriginPublicSuffix, what).help(help).note("`*.` covers subdomains at any depth")
            } else {
                Finding::new(Rule::OriginPublicSuffix, format!("anybody can register a name below {suffix}: {this}"))
                    .help(help)
            }
        }
    };
    match (offer, fault) {
        // There is no offer where it is not clear which host is meant.
        (None, _) if finding.help.is_none() => {
            finding.help("write scheme, host and port alone, such as `\"https://app.example.com\"`")
        }
        (None, _) => finding,
        (Some(offer), Fault::LeadingDot) => {
            let without = offer.replacen("*.", "", 1);
            finding.help(format!("{} for the subdomains, or `\"{without}\"`", write(offer)))
        }
        (Some(offer), _) if text.starts_with("http://") && offer.starts_with("https://") => {
            finding.help(format!("{} (with `credentials`, plain `http` is refused)", write(offer)))
        }
        (Some(offer), _) => finding.help(write(offer)),
    }
}
