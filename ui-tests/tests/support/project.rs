//! A generated workspace that `cargo check` is run on, and the compiler's messages as data.

use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of this package.
pub(crate) const PACKAGE: &str = env!("CARGO_MANIFEST_DIR");

/// One message of the compiler.
#[derive(Debug)]
pub(crate) struct Diagnostic {
    /// The binary that the message is about.
    pub(crate) target: String,
    /// `error`, `warning`
    pub(crate) level: String,
    pub(crate) message: String,
    /// The text that a terminal shows.
    pub(crate) rendered: String,
    /// The underlined text. `None` if the message is about the whole build.
    pub(crate) span: Option<Span>,
}

/// The text that a message underlines. Lines are counted from 1.
#[derive(Debug)]
pub(crate) struct Span {
    pub(crate) line_start: usize,
    pub(crate) line_end: usize,
    /// The underlined part of the first line.
    pub(crate) text: String,
}

/// A workspace below the target folder.
#[derive(Debug)]
pub(crate) struct Workspace {
    folder: PathBuf,
    members: Vec<String>,
    profiles: String,
}

impl Workspace {
    pub(crate) fn new(name: &str) -> Self {
        let folder = target_folder().join(name);
        // Files of an earlier run. There are none at the first time, which is not an error.
        let _ = fs::remove_dir_all(&folder);
        Self { folder, members: Vec::new(), profiles: String::new() }
    }

    /// Adds a package with one binary for each of the sources. `runtime` is the name by which it depends on
    /// `cors-runtime`.
    pub(crate) fn package(&mut self, name: &str, runtime: &str, binaries: &[(&str, &str)]) {
        self.package_with(name, runtime, r#"features = ["actix", "axum"]"#, binaries);
    }

    /// Adds a package with these features of `cors-runtime`, as its manifest writes them. Packages of one workspace
    /// share their features: a package with fewer needs a workspace of its own.
    pub(crate) fn package_with(
        &mut self,
        name: &str,
        runtime: &str,
        features: &str,
        binaries: &[(&str, &str)],
    ) {
        let folder = self.folder.join(name);
        let bin = folder.join("src/bin");
        fs::create_dir_all(&bin).expect("the target folder can be written");
        let path =
            |name: &str| Path::new(PACKAGE).parent().expect("the package is in the workspace").join(name);
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
             [dependencies]\n\
             actix-web = {{ version = \"4\", default-features = false, features = [\"macros\"] }}\n\
             axum = {{ version = \"0.8\", default-features = false, features = [\"tokio\"] }}\n\
             {runtime} = {{ package = \"cors-runtime\", path = '{}', {features} }}\n",
            path("cors-runtime").display(),
        );
        fs::write(folder.join("Cargo.toml"), manifest).expect("the target folder can be written");
        for (name, source) in binaries {
            fs::write(bin.join(format!("{name}.rs")), source).expect("the target folder can be written");
        }
        self.members.push(name.to_owned());
    }

    /// Builds only this package without `debug_assertions`, as in a release.
    pub(crate) fn without_debug_assertions(&mut self, package: &str) {
        writeln!(self.profiles, "[profile.dev.package.{package}]\ndebug-assertions = false")
            .expect("writing to a string cannot fail");
    }

    /// Runs `cargo check` and returns all messages about the packages. The order of the binaries is not fixed.
    pub(crate) fn check(&self) -> Vec<Diagnostic> {
        let manifest =
            format!("[workspace]\nresolver = \"3\"\nmembers = {:?}\n\n{}", self.members, self.profiles);
        fs::write(self.folder.join("Cargo.toml"), manifest).expect("the target folder can be written");
        let lock = Path::new(PACKAGE).parent().expect("the package is in the workspace").join("Cargo.lock");
        let _ = fs::copy(lock, self.folder.join("Cargo.lock"));
        let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["check", "--workspace", "--bins", "--keep-going", "--offline", "--quiet"])
            .args(["--message-format=json"])
            .current_dir(&self.folder)
            // Flags for the tests themselves could change what the compiler reports about the generated packages.
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_TARGET_DIR", target_folder().join("checked"))
            .output()
            .expect("cargo runs");
        let lines = String::from_utf8(output.stdout).expect("cargo writes JSON");
        let messages: Vec<Value> = lines.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let finished = messages.iter().any(|message| message["reason"] == "build-finished");
        assert!(finished, "cargo did not build: {}", String::from_utf8_lossy(&output.stderr));
        let folder = self.folder.to_str().expect("the path of the target folder is UTF-8");
        messages
            .iter()
            .filter(|message| message["reason"] == "compiler-message")
            // Messages about dependencies are not shown to users.
            .filter(|message| message["manifest_path"].as_str().is_some_and(|path| path.starts_with(folder)))
            .filter_map(diagnostic)
            .collect()
    }
}

/// Reads one message of cargo. `None` for the summary at the end of a build.
fn diagnostic(message: &Value) -> Option<Diagnostic> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let number =
        |value: &Value| usize::try_from(value.as_u64().unwrap_or_default()).expect("a line number fits");
    let body = &message["message"];
    let level = text(&body["level"]);
    let is_summary = level == "failure-note"
        || text(&body["message"]).starts_with("aborting due to")
        || body["message"].as_str().is_some_and(|text| text.ends_with("emitted"));
    if is_summary {
        return None;
    }
    let primary = body["spans"].as_array()?.iter().find(|span| span["is_primary"] == true).map(|span| {
        let first = &span["text"][0];
        let line: Vec<char> = text(&first["text"]).chars().collect();
        let (from, to) = (number(&first["highlight_start"]), number(&first["highlight_end"]));
        Span {
            line_start: number(&span["line_start"]),
            line_end: number(&span["line_end"]),
            text: line.get(from - 1..to - 1).unwrap_or_default().iter().collect(),
        }
    });
    Some(Diagnostic {
        target: text(&message["target"]["name"]),
        level,
        message: text(&body["message"]),
        rendered: text(&body["rendered"]),
        span: primary,
    })
}

/// The folder of the generated workspaces.
fn target_folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("ui-tests")
}

/// The names, without `.rs`, and the texts of the Rust files in a folder of this package.
pub(crate) fn sources(folder: &str) -> Vec<(String, String)> {
    let mut sources: Vec<_> = fs::read_dir(Path::new(PACKAGE).join(folder))
        .expect("the folder is there")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| {
            let name = path.file_stem().and_then(|name| name.to_str()).expect("the name is ASCII");
            (name.to_owned(), fs::read_to_string(&path).expect("the file can be read"))
        })
        .collect();
    sources.sort();
    sources
}
