//! Text of servers in the output: it must not control the terminal.

use std::borrow::Cow;

/// The number of characters of a value that the output shows.
const SHOWN_LIMIT: usize = 300;

/// Replaces characters that could control a terminal or reorder its text with escapes such as `\u{1b}`.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let escape = |c: char| if is_unsafe(c) { c.escape_unicode().to_string() } else { c.to_string() };
    Cow::Owned(text.chars().map(escape).collect())
}

/// Makes a text of several lines [`printable`].
pub(crate) fn printable_lines(text: &str) -> String {
    text.lines().map(printable).collect::<Vec<_>>().join("\n")
}

/// Decodes a header value, makes it [`printable`], and shortens it.
pub(crate) fn printable_value(value: &[u8]) -> String {
    let text = match str::from_utf8(value) {
        Ok(text) => Cow::Borrowed(text),
        // Browsers read the bytes of a header as Latin-1.
        Err(_) => Cow::Owned(value.iter().copied().map(char::from).collect::<String>()),
    };
    match text.char_indices().nth(SHOWN_LIMIT) {
        None => printable(&text).into_owned(),
        Some((end, _)) => format!("{} ..", printable(&text[..end])),
    }
}

/// Replaces the characters of [`printable`] in JSON with escapes of JSON. They occur only inside of its strings.
pub(crate) fn printable_json(json: &str) -> Cow<'_, str> {
    let is_unsafe = |c| is_unsafe(c) && c != '\n';
    if !json.contains(is_unsafe) {
        return Cow::Borrowed(json);
    }
    // All of these characters are in the Basic Multilingual Plane, so one escape is enough for each.
    let escape = |c: char| if is_unsafe(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() };
    Cow::Owned(json.chars().map(escape).collect())
}

/// Returns whether a character is a control character, or changes the direction or the lines of the text after it.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped() {
        for (text, expected) in [
            ("https://app.example.com", "https://app.example.com"),
            ("grün ‘x’", "grün ‘x’"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("a\r\nb\u{7f}\0", "a\\u{d}\\u{a}b\\u{7f}\\u{0}"),
            ("moc.\u{202e}elgoog", "moc.\\u{202e}elgoog"),
        ] {
            assert_eq!(printable(text), expected);
        }
    }

    #[test]
    fn values_are_shortened_and_decoded() {
        assert_eq!(printable_value(b"\xe4\x9b1m"), "ä\\u{9b}1m");
        assert_eq!(printable_value("ä".repeat(301).as_bytes()), format!("{} ..", "ä".repeat(300)));
    }

    #[test]
    fn json_stays_the_same_value() {
        let value = serde_json::json!({ "a": "x\u{9b}\u{7f}\u{202e}\u{1b}\n" });
        let text = serde_json::to_string_pretty(&value).unwrap();
        let escaped = printable_json(&text);
        assert!(!escaped.contains(|c| is_unsafe(c) && c != '\n'), "{escaped}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped).unwrap(), value);
    }
}
