//! The compiler that the tests need, generated workspaces, and files of this package that are kept up to date.

#![allow(dead_code, reason = "each test program uses a part of this module")]

pub(crate) mod project;

use std::env;
use std::io::{self, Write as _};
use std::process::Command;

/// The beginning of the version of the compiler that wrote the `.stderr` files.
pub(crate) const PINNED_COMPILER: &str = "rustc 1.95.";

/// Whether a test can compare the compiler's texts with the `.stderr` files.
///
/// Every minor version of rustc words and underlines some errors differently. With any other version than the pinned
/// one the test is reported as not run, or fails if the environment variable `UI_TESTS` is `required`.
pub(crate) fn compiler_is_pinned(test: &str) -> bool {
    let compiler = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(compiler).arg("--version").output().expect("a compiler is installed");
    let version = String::from_utf8_lossy(&output.stdout);
    let version = version.trim();
    if version.starts_with(PINNED_COMPILER) {
        return true;
    }
    let reason = format!("{test}: the expected texts are those of {PINNED_COMPILER}x, and this is {version}");
    assert!(env::var_os("UI_TESTS").is_none_or(|value| value != "required"), "{reason}");
    // `println!` and `eprintln!` would be captured, because a test that is not run passes.
    writeln!(io::stderr(), "\n*** NOT RUN: {reason}\n").expect("standard error can be written");
    false
}

/// Compares a file of this package with the text that it should have; with `BLESS=1` in the environment, writes it.
pub(crate) fn compare(file: &str, expected: &str) {
    let path = std::path::Path::new(project::PACKAGE).join(file);
    if env::var_os("BLESS").is_some_and(|value| value == "1") {
        std::fs::write(&path, expected).expect("the package can be written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "{file} is out of date: read the difference, then run the test with BLESS=1\n\
         --- expected\n{expected}\n--- found\n{found}"
    );
}
