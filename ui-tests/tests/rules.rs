//! The code, `docs/rules.md` and the folders of `ui` have the same rules, and the outputs in the docs are those of the
//! compiler.

mod support;

use cors_policy::{Rule, check_method};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use support::project::{PACKAGE, Workspace};

const DOCS: &str = "../docs/rules.md";

#[test]
fn every_rule_has_a_folder_and_every_folder_is_named_after_a_rule() {
    let found: BTreeSet<_> = entries(&ui()).iter().map(|path| name(path)).collect();
    let expected: BTreeSet<_> = Rule::ALL.iter().map(|rule| rule.name().to_owned()).collect();
    assert_eq!(found, expected);
}

/// No `.stderr` file is left over from a mistake that was removed.
#[test]
fn every_mistake_has_a_text_that_names_its_rule() {
    for folder in entries(&ui()) {
        let rule = name(&folder);
        let files = entries(&folder);
        if rule == Rule::MethodName.name() {
            // The file says why there is no UI test for the rule, and which test it has instead.
            let [readme] = &*files else { panic!("{files:?}") };
            assert!(read(readme).contains("cors-policy/tests/policies.rs"));
            let test = read(&Path::new(PACKAGE).join("../cors-policy/tests/policies.rs"));
            assert!(test.contains("Rule::MethodName"));
            continue;
        }
        assert!(files.len() >= 2, "{rule}");
        for file in files {
            let other = match file.extension().and_then(|extension| extension.to_str()) {
                Some("rs") => file.with_extension("stderr"),
                Some("stderr") => {
                    // These are errors of rustc itself, which name no rule.
                    let is_rustc = name(&file).starts_with("associated-function");
                    assert!(is_rustc || read(&file).contains(&format!("[{rule}]")), "{}", file.display());
                    file.with_extension("rs")
                }
                _ => panic!("{} is neither an `.rs` nor a `.stderr` file", file.display()),
            };
            assert!(other.exists(), "{} is missing", other.display());
        }
    }
}

#[test]
fn the_docs_have_one_heading_for_each_rule_in_the_order_of_the_code() {
    let docs = read(&Path::new(PACKAGE).join(DOCS));
    let found: Vec<_> = docs.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    let expected: Vec<_> = Rule::ALL.iter().map(|rule| rule.name()).collect();
    assert_eq!(found, expected);
}

#[test]
fn generated_parts_of_the_docs_are_up_to_date() {
    let docs = read(&Path::new(PACKAGE).join(DOCS));
    support::compare(DOCS, &generated(&docs));
}

#[test]
fn corrections_in_the_docs_compile_without_a_warning() {
    let docs = read(&Path::new(PACKAGE).join(DOCS));
    let mut source = String::new();
    let mut calls = String::new();
    for (number, block) in docs.split("```rust\n").skip(1).enumerate() {
        let block = block.split("```").next().unwrap_or_default();
        write!(
            source,
            "mod correction_{number} {{\nuse cors_runtime::axum::{{cors, routes}};\n\n{block}\n\
             pub(crate) fn router() -> axum::Router {{\n    routes![me].into()\n}}\n}}\n\n"
        )
        .expect("writing to a string cannot fail");
        writeln!(calls, "    let _ = correction_{number}::router();")
            .expect("writing to a string cannot fail");
    }
    write!(source, "fn main() {{\n{calls}}}\n").expect("writing to a string cannot fail");
    let mut workspace = Workspace::new("docs");
    workspace.package("docs", "cors-runtime", &[("docs", &source)]);
    let found: Vec<_> = workspace.check().into_iter().map(|diagnostic| diagnostic.rendered).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The text of the docs, with every part between a marker and `<!-- end -->` generated again.
fn generated(docs: &str) -> String {
    let mut text = String::new();
    let mut lines = docs.lines();
    while let Some(line) = lines.next() {
        text.push_str(line);
        text.push('\n');
        let Some(marker) = line.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->")) else {
            continue;
        };
        let part = match marker.split_once(": ") {
            None if marker == "table" => table(docs),
            Some(("ui", file)) => output(&format!("ui/{file}")),
            Some((folder @ ("ui-mixed" | "ui-release"), file)) => output(&format!("{folder}/{file}")),
            Some(("method", method)) => {
                let problem = check_method(method).expect("the method breaks a rule");
                format!("```text\n{problem}\n```\n")
            }
            _ => panic!("`{line}` is not a known marker"),
        };
        text.push_str(&part);
        text.push_str("<!-- end -->\n");
        assert!(lines.any(|line| line == "<!-- end -->"), "`{line}` has no end");
    }
    text
}

/// The compiler's output for a file of this package, with paths as in a user's project.
fn output(file: &str) -> String {
    let text = read(&Path::new(PACKAGE).join(format!("{file}.stderr")));
    let text = text.replace(&format!("{file}.rs"), "src/main.rs").replace("$WORKSPACE/", "");
    format!("```text\n{}\n```\n", text.trim_end())
}

fn table(docs: &str) -> String {
    let mut table = "| rule | refuses | tests |\n|---|---|---|\n".to_owned();
    for rule in Rule::ALL {
        let section = docs.split(&format!("### {rule}\n")).nth(1).unwrap_or_default();
        let refused = section.split("**Refused:** ").nth(1).and_then(|rest| rest.lines().next());
        let refused = refused.unwrap_or_default().trim_end_matches('.').replace('|', "\\|");
        let mistakes = entries(&ui().join(rule.name()))
            .iter()
            .filter(|path| path.extension() == Some("rs".as_ref()))
            .count();
        let tests = if mistakes == 0 { "at run time".to_owned() } else { mistakes.to_string() };
        writeln!(table, "| [`{rule}`](#{rule}) | {refused} | [{tests}](../ui-tests/ui/{rule}) |")
            .expect("writing to a string cannot fail");
    }
    table
}

fn ui() -> PathBuf {
    Path::new(PACKAGE).join("ui")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("the folder can be read").path())
        .collect();
    entries.sort();
    entries
}

fn name(path: &Path) -> String {
    path.file_name().and_then(|name| name.to_str()).expect("the name is ASCII").to_owned()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
