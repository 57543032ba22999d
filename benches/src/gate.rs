//! The gate: a commit that makes requests cost more instructions has to say why.

use crate::candidate::Framework;
use crate::instructions::{self, Selection};
use crate::row::GATE;
use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;

/// The gate fails if a count is larger than the kept count by more than this, in percent.
const TOLERANCE: u64 = 5;

/// Compares the instructions of this build with the kept counts, and prints both.
///
/// # Errors
///
/// Returns an error if valgrind fails, or if the file with the kept counts cannot be read.
pub fn run(scratch: &Path) -> io::Result<ExitCode> {
    if !instructions::is_available() {
        eprintln!("valgrind is not installed: THE INSTRUCTION COUNTS WERE NOT COMPARED");
        return Ok(ExitCode::SUCCESS);
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("instructions.txt");
    let kept = fs::read_to_string(&file)?;
    let counts = instructions::measure(Selection::Gate, scratch)?;
    let names = GATE.iter().flat_map(|row| Framework::ALL.map(|framework| (framework, row)));
    let mut failed = false;
    for ((framework, row), counts) in names.zip(counts) {
        let name = format!("{}, {row}", framework.name());
        let Some(now) = counts.first() else { continue };
        let before = kept.lines().find_map(|line| {
            let (count, rest) = line.trim().split_once(' ')?;
            (rest.trim() == name).then(|| count.parse::<u64>().ok())?
        });
        let verdict = match before {
            Some(before) if now * 100 <= before * (100 + TOLERANCE) => "",
            Some(_) => "  TOO MANY",
            None => "  NOT KEPT",
        };
        failed |= !verdict.is_empty();
        let before = before.map_or_else(|| "-".to_owned(), |count| count.to_string());
        println!("{now:>6} instructions, kept {before:>6}: {name}{verdict}");
    }
    if failed {
        eprintln!(
            "more than {TOLERANCE} % above the kept count: if that is right, write the new count into {}, and why",
            file.display()
        );
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}
