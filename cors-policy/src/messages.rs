//! The texts of the findings: what is wrong, what to write instead, and why.

mod host;
mod origin;
mod policy;

pub(crate) use host::host;
pub(crate) use origin::{Fault, origin};
pub(crate) use policy::*;

use crate::Finding;

/// The most bytes of the user's text that a message quotes.
const MAX_QUOTED: usize = 100;

/// The user's text in backticks. A long text is cut, and characters that a terminal would interpret or not show are
/// escaped.
fn quoted(text: &str) -> String {
    let mut shown = String::from("`");
    for c in text.chars() {
        if shown.len() > MAX_QUOTED {
            shown.push_str("..");
            break;
        }
        if is_invisible(c) { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    shown.push('`');
    shown
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || c.is_whitespace() && c != ' '
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// ``write `"https://a.example"` ``
fn write(text: &str) -> String {
    format!("write `\"{text}\"`")
}

/// ``write `"GET", "PUT"` ``
fn write_each<T: AsRef<str>>(texts: &[T]) -> String {
    let elements: Vec<_> = texts.iter().map(|text| format!("\"{}\"", text.as_ref())).collect();
    format!("write `{}`", elements.join(", "))
}
