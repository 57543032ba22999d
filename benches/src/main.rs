//! `cargo run -p benches --release`, and the sub-commands that `docs/performance.md` describes.

use benches::candidate::{Framework, Who};
use benches::instructions::{self, Selection};
use benches::{compile, gate, load, table};
use std::path::Path;
use std::process::ExitCode;
use std::{env, io};

const USAGE: &str = "sub-commands: none (the table), quick (the table, less exact), some BEGINNING (the rows of that name, times alone), compile, load, gate";

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
    // Beside the program itself, in the target directory.
    let program = env::current_exe()?;
    let scratch = program.parent().unwrap_or(Path::new(".")).join("benches-scratch");
    match arguments {
        [] => table::print(&scratch, 400)?,
        ["quick"] => table::print(&scratch, 60)?,
        ["some", beginning] => table::print_some(beginning),
        ["compile"] => compile::print(&scratch)?,
        ["load"] => load::print(&scratch)?,
        ["gate"] => return gate::run(&scratch),
        // What the others run.
        ["profile", "start"] => benches::start::build_routes(),
        ["profile", framework, who, row] => {
            let framework = if *framework == "axum" { Framework::Axum } else { Framework::Actix };
            instructions::profile(framework, parse(who), row);
        }
        ["serve", "axum", who] => load::serve(Framework::Axum, parse(who))?,
        ["serve", "actix-web", who] => load::serve(Framework::Actix, parse(who))?,
        ["callgrind", "all"] => instructions::run(Selection::All),
        ["callgrind", "gate"] => instructions::run(Selection::Gate),
        _ => return Err(io::Error::other(USAGE)),
    }
    Ok(ExitCode::SUCCESS)
}

fn parse(who: &str) -> Who {
    match who {
        "ours" => Who::Ours,
        "hand" => Who::Hand,
        "theirs" => Who::Theirs,
        _ => Who::Bare,
    }
}
