//! Reads the command line and runs the subcommand.

use clap::{Parser, Subcommand};
use cors_cli::export;
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
    Export(export::Arguments),
}

fn main() -> ExitCode {
    match CommandLine::parse().command {
        Command::Export(arguments) => export::run(arguments),
    }
}
