//! `cargo run -p benches --release`, and the sub-commands that `docs/performance.md` describes.

use benches::candidate::{Framework, Implementation};
use benches::instructions::{self, Selection};
use benches::{compile, gate, load, table};
use std::path::Path;
use std::process::ExitCode;
use std::{env, io};

const USAGE: &str = "sub-commands: none (the tables), compile, load, gate";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> io::Result<ExitCode> {
    // In the target directory, beside the program itself.
    let program = env::current_exe()?;
    let scratch = program.parent().unwrap_or(Path::new(".")).join("benches-scratch");
    match arguments {
        [] => table::print(&scratch)?,
        ["compile"] => compile::print(&scratch)?,
        ["load"] => load::print(&scratch)?,
        ["gate"] => return gate::run(&scratch),
        // The sub-commands below are run by the others, or by a profiler.
        ["profile", "start"] => benches::start::build_routes(),
        ["profile", framework, implementation, row] => {
            instructions::profile(parse_framework(framework)?, parse_implementation(implementation)?, row)?;
        }
        ["serve", framework, implementation] => {
            load::serve(parse_framework(framework)?, parse_implementation(implementation)?)?;
        }
        ["callgrind", "all"] => instructions::run(Selection::All),
        ["callgrind", "gate"] => instructions::run(Selection::Gate),
        _ => return Err(io::Error::other(USAGE)),
    }
    Ok(ExitCode::SUCCESS)
}

fn parse_framework(argument: &str) -> io::Result<Framework> {
    let framework = Framework::ALL.into_iter().find(|framework| framework.name() == argument);
    framework.ok_or_else(|| io::Error::other(format!("`{argument}` is neither axum nor actix-web")))
}

fn parse_implementation(argument: &str) -> io::Result<Implementation> {
    let mut all = Implementation::ALL.into_iter();
    all.find(|implementation| implementation.argument() == argument).ok_or_else(|| {
        let names = Implementation::ALL.map(Implementation::argument).join(", ");
        io::Error::other(format!("`{argument}` is none of {names}"))
    })
}
