//! `docs/cli.md` agrees with what the command does. With `BLESS=1` the recorded parts are written.

use crate::command_line::{AllowsEveryPage, BreaksOff, one_route};
use crate::proxy::{self, Alteration};
use crate::run::{base, verify, verify_json};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::{env, fs};

/// Two tests that write the file must not overwrite what the other has written.
static FILE: Mutex<()> = Mutex::new(());

fn document() -> String {
    let _lock = FILE.lock().unwrap_or_else(PoisonError::into_inner);
    fs::read_to_string(path()).expect("the page of the docs")
}

fn path() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/cli.md")
}

/// Compares the text between `<!-- name -->` and the next `<!-- end -->` with the recorded text, or replaces it.
pub(crate) fn assert_recorded(name: &str, record: impl FnOnce(&str) -> String) {
    let _lock = FILE.lock().unwrap_or_else(PoisonError::into_inner);
    let document = fs::read_to_string(path()).expect("the page of the docs");
    let begin = format!("<!-- {name} -->\n");
    let (before, rest) = document.split_once(&begin).unwrap_or_else(|| panic!("there is no {begin}"));
    let (written, after) = rest.split_once("<!-- end -->").expect("the part has an end");
    let recorded = record(written);
    if env::var_os("BLESS").is_some() {
        fs::write(path(), format!("{before}{begin}{recorded}<!-- end -->{after}"))
            .expect("the page can be written");
    } else {
        assert_eq!(
            written, recorded,
            "docs/cli.md is not what the command prints; run the test with BLESS=1"
        );
    }
}

#[test]
fn the_session_is_what_the_command_prints() {
    let proxy = proxy::serve(crate::command_line::serve(), Arc::new(AllowsEveryPage));
    let output = verify(&one_route("[\"https://app.example.com\"]"), &base(proxy), &[]);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the output is UTF-8");
    let printed = text(output.stderr) + &text(output.stdout);
    let printed = printed.replace(&base(proxy), "https://api.example.com");
    assert_recorded("verify session", |_| {
        format!("```console\n$ cors verify manifest.json --base https://api.example.com\n{printed}```\n")
    });
}

#[test]
fn every_option_of_verify_is_documented() {
    let help = Command::new(env!("CARGO_BIN_EXE_cors"))
        .args(["verify", "--help"])
        .output()
        .expect("the command runs");
    let help = String::from_utf8(help.stdout).expect("the help is UTF-8");
    assert!(help.lines().count() <= 50, "{} lines:\n{help}", help.lines().count());
    assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
    let document = document();
    let options: BTreeSet<&str> = help
        .split("Examples:")
        .next()
        .unwrap_or_default()
        .split([' ', ',', '\n'])
        .filter(|word| word.starts_with("--") && word.len() > 2 && *word != "--help")
        .filter(|option| {
            !document.contains(&format!("`{option} ")) && !document.contains(&format!("`{option}`"))
        })
        .collect();
    assert!(options.is_empty(), "{options:?}");
}

#[test]
fn every_key_of_the_json_of_verify_is_documented() {
    fn keys(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    found.insert(key.clone());
                    keys(value, found);
                }
            }
            Value::Array(values) => values.iter().for_each(|value| keys(value, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    let alterations: [Arc<dyn Alteration>; 2] = [Arc::new(AllowsEveryPage), Arc::new(BreaksOff)];
    for alteration in alterations {
        let proxy = proxy::serve(crate::command_line::serve(), alteration);
        keys(&verify_json(&one_route("[\"https://app.example.com\"]"), &base(proxy), &[]).value, &mut found);
    }
    assert!(found.len() > 15, "{found:?}");
    let document = document();
    let section = document.split_once("## `cors verify`").expect("the page has the section").1;
    found.retain(|key| !section.contains(&format!("`{key}`")));
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn every_kind_is_documented() {
    let planted = document();
    let source = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/verify/deviation.rs"));
    let source = source.expect("the file of the kinds");
    let body =
        source.split_once("enum Kind {").and_then(|(_, rest)| rest.split_once("\n}")).expect("the kinds").0;
    let mut count = 0;
    for name in body.lines().map(str::trim).filter_map(|line| line.strip_suffix(',')) {
        let words = name.chars().fold(String::new(), |words, c| {
            let dash = if c.is_uppercase() && !words.is_empty() { "-" } else { "" };
            format!("{words}{dash}{}", c.to_ascii_lowercase())
        });
        assert!(planted.contains(&format!("| `{words}` |")), "{words}");
        count += 1;
    }
    assert!(count > 15, "{count}");
}
