//! Brings hosts into the canonical form in which browsers serialise them, by the [URL standard].
//!
//! The crate `url` does this for every host, but its Unicode tables take 14 s of processor time to build, which is too
//! much for an attribute. This module does what is possible without tables. Its tests compare it with `url`.
//!
//! [URL standard]: https://url.spec.whatwg.org/#host-parsing

mod idn;
mod ip;

use std::borrow::Cow;

/// The length of the longest name that name servers accept, without its trailing dot.
pub(crate) const MAX_LEN: usize = 253;

/// A host as browsers serialise it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Host {
    pub(crate) text: String,
    pub(crate) is_ip: bool,
    /// Whether the host, without percent-encoding, was not ASCII.
    pub(crate) was_unicode: bool,
}

/// Why a text is not a host, or why its canonical form is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HostFault {
    Empty,
    EmptyLabel,
    LabelTooLong,
    TooLong,
    /// A character that hosts cannot contain.
    Character(char),
    /// A label that starts or ends with `-`.
    Hyphen(String),
    /// The percent-encoded bytes are not UTF-8.
    Percent,
    /// The last label is a number, but the host is not a valid IPv4 address.
    Ipv4,
    Ipv6,
    /// A label that begins with `xn--`, but is not valid punycode.
    Punycode(String),
    /// The ASCII form of the host cannot be computed without Unicode tables.
    Unicode,
}

/// The canonical form of the host of an `http` or `https` URL.
pub(crate) fn canonical(host: &str) -> Result<Host, HostFault> {
    if let Some(address) = host.strip_prefix('[') {
        let address = address.strip_suffix(']').ok_or(HostFault::Ipv6)?;
        let text = ip::canonical_v6(address).ok_or(HostFault::Ipv6)?;
        return Ok(Host { text, is_ip: true, was_unicode: false });
    }
    let decoded = percent_decode(host)?;
    let was_unicode = !decoded.is_ascii();
    let mut text = idn::ascii_look_alikes(&decoded);
    text.make_ascii_lowercase();
    if text.is_empty() {
        return Err(HostFault::Empty);
    }
    // Before the trailing dot is removed: browsers read `10.0.0.1.` as an address.
    if ip::ends_in_a_number(&text) {
        let text = ip::canonical_v4(&text).ok_or(HostFault::Ipv4)?;
        return Ok(Host { text, is_ip: true, was_unicode });
    }
    let name = text.strip_suffix('.').unwrap_or(&text);
    let labels: Vec<_> = name.split('.').map(label).collect::<Result<_, _>>()?;
    let mut canonical = labels.join(".");
    if canonical.len() > MAX_LEN {
        return Err(HostFault::TooLong);
    }
    if text.ends_with('.') {
        canonical.push('.');
    }
    Ok(Host { text: canonical, is_ip: false, was_unicode })
}

/// The canonical form of one label.
fn label(label: &str) -> Result<Cow<'_, str>, HostFault> {
    if label.is_empty() {
        return Err(HostFault::EmptyLabel);
    }
    // The ASCII form of a label has at least as many bytes as the label has characters. This also limits the work for
    // each label.
    if label.chars().count() > 63 {
        return Err(HostFault::LabelTooLong);
    }
    if let Some(c) = label.chars().find(|&c| c.is_ascii() && !is_host_char(c)) {
        return Err(HostFault::Character(c));
    }
    if label.starts_with('-') || label.ends_with('-') && !label.starts_with("xn--") {
        return Err(HostFault::Hyphen(label.to_owned()));
    }
    let label = idn::label(label)?;
    if label.len() > 63 { Err(HostFault::LabelTooLong) } else { Ok(label) }
}

/// Whether name servers accept the character. The URL standard also allows others, such as `'` and `~`.
fn is_host_char(c: char) -> bool {
    matches!(c, 'a'..='z' | '0'..='9' | '-' | '_')
}

fn percent_decode(host: &str) -> Result<Cow<'_, str>, HostFault> {
    if !host.contains('%') {
        return Ok(Cow::Borrowed(host));
    }
    let mut decoded = Vec::with_capacity(host.len());
    let mut rest = host.as_bytes();
    while let [byte, tail @ ..] = rest {
        rest = tail;
        match tail {
            [high, low, tail @ ..] if *byte == b'%' => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    decoded.push(high * 16 + low);
                    rest = tail;
                }
                _ => decoded.push(*byte),
            },
            _ => decoded.push(*byte),
        }
    }
    String::from_utf8(decoded).map(Cow::Owned).map_err(|_| HostFault::Percent)
}

fn hex(digit: u8) -> Option<u8> {
    u8::try_from(char::from(digit).to_digit(16)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use url::Host as Oracle;

    fn by_url(host: &str) -> Option<String> {
        match Oracle::parse(host) {
            Ok(host) => Some(host.to_string()),
            Err(_) => None,
        }
    }

    /// Whether `host` has nothing that the URL standard allows and our rules refuse.
    fn is_plain(host: &str) -> bool {
        let name = host.strip_suffix('.').unwrap_or(host);
        name.split('.').all(|label| {
            !label.is_empty()
                && label.chars().all(is_host_char)
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
    }

    #[test]
    fn same_as_url() {
        for host in [
            "app.example.test",
            "APP.Example.TEST",
            "a",
            "localhost",
            "h.",
            "my_app.example",
            "a--b.example",
            "bücher.example",
            "BÜCHER.example",
            "faß.example",
            "Ελλάδα.example",
            "пример.example",
            "日本語.example",
            "한국.example",
            "アプリー.example",
            // The third and the fourth letter have a distance of 455, the largest that punycode does not divide.
            "c瑔狟玏瑅.example",
            "ＡＢＣ.example",
            "%61pp.example",
            "app。example",
            "app．example",
            "app｡example",
            "b%C3%BCcher.example",
            "xn--bcher-kva.example",
            "XN--BCHER-KVA.example",
            "xn--fa-hia.example",
            "xn--mgbh0fb.example",
            "xn--ls8h.example",
            "0x0a.0.0.1",
            "10.1",
            "010.0.0.1",
            "167772161",
            "10.0.0.1",
            "10.0.0.1.",
            "0xffffffff",
            "127.1",
            "0.0",
            "1.2.3",
            "0x",
            "0x.0x.0",
            "[2001:DB8:0:0:0:0:0:1]",
            "[::ffff:10.0.0.1]",
            "[::FFFF:A00:1]",
            "[2001:db8:0:1:1:1:1:1]",
            "[1:0:0:2:0:0:0:3]",
            "[1:0:0:2:3:0:0:4]",
            "[::]",
            "[::1]",
            "[0:0:0:0:0:0:0:0]",
            "[1::]",
            "[::1.2.3.4]",
            "[fe80::1]",
            "[1:2:3:4:5:6:7::]",
            "[::2:3:4:5:6:7:8]",
        ] {
            let expected = by_url(host).unwrap_or_else(|| panic!("url refuses {host}"));
            assert_eq!(canonical(host).map(|h| h.text), Ok(expected), "{host}");
        }
    }

    #[test]
    fn refused_as_by_url() {
        for host in [
            "",
            "[",
            "[]",
            "[::1",
            "[::g]",
            "[1:2:3:4:5:6:7]",
            "[1:2:3:4:5:6:7:8:9]",
            "[1::2::3]",
            "[::1%25eth0]",
            "[::1%eth0]",
            "[::01.2.3.4]",
            "[12345::]",
            "256.0.0.1",
            "1.2.3.4.5",
            "1.2.3.256",
            "4294967296",
            "0x100000000",
            "09",
            "a.1",
            "a.0x1",
            "1..2",
            "a b",
            "a<b",
            "a%",
            "a%zz",
            "a%00b",
            "a%20b",
            "a%2fb",
            "%ff",
            "xn--",
            "xn--a",
            "xn--a.example",
            "xn--abc-.example",
            "xn--zzzzzz99999999.example",
            "xn--0.example",
            "xn--bcher-kva-.example",
            "1.256.1",
            "1.2.3.4.0",
        ] {
            assert!(by_url(host).is_none() && canonical(host).is_err(), "{host} {:?}", canonical(host));
        }
    }

    /// Each canonical form is that of `url`, for every character, and each canonical form of `url` is accepted.
    #[test]
    fn every_character_as_in_url() {
        let mut known = 0;
        for c in ('\u{80}'..=char::MAX).chain('\0'..='\u{7f}') {
            let host = format!("a{c}b.example");
            let theirs = by_url(&host);
            if let Ok(ours) = canonical(&host) {
                assert_eq!(Some(&ours.text), theirs.as_ref(), "U+{:04X}", u32::from(c));
                known += 1;
            }
            if let Some(theirs) = theirs.filter(|host| is_plain(host)) {
                assert_eq!(canonical(&theirs).map(|h| h.text), Ok(theirs), "U+{:04X}", u32::from(c));
            }
        }
        assert!(known > 30_000, "{known}");
    }

    #[test]
    fn random_hosts_as_in_url() {
        let alphabet: Vec<char> = "aAbB0127xX.-_[]:%fF。ßüÜаяΣσς日ー한xn--".chars().collect();
        let mut seed = 1_u64;
        let mut answers = 0;
        for _ in 0..200_000 {
            let mut host = String::new();
            for _ in 0..=next(&mut seed) % 12 {
                host.push(alphabet[next(&mut seed) % alphabet.len()]);
            }
            let theirs = by_url(&host);
            if let Ok(ours) = canonical(&host) {
                assert_eq!(Some(&ours.text), theirs.as_ref(), "{host}");
                answers += 1;
            }
            if let Some(theirs) = theirs.filter(|host| is_plain(host)) {
                assert_eq!(canonical(&theirs).map(|h| h.text), Ok(theirs), "{host}");
            }
        }
        assert!(answers > 10_000, "{answers}");
    }

    fn next(seed: &mut u64) -> usize {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        usize::try_from(*seed >> 33).unwrap_or_default()
    }
}
