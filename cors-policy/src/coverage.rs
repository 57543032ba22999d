//! Finds the elements of a list of origins that another element makes redundant.

use crate::OriginEntry;
use crate::entry::{OriginPattern, PortPattern};
use crate::origin::Parts;
use std::collections::HashMap;

/// The elements of a list, prepared to find duplicates and patterns that cover other elements. The time per element
/// does not depend on the number of elements.
///
/// `T` is what the caller stores about an element.
#[derive(Debug)]
pub(crate) struct Coverage<'a, T> {
    any: Option<T>,
    entries: HashMap<&'a str, T>,
    patterns: HashMap<OriginPattern<&'a str>, (OriginEntry<'a>, T)>,
}

impl<'a, T: Copy> Coverage<'a, T> {
    pub(crate) fn new() -> Self {
        Self { any: None, entries: HashMap::new(), patterns: HashMap::new() }
    }

    /// Adds an element. If it is already there, the result is what is stored about the first one.
    pub(crate) fn add(&mut self, entry: OriginEntry<'a>, value: T) -> Option<T> {
        if let Some(first) = self.duplicate(entry) {
            return Some(first);
        }
        self.entries.insert(entry.as_str(), value);
        match entry {
            OriginEntry::Any => self.any = Some(value),
            OriginEntry::Exact(_) => {}
            OriginEntry::Pattern { pattern, .. } => {
                self.patterns.insert(pattern, (entry, value));
            }
        }
        None
    }

    /// What is stored about an element with the same text.
    pub(crate) fn duplicate(&self, entry: OriginEntry<'a>) -> Option<T> {
        self.entries.get(entry.as_str()).copied()
    }

    /// A wider element that allows everything that this one allows.
    pub(crate) fn covering(&self, entry: OriginEntry<'a>) -> Option<(OriginEntry<'a>, T)> {
        if entry == OriginEntry::Any {
            return None;
        }
        if let Some(value) = self.any {
            return Some((OriginEntry::Any, value));
        }
        if self.patterns.is_empty() {
            return None;
        }
        let pattern = match entry {
            OriginEntry::Any => return None,
            OriginEntry::Pattern { pattern, .. } => pattern,
            OriginEntry::Exact(text) => {
                let Parts { scheme, host, port } = Parts::split(text)?;
                let port = PortPattern::Is(port.and_then(|digits| digits.parse().ok()));
                OriginPattern { scheme, host, subdomains: false, port }
            }
        };
        pattern
            .covering()
            .filter_map(|wider| self.patterns.get(&wider).copied())
            .find(|(wider, _)| *wider != entry)
    }
}
