//! The program as a process.

use serde_json::{Value, json};
use std::process::Command;

#[test]
fn the_program_writes_its_manifest() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_actix-api")).arg("--manifest").output().expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let manifest: Value = serde_json::from_slice(&output.stdout).expect("the output is JSON");
    let routes: Vec<_> = manifest
        .as_array()
        .expect("a list")
        .iter()
        .map(|route| (&route["methods"], &route["path"]))
        .collect();
    assert_eq!(routes, [(&json!(["GET"]), &json!("/me")), (&json!(["PUT"]), &json!("/me"))]);
    assert_eq!(manifest[1]["policy"]["allow_headers"], json!(["content-type"]));
}
