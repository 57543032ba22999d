//! Texts that stay until the process ends.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// The same text for as long as the process runs. A header value made of it is copied without counting references, which
/// would be a tenth of what a preflight costs.
///
/// Only for lists of methods and numbers of seconds: few different ones, and none that a client chooses.
pub(super) fn interned(text: &str) -> &'static str {
    static TEXTS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = texts.get(text) {
        return known;
    }
    let kept: &'static str = Box::leak(Box::from(text));
    texts.insert(kept);
    kept
}

#[cfg(test)]
mod tests {
    use super::interned;

    #[test]
    fn equal_texts_are_kept_once() {
        let (first, second) = (interned("GET, PURGE"), interned(&["GET", "PURGE"].join(", ")));
        assert_eq!(first, "GET, PURGE");
        assert!(std::ptr::eq(first, second));
        assert_eq!(interned("GET"), "GET");
    }
}
