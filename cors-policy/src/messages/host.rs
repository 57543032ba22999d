//! The texts about one element of the `hosts` of `enforce`.

use super::{Fault, Finding, quoted, write, write_each};
use crate::Rule;

/// The finding about one element. `offer` is the text to write instead, if it is known.
#[expect(clippy::too_many_lines, reason = "the texts are to be read together")]
pub(crate) fn host(fault: &Fault<'_>, text: &str, offer: Option<&str>) -> Finding {
    let this = quoted(text);
    let name = |what: &str| Finding::new(Rule::HostName, format!("{what}: {this}"));
    let port = |what: &str| Finding::new(Rule::HostPort, format!("{what}: {this}"));
    let sent = "browsers send only host and port in `Host`";
    let canonical = "browsers send the host in its canonical form";
    let finding = match fault {
        Fault::Empty | Fault::HostEmpty => {
            Finding::new(Rule::HostName, "a host cannot be empty")
        }
        Fault::Null => name("an origin is not a host"),
        Fault::Scheme(_) | Fault::SchemeTwice => name("a host has no scheme").note(sent),
        Fault::TrailingSlash => name("a host has no trailing slash").note(sent),
        Fault::Path => name("a host has no path, query or fragment").note(sent),
        Fault::Userinfo => name("a host has no user name or password").note(sent),
        Fault::Case => name("a host is in lower case").note("browsers send it in lower case"),
        Fault::Idn => name("a host is ASCII").note("browsers send such a name in its ASCII form"),
        Fault::Unicode => name("a host is ASCII")
            .help("write what `location.host` says in the browser's console, on a page of this server")
            .note("browsers send such a name in its ASCII form, which begins with `xn--`"),
        Fault::Punycode(label) => {
            let label = quoted(label);
            name(&format!("{label} is not the ASCII form of any name"))
                .help("write what `location.host` says in the browser's console, on a page of this server")
        }
        Fault::Ip => name("browsers write this IP address differently").note(canonical),
        Fault::Ipv4 => name("a host that ends in a number must be a valid IPv4 address")
            .help("write four numbers from 0 to 255, such as `\"127.0.0.1:3000\"`"),
        Fault::Ipv6 => name("not an IPv6 address, or one with a zone")
            .help("write it in brackets and without a zone, such as `\"[::1]:3000\"`"),
        Fault::Brackets => name("an IPv6 address is written in brackets")
            .note("without brackets, its colons cannot be told from the colon before the port"),
        Fault::TrailingDot => name("a host does not end with a dot")
            .note("requests whose `Host` ends with a dot are refused, whatever is listed"),
        Fault::Percent => name("a host has no percent signs"),
        Fault::Space => name("a host has no white space")
            .help("remove the white space; several hosts are several elements"),
        Fault::Character(c) => {
            let character = quoted(c.encode_utf8(&mut [0; 4]));
            name(&format!("no host has {character} in it"))
                .help("write letters, digits, `-`, `_` and `.`; several hosts are several elements")
        }
        Fault::Hyphen(label) => {
            let label = quoted(label);
            let what = format!("a part of a host does not begin or end with `-`: {label} in {this}");
            Finding::new(Rule::HostName, what)
        }
        Fault::LabelEmpty => name("a host has no empty part between its dots"),
        Fault::LabelTooLong => name("a part of a host has at most 63 characters"),
        Fault::HostTooLong => name("a host has at most 253 characters"),
        Fault::List(hosts) => {
            let finding = name("several hosts in one element");
            match hosts {
                Some(hosts) => finding.help(write_each(hosts)),
                None => finding.help("write one element for each host"),
            }
        }
        Fault::EveryHost => Finding::new(Rule::HostName, format!("{this} would allow every host"))
            .help("list the names of the server, or remove `hosts`")
            .note("an attacker can make a name of theirs resolve to the address of the server; `hosts` refuses such names"),
        Fault::PatternLabel | Fault::PatternIp => name("there are no patterns for names of hosts")
            .help("list the names under which browsers reach the server, one element each; only the port can be `*`")
            .note("an attacker who controls one of the names could make it resolve to the address of the server"),
        Fault::Regex => name("a host is no regular expression").help("list the hosts, one element each"),
        Fault::Placeholder => name("nothing fills in a placeholder in a host")
            .help("list the hosts; hosts that are known only at run time are given to `Policy::builder()`"),

        Fault::DefaultPort(number) => port(&format!("`:{number}` is a default port"))
            .note("browsers leave the default port out of `Host`; a host without a port stands for ports 80 and 443"),
        Fault::PortEmpty => port("no port follows the colon"),
        Fault::PortZero => port("no server has port 0").help("write the port of the server, or `:*` for any port"),
        Fault::PortZeros => port("a port has no leading zeros").note("browsers send the port without them"),
        Fault::PortRange => {
            port("ports end at 65535").help("write a port from 1 to 65535, or `:*` for any port")
        }
        Fault::PortTwice => {
            port("a host has one port").help("write one element for each port, or `:*` for any port")
        }
        Fault::PortList => port("a host has one port, no list or range")
            .help("write one element for each port, or `:*` for any port"),
        Fault::PatternPort => port("`*` stands for a whole port only")
            .help("write `:*` for any port, or one element for each port"),
        Fault::Port(digits) => {
            let digits = quoted(digits);
            port(&format!("{digits} is not a port")).help("write a port from 1 to 65535, or `:*` for any port")
        }
        // Only origins have these faults.
        Fault::SchemeMissing
        | Fault::SchemePattern(_)
        | Fault::Slashes
        | Fault::SchemeNever(_)
        | Fault::Opaque(..)
        | Fault::Bare
        | Fault::LeadingDot
        | Fault::PatternInside
        | Fault::PatternBase
        | Fault::PublicSuffix { .. } => name("not a host"),
    };
    match offer {
        Some(offer) => finding.help(write(offer)),
        None if finding.help.is_none() => {
            finding.help("write host and port alone, such as `\"api.example.com\"` or `\"localhost:*\"`")
        }
        None => finding,
    }
}
