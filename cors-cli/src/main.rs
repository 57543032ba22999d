//! Reads the command line and runs the subcommand.

use clap::{Parser, Subcommand};
use cors_cli::verify::{self, VerifyOptions};
use std::process::ExitCode;

/// Explains CORS: what browsers do with a server, and what a manifest promises about it.
#[derive(Parser)]
#[command(name = "cors", version)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compares what a deployment answers with what the manifest of its application promises
    Verify(Box<VerifyOptions>),
}

fn main() -> ExitCode {
    match CommandLine::parse().command {
        Command::Verify(options) => verify::run(&options),
    }
}
