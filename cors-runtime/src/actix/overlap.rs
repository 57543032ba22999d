//! Paths that share URLs: actix-web asks resources in order, by pattern and method, so that two patterns can serve two
//! methods of one URL.

use std::collections::BTreeSet;

/// For each pattern the numbers of the others that have a URL in common with it.
///
/// What stands before the first name must be the beginning of the other's, so that hardly any two have to be compared.
pub(super) fn overlaps(patterns: &[&str]) -> Vec<Vec<usize>> {
    let starts: Vec<&[u8]> = patterns
        .iter()
        .map(|pattern| literal_start(pattern.strip_prefix('/').unwrap_or(pattern)).as_bytes())
        .collect();
    let lengths: BTreeSet<usize> = starts.iter().map(|start| start.len()).collect();
    let mut sorted: Vec<usize> = (0..patterns.len()).collect();
    sorted.sort_by_key(|number| starts[*number]);
    let from = |start: &[u8]| {
        let first = sorted.partition_point(|number| starts[*number] < start);
        sorted[first..].iter().copied()
    };
    let of = |(number, own): (usize, &&[u8])| {
        let own = *own;
        let mut others = Vec::new();
        for end in lengths.range(..own.len()) {
            others.extend(from(&own[..*end]).take_while(|other| *starts[*other] == own[..*end]));
        }
        others.extend(from(own).take_while(|other| starts[*other].starts_with(own)));
        others.retain(|other| *other != number && overlap(patterns[number], patterns[*other]));
        others
    };
    starts.iter().enumerate().map(of).collect()
}

/// Whether there can be a URL that both patterns match. Where only a regular expression knows: yes.
fn overlap(a: &str, b: &str) -> bool {
    // The scope itself: no other pattern has its URL.
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

/// What stands before the first `{name}` or the `*` at the end.
fn literal_start(pattern: &str) -> &str {
    let end = pattern.find('{').unwrap_or_else(|| pattern.strip_suffix('*').unwrap_or(pattern).len());
    &pattern[..end]
}

/// Names stand for at least one character.
fn segments_overlap(a: &str, b: &str) -> bool {
    a == b || (a.contains('{') || b.contains('{')) && !a.is_empty() && !b.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn among_many_patterns_each_finds_those_that_share_a_url() {
        let patterns =
            ["/", "/users", "/users/me", "/users/{id}", "/{a}/{b}", "users/{id}/posts", "/users/{id}*", ""];
        let found = overlaps(&patterns);
        for (number, others) in found.iter().enumerate() {
            let expected: Vec<_> = (0..patterns.len())
                .filter(|other| *other != number && overlap(patterns[number], patterns[*other]))
                .collect();
            let mut others = others.clone();
            others.sort_unstable();
            assert_eq!(others, expected, "{}", patterns[number]);
        }
        assert!(found[2].contains(&3) && found[3].contains(&2) && found[3].contains(&4), "{found:?}");
    }

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
            assert_eq!(overlap(a, b), expected, "{a} {b}");
            assert_eq!(overlap(b, a), expected, "{b} {a}");
        }
    }
}
