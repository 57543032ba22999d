//! Reads the command line and runs the subcommand.

use clap::Parser;

/// Explains CORS: what browsers do with a server, and what a manifest promises about it.
#[derive(Parser)]
#[command(name = "cors", version)]
struct CommandLine {}

fn main() {
    let CommandLine {} = CommandLine::parse();
}
