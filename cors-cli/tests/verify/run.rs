//! Runs the command.

use serde_json::Value;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

static NUMBER: AtomicUsize = AtomicUsize::new(0);

/// A path in the directory of this test run.
pub(crate) fn temporary_path(extension: &str) -> PathBuf {
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("verify-{}-{number}.{extension}", std::process::id());
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// A manifest in a file, which is removed in the end.
pub(crate) struct ManifestFile(PathBuf);

impl ManifestFile {
    pub(crate) fn new(text: &str) -> Self {
        let path = temporary_path("json");
        fs::write(&path, text).expect("the file can be written");
        Self(path)
    }
}

impl Drop for ManifestFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Runs `cors verify` with this manifest.
pub(crate) fn verify(manifest: &str, base: &str, options: &[&str]) -> Output {
    let file = ManifestFile::new(manifest);
    Command::new(env!("CARGO_BIN_EXE_cors"))
        .arg("verify")
        .arg(&file.0)
        .args(["--base", base])
        .args(options)
        .output()
        .expect("the command runs")
}

pub(crate) fn base(address: SocketAddr) -> String {
    format!("http://{address}")
}

/// The result with `--json`.
pub(crate) struct Json {
    pub(crate) value: Value,
    pub(crate) exit_code: Option<i32>,
}

pub(crate) fn verify_json(manifest: &str, base: &str, options: &[&str]) -> Json {
    let output = verify(manifest, base, &[options, &["--json"]].concat());
    let text = String::from_utf8(output.stdout).expect("the output is UTF-8");
    let value = serde_json::from_str(&text)
        .unwrap_or_else(|error| panic!("{error}: {text}{}", String::from_utf8_lossy(&output.stderr)));
    Json { value, exit_code: output.status.code() }
}

impl Json {
    fn of_routes(&self, key: &str) -> Vec<&Value> {
        let routes = self.value["routes"].as_array().expect("a list").iter();
        routes.flat_map(|route| route[key].as_array().expect("a list")).collect()
    }

    pub(crate) fn deviations(&self) -> Vec<&Value> {
        self.of_routes("deviations")
    }

    pub(crate) fn not_checked(&self) -> Vec<&str> {
        self.of_routes("not_checked").into_iter().map(|text| text.as_str().expect("a text")).collect()
    }

    pub(crate) fn assert_clean(&self) {
        let found = self.deviations();
        assert!(found.is_empty(), "{found:#?}");
        assert!(self.of_routes("unanswered").is_empty(), "{:#}", self.value);
        assert_eq!(self.exit_code, Some(0));
    }
}
