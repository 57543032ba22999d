//! Which elements of a list say what another one says already.

use crate::origin::Parts;
use crate::{OriginEntry, PortPattern};
use std::collections::HashMap;

/// Finds duplicates and patterns that cover other elements. Time per element does not depend on their number.
///
/// `T` is whatever the caller wants to know about the element that was first.
#[derive(Debug)]
pub(crate) struct Cover<'a, T> {
    any: Option<T>,
    entries: HashMap<&'a str, T>,
    patterns: HashMap<Site<'a>, (OriginEntry<'a>, T)>,
}

/// Scheme, host, subdomains, port.
type Site<'a> = (&'a str, &'a str, bool, PortPattern);

impl<'a, T: Copy> Cover<'a, T> {
    pub(crate) fn new() -> Self {
        Self { any: None, entries: HashMap::new(), patterns: HashMap::new() }
    }

    /// Adds an element, unless it is there already: then says which one it repeats.
    pub(crate) fn add(&mut self, entry: OriginEntry<'a>, what: T) -> Option<T> {
        if let Some(first) = self.duplicate(entry) {
            return Some(first);
        }
        self.entries.insert(entry.as_str(), what);
        match entry {
            OriginEntry::Any => self.any = Some(what),
            OriginEntry::Exact(_) => {}
            OriginEntry::Pattern(pattern) => {
                let site = (pattern.scheme, pattern.host, pattern.subdomains, pattern.port);
                self.patterns.insert(site, (entry, what));
            }
        }
        None
    }

    /// The element that says exactly the same.
    pub(crate) fn duplicate(&self, entry: OriginEntry<'a>) -> Option<T> {
        self.entries.get(entry.as_str()).copied()
    }

    /// The wider element that allows everything that this one allows.
    pub(crate) fn covering(&self, entry: OriginEntry<'a>) -> Option<(OriginEntry<'a>, T)> {
        if entry == OriginEntry::Any {
            return None;
        }
        if let Some(what) = self.any {
            return Some((OriginEntry::Any, what));
        }
        if self.patterns.is_empty() {
            return None;
        }
        let (scheme, host, subdomains, port) = match entry {
            OriginEntry::Any => return None,
            OriginEntry::Pattern(pattern) => (pattern.scheme, pattern.host, pattern.subdomains, pattern.port),
            OriginEntry::Exact(text) => {
                let parts = Parts::split(text)?;
                let port = parts.port.and_then(|digits| digits.parse().ok());
                (parts.scheme, parts.host, false, PortPattern::Is(port))
            }
        };
        let wider_ports = [PortPattern::Any, port];
        let same_host = wider_ports.iter().map(|&port| (scheme, host, subdomains, port));
        // A host has at most 127 dots.
        let parents = host.match_indices('.').map(|(dot, _)| &host[dot + 1..]);
        let above = parents.flat_map(|base| wider_ports.map(|port| (scheme, base, true, port)));
        same_host
            .chain(above)
            .filter_map(|site| self.patterns.get(&site).copied())
            .find(|(wider, _)| *wider != entry)
    }
}
