//! Tests that need a browser, run where no browser is installed.

#![cfg(unix)]

use browser_tests::{chromium, firefox_through, webkit_through};
use std::env;
use std::net::SocketAddr;
use std::process::{Command, Output};

const PROXY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 1);

#[tokio::test]
#[ignore = "the other tests of this file run it in a process of its own"]
async fn needs_chromium() {
    let _ = chromium("a test of Chromium").await;
}

#[tokio::test]
#[ignore = "the other tests of this file run it in a process of its own"]
async fn needs_firefox() {
    let _ = firefox_through("a test of Firefox", PROXY).await;
}

#[tokio::test]
#[ignore = "the other tests of this file run it in a process of its own"]
async fn needs_webkit() {
    let _ = webkit_through("a test of WebKit", PROXY).await;
}

const TESTS: [(&str, &str); 3] =
    [("needs_chromium", "Chromium"), ("needs_firefox", "Firefox"), ("needs_webkit", "WebKit")];

/// Runs a test of this file with an empty `PATH`, so that it finds no browser.
fn without_browsers(test: &str, browser_tests: &str) -> Output {
    Command::new(env::current_exe().expect("a test knows its own program"))
        .args(["--exact", test, "--ignored"])
        .env("PATH", "")
        .env("BROWSER_TESTS", browser_tests)
        .output()
        .expect("the test program can be run again")
}

fn reports(output: &Output, browser: &str) -> bool {
    let errors = String::from_utf8_lossy(&output.stderr);
    output.status.success() && errors.contains(&format!("*** NOT RUN: a test of {browser} needs "))
}

#[test]
fn a_missing_browser_is_reported_although_the_test_passes() {
    for (test, browser) in TESTS {
        let output = without_browsers(test, "");
        assert!(reports(&output, browser), "{output:?}");
    }
}

#[test]
fn only_chromium_can_be_required_alone() {
    for (test, browser) in TESTS {
        let output = without_browsers(test, "required");
        assert_eq!(reports(&output, browser), browser != "Chromium", "{output:?}");
        assert_eq!(output.status.success(), browser != "Chromium", "{output:?}");
    }
}

#[test]
fn every_browser_can_be_required() {
    for (test, browser) in TESTS {
        let output = without_browsers(test, "all");
        let failure = String::from_utf8_lossy(&output.stdout);
        assert!(!output.status.success(), "{output:?}");
        assert!(failure.contains(&format!("a test of {browser} needs ")), "{failure}");
    }
}
