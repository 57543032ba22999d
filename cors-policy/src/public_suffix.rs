//! The public suffix list: names below which anybody can register a name, such as `com`, `co.uk` and `github.io`.
//!
//! The format of the list: <https://github.com/publicsuffix/list/wiki/Format>

/// The rules of the list, one on each line, sorted by their bytes from the last to the first: so the rules for the
/// subdomains of one name are adjacent, and a binary search in the text finds them.
fn rules() -> &'static str {
    let file = include_str!("public_suffixes.txt");
    file.split_once("\n\n").map_or(file, |(_header, rules)| rules)
}

/// A public suffix whose names a pattern `*.base` covers: `base` itself, or else the shortest one below it, since `*.`
/// covers subdomains at any depth.
///
/// Only public suffixes on the list count: another name may well belong to an intranet.
pub(crate) fn covered_by_pattern(base: &str) -> Option<&str> {
    let base = base.strip_suffix('.').unwrap_or(base);
    if is_public_suffix(base) {
        return Some(base);
    }
    rules_ending_in(&format!(".{base}"))
        .filter(|rule| !rule.starts_with('!'))
        .map(|rule| rule.strip_prefix("*.").unwrap_or(rule))
        .min_by_key(|name| name.len())
}

fn is_public_suffix(name: &str) -> bool {
    has_rule(name)
        || name.split_once('.').is_some_and(|(_, parent)| has_rule(&format!("*.{parent}")))
            && !has_rule(&format!("!{name}"))
}

fn has_rule(rule: &str) -> bool {
    rules_ending_in(rule).next() == Some(rule)
}

/// The rules that end in `ending`. The first one is `ending` itself if it is a rule.
fn rules_ending_in(ending: &str) -> impl Iterator<Item = &'static str> {
    let list = rules();
    let (mut from, mut to) = (0, list.len());
    while from < to {
        // The line around the middle.
        let middle = from + (to - from) / 2;
        let start = list[from..middle].rfind('\n').map_or(from, |at| from + at + 1);
        let end = list[middle..to].find('\n').map_or(to, |at| middle + at);
        if list[start..end].bytes().rev().lt(ending.bytes().rev()) {
            from = end + 1;
        } else {
            to = start;
        }
    }
    list.get(from..).unwrap_or_default().lines().take_while(move |rule| rule.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_psl(name: &str) -> bool {
        psl::suffix(name.as_bytes()).is_some_and(|suffix| suffix.is_known() && suffix == name)
    }

    #[test]
    fn the_rules_are_sorted_by_their_bytes_from_last_to_first() {
        assert!(rules().lines().is_sorted_by(|a, b| a.bytes().rev().lt(b.bytes().rev())));
        assert!(rules().lines().count() > 10_000);
    }

    #[test]
    fn same_as_psl() {
        let mut others = Vec::new();
        for rule in rules().lines() {
            let name = rule.trim_start_matches("*.").trim_start_matches('!');
            let parent = name.split_once('.').map_or(name, |(_, parent)| parent);
            for name in [name, parent, &format!("x.{name}"), &format!("x.y.{name}"), &format!("x{name}")] {
                if is_public_suffix(name) != by_psl(name) {
                    others.push(name.to_owned());
                }
            }
        }
        // `psl` overlooks that a wildcard also covers a name below which the list goes on.
        others.retain(|name| !(is_public_suffix(name) && has_rule(&format!("*.{name}"))));
        assert!(others.is_empty(), "{others:?}");
    }

    #[test]
    fn the_public_suffix_that_a_pattern_covers() {
        for (base, expected) in [
            ("com", Some("com")),
            ("co.uk", Some("co.uk")),
            ("co.uk.", Some("co.uk")),
            ("github.io", Some("github.io")),
            ("ck", Some("ck")),
            ("foo.ck", Some("foo.ck")),
            ("www.ck", None),
            ("kawasaki.jp", Some("kawasaki.jp")),
            ("city.kawasaki.jp", None),
            ("xn--p1ai", Some("xn--p1ai")),
            ("windows.net", Some("web.core.windows.net")),
            ("core.windows.net", Some("web.core.windows.net")),
            ("indows.net", None),
            ("example.com", None),
            ("acme.github.io", None),
            ("corp", None),
            ("localhost", None),
            ("internal", None),
            ("", None),
            (".", None),
            ("zzzzzzzzzzzz", None),
            ("000000000000", None),
            ("\u{ff}", None),
        ] {
            assert_eq!(covered_by_pattern(base), expected, "{base}");
        }
    }
}
