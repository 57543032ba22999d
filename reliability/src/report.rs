//! The result as a table, and what must not be in it.

use std::time::Duration;

use crate::{memory::Sample, server_process::Framework, traffic::Counts};

/// Memory may grow by this many KiB between the third tenth of the time and the last one.
const MEMORY_LIMIT: u64 = 1024;
/// As many files may be open in addition: clients connect and leave all the time.
const FILES_LIMIT: usize = 16;
const TENTHS: usize = 10;

pub(crate) struct Report {
    pub(crate) framework: Framework,
    pub(crate) counts: Counts,
    pub(crate) samples: Vec<Sample>,
    /// `None` if the server did not answer in the end.
    pub(crate) panics: Option<usize>,
}

impl Report {
    /// The medians of each tenth of the time. It is shorter if the server ended before.
    fn tenths(&self) -> Vec<Sample> {
        let median = |samples: &[Sample]| {
            let mut memory: Vec<_> = samples.iter().map(|sample| sample.memory).collect();
            let mut files: Vec<_> = samples.iter().map(|sample| sample.files).collect();
            memory.sort_unstable();
            files.sort_unstable();
            Sample { memory: memory[samples.len() / 2], files: files[samples.len() / 2] }
        };
        self.samples.chunks_exact(100 / TENTHS).map(median).collect()
    }

    pub(crate) fn failures(&self) -> Vec<String> {
        let Self { framework, counts, panics, .. } = self;
        let mut failures: Vec<_> =
            counts.mistakes.iter().map(|mistake| format!("{framework}: {mistake}")).collect();
        if counts.wrong > 0 {
            failures.push(format!("{framework}: {} wrong answers", counts.wrong));
        }
        match panics {
            Some(0) => {}
            Some(panics) => failures.push(format!("{framework}: {panics} panics")),
            None => failures.push(format!("{framework}: the server does not answer any more")),
        }
        match self.tenths()[..] {
            [_, _, early, .., late] => {
                if late.memory > early.memory + MEMORY_LIMIT {
                    failures.push(format!(
                        "{framework}: memory has grown from {} to {} KiB",
                        early.memory, late.memory
                    ));
                }
                if late.files > early.files + FILES_LIMIT {
                    failures.push(format!(
                        "{framework}: open files have grown from {} to {}",
                        early.files, late.files
                    ));
                }
            }
            _ => failures.push(format!("{framework}: the server ended")),
        }
        failures
    }
}

/// A Markdown table with a column for each report.
pub(crate) fn table(reports: &[Report], time: Duration) -> String {
    let row = |name: &str, cell: &dyn Fn(&Report) -> String| {
        let cells: Vec<_> = reports.iter().map(cell).collect();
        format!("| {name} | {} |\n", cells.join(" | "))
    };
    let counts =
        |name: &str, count: fn(&Counts) -> u64| row(name, &|report| count(&report.counts).to_string());
    let tenths = (0..TENTHS).map(|tenth| {
        row(&format!("memory in KiB, and open files, in tenth {} of the time", tenth + 1), &|report| {
            match report.tenths().get(tenth) {
                Some(Sample { memory, files }) => format!("{memory}, {files}"),
                None => "ended".to_owned(),
            }
        })
    });
    let rows = [
        row(&format!("{} s", time.as_secs()), &|report| report.framework.to_string()),
        row("---", &|_| "--:".to_owned()),
        counts("requests on kept connections", |counts| counts.on_kept_connections),
        counts("requests sent byte by byte", |counts| counts.byte_by_byte),
        counts("requests with 100 KiB of headers", |counts| counts.with_large_headers),
        counts("connections cut within a request", |counts| counts.cut),
        counts("wrong answers", |counts| counts.wrong),
        row("panics", &|report| report.panics.map_or("?".to_owned(), |count| count.to_string())),
    ];
    rows.into_iter().chain(tenths).collect()
}
