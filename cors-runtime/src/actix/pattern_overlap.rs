//! Patterns that match the same URL: actix-web asks resources in order, by pattern and method, so that two patterns can
//! have routes for two methods of one URL.

/// Whether there can be a URL that matches both patterns. If that depends on a regular expression, it says `true`.
pub(super) fn patterns_overlap(a: &str, b: &str) -> bool {
    // The empty pattern is the URL of the scope itself, which no other pattern matches.
    if a.is_empty() || b.is_empty() {
        return a == b;
    }
    // actix-web adds the slash where it is missing.
    let (a, b) = (a.strip_prefix('/').unwrap_or(a), b.strip_prefix('/').unwrap_or(b));
    let (start_of_a, start_of_b) = (literal_start(a), literal_start(b));
    if start_of_a.len() == a.len() && start_of_b.len() == b.len() {
        return a == b;
    }
    if !start_of_a.starts_with(start_of_b) && !start_of_b.starts_with(start_of_a) {
        return false;
    }
    // `{id:\d+}`, `{tail}*`
    let is_simple = |pattern: &str| !pattern.contains([':', '*']);
    if !is_simple(a) || !is_simple(b) {
        return true;
    }
    let (mut segments_of_a, mut segments_of_b) = (a.split('/'), b.split('/'));
    loop {
        match (segments_of_a.next(), segments_of_b.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if segments_overlap(a, b) => {}
            _ => return false,
        }
    }
}

/// The text before the first `{name}` or before the `*` at the end.
fn literal_start(pattern: &str) -> &str {
    let end = pattern.find('{').unwrap_or_else(|| pattern.strip_suffix('*').unwrap_or(pattern).len());
    &pattern[..end]
}

/// Whether a segment can match both. A `{name}` stands for at least one character.
fn segments_overlap(a: &str, b: &str) -> bool {
    a == b || (a.contains('{') || b.contains('{')) && !a.is_empty() && !b.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_share_a_url() {
        for (a, b, expected) in [
            ("/users/{id}", "/users/me", true),
            ("/users/{id}", "/users/{name}", true),
            ("users/{id}", "/users/me", true),
            ("/{kind}/{id}", "/users/me", true),
            ("/{kind}/me", "/users/{id}", true),
            ("/users/{id:[^/]+}", "/users/me", true),
            ("/files/{tail}*", "/files/a/b/c", true),
            ("/files/{tail:.*}", "/files/{a}/b", true),
            ("/files*", "/files/a", true),
            ("/users/{id}", "/users", false),
            ("/users/{id}", "/users/", false),
            ("/users/{id}", "/users/{id}/posts", false),
            ("/users/{id}/posts", "/users/{id}/likes", false),
            ("/users/{id}", "/groups/{id}", false),
            ("/files/{tail}*", "/users/a", false),
            ("/users", "/users/me", false),
            ("users", "/users", true),
            ("", "/{id}", false),
            ("", "/", false),
        ] {
            assert_eq!(patterns_overlap(a, b), expected, "{a} {b}");
            assert_eq!(patterns_overlap(b, a), expected, "{b} {a}");
        }
    }
}
