//! Tests that compare the compiler's texts, run with a compiler of another version than the texts are from.

#![cfg(unix)]

mod support;

use std::env;
use std::process::{Command, Output};

/// What every test that compares texts does first.
#[test]
#[ignore = "the other tests of this file run it, with another compiler"]
fn compares_texts() {
    support::compiler_is_pinned("compares_texts");
}

/// Runs [`compares_texts`] with `echo` as the compiler: it prints its argument, or its own version.
fn with_another_compiler(ui_tests: Option<&str>) -> Output {
    let mut command = Command::new(env::current_exe().expect("a test knows its own program"));
    command.args(["--exact", "compares_texts", "--ignored"]).env("RUSTC", "echo");
    match ui_tests {
        Some(value) => command.env("UI_TESTS", value),
        None => command.env_remove("UI_TESTS"),
    };
    command.output().expect("the test program can be run again")
}

#[test]
fn texts_that_are_not_compared_are_reported_although_the_test_passes() {
    for ui_tests in [None, Some("")] {
        let output = with_another_compiler(ui_tests);
        let reported = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{output:?}");
        assert!(reported.contains("*** NOT RUN: compares_texts: "), "{reported}");
        assert!(reported.contains(support::PINNED_COMPILER), "{reported}");
    }
}

#[test]
fn required_texts_that_cannot_be_compared_are_a_failure() {
    let output = with_another_compiler(Some("required"));
    let reported = String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success(), "{output:?}");
    assert!(reported.contains("the expected texts are those of rustc 1.95."), "{reported}");
}
