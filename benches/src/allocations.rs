//! Allocations. Another binary counts them, since counting would slow down this one.

use crate::candidate::{Framework, Implementation, candidate, measured_batch};
use crate::row::{Row, rows};
use std::process::{Command, Stdio};
use std::{env, io};

/// Returns the allocations and reallocations per request: a list for each row and framework, with a number for each
/// implementation, in the order of the tables.
///
/// # Errors
///
/// Returns an error if the other binary cannot be built or run.
pub fn measure() -> io::Result<Vec<Vec<i64>>> {
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["run", "--quiet", "--release", "-p", "benches", "--bin", "allocations"])
        .stderr(Stdio::inherit())
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().map(|line| line.split(' ').filter_map(|count| count.parse().ok()).collect()).collect())
}

/// Prints the counts, in the other binary. `count` returns the number of all allocations so far.
pub fn print(count: impl Fn() -> usize) {
    const REQUESTS: usize = 8;
    for row in rows() {
        for framework in Framework::ALL {
            let counts = Implementation::ALL.map(|implementation| {
                per_request(framework, implementation, &row, REQUESTS, &count).to_string()
            });
            println!("{}", counts.join(" "));
        }
    }
}

fn per_request(
    framework: Framework,
    implementation: Implementation,
    row: &Row,
    requests: usize,
    count: impl Fn() -> usize,
) -> usize {
    let mut candidate = candidate(framework, implementation, row.app);
    // The first batch fills the pools of the framework.
    candidate.prepare(&row.request, 2 * requests);
    measured_batch(&mut *candidate);
    candidate.prepare(&row.request, requests);
    let before = count();
    measured_batch(&mut *candidate);
    (count() - before) / requests
}
