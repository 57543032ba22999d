//! The memory and the open files of a process, over time.

use std::{fs, time::Duration};

use tokio::time::{Instant, interval_at};

#[derive(Clone, Copy)]
pub(crate) struct Sample {
    /// The resident memory in KiB.
    pub(crate) memory: u64,
    /// The number of open files and sockets.
    pub(crate) files: usize,
}

/// Takes 100 samples, at even distances over the given time.
pub(crate) async fn sample(process: u32, time: Duration) -> Vec<Sample> {
    let distance = time / 100;
    let mut ticks = interval_at(Instant::now() + distance, distance);
    let mut samples = Vec::new();
    for _ in 0..100 {
        ticks.tick().await;
        samples.extend(read(process));
    }
    samples
}

/// Returns nothing if the process has ended.
fn read(process: u32) -> Option<Sample> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let memory = memory.trim().trim_end_matches(" kB").parse().ok()?;
    let files = fs::read_dir(format!("/proc/{process}/fd")).ok()?.count();
    Some(Sample { memory, files })
}
