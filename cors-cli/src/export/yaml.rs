//! YAML with comments between the items of a list.

use crate::printable::printable;
use serde::Serialize;
use std::fmt::Write as _;

/// The YAML of a value. Every text is quoted, because readers of YAML 1.1 take some words for numbers or booleans.
///
/// # Panics
///
/// If the value has a key that is no text, which no type of this crate has.
pub(super) fn document<T: Serialize>(value: &T) -> String {
    let options = serde_saphyr::ser_options! { quote_all: true };
    serde_saphyr::to_string_with_options(value, options).expect("structs and lists can be written as YAML")
}

/// Items of a list, each below its comment, at a depth of so many spaces.
pub(super) fn list<T: Serialize>(items: &[(String, T)], depth: usize) -> String {
    let mut text = String::new();
    let indent = " ".repeat(depth);
    for (comment, item) in items {
        let _ = writeln!(text, "{indent}# {}", printable(comment));
        text.push_str(&indented(&document(&[item]), &indent));
    }
    text
}

/// The lines of a text with an indent.
fn indented(text: &str, indent: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let _ = writeln!(out, "{indent}{line}");
    }
    out
}
