//! The command as a process.

use std::process::{Command, Output};

use serde_json::Value;

/// What the command has printed, and its exit code.
pub(crate) struct Result {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Result {
    /// Returns the output for scripts.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr))
    }

    /// Returns everything that was printed.
    pub(crate) fn text(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

/// Returns the command, without the settings of the environment that change it.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cors"));
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "SSL_CERT_FILE", "SSL_CERT_DIR"] {
        command.env_remove(name);
    }
    // Proxies of the environment are not used: this one would fail.
    command.env("http_proxy", "http://127.0.0.1:9").env("https_proxy", "http://127.0.0.1:9");
    command
}

pub(crate) fn output(command: &mut Command) -> Result {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Result { code: status.code().unwrap(), stdout: text(stdout), stderr: text(stderr) }
}

/// Runs `cors` with these arguments.
pub(crate) fn cors<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Result {
    output(command().args(arguments))
}

/// Runs `cors ask` for a page, with arguments that are separated by spaces.
pub(crate) fn ask(page: &str, arguments: &str) -> Result {
    cors(["ask", "--page", page].into_iter().chain(arguments.split_whitespace()))
}
