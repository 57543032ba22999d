//! Texts of servers as a terminal may show them.

/// The characters of a text that are shown.
const LONGEST: usize = 300;

/// Escapes control characters and characters that change the direction of text, and shortens long texts.
pub(super) fn printable(text: &str) -> String {
    let mut shown = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == LONGEST {
            shown.push('…');
            break;
        }
        match c {
            '"' | '\'' | '\\' => shown.push(c),
            _ => shown.extend(c.escape_debug()),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_character_is_shown() {
        assert_eq!(
            printable("a\x1b[31m\r\n\t\u{9b}\u{202e}\u{0}\"é"),
            "a\\u{1b}[31m\\r\\n\\t\\u{9b}\\u{202e}\\0\"é"
        );
        assert_eq!(printable(&"a".repeat(1000)).chars().count(), LONGEST + 1);
    }
}
