//! The rules in the code, in the docs and in the folders of UI tests are the same, and the outputs in the docs are those
//! of the compiler.

mod support;

use cors_policy::{Rule, check_method};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use support::project::{PACKAGE, Workspace};

const DOCS: &str = "../docs/rules.md";

/// Every rule has a folder, and every folder is a rule's.
#[test]
fn folders() {
    let found: BTreeSet<_> = entries(&ui()).iter().map(|path| name(path)).collect();
    let expected: BTreeSet<_> = Rule::ALL.iter().map(|rule| rule.name().to_owned()).collect();
    assert_eq!(found, expected);
}

/// Every mistake has its text, the text names the rule, and no text is left over.
#[test]
fn files() {
    for folder in entries(&ui()) {
        let rule = name(&folder);
        let files = entries(&folder);
        if rule == Rule::MethodName.name() {
            // It says why, and where the test is.
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
                    // What rustc says first has no names of rules.
                    let is_rustc = name(&file).starts_with("associated-function");
                    assert!(is_rustc || read(&file).contains(&format!("[{rule}]")), "{}", file.display());
                    file.with_extension("rs")
                }
                _ => panic!("{} is neither a mistake nor its text", file.display()),
            };
            assert!(other.exists(), "{} is missing", other.display());
        }
    }
}

/// The docs have one heading per rule, in the order of the code.
#[test]
fn headings() {
    let docs = read(&Path::new(PACKAGE).join(DOCS));
    let found: Vec<_> = docs.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    let expected: Vec<_> = Rule::ALL.iter().map(|rule| rule.name()).collect();
    assert_eq!(found, expected);
}

/// The generated parts of the docs are up to date.
#[test]
fn outputs() {
    let docs = read(&Path::new(PACKAGE).join(DOCS));
    support::compare(DOCS, &generated(&docs));
}

/// So are those in the README, each behind the name of its file.
#[test]
fn readme() {
    let readme = read(&Path::new(PACKAGE).join("../README.md"));
    let mut compared = 0;
    for part in readme.split("<!-- ui-tests/").skip(1) {
        let (file, rest) = part.split_once(" -->\n```text\n").expect("a text follows the name");
        let shown = rest.split("```").next().unwrap_or_default();
        assert_eq!(shown.trim_end(), read(&Path::new(PACKAGE).join(file)).trim_end(), "{file}");
        compared += 1;
    }
    assert!(compared > 0);
}

/// What the docs tell to write compiles without a warning.
#[test]
fn what_to_write() {
    let docs = read(&Path::new(PACKAGE).join(DOCS));
    let mut source = String::new();
    let mut calls = String::new();
    for (number, block) in docs.split("```rust\n").skip(1).enumerate() {
        let block = block.split("```").next().unwrap_or_default();
        write!(
            source,
            "mod right_{number} {{\nuse cors_runtime::axum::{{cors, routes}};\n\n{block}\n\
             pub(crate) fn router() -> axum::Router {{\n    routes![me].into()\n}}\n}}\n\n"
        )
        .expect("a string takes everything");
        writeln!(calls, "    let _ = right_{number}::router();").expect("a string takes everything");
    }
    write!(source, "fn main() {{\n{calls}}}\n").expect("a string takes everything");
    let mut workspace = Workspace::new("docs");
    workspace.package("docs", "cors-runtime", &[("docs", &source)]);
    let found: Vec<_> = workspace.check().into_iter().map(|diagnostic| diagnostic.rendered).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The docs with every part between a marker and `<!-- end -->` written anew.
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
                let problem = check_method(method).expect("it breaks the rule");
                format!("```text\n{problem}\n```\n")
            }
            _ => panic!("what is `{line}`?"),
        };
        text.push_str(&part);
        text.push_str("<!-- end -->\n");
        assert!(lines.any(|line| line == "<!-- end -->"), "`{line}` has no end");
    }
    text
}

/// The compiler's output, as in a user's project.
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
            .expect("a string takes everything");
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
