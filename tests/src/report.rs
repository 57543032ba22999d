//! Messages that reach the terminal although the test runner captures the output of tests that pass.

use std::env;
use std::io::{self, Write as _};

/// Reports that a test was not run because a program is missing. The test is then expected to return, and passes.
///
/// # Panics
///
/// If the environment variable has one of these values: they make the missing program a failure.
pub fn not_run(test: &str, needs: &str, variable: &str, values: &[&str]) {
    let is_required = env::var(variable).is_ok_and(|value| values.contains(&value.as_str()));
    assert!(!is_required, "{test} needs {needs}");
    warn(&format!("NOT RUN: {test} needs {needs}"));
}

/// Writes a line to standard error itself, because `eprintln!` would be captured.
pub fn warn(text: &str) {
    // If standard error is closed, there is no other place to report it to.
    let _ = writeln!(io::stderr(), "\n*** {text}\n");
}

#[cfg(test)]
mod tests {
    use std::env;
    use std::process::{Command, Output};

    #[test]
    #[ignore = "the other tests of this module run it in a process of its own"]
    fn a_test_that_is_not_run() {
        super::not_run("a test", "a program", "REPORT_TESTS", &["required", "all"]);
    }

    fn run(variable: Option<&str>) -> Output {
        let mut command = Command::new(env::current_exe().expect("a test knows its own program"));
        command.args(["--exact", "report::tests::a_test_that_is_not_run", "--ignored"]);
        match variable {
            Some(value) => command.env("REPORT_TESTS", value),
            None => command.env_remove("REPORT_TESTS"),
        };
        command.output().expect("the test program can be run again")
    }

    #[test]
    fn a_test_that_is_not_run_is_reported_although_it_passes() {
        for variable in [None, Some(""), Some("other")] {
            let output = run(variable);
            let reported = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{output:?}");
            assert!(reported.contains("*** NOT RUN: a test needs a program"), "{output:?}");
        }
    }

    #[test]
    fn a_required_test_that_cannot_run_fails() {
        for value in ["required", "all"] {
            let output = run(Some(value));
            let reported = String::from_utf8_lossy(&output.stdout);
            assert!(!output.status.success(), "{output:?}");
            assert!(reported.contains("a test needs a program"), "{output:?}");
        }
    }
}
