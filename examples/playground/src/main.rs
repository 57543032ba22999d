//! Starts the playground, two APIs and two pages: `cargo run -p playground`.

use std::future::pending;
use std::process::ExitCode;

use lexopt::ValueExt as _;
use playground::{Playground, Ports};

const HELP: &str = "\
Shows per-route CORS in a browser: two APIs, and a page on two origins that calls them.

Usage: cargo run -p playground -- [OPTIONS]

Options:
      --axum-port <PORT>        API with axum [default: 3000]
      --actix-port <PORT>       API with actix-web [default: 3001]
      --page-port <PORT>        page on the origin that the policies list [default: 4100]
      --other-page-port <PORT>  the same page on an origin that they do not list [default: 4200]
  -h, --help                    print this

Port 0 takes any free port.";

#[tokio::main]
async fn main() -> ExitCode {
    let ports = match flags() {
        Ok(Some(ports)) => ports,
        Ok(None) => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("error: {error}\nhelp: `--help` lists the flags");
            return ExitCode::from(2);
        }
    };
    let playground = match Playground::start(ports) {
        Ok(playground) => playground,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };

    tokio::select! {
        // Polled in this order, so that Ctrl-C works as soon as the message about it is printed.
        biased;
        ended = tokio::signal::ctrl_c() => match ended {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("error: cannot wait for Ctrl-C: {error}");
                ExitCode::FAILURE
            }
        },
        code = async { announce(playground.ports()); pending().await } => code,
    }
}

fn announce(Ports { axum, actix, page, other_page }: Ports) {
    println!("API with axum        http://localhost:{axum}");
    println!("API with actix-web   http://localhost:{actix}");
    println!();
    println!("Open these two:");
    println!("  allowed            http://localhost:{page}");
    println!("  not allowed        http://localhost:{other_page}");
    println!();
    println!("Ctrl-C ends it.");
}

/// Reads the flags. Returns `None` if `--help` is one of them.
fn flags() -> Result<Option<Ports>, lexopt::Error> {
    use lexopt::Arg::{Long, Short};

    let mut ports = Ports::default();
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("axum-port") => ports.axum = parser.value()?.parse()?,
            Long("actix-port") => ports.actix = parser.value()?.parse()?,
            Long("page-port") => ports.page = parser.value()?.parse()?,
            Long("other-page-port") => ports.other_page = parser.value()?.parse()?,
            Short('h') | Long("help") => return Ok(None),
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(Some(ports))
}
