//! Servers in other languages, as processes on loopback.

use std::env;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tests::report;

/// A running server. Dropping the value ends the process.
pub(super) struct Peer {
    process: Child,
    /// `http://127.0.0.1:` and a port.
    pub(super) origin: String,
}

/// The directory in which `.ci/install-peers` installs the packages of the other servers.
fn installed() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("peers")
}

/// Starts a program of Node.js with the packages of `tests/peers/package.json`. The program writes its port into the
/// first line of its output. Returns `None` if a package is not installed.
pub(super) fn node(name: &str, package: &str, program: &str) -> Option<Peer> {
    let modules = installed().join("node_modules");
    if !modules.join(package).is_dir() {
        return not_run(name);
    }
    let mut command = Command::new("node");
    command.env("NODE_PATH", modules).args(["--eval", program]);
    Some(Peer::start(command))
}

/// Starts a program of Python with the packages of `tests/peers/requirements.txt`, as [`node`] does.
pub(super) fn python(name: &str, package: &str, program: &str) -> Option<Peer> {
    let python = installed().join("python/bin/python");
    let mut command = Command::new(python);
    let imported = command.args(["-c", &format!("import {package}")]).stderr(Stdio::null()).status();
    if !imported.is_ok_and(|status| status.success()) {
        return not_run(name);
    }
    let mut command = Command::new(command.get_program());
    command.args(["-c", program]);
    Some(Peer::start(command))
}

fn not_run(name: &str) -> Option<Peer> {
    report::not_run(
        &format!("the comparison with {name}"),
        "its package (.ci/install-peers)",
        "PEER_TESTS",
        &["required"],
    );
    None
}

impl Peer {
    fn start(mut command: Command) -> Self {
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("the program starts");
        let mut line = String::new();
        let output = process.stdout.take().expect("the output is piped");
        BufReader::new(output).read_line(&mut line).expect("the program writes its port");
        let peer = Self { process, origin: format!("http://127.0.0.1:{}", line.trim()) };
        assert!(line.trim().parse::<u16>().is_ok(), "the program writes its port, but not {line:?}");
        peer
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
