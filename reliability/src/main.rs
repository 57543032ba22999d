//! Sends mixed traffic to a server of each framework, and fails if an answer is wrong, if a server panics, or if its memory
//! grows. `docs/reliability.md` describes the traffic.
//!
//! ```sh
//! cargo run --release -p reliability -- 60     # seconds
//! ```

mod answer;
mod memory;
mod report;
mod server;
mod server_process;
mod traffic;

use std::{env, process::ExitCode, time::Duration};

use report::Report;
use server_process::{Framework, ServerProcess};

const USAGE: &str = "usage: reliability SECONDS, from 10 to 86400";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", "axum"] => server::axum().await,
        ["serve", "actix-web"] => server::actix().await,
        [seconds] => match seconds.parse() {
            Ok(seconds @ 10..=86_400) => return run(Duration::from_secs(seconds)).await,
            _ => eprintln!("{USAGE}"),
        },
        _ => eprintln!("{USAGE}"),
    }
    ExitCode::from(2)
}

/// Runs the traffic against both frameworks at the same time.
async fn run(time: Duration) -> ExitCode {
    let (axum, actix) = tokio::join!(measure(Framework::Axum, time), measure(Framework::Actix, time));
    let reports = [axum, actix];
    print!("{}", report::table(&reports, time));
    let failures: Vec<String> = reports.iter().flat_map(Report::failures).collect();
    for failure in &failures {
        eprintln!("FAILED: {failure}");
    }
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn measure(framework: Framework, time: Duration) -> Report {
    let server = ServerProcess::start(framework);
    let (counts, samples) =
        tokio::join!(traffic::send(server.address, time), memory::sample(server.id(), time));
    let panics = traffic::panics(server.address).await;
    Report { framework, counts, samples, panics }
}
