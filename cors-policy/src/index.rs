//! Looking an origin up among many.

use crate::OriginRef;
use crate::origin::{MAX_LEN, WebOrigin};
use foldhash::quality::RandomState;
use std::hash::{BuildHasher, Hasher};

/// Origins and patterns, prepared for look-ups. Building takes time in proportion to the bytes of the elements, a
/// look-up in proportion to the bytes of the origin, however many elements there are.
#[derive(Debug, Default)]
pub struct OriginIndex {
    exact: Table,
    patterns: Patterns,
}

impl OriginIndex {
    /// Prepares checked elements. `*` alone is not an element: whoever allows every origin has nothing to look up.
    pub fn new<'a>(elements: impl IntoIterator<Item = &'a str>) -> Self {
        let (mut exact, mut patterns) = (Vec::new(), Vec::new());
        for element in elements {
            let list = if element.contains('*') { &mut patterns } else { &mut exact };
            list.push(element);
        }
        Self { exact: Table::new(&exact), patterns: Patterns::new(&patterns) }
    }

    /// Whether the value of an `Origin` header is one of the origins, or one that a pattern covers.
    pub fn contains(&self, origin: &[u8]) -> bool {
        self.exact.contains(origin) || self.patterns.cover(origin)
    }

    /// How many origins and patterns there are.
    pub fn len(&self) -> usize {
        self.exact.len() + self.patterns.table.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes on the heap.
    pub fn heap_size(&self) -> usize {
        self.exact.heap_size() + self.patterns.table.heap_size()
    }
}

impl PartialEq for OriginIndex {
    /// Whether both were made of the same elements, in the same order.
    fn eq(&self, other: &Self) -> bool {
        let same = |a: &Table, b: &Table| a.ends == b.ends && a.bytes == b.bytes;
        same(&self.exact, &other.exact) && same(&self.patterns.table, &other.patterns.table)
    }
}

/// Patterns, under the text as it is written: a look-up writes down the patterns that could cover an origin, and
/// asks for each.
#[derive(Debug, Default)]
struct Patterns {
    table: Table,
    /// Bit `n`: there is a `*.base` whose base has `n` bytes. Keeps the number of look-ups small.
    base_lengths: [u64; 4],
    /// Whether there is a pattern that ends in `:*`.
    any_port: bool,
}

impl Patterns {
    fn new(patterns: &[&str]) -> Self {
        let mut this = Self { table: Table::new(patterns), ..Self::default() };
        for pattern in patterns {
            let without_port = pattern.strip_suffix(":*");
            this.any_port |= without_port.is_some();
            let rest = without_port.unwrap_or(pattern);
            if let Some((_, base)) = rest.split_once("://*.") {
                // A port of the pattern's own is not part of the base; hosts of IPv6 have no `*`.
                let length = base.split(':').next().unwrap_or(base).len() & 0xff;
                this.base_lengths[length / 64] |= 1 << (length % 64);
            }
        }
        this
    }

    fn cover(&self, origin: &[u8]) -> bool {
        if self.table.len() == 0 {
            return false;
        }
        let Some((scheme, host_end)) = Self::cut(origin) else { return false };
        let host_start = scheme + "://".len();
        let host = &origin[host_start..host_end];
        let mut key = Key::new(&origin[..host_start]);
        if self.any_port && self.table.contains(key.with(&[host, b":*"])) {
            return true;
        }
        for (dot, _) in host.iter().enumerate().filter(|(_, byte)| **byte == b'.') {
            let base = &host[dot + 1..];
            let length = base.len() & 0xff;
            if dot == 0 || self.base_lengths[length / 64] & (1 << (length % 64)) == 0 {
                continue;
            }
            // The base, and the port if there is one.
            let rest = &origin[host_start + dot + 1..];
            if self.table.contains(key.with(&[b"*.", rest]))
                || (self.any_port && self.table.contains(key.with(&[b"*.", base, b":*"])))
            {
                return true;
            }
        }
        false
    }

    /// Where scheme and host of a well-formed origin end.
    #[inline]
    fn cut(origin: &[u8]) -> Option<(usize, usize)> {
        if origin.len() > MAX_LEN {
            return None;
        }
        if let Some(WebOrigin { scheme, host_end, .. }) = WebOrigin::parse(origin) {
            return Some((scheme, host_end));
        }
        let origin = OriginRef::parse(std::str::from_utf8(origin).ok()?)?;
        let scheme = origin.scheme().len();
        Some((scheme, scheme + "://".len() + origin.host().len()))
    }
}

/// A pattern's text, on the stack.
struct Key {
    bytes: [u8; MAX_LEN + 8],
    prefix: usize,
}

impl Key {
    fn new(prefix: &[u8]) -> Self {
        let mut key = Self { bytes: [0; MAX_LEN + 8], prefix: 0 };
        key.prefix = key.write(0, &[prefix]);
        key
    }

    fn with(&mut self, parts: &[&[u8]]) -> &[u8] {
        let end = self.write(self.prefix, parts);
        &self.bytes[..end]
    }

    fn write(&mut self, mut at: usize, parts: &[&[u8]]) -> usize {
        for part in parts {
            self.bytes[at..at + part.len()].copy_from_slice(part);
            at += part.len();
        }
        at
    }
}

/// A set of strings in one allocation, with an open-addressing index beside it: about 14 bytes on top of each string,
/// where a `HashSet<Box<str>>` takes about 40.
#[derive(Debug, Default)]
struct Table {
    bytes: Box<[u8]>,
    /// Where each string ends.
    ends: Box<[usize]>,
    /// The bytes of the longest string.
    longest: usize,
    /// Numbers of strings, counted from 1; 0 is a free slot. Empty for a few strings, which are compared one by one.
    slots: Box<[u32]>,
    /// Keyed at random: whoever may choose the strings cannot choose which of them collide.
    hasher: RandomState,
}

/// Up to here comparing beats hashing.
const FEW: usize = 4;

impl Table {
    fn new(strings: &[&str]) -> Self {
        let mut bytes = Vec::with_capacity(strings.iter().map(|string| string.len()).sum());
        let mut ends = Vec::with_capacity(strings.len());
        for string in strings {
            bytes.extend_from_slice(string.as_bytes());
            ends.push(bytes.len());
        }
        let longest = strings.iter().map(|string| string.len()).max().unwrap_or(0);
        let mut table = Self { bytes: bytes.into(), ends: ends.into(), longest, ..Self::default() };
        if strings.len() > FEW {
            table.slots = vec![0; strings.len() + strings.len() / 2].into();
            for (number, string) in (1..).zip(strings) {
                let mut slot = table.first_slot(string.as_bytes());
                while table.slots[slot] != 0 {
                    slot = table.next_slot(slot);
                }
                table.slots[slot] = number;
            }
        }
        table
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    fn contains(&self, string: &[u8]) -> bool {
        // Whoever sends something longer does not get it hashed.
        if string.len() > self.longest {
            return false;
        }
        if self.slots.is_empty() {
            return (0..self.len()).any(|number| self.get(number) == string);
        }
        let mut slot = self.first_slot(string);
        loop {
            match self.slots[slot] {
                0 => return false,
                number if self.get(number as usize - 1) == string => return true,
                _ => slot = self.next_slot(slot),
            }
        }
    }

    fn get(&self, number: usize) -> &[u8] {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[number]]
    }

    /// Spreads the hash over the slots by multiplication, so that their number need not be a power of two.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the product's upper half is below the number of slots"
    )]
    fn first_slot(&self, string: &[u8]) -> usize {
        let mut hasher = self.hasher.build_hasher();
        hasher.write(string);
        let hash = hasher.finish();
        ((u128::from(hash) * self.slots.len() as u128) >> 64) as usize
    }

    fn next_slot(&self, slot: usize) -> usize {
        if slot + 1 == self.slots.len() { 0 } else { slot + 1 }
    }

    fn heap_size(&self) -> usize {
        self.bytes.len() + size_of_val(&*self.ends) + size_of_val(&*self.slots)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_table(elements: &[&str], cases: &[(&str, bool)]) {
        // The same elements among many others: compared one by one, and hashed.
        let others: Vec<_> = (0..20).map(|n| format!("https://other{n}.test")).collect();
        let few = OriginIndex::new(elements.iter().copied());
        let many = OriginIndex::new(elements.iter().copied().chain(others.iter().map(String::as_str)));
        for (origin, expected) in cases {
            assert_eq!(few.contains(origin.as_bytes()), *expected, "{origin} among few");
            assert_eq!(many.contains(origin.as_bytes()), *expected, "{origin} among many");
        }
    }

    #[test]
    fn exact_origins_match_byte_for_byte() {
        assert_table(
            &["https://app.example.com", "capacitor://localhost"],
            &[
                ("https://app.example.com", true),
                ("capacitor://localhost", true),
                ("https://app.example.com:8443", false),
                ("https://app.example.com.attacker.test", false),
                ("https://evilapp.example.com", false),
                ("https://appxexample.com", false),
                ("http://app.example.com", false),
                ("https://app.example.com/", false),
                ("https://APP.example.com", false),
                ("https://app.example.co", false),
                ("null", false),
                ("", false),
            ],
        );
    }

    #[test]
    fn a_subdomain_pattern_needs_a_label_and_keeps_scheme_and_port() {
        assert_table(
            &["https://*.example.com"],
            &[
                ("https://a.example.com", true),
                ("https://a.b.c.example.com", true),
                ("https://example.com", false),
                ("https://.example.com", false),
                ("https://evilexample.com", false),
                ("https://a.example.com:8443", false),
                ("http://a.example.com", false),
                ("https://a.example.com.", false),
                ("https://a.example.com.attacker.test", false),
                ("https://*.example.com", false),
            ],
        );
    }

    #[test]
    fn a_port_pattern_covers_every_port_and_none() {
        assert_table(
            &["http://localhost:*", "https://*.dev.example:*", "https://*.b.example:8443"],
            &[
                ("http://localhost", true),
                ("http://localhost:1", true),
                ("http://localhost:65535", true),
                ("http://localhost:65536", false),
                ("http://localhost:", false),
                ("http://localhost:*", false),
                ("https://localhost:1", false),
                ("http://a.localhost:1", false),
                ("https://a.dev.example", true),
                ("https://a.dev.example:9", true),
                ("https://dev.example:9", false),
                ("https://a.b.example:8443", true),
                ("https://a.b.example", false),
            ],
        );
    }

    #[test]
    fn an_index_takes_at_most_twice_the_bytes_of_its_origins() {
        let origins: Vec<_> = (0..100_000).map(|n| format!("https://tenant{n}.example.com")).collect();
        let bytes: usize = origins.iter().map(String::len).sum();
        let index = OriginIndex::new(origins.iter().map(String::as_str));
        assert!(index.heap_size() <= 2 * bytes, "{} bytes for {bytes}", index.heap_size());
        assert!(origins.iter().all(|origin| index.contains(origin.as_bytes())));
        assert!(!index.contains(b"https://tenant100000.example.com"));
    }
}
