//! Allocations, counted by another binary: counting takes time.

use crate::candidate::{Framework, Who, candidate, measured_batch};
use crate::row::{Row, rows};
use std::process::{Command, Stdio};
use std::{env, io};

/// Allocations per request (with reallocations): one line for each row and framework, the bare handler's first.
///
/// # Errors
///
/// If the other binary cannot be built or run.
pub fn measure() -> io::Result<Vec<Vec<i64>>> {
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["run", "--quiet", "--release", "-p", "benches", "--bin", "allocations"])
        .stderr(Stdio::inherit())
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().map(|line| line.split(' ').filter_map(|count| count.parse().ok()).collect()).collect())
}

/// What the other binary prints. `count` counts all allocations until now.
pub fn print(count: impl Fn() -> usize) {
    const REQUESTS: usize = 8;
    for row in rows() {
        for framework in Framework::ALL {
            let counts = Who::ALL.map(|who| per_request(framework, who, &row, REQUESTS, &count).to_string());
            println!("{}", counts.join(" "));
        }
    }
}

fn per_request(
    framework: Framework,
    who: Who,
    row: &Row,
    requests: usize,
    count: impl Fn() -> usize,
) -> usize {
    let mut candidate = candidate(framework, who, row);
    // The first batch fills pools.
    candidate.prepare(&row.request, 2 * requests);
    measured_batch(&mut *candidate);
    candidate.prepare(&row.request, requests);
    let before = count();
    measured_batch(&mut *candidate);
    (count() - before) / requests
}
