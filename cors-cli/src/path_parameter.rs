//! The parameters in the paths of axum and actix-web.

/// Divides `{parameter}rest`. Braces in the regular expression of a parameter belong to it.
pub(crate) fn split_parameter(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('{')?;
    let mut depth = 1;
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((&inner[..at], &inner[at + 1..]));
        }
    }
    None
}
