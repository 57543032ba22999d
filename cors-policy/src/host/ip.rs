//! IP addresses, as the URL standard reads and writes them.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Whether the last label of the host is a number. Browsers read such a host as an IPv4 address, or refuse it.
/// <https://url.spec.whatwg.org/#ends-in-a-number-checker>
pub(super) fn ends_in_a_number(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let last = host.rsplit('.').next().unwrap_or(host);
    !last.is_empty() && (last.bytes().all(|b| b.is_ascii_digit()) || number(last).is_some())
}

/// The canonical form of one to four numbers, each decimal, octal (`010`) or hexadecimal (`0x0a`). The last number
/// fills the remaining bytes. <https://url.spec.whatwg.org/#concept-ipv4-parser>
pub(super) fn canonical_v4(host: &str) -> Option<String> {
    let host = host.strip_suffix('.').unwrap_or(host);
    let numbers: Vec<u64> = host.split('.').take(5).map(number).collect::<Option<_>>()?;
    let (last, first) = numbers.split_last()?;
    if first.len() > 3 || first.iter().any(|&n| n > 255) {
        return None;
    }
    let free_bits = 32 - 8 * first.len();
    if *last >= 1 << free_bits {
        return None;
    }
    let high = first.iter().enumerate().map(|(i, n)| n << (24 - 8 * i)).sum::<u64>();
    u32::try_from(high + last).ok().map(|bits| Ipv4Addr::from_bits(bits).to_string())
}

/// A number of an IPv4 address. `0x` alone is 0. A number that overflows saturates, and is then refused as too large.
fn number(text: &str) -> Option<u64> {
    let (digits, radix) = match text.as_bytes() {
        [] => return None,
        [b'0', b'x' | b'X', ..] => (&text[2..], 16),
        [b'0', _, ..] => (&text[1..], 8),
        _ => (text, 10),
    };
    digits.chars().try_fold(0_u64, |value, c| {
        Some(value.saturating_mul(radix.into()).saturating_add(c.to_digit(radix)?.into()))
    })
}

/// The canonical form of an IPv6 address. Unlike `Display` of `Ipv6Addr`, it never contains an IPv4 address.
/// <https://url.spec.whatwg.org/#concept-ipv6-serializer>
pub(super) fn canonical_v6(address: &str) -> Option<String> {
    let pieces = address.parse::<Ipv6Addr>().ok()?.segments();
    let (start, len) = longest_zeros(&pieces);
    let mut text = String::from("[");
    let mut i = 0;
    while i < pieces.len() {
        if len > 1 && i == start {
            text.push_str("::");
            i += len;
            continue;
        }
        if i > 0 && !text.ends_with(':') {
            text.push(':');
        }
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{:x}", pieces[i]);
        i += 1;
    }
    text.push(']');
    Some(text)
}

/// Start and length of the first of the longest runs of zeros.
fn longest_zeros(pieces: &[u16; 8]) -> (usize, usize) {
    let mut longest = (0, 0);
    let mut run = (0, 0);
    for (i, &piece) in pieces.iter().enumerate() {
        run = match (piece, run.1) {
            (0, 0) => (i, 1),
            (0, len) => (run.0, len + 1),
            _ => (0, 0),
        };
        if run.1 > longest.1 {
            longest = run;
        }
    }
    longest
}
