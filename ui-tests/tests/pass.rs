//! Files that must compile without a warning, a list of 2,000 origins, and the warnings of release builds.

mod support;

use std::fmt::Write as _;
use support::project::{Workspace, sources};

/// The files of `ui-pass`, those of `ui-pass-renamed`, and a list of 2,000 origins.
#[test]
fn valid_files_compile_without_a_warning() {
    let pass = sources("ui-pass");
    let renamed = sources("ui-pass-renamed");
    let two_thousand_origins = with_two_thousand_origins("");
    let mut workspace = Workspace::new("pass");
    let mut binaries: Vec<_> = pass.iter().map(|(name, source)| (&**name, &**source)).collect();
    binaries.push(("two_thousand_origins", &two_thousand_origins));
    workspace.package("pass", "cors-runtime", &binaries);
    let binaries: Vec<_> = renamed.iter().map(|(name, source)| (&**name, &**source)).collect();
    workspace.package("renamed", "my_cors", &binaries);
    let found: Vec<_> = workspace.check().into_iter().map(|diagnostic| diagnostic.rendered).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// A handler whose policy lists 2,000 origins, and these further elements.
fn with_two_thousand_origins(more: &str) -> String {
    let mut source =
        "#![deny(warnings)]\n\nuse cors_runtime::axum::{cors, routes};\n\n#[cors(origins = [\n".to_owned();
    for number in 0..2000 {
        writeln!(source, "    \"https://tenant{number}.example.com\",")
            .expect("writing to a string cannot fail");
    }
    write!(
        source,
        "    {more}\n], credentials)]\n#[get(\"/\")]\nasync fn handler() {{}}\n\n\
         fn main() {{\n    let _: axum::Router = routes![handler].into();\n}}\n",
    )
    .expect("writing to a string cannot fail");
    source
}

#[test]
fn two_mistakes_behind_2000_origins_are_two_errors() {
    let source = with_two_thousand_origins("\"https://tenant7.example.com\", \"https://app.example.com/\"");
    let mut workspace = Workspace::new("long");
    workspace.package("long", "cors-runtime", &[("long", &source)]);
    let found = workspace.check();
    let found: Vec<_> = found
        .iter()
        .map(|diagnostic| {
            let span = diagnostic.span.as_ref().expect("the error underlines a token");
            (diagnostic.message.lines().next().unwrap_or_default(), &*span.text)
        })
        .collect();
    let expected = [
        (
            "`https://tenant7.example.com` is already listed [origin-duplicate]",
            "\"https://tenant7.example.com\"",
        ),
        (
            "an origin has no trailing slash: `https://app.example.com/` [origin-trailing-slash]",
            "\"https://app.example.com/\"",
        ),
    ];
    assert_eq!(found, expected);
}

/// The files of `ui-release` are built without `debug_assertions`, as in a release.
#[test]
fn release_builds_give_the_expected_warnings() {
    if !support::compiler_is_pinned("release_builds_give_the_expected_warnings") {
        return;
    }
    let mut workspace = Workspace::new("release");
    workspace.without_debug_assertions("ui-release");
    compare_warnings(workspace, "ui-release");
}

/// The files of `ui-warnings` compile. trybuild does not show warnings about unused code.
#[test]
fn handlers_that_are_not_registered_give_the_expected_warnings() {
    if !support::compiler_is_pinned("handlers_that_are_not_registered_give_the_expected_warnings") {
        return;
    }
    compare_warnings(Workspace::new("warnings"), "ui-warnings");
}

/// Compares the warnings about each file of a folder with its `.stderr` file.
fn compare_warnings(mut workspace: Workspace, folder: &str) {
    let files = sources(folder);
    let binaries: Vec<_> = files.iter().map(|(name, source)| (&**name, &**source)).collect();
    workspace.package(folder, "cors-runtime", &binaries);
    let found = workspace.check();
    for (name, _) in &files {
        let texts = found.iter().filter(|diagnostic| diagnostic.target == *name);
        let text: Vec<_> = texts
            .map(|diagnostic| {
                diagnostic.rendered.replace(&format!("{folder}/src/bin/"), &format!("{folder}/"))
            })
            .collect();
        support::compare(&format!("{folder}/{name}.stderr"), &text.concat());
    }
}
