//! The tables of `docs/published-tests.md`.

use super::case::{Reasons, Source};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How many cases each source has.
pub(super) fn numbers(sources: &[Source]) -> String {
    let mut text = "| source | cases | same | different |\n|---|--:|--:|--:|\n".to_owned();
    let mut sum = (0, 0);
    for source in sources {
        let cases = source.cases().count();
        let different = source.cases().filter(|(_, _, differs)| differs.is_some()).count();
        sum = (sum.0 + cases, sum.1 + different);
        let Source { name, link, .. } = source;
        let (repository, _) = link.split_once("/blob/").unwrap_or((link, ""));
        let _ = writeln!(text, "| [{name}]({repository}) | {cases} | {} | {different} |", cases - different);
    }
    let _ = writeln!(text, "| all | {} | {} | {} |", sum.0, sum.0 - sum.1, sum.1);
    text
}

/// Why cases differ.
fn differences(sources: &[Source], reasons: &Reasons) -> String {
    let mut counts: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for source in sources {
        for (_, _, differs) in source.cases() {
            if let Some(reason) = differs {
                *counts.entry(reason).or_default().entry(&source.name).or_default() += 1;
            }
        }
    }
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by_key(|(reason, by_source)| (std::cmp::Reverse(by_source.values().sum::<usize>()), *reason));
    let mut text = "| cases | of | reason |\n|--:|---|---|\n".to_owned();
    for (reason, by_source) in rows {
        let sum: usize = by_source.values().sum();
        let of: Vec<_> = by_source.iter().map(|(name, count)| format!("{name} {count}")).collect();
        if let Some(reason) = reasons.get(reason) {
            let _ =
                writeln!(text, "| {sum} | {} | {} ([why]({})) |", of.join(", "), reason.text, reason.link);
        }
    }
    text
}

/// What has no case.
fn left_out(sources: &[Source]) -> String {
    let mut text = "| source | tests | why |\n|---|---|---|\n".to_owned();
    for source in sources {
        for left_out in &source.left_out {
            let _ = writeln!(text, "| {} | {} | {} |", source.name, left_out.tests, left_out.why);
        }
    }
    text
}

/// The text of the page with new tables.
pub(super) fn with_tables(text: &str, sources: &[Source], reasons: &Reasons) -> String {
    let mut text = text.to_owned();
    for (name, table) in [
        ("numbers", numbers(sources)),
        ("differences", differences(sources, reasons)),
        ("left out", left_out(sources)),
    ] {
        let marker = format!("<!-- {name} -->\n");
        let (before, rest) = text.split_once(&marker).unwrap_or_else(|| panic!("the page has no `{marker}`"));
        let (_, after) = rest.split_once("<!-- end -->").expect("the table ends");
        text = format!("{before}{marker}\n{table}\n<!-- end -->{after}");
    }
    text
}
