//! Exit codes, standard output and the help.

use crate::manifest::{TARGETS, one, route};
use serde_json::json;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

fn run(arguments: &[&str], input: &str) -> Output {
    let mut process = Command::new(env!("CARGO_BIN_EXE_cors"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    // A command that fails may not read its input.
    let _ = process.stdin.take().expect("standard input is piped").write_all(input.as_bytes());
    process.wait_with_output().expect("the command ends")
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_complete_export_succeeds() {
    for target in TARGETS {
        let output = run(&["export", target, "-"], &one(json!({ "origins": ["https://app.example"] })));
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        assert!(String::from_utf8_lossy(&output.stdout).contains("https://app"));
        assert!(!errors(&output).contains("not expressed"));
    }
}

#[test]
fn without_allow_partial_nothing_is_written_if_something_is_left_out() {
    let manifest = json!([
        route(&["GET"], "/open", json!({ "origins": ["https://app.example"] })),
        route(&["PUT"], "/me", json!({ "origins": ["https://app.example"], "enforce": true })),
    ])
    .to_string();
    for target in TARGETS {
        let output = run(&["export", target, "-"], &manifest);
        assert_eq!((output.status.code(), &*output.stdout), (Some(1), &b""[..]));
        let line = "not expressed: PUT /me (src/main.rs:7): `enforce`";
        assert!(errors(&output).contains(line), "{}", errors(&output));
        assert!(errors(&output).contains("1 of 2 routes"), "{}", errors(&output));

        let output = run(&["export", target, "-", "--allow-partial"], &manifest);
        assert_eq!(output.status.code(), Some(1));
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains("# - PUT /me (src/main.rs:7): `enforce`"), "{text}");
        assert!(text.contains("PUT /me: src/main.rs:7, closed"), "{text}");
    }
}

#[test]
fn names_of_kubernetes_have_a_largest_length() {
    let (name, host) = ("a".repeat(254), "a".repeat(64));
    for (gateway, upstream, expected) in
        [(&name[..253], &host[..63], 0), (&name[..254], &host[..63], 2), (&name[..253], &host[..64], 2)]
    {
        let upstream = format!("{upstream}:80");
        let arguments = ["export", "gateway-api", "-", "--gateway", gateway, "--upstream", &upstream];
        let output = run(&arguments, &one(json!({ "origins": ["https://app.example"] })));
        assert_eq!(output.status.code(), Some(expected), "{}", errors(&output));
    }
}

#[test]
fn mistakes_of_the_command_line_have_the_exit_code_2() {
    for arguments in [
        &["export", "haproxy", "-"][..],
        &["export", "nginx"],
        &["export", "nginx", "-", "--upstream", "api"],
        &["export", "nginx", "-", "--upstream", "api;:80"],
        &["export", "nginx", "-", "--upstream", "a b:80"],
        &["export", "nginx", "-", "--upstream", "api:0"],
        &["export", "nginx", "-", "--upstream", ":80"],
        &["export", "nginx", "-", "--listen", "everywhere"],
        &["export", "nginx", "-", "--env", "NAME"],
        &["export", "nginx", "-", "--env", "=https://app.example"],
        &["export", "gateway-api", "-", "--gateway", "a: b"],
        &["export", "gateway-api", "-", "--gateway", ""],
        &["export", "gateway-api", "-", "--gateway", "Api"],
        &["export", "gateway-api", "-", "--gateway=-api"],
        &["export", "gateway-api", "-", "--gateway", "api-"],
        &["export", "gateway-api", "-", "--upstream", "10.0.0.1:80"],
    ] {
        let output = run(arguments, &one(json!({ "origins": ["https://app.example"] })));
        assert_eq!((output.status.code(), &*output.stdout), (Some(2), &b""[..]), "{arguments:?}");
        assert!(errors(&output).starts_with("error: "), "{}", errors(&output));
    }
}

#[test]
fn an_unreadable_manifest_has_the_exit_code_3() {
    let wrong = one(json!({ "origins": ["https://app.example/"] }));
    for (arguments, input, expected) in [
        (&["export", "nginx", "does-not-exist.json"][..], "", "does-not-exist.json cannot be read"),
        (&["export", "nginx", "-"], "", "not the manifest"),
        (&["export", "nginx", "-"], "{}", "not the manifest"),
        (&["export", "nginx", "-"], &wrong, "/me (src/main.rs:7)"),
    ] {
        let output = run(arguments, input);
        assert_eq!((output.status.code(), &*output.stdout), (Some(3), &b""[..]), "{arguments:?}");
        assert!(errors(&output).contains(expected), "{}", errors(&output));
    }
}

#[test]
fn the_help_fits_a_screen() {
    for flag in ["-h", "--help"] {
        let output = run(&["export", flag], "");
        let help = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(0));
        assert!(help.contains("Examples:\n  cors export nginx"), "{help}");
        assert!(help.lines().count() <= 32, "{} lines:\n{help}", help.lines().count());
        assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
    }
}
