//! Names below which anybody can register one: `com`, `co.uk`, `github.io`.

use std::cmp::Ordering;

/// The rules, one a line, sorted; searched where they are.
fn rules() -> &'static str {
    let file = include_str!("public_suffixes.txt");
    file.split_once("\n\n").map_or(file, |(_header, rules)| rules)
}

/// Whether a pattern on the subdomains of `base` lets strangers in: `base` is a public suffix, or the names below it are.
///
/// Only suffixes that are on the list: what it does not know may well be the name of an intranet.
pub(crate) fn is_open_to_everybody(base: &str) -> bool {
    let base = base.strip_suffix('.').unwrap_or(base);
    is_public_suffix(base) || has_rule("*.", base)
}

fn is_public_suffix(name: &str) -> bool {
    has_rule("", name)
        || name.split_once('.').is_some_and(|(_, parent)| has_rule("*.", parent)) && !has_rule("!", name)
}

/// Whether the list has the rule `mark` + `name`.
fn has_rule(mark: &str, name: &str) -> bool {
    let wanted = || mark.bytes().chain(name.bytes());
    let list = rules().as_bytes();
    let (mut from, mut to) = (0, list.len());
    while from < to {
        // The line around the middle.
        let middle = from + (to - from) / 2;
        let start = list[from..middle].iter().rposition(|&b| b == b'\n').map_or(from, |at| from + at + 1);
        let end = list[middle..to].iter().position(|&b| b == b'\n').map_or(to, |at| middle + at);
        match list[start..end].iter().copied().cmp(wanted()) {
            Ordering::Equal => return true,
            Ordering::Less => from = end + 1,
            Ordering::Greater => to = start,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_psl(name: &str) -> bool {
        psl::suffix(name.as_bytes()).is_some_and(|suffix| suffix.is_known() && suffix == name)
    }

    #[test]
    fn sorted() {
        assert!(rules().lines().is_sorted());
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
        others.retain(|name| !(is_public_suffix(name) && has_rule("*.", name)));
        assert!(others.is_empty(), "{others:?}");
    }

    #[test]
    fn open_to_everybody() {
        for (base, expected) in [
            ("com", true),
            ("co.uk", true),
            ("co.uk.", true),
            ("github.io", true),
            ("ck", true),
            ("foo.ck", true),
            ("www.ck", false),
            ("kawasaki.jp", true),
            ("city.kawasaki.jp", false),
            ("xn--p1ai", true),
            ("example.com", false),
            ("acme.github.io", false),
            ("corp", false),
            ("localhost", false),
            ("internal", false),
            ("", false),
            (".", false),
            ("zzzzzzzzzzzz", false),
            ("\u{ff}", false),
        ] {
            assert_eq!(is_open_to_everybody(base), expected, "{base}");
        }
    }
}
