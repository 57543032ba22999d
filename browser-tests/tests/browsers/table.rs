//! The files of the table.

use super::case::Case;
use super::parse::parse;

const FILES: [(&str, &str); 15] = [
    ("origins", include_str!("cases/origins.txt")),
    ("credentials", include_str!("cases/credentials.txt")),
    ("readable", include_str!("cases/readable.txt")),
    ("preflight", include_str!("cases/preflight.txt")),
    ("safelist", include_str!("cases/safelist.txt")),
    ("remembered", include_str!("cases/remembered.txt")),
    ("foreign answers", include_str!("cases/foreign_answers.txt")),
    ("foreign preflights", include_str!("cases/foreign_preflights.txt")),
    ("foreign max-age", include_str!("cases/foreign_max_age.txt")),
    ("surroundings", include_str!("cases/surroundings.txt")),
    ("modes", include_str!("cases/modes.txt")),
    ("redirects", include_str!("cases/redirects.txt")),
    ("attacks", include_str!("cases/attacks.txt")),
    ("elements", include_str!("cases/elements.txt")),
    ("responses", include_str!("cases/responses.txt")),
];

/// Every case, in the order of the files.
pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (file, text) in FILES {
        parse(file, text, "https", &mut cases);
    }
    cases
}

/// The cases that have the same results without TLS, with `http:` in their URLs.
pub(crate) fn cases_without_tls() -> Vec<Case> {
    const NEEDS_TLS: [&str; 5] = ["\"credentials\": true", "Secure", "Sec-Fetch", "MixedContent", "http://"];
    let mut cases = Vec::new();
    for (file, text) in FILES {
        let parts = text.split("\n###").filter(|part| !NEEDS_TLS.iter().any(|needs| part.contains(needs)));
        let text = parts.collect::<Vec<_>>().join("\n###").replace("https://", "http://");
        parse(file, &text, "http", &mut cases);
    }
    cases
}

#[test]
fn the_table_is_large_and_every_name_is_unique() {
    let cases = cases();
    let mut names = std::collections::HashSet::new();
    for case in &cases {
        assert!(names.insert(case.name.as_str()), "two cases have the name {}", case.name);
        assert!(!case.pages().is_empty(), "{} opens no page", case.name);
    }
    assert!(cases.len() >= 150, "only {} cases", cases.len());
}
