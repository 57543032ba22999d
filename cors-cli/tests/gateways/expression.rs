//! Regular expressions, each of which is compiled once.

use regex::{Regex, RegexBuilder};
use std::cell::RefCell;
use std::collections::HashMap;

/// More are not kept.
const MAX_KEPT: usize = 1000;

/// A regular expression that has to be valid.
pub(crate) fn expression(text: &str) -> Regex {
    thread_local! {
        static KEPT: RefCell<HashMap<String, Regex>> = RefCell::default();
    }
    KEPT.with_borrow_mut(|kept| {
        if let Some(regex) = kept.get(text) {
            return regex.clone();
        }
        // The texts are short, and a build without optimization takes much longer for the tables of an automaton.
        let regex =
            RegexBuilder::new(text).dfa_size_limit(0).build().unwrap_or_else(|error| panic!("{error}"));
        if kept.len() == MAX_KEPT {
            kept.clear();
        }
        kept.insert(text.to_owned(), regex.clone());
        regex
    })
}
