//! Looks up the origin of a request among the origins and patterns of a policy.

use crate::entry::{OriginPattern, PortPattern};
use crate::{OriginEntry, OriginRef};
use foldhash::quality::RandomState;
use hashbrown::{Equivalent, HashSet, HashTable};
use std::fmt;
use std::hash::BuildHasher as _;

/// Origins and patterns, prepared for look-ups. Building takes time in proportion to the bytes of the elements, a
/// look-up in proportion to the bytes of the origin, however many elements there are.
#[derive(Debug, Default, PartialEq)]
pub struct OriginIndex {
    exact: ExactOrigins,
    patterns: Patterns,
}

impl OriginIndex {
    /// Prepares checked elements. `*` is skipped: a policy that allows every origin needs no look-up.
    pub fn new<'a>(elements: impl IntoIterator<Item = &'a str>) -> Self {
        let mut index = Self::default();
        for element in elements {
            match OriginEntry::split(element) {
                Some(OriginEntry::Exact(origin)) => index.exact.insert(origin),
                Some(OriginEntry::Pattern { pattern, .. }) => index.patterns.insert(&pattern),
                Some(OriginEntry::Any) | None => {}
            }
        }
        index.exact.texts.shrink_to_fit();
        index
    }

    /// Whether the value of an `Origin` header is one of the origins or matches one of the patterns.
    pub fn contains(&self, origin: &[u8]) -> bool {
        self.exact.contains(origin) || self.patterns.match_origin(origin)
    }

    /// The number of origins and patterns.
    pub fn len(&self) -> usize {
        self.exact.positions.len() + self.patterns.set.len()
    }

    /// Whether there are no origins and no patterns.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A set of origins. All texts are in one buffer, and the table holds their positions: a set of many origins takes at
/// most twice the bytes of their texts, where a `HashSet<Box<str>>` takes more than three times as many.
#[derive(Default)]
struct ExactOrigins {
    texts: String,
    positions: HashTable<Position>,
    /// The length of the longest origin.
    longest: usize,
    /// Seeded at random: a client or tenant that chooses origins cannot choose their hashes.
    hasher: RandomState,
}

/// Where a text begins and ends in the buffer. Four bytes each, since the table has a place for each origin and more.
type Position = (u32, u32);

impl ExactOrigins {
    fn insert(&mut self, origin: &str) {
        if self.contains(origin.as_bytes()) {
            return;
        }
        let start = self.end();
        self.texts.push_str(origin);
        let position = (start, self.end());
        self.longest = self.longest.max(origin.len());
        let Self { texts, positions, hasher, .. } = self;
        let hash = |position: &Position| hasher.hash_one(text(texts, *position));
        positions.insert_unique(hash(&position), position, hash);
    }

    fn end(&self) -> u32 {
        u32::try_from(self.texts.len()).expect("a policy has less than 4 GiB of origins")
    }

    fn contains(&self, origin: &[u8]) -> bool {
        // Input longer than the longest entry is rejected before hashing.
        origin.len() <= self.longest
            && self
                .positions
                .find(self.hasher.hash_one(origin), |position| text(&self.texts, *position) == origin)
                .is_some()
    }
}

fn text(texts: &str, (start, end): Position) -> &[u8] {
    &texts.as_bytes()[start as usize..end as usize]
}

impl PartialEq for ExactOrigins {
    fn eq(&self, other: &Self) -> bool {
        self.positions.len() == other.positions.len()
            && self.positions.iter().all(|position| other.contains(text(&self.texts, *position)))
    }
}

impl fmt::Debug for ExactOrigins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExactOrigins").field("len", &self.positions.len()).finish_non_exhaustive()
    }
}

/// Patterns, looked up by their parts. For the origin of a request each pattern that would match it is looked up.
#[derive(Debug, Default)]
struct Patterns {
    set: HashSet<OriginPattern<Box<str>>, RandomState>,
    /// At `n`, whether the host of some pattern has `n` bytes. Hosts of other lengths are not looked up, so that an
    /// origin with many labels costs no more than one with few.
    host_lengths: Vec<bool>,
}

impl Patterns {
    fn insert(&mut self, pattern: &OriginPattern<&str>) {
        let length = pattern.host.len();
        if self.host_lengths.len() <= length {
            self.host_lengths.resize(length + 1, false);
        }
        self.host_lengths[length] = true;
        self.set.insert(OriginPattern {
            scheme: pattern.scheme.into(),
            host: pattern.host.into(),
            subdomains: pattern.subdomains,
            port: pattern.port,
        });
    }

    fn match_origin(&self, origin: &[u8]) -> bool {
        if self.set.is_empty() {
            return false;
        }
        let Some(origin) = std::str::from_utf8(origin).ok().and_then(OriginRef::parse) else { return false };
        let port = PortPattern::Is(origin.port());
        OriginPattern { scheme: origin.scheme(), host: origin.host(), subdomains: false, port }
            .covering()
            .filter(|pattern| self.host_lengths.get(pattern.host.len()) == Some(&true))
            .any(|pattern| self.set.contains(&pattern))
    }
}

impl PartialEq for Patterns {
    fn eq(&self, other: &Self) -> bool {
        self.set == other.set
    }
}

/// Lets a borrowed pattern be looked up. A `Box<str>` has the hash of the `str` in it.
impl Equivalent<OriginPattern<Box<str>>> for OriginPattern<&str> {
    fn equivalent(&self, stored: &OriginPattern<Box<str>>) -> bool {
        let stored = (&*stored.scheme, &*stored.host, stored.subdomains, stored.port);
        (self.scheme, self.host, self.subdomains, self.port) == stored
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
            &[
                "http://localhost:*",
                "http://[::1]:*",
                "https://*.dev.example:*",
                "https://*.b.example:8443",
                "tauri://*.localhost",
            ],
            &[
                ("http://localhost", true),
                ("http://localhost:1", true),
                ("http://localhost:65535", true),
                ("http://localhost:65536", false),
                ("http://localhost:", false),
                ("http://localhost:*", false),
                ("https://localhost:1", false),
                ("http://a.localhost:1", false),
                ("http://[::1]", true),
                ("http://[::1]:3000", true),
                ("http://[::2]:3000", false),
                ("tauri://app.localhost", true),
                ("tauri://localhost", false),
                ("tauri://app.localhost:1", false),
                ("https://a.dev.example", true),
                ("https://a.dev.example:9", true),
                ("https://dev.example:9", false),
                ("http://a.dev.example:9", false),
                ("https://a.b.example:8443", true),
                ("https://a.b.example", false),
            ],
        );
    }

    #[test]
    fn repeated_elements_count_once() {
        let index = OriginIndex::new(["https://a.example", "https://a.example", "https://*.a.example"]);
        assert_eq!((index.len(), index.is_empty()), (2, false));
        assert!(OriginIndex::new([]).is_empty() && !OriginIndex::new([]).contains(b""));
    }

    #[test]
    fn equal_indexes_have_the_same_elements_in_any_order() {
        let index = |elements: &[&'static str]| OriginIndex::new(elements.iter().copied());
        let two = index(&["https://a.example", "https://*.b.example"]);
        assert_eq!(two, index(&["https://*.b.example", "https://a.example"]));
        assert_ne!(two, index(&["https://a.example", "https://*.c.example"]));
        assert_ne!(two, index(&["https://c.example", "https://*.b.example"]));
        assert_ne!(two, index(&["https://a.example"]));
    }

    #[test]
    fn an_index_takes_at_most_twice_the_bytes_of_its_origins() {
        for count in [10_000, 60_000, 100_000] {
            let origins: Vec<_> = (0..count).map(|n| format!("https://tenant{n}.example.com")).collect();
            let bytes: usize = origins.iter().map(String::len).sum();
            let index = OriginIndex::new(origins.iter().map(String::as_str));
            let size = index.exact.texts.capacity() + index.exact.positions.allocation_size();
            assert!(size <= 2 * bytes, "{size} bytes for {bytes}");
            assert!(origins.iter().all(|origin| index.contains(origin.as_bytes())));
            assert!(!index.contains(format!("https://tenant{count}.example.com").as_bytes()));
        }
    }
}
