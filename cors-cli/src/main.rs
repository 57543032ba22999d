//! Reads the command line and runs the subcommand.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use cors_cli::{ask, export, verify};

/// Explains CORS: what browsers do with a server, and what a manifest promises about it.
#[derive(Parser)]
#[command(name = "cors", version)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Asks a server what a page could do with it, and explains what a browser would block
    #[command(after_help = ASK_EXAMPLES)]
    Ask(Box<ask::AskOptions>),
    /// Compares what a deployment answers with what the manifest of its application promises
    #[command(after_help = VERIFY_EXAMPLES)]
    Verify(Box<verify::VerifyOptions>),
    /// Exports the policies of a manifest to the configuration of a gateway
    #[command(after_help = EXPORT_EXAMPLES)]
    Export(Box<export::ExportOptions>),
    /// Prints the completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Prints the manual page of the command, or of a subcommand
    Man {
        /// The subcommand
        subcommand: Option<String>,
    },
}

const ASK_EXAMPLES: &str = "\
Examples:
  cors ask --page https://app.example.com GET https://api.example.com/orders
  cors ask --page https://app.example.com --credentials PUT https://api.example.com/me \\
      -H 'content-type: application/json' -d '{}' --preflight-only
  cors ask --page http://localhost:3000 --engine all --json GET http://localhost:8080/me

Exit codes: 0 the page can read the response, 1 blocked, 2 wrong usage, 3 no answer";

const VERIFY_EXAMPLES: &str = "\
Examples:
  cors verify manifest.json --base https://api.example.com
  cors verify manifest.json --base https://api.example.com --param id=42 --junit report.xml
  my-server --manifest | cors verify - --base http://localhost:3000 --send POST,PUT

Exit codes: 0 no deviations, 1 deviations, 2 wrong usage, 3 no answer";

const EXPORT_EXAMPLES: &str = "\
Examples:
  cors export nginx manifest.json --upstream 127.0.0.1:3000 > /etc/nginx/conf.d/api.conf
  cors export envoy manifest.json --upstream api:3000 --env PARTNERS=https://partner.example
  cors export gateway-api manifest.json --upstream api:80 --gateway public --allow-partial

Exit codes: 0 everything is expressed, 1 something is not, 2 wrong usage, 3 unreadable manifest";

fn main() -> ExitCode {
    match CommandLine::parse().command {
        Command::Ask(options) => ask::run(&options),
        Command::Verify(options) => verify::run(&options),
        Command::Export(options) => export::run(*options),
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut CommandLine::command(), "cors", &mut text);
            // A closed pipe is no error: the reader has seen enough.
            let _ = io::stdout().write_all(&text);
            ExitCode::SUCCESS
        }
        Command::Man { subcommand } => print_manual_page(subcommand.as_deref()),
    }
}

fn print_manual_page(subcommand: Option<&str>) -> ExitCode {
    let mut command = CommandLine::command();
    command.build();
    let page = match subcommand {
        None => Some(&command),
        Some(name) => command.find_subcommand(name),
    };
    let Some(page) = page else {
        anstream::eprintln!("error: there is no such subcommand; `cors --help` lists them");
        return ExitCode::from(2);
    };
    let mut text = Vec::new();
    match clap_mangen::Man::new(page.clone()).render(&mut text).and_then(|()| io::stdout().write_all(&text)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
