//! Instructions, counted by callgrind: the program runs itself under valgrind.

use crate::candidate::{Framework, Who, candidate, measured_batch};
use crate::row::{Row, rows};
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs, io};

/// Requests that are counted together.
const REQUESTS: usize = 10;

/// As the symbol table has it. Patterns do not work for both options.
const MEASURED: &str = "benches::candidate::measured_batch";

/// Whether valgrind is there.
pub fn is_available() -> bool {
    Command::new("valgrind").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// Which rows to count: the sub-command that valgrind runs.
#[derive(Clone, Copy, Debug)]
pub enum Selection {
    /// All rows, everybody.
    All,
    /// The rows of the gate, this crate alone.
    Gate,
}

impl Selection {
    /// The argument of `callgrind`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Gate => "gate",
        }
    }

    fn rows(self) -> Vec<Row> {
        let all = rows();
        match self {
            Self::All => all,
            Self::Gate => {
                all.into_iter().filter(|row| crate::row::GATE.contains(&row.name.as_str())).collect()
            }
        }
    }

    const fn candidates(self) -> &'static [Who] {
        match self {
            Self::All => &Who::ALL,
            Self::Gate => &[Who::Ours],
        }
    }
}

/// Instructions per request: one line for each row and framework, in the order of the candidates.
///
/// # Errors
///
/// If valgrind cannot be run or does not write what is expected.
pub fn measure(selection: Selection, scratch: &Path) -> io::Result<Vec<Vec<u64>>> {
    let folder = scratch.join("callgrind");
    // Dumps of an earlier run would be read as this one's.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let status = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet", "--collect-atstart=no"])
        .arg(format!("--toggle-collect={MEASURED}"))
        .arg(format!("--dump-after={MEASURED}"))
        .arg(format!("--callgrind-out-file={}", folder.join("out").display()))
        .arg(env::current_exe()?)
        .args(["callgrind", selection.name()])
        .status()?;
    if !status.success() {
        return Err(io::Error::other("valgrind failed"));
    }
    let per_line = selection.candidates().len();
    let lines = selection.rows().len() * Framework::ALL.len();
    let mut numbers = (1..).map(|number| total(&folder.join(format!("out.{number}"))));
    (0..lines)
        .map(|_| {
            // The first batch of every candidate warms it up.
            let dumps: io::Result<Vec<u64>> = numbers.by_ref().take(2 * per_line).collect();
            Ok(dumps?.chunks(2).filter_map(|pair| pair.last()).map(|sum| sum / REQUESTS as u64).collect())
        })
        .collect()
}

/// The sum of one dump.
fn total(dump: &Path) -> io::Result<u64> {
    let text = fs::read_to_string(dump)?;
    let sum = text
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("totals: ").or_else(|| line.strip_prefix("summary: ")))
        .and_then(|sum| sum.trim().parse().ok());
    sum.ok_or_else(|| io::Error::other(format!("no sum in {}", dump.display())))
}

/// What runs under valgrind.
pub fn run(selection: Selection) {
    for row in selection.rows() {
        for framework in Framework::ALL {
            for who in selection.candidates() {
                let mut candidate = candidate(framework, *who, &row);
                for _ in 0..2 {
                    candidate.prepare(&row.request, REQUESTS);
                    measured_batch(&mut *candidate);
                }
            }
        }
    }
}

/// One row for callgrind or perf, by a part of its name.
pub fn profile(framework: Framework, who: Who, name: &str) {
    if let Some(row) = rows().into_iter().find(|row| row.name.starts_with(name)) {
        let mut candidate = candidate(framework, who, &row);
        for _ in 0..100 {
            candidate.prepare(&row.request, REQUESTS);
            measured_batch(&mut *candidate);
        }
    }
}
