//! What the tests share.

#![allow(dead_code, reason = "each test uses its part")]

pub(crate) mod project;

use std::process::Command;

/// The compiler whose output the `.stderr` files hold; CI runs these tests with it.
const PINNED: &str = "rustc 1.95.";

/// Whether the texts are those of this compiler. If not, says that they were not compared.
pub(crate) fn is_pinned_compiler() -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().expect("there is a compiler").stdout;
    let version = String::from_utf8_lossy(&version);
    let is_pinned = version.starts_with(PINNED);
    if !is_pinned {
        println!("not run: the expected texts are those of {PINNED}x, and this is {version}");
    }
    is_pinned
}

/// Compares a file of this package with what it should hold; with `BLESS=1` in the environment, writes it.
pub(crate) fn compare(file: &str, expected: &str) {
    let path = std::path::Path::new(project::PACKAGE).join(file);
    if std::env::var_os("BLESS").is_some_and(|value| value == "1") {
        std::fs::write(&path, expected).expect("the package can be written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "{file} is not up to date: read the difference, then set BLESS=1\n--- should be\n{expected}\n--- is\n{found}"
    );
}
