//! Instructions, which callgrind counts: this program runs itself under valgrind.

use crate::candidate::{Framework, Implementation, candidate, measured_batch};
use crate::row::{GATE, Row, rows};
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs, io};

/// The number of requests that are counted together.
const REQUESTS: usize = 10;

/// The name of the measured function in the symbol table. It is complete, since one of the two options of callgrind below
/// accepts no patterns.
const MEASURED: &str = "benches::candidate::measured_batch";

/// Returns whether valgrind is installed.
pub fn is_available() -> bool {
    Command::new("valgrind").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// The rows and implementations to count.
#[derive(Clone, Copy, Debug)]
pub enum Selection {
    /// All rows and implementations.
    All,
    /// The rows of the gate in this crate.
    Gate,
}

impl Selection {
    /// Returns the argument of the sub-command `callgrind`.
    pub const fn argument(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Gate => "gate",
        }
    }

    fn rows(self) -> Vec<Row> {
        let all = rows();
        match self {
            Self::All => all,
            Self::Gate => all.into_iter().filter(|row| GATE.contains(&row.name.as_str())).collect(),
        }
    }

    const fn implementations(self) -> &'static [Implementation] {
        match self {
            Self::All => &Implementation::ALL,
            Self::Gate => &[Implementation::Ours],
        }
    }
}

/// Returns the instructions per request: a list for each row and framework, with a number for each implementation.
///
/// # Errors
///
/// Returns an error if valgrind cannot be run, or if its dumps cannot be read.
pub fn measure(selection: Selection, scratch: &Path) -> io::Result<Vec<Vec<u64>>> {
    let folder = scratch.join("callgrind");
    // The dumps of an earlier run would be read as those of this run.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let status = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet", "--collect-atstart=no"])
        .arg(format!("--toggle-collect={MEASURED}"))
        .arg(format!("--dump-after={MEASURED}"))
        .arg(format!("--callgrind-out-file={}", folder.join("out").display()))
        .arg(env::current_exe()?)
        .args(["callgrind", selection.argument()])
        .status()?;
    if !status.success() {
        return Err(io::Error::other("valgrind failed"));
    }
    let implementations = selection.implementations().len();
    let lists = selection.rows().len() * Framework::ALL.len();
    let mut totals = (1..).map(|number| total(&folder.join(format!("out.{number}"))));
    (0..lists)
        .map(|_| {
            // Each candidate answers two batches. The first one fills pools and caches, and is not counted.
            let dumps: io::Result<Vec<u64>> = totals.by_ref().take(2 * implementations).collect();
            Ok(dumps?.chunks(2).filter_map(|pair| pair.last()).map(|sum| sum / REQUESTS as u64).collect())
        })
        .collect()
}

/// Reads the number of instructions from a dump.
fn total(dump: &Path) -> io::Result<u64> {
    let text = fs::read_to_string(dump)?;
    let total = text
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("totals: ").or_else(|| line.strip_prefix("summary: ")))
        .and_then(|total| total.trim().parse().ok());
    total.ok_or_else(|| io::Error::other(format!("no total in {}", dump.display())))
}

/// Answers requests, under valgrind.
pub fn run(selection: Selection) {
    for row in selection.rows() {
        for framework in Framework::ALL {
            for implementation in selection.implementations() {
                let mut candidate = candidate(framework, *implementation, row.app);
                for _ in 0..2 {
                    candidate.prepare(&row.request, REQUESTS);
                    measured_batch(&mut *candidate);
                }
            }
        }
    }
}

/// Answers 1,000 requests of the first row whose name begins so, under callgrind or perf.
///
/// # Errors
///
/// Returns an error if there is no such row.
pub fn profile(framework: Framework, implementation: Implementation, beginning: &str) -> io::Result<()> {
    let row = rows().into_iter().find(|row| row.name.starts_with(beginning));
    let row = row.ok_or_else(|| io::Error::other(format!("no row begins with `{beginning}`")))?;
    let mut candidate = candidate(framework, implementation, row.app);
    for _ in 0..100 {
        candidate.prepare(&row.request, REQUESTS);
        measured_batch(&mut *candidate);
    }
    Ok(())
}
