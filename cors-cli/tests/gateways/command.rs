//! Runs the command.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// What the command wrote.
#[derive(Debug)]
pub(crate) struct Exported {
    pub(crate) configuration: String,
    /// The path of each route that is not expressed, and the reason.
    pub(crate) omissions: Vec<(String, String)>,
}

/// Exports a manifest, with `--allow-partial`.
pub(crate) fn export(target: &str, manifest: &str, options: &[&str]) -> Exported {
    let mut process = Command::new(env!("CARGO_BIN_EXE_cors"))
        .args(["export", target, "-", "--allow-partial"])
        .args(options)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = process.stdin.take().expect("standard input is piped");
    stdin.write_all(manifest.as_bytes()).expect("the command reads the manifest");
    drop(stdin);
    let output = process.wait_with_output().expect("the command ends");
    let errors = String::from_utf8(output.stderr).expect("the command writes UTF-8");
    assert!(matches!(output.status.code(), Some(0 | 1)), "{errors}");
    let omissions = errors.lines().filter_map(|line| {
        let line = line.strip_prefix("not expressed: ")?;
        let (route, reason) = line.split_once("): ")?;
        let path = route.split(' ').find(|word| word.starts_with('/'))?;
        Some((path.to_owned(), reason.to_owned()))
    });
    let omissions: Vec<_> = omissions.collect();
    assert_eq!(omissions.is_empty(), output.status.code() == Some(0), "{errors}");
    Exported { configuration: String::from_utf8(output.stdout).expect("the command writes UTF-8"), omissions }
}
