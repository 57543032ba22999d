//! What must compile, and the warnings of release builds.

mod support;

use std::fmt::Write as _;
use support::project::{Workspace, sources};

/// The files of `ui-pass` and `ui-pass-renamed`, and a list of 2,000 origins, compile without a word.
#[test]
fn without_a_word() {
    let pass = sources("ui-pass");
    let renamed = sources("ui-pass-renamed");
    let long = two_thousand_origins("");
    let mut workspace = Workspace::new("pass");
    let mut binaries: Vec<_> = pass.iter().map(|(name, source)| (&**name, &**source)).collect();
    binaries.push(("two_thousand_origins", &long));
    workspace.package("pass", "cors-runtime", &binaries);
    let binaries: Vec<_> = renamed.iter().map(|(name, source)| (&**name, &**source)).collect();
    workspace.package("renamed", "my_cors", &binaries);
    let found: Vec<_> = workspace.check().into_iter().map(|diagnostic| diagnostic.rendered).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn two_thousand_origins(other: &str) -> String {
    let mut source =
        "#![deny(warnings)]\n\nuse cors_runtime::axum::{cors, routes};\n\n#[cors(origins = [\n".to_owned();
    for number in 0..2000 {
        writeln!(source, "    \"https://tenant{number}.example.com\",").expect("a string takes everything");
    }
    write!(
        source,
        "    {other}\n], credentials)]\n#[get(\"/\")]\nasync fn handler() {{}}\n\n\
         fn main() {{\n    let _: axum::Router = routes![handler].into();\n}}\n",
    )
    .expect("a string takes everything");
    source
}

/// Two mistakes behind 2,000 elements are two errors.
#[test]
fn behind_a_long_list() {
    let source = two_thousand_origins("\"https://tenant7.example.com\", \"https://app.example.com/\"");
    let mut workspace = Workspace::new("long");
    workspace.package("long", "cors-runtime", &[("long", &source)]);
    let found = workspace.check();
    let found: Vec<_> = found
        .iter()
        .map(|diagnostic| {
            let span = diagnostic.span.as_ref().expect("it has a place");
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

/// The files of `ui-release`, built as a release is, give exactly the text of their `.stderr`.
#[test]
fn in_release_builds() {
    if !support::is_pinned_compiler() {
        return;
    }
    let files = sources("ui-release");
    let mut workspace = Workspace::new("release");
    let binaries: Vec<_> = files.iter().map(|(name, source)| (&**name, &**source)).collect();
    workspace.package("ui-release", "cors-runtime", &binaries);
    workspace.without_debug_assertions("ui-release");
    let found = workspace.check();
    for (name, _) in &files {
        let texts = found.iter().filter(|diagnostic| diagnostic.target == *name);
        let text: Vec<_> = texts
            .map(|diagnostic| diagnostic.rendered.replace("ui-release/src/bin/", "ui-release/"))
            .collect();
        support::compare(&format!("ui-release/{name}.stderr"), &text.concat());
    }
}
