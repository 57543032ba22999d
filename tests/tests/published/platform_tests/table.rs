//! The table of all files: how many of their subtests agree, and why others do not.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{
    data::{Subtest, TestFile},
    run::STANDARD,
};

/// The table for the terminal.
pub(super) fn plain(files: &[TestFile]) -> String {
    let rows: Vec<Row<'_>> = files.iter().map(Row::of).collect();
    let width = files.iter().map(|file| file.path.len()).max().unwrap_or_default();
    let mut text = format!("{:width$} subtests agree engine outside why\n", "file");
    let mut line = |name: &str, counts: Counts, why: &str| {
        let Counts { subtests, agree, engine_only, outside } = counts;
        let _ = writeln!(text, "{name:width$} {subtests:8} {agree:5} {engine_only:6} {outside:7} {why}");
    };
    for row in &rows {
        line(&row.file.path, row.counts, &row.why.join(" ").replace('`', ""));
    }
    line("all", Counts::sum(&rows), "");
    text
}

/// The table for the documentation.
pub(super) fn markdown(files: &[TestFile]) -> String {
    let rows: Vec<Row<'_>> = files.iter().map(Row::of).collect();
    let mut text =
        "| file | subtests | agree | one engine | outside | why |\n|---|--:|--:|--:|--:|---|\n".to_owned();
    let mut line = |name: &str, counts: Counts, why: &str| {
        let Counts { subtests, agree, engine_only, outside } = counts;
        let _ = writeln!(text, "| {name} | {subtests} | {agree} | {engine_only} | {outside} | {why} |");
    };
    for row in &rows {
        line(&format!("[`{}`]({})", row.file.path, row.file.source), row.counts, &row.why.join("<br>"));
    }
    line("all", Counts::sum(&rows), "");
    text
}

struct Row<'a> {
    file: &'a TestFile,
    counts: Counts,
    why: Vec<String>,
}

#[derive(Clone, Copy, Default)]
struct Counts {
    subtests: usize,
    agree: usize,
    /// Subtests that contradict the standard, but agree with a simulated engine.
    engine_only: usize,
    outside: usize,
}

impl Counts {
    fn sum(rows: &[Row<'_>]) -> Self {
        rows.iter().fold(Self::default(), |sum, row| Self {
            subtests: sum.subtests + row.counts.subtests,
            agree: sum.agree + row.counts.agree,
            engine_only: sum.engine_only + row.counts.engine_only,
            outside: sum.outside + row.counts.outside,
        })
    }
}

impl<'a> Row<'a> {
    fn of(file: &'a TestFile) -> Self {
        let agree = file.agreeing();
        let outside = file.outside.iter().map(|outside| outside.count).sum();
        let counts = Counts {
            subtests: file.subtests.len() + outside,
            agree,
            engine_only: file.subtests.len() - agree,
            outside,
        };
        let mut why = Vec::new();
        for (id, reason) in &file.reasons {
            let differing =
                file.subtests.iter().filter(|subtest| subtest.differs.values().any(|used| used == id));
            let mut by_browsers: BTreeMap<String, usize> = BTreeMap::new();
            for subtest in differing {
                *by_browsers.entry(browsers(subtest)).or_default() += 1;
            }
            for (browsers, count) in by_browsers {
                why.push(format!("{count} not in {browsers}: {} ([source]({}))", reason.why, reason.link));
            }
        }
        for outside in &file.outside {
            why.push(format!("{} outside ({}): {}", outside.count, outside.which, outside.why));
        }
        Self { file, counts, why }
    }
}

/// Lists the browsers that fail the subtest: `the standard, firefox`.
fn browsers(subtest: &Subtest) -> String {
    let name = |engine: &String| if engine == STANDARD { "the standard".to_owned() } else { engine.clone() };
    subtest.differs.keys().map(name).collect::<Vec<_>>().join(", ")
}
