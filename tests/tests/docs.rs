//! The documentation agrees with the code: links, outputs of the compiler, expansions, figures and tables.
//!
//! The code in it is compiled by doc tests: that of `README.md` with the library of this package, the rest with
//! `cors-runtime`.

use cors_policy::{Key, Rule};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

const REPOSITORY: &str = "https://github.com/per-route-cors/cors-runtime/blob/main/";

/// The links of these files name items, and rustdoc checks them.
const RUSTDOC_ONLY: [&str; 5] = [
    "cors-runtime/docs/front.md",
    "cors-runtime/docs/links.md",
    "cors-runtime/docs/cors-axum.md",
    "cors-runtime/docs/cors-actix.md",
    "cors-runtime/docs/cors-keys.md",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every Markdown file, by its path from the root.
fn documents() -> Vec<String> {
    fn walk(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let is_ours = !matches!(name, "target" | ".git" | "node_modules") && !path.is_symlink();
            if path.is_dir() && is_ours {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    let mut found = Vec::new();
    walk(&root(), &mut found);
    found.sort();
    assert!(found.len() > 15, "{found:?}");
    found
}

/// The lines outside of code blocks.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        in_code ^= fence;
        !in_code && !fence
    })
}

/// The targets of `[..](target)` and of `[..]: target`.
fn targets(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in prose(text) {
        for piece in line.split("](").skip(1) {
            let end = piece.find([')', ' ']).unwrap_or(piece.len());
            found.push(piece[..end].to_owned());
        }
        if line.starts_with('[')
            && let Some((_, target)) = line.split_once("]: ")
        {
            found.push(target.trim().to_owned());
        }
    }
    found
}

/// The anchors that GitHub and rustdoc generate for the headings.
fn anchors(text: &str) -> BTreeSet<String> {
    prose(text)
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            let heading = line.trim_start_matches('#').trim().to_lowercase();
            let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        })
        .collect()
}

#[test]
fn links_lead_to_files_and_headings() {
    let mut wrong = Vec::new();
    for document in documents() {
        let text = read(&document);
        for target in targets(&text) {
            let path = match target.strip_prefix(REPOSITORY) {
                Some(path) => path.to_owned(),
                None if target.contains("://") || target.starts_with("mailto:") => continue,
                None if RUSTDOC_ONLY.contains(&&*document) => continue,
                None if target.starts_with('#') => format!("{document}{target}"),
                None => Path::new(&document).with_file_name("").join(&target).to_str().unwrap().to_owned(),
            };
            let (file, anchor) = path.split_once('#').unwrap_or((&path, ""));
            let place = root().join(file);
            let is_there = place.exists()
                && (anchor.is_empty() || anchors(&fs::read_to_string(place).unwrap()).contains(anchor));
            if !is_there {
                wrong.push(format!("{document}: {target}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// An output follows a comment with the name of its `.stderr` file. The docs may show only its first lines.
#[test]
fn outputs_are_those_of_the_compiler() {
    let mut count = 0;
    for document in documents() {
        let text = read(&document);
        for piece in text.split("<!-- ui-tests/").skip(1) {
            let (file, rest) = piece.split_once(" -->\n```text\n").expect("a block follows the comment");
            let (shown, _) = rest.split_once("\n```").unwrap();
            let output = read(&format!("ui-tests/{file}"));
            assert!(output.starts_with(shown), "{document} shows another text than {file}:\n{shown}");
            count += 1;
        }
    }
    assert!(count >= 3, "{count}");
}

/// Code of an example follows a comment with the name of its file. It is compiled there, and not as a part of the docs.
#[test]
fn excerpts_are_those_of_the_examples() {
    let mut count = 0;
    for document in documents() {
        let text = read(&document);
        for piece in text.split("<!-- examples/").skip(1) {
            let (file, rest) =
                piece.split_once(" -->\n```rust,ignore\n").expect("a block follows the comment");
            let (shown, _) = rest.split_once("```").unwrap();
            let source = read(&format!("examples/{file}"));
            assert!(source.contains(shown), "{document} shows another text than examples/{file}:\n{shown}");
            count += 1;
        }
    }
    assert!(count >= 5, "{count}");
}

/// The pages of the attribute show the expansion of their first example, which is a snapshot of `cors-macros`.
/// `BLESS=1` writes the blocks.
#[test]
fn expansions_are_those_of_the_snapshots() {
    for framework in ["axum", "actix"] {
        let document = format!("cors-runtime/docs/cors-{framework}.md");
        let snapshot = format!("cors-macros/snapshots/documented_{framework}.rs");
        let text = read(&document);
        let marker = format!("<!-- {snapshot} -->\n");
        let (before, rest) =
            text.split_once(&marker).unwrap_or_else(|| panic!("{document} has no `{marker}`"));
        let (_, after) = rest.split_once("<!-- end -->").expect("the block ends");
        let block = format!("```rust,ignore\n{}```\n", read(&snapshot));
        let expected = format!("{before}{marker}{block}<!-- end -->{after}");
        if env::var_os("BLESS").is_some_and(|value| value == "1") {
            fs::write(root().join(&document), &expected).expect("the page can be written");
        } else {
            assert!(text == expected, "{document} does not show {snapshot}; to write the block, set BLESS=1");
        }
    }
}

#[test]
fn the_table_of_keys_has_the_order_of_the_code() {
    let text = read("cors-runtime/docs/cors-keys.md");
    let table = text.split("# Keys").nth(1).unwrap().split("Elements of").next().unwrap();
    let found: Vec<_> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .map(|row| row.split(['`', '(']).next().unwrap())
        .collect();
    let expected: Vec<_> = Key::ALL.iter().map(|key| key.name()).collect();
    assert_eq!(found, expected);
    let (_, grammar) = text.split_once("# Grammar").unwrap();
    for key in expected {
        assert!(grammar.contains(&format!("\"{key}\"")), "{key}");
    }
}

#[test]
fn tables_of_features_have_those_of_the_manifest() {
    let manifest = read("cors-runtime/Cargo.toml");
    let (_, rest) = manifest.split_once("\n[features]\n").unwrap();
    let (features, _) = rest.split_once("\n[").unwrap();
    let mut expected: Vec<_> = features
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name)
        .filter(|name| *name != "default")
        .collect();
    expected.sort_unstable();
    for document in ["README.md", "cors-runtime/docs/front.md"] {
        let text = read(document);
        let (_, rest) = text.split_once("\n| feature |").unwrap();
        let (table, _) = rest.split_once("\n\n").unwrap();
        let mut found: Vec<_> = table
            .lines()
            .filter_map(|line| line.strip_prefix("| `"))
            .map(|row| row.split('`').next().unwrap())
            .collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{document}");
    }
}

#[test]
fn figures_agree_with_the_code() {
    let manifest = read("Cargo.toml");
    let value = |key: &str| {
        let (_, rest) = manifest.split_once(&format!("\n{key} = \"")).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let suffixes = read("cors-policy/src/public_suffixes.txt");
    let rules = suffixes.split_once("\n\n").unwrap().1.lines().count();
    let ui_tests = read("ui-tests/tests/support/mod.rs");
    let (_, rest) = ui_tests.split_once("PINNED_COMPILER: &str = \"rustc ").unwrap();
    let (pinned, _) = rest.split_once(".\"").unwrap();
    let version = value("version");
    let (version, _) = version.rsplit_once('.').unwrap();
    for (document, figure) in [
        ("README.md", format!("Minimum Rust: {}", value("rust-version"))),
        ("CONTRIBUTING.md", format!("Rust {} or newer", value("rust-version"))),
        ("README.md", format!("cors-runtime = {{ version = \"{version}\", features")),
        ("cors-runtime/docs/testing.md", format!("cors-runtime = {{ version = \"{version}\", features")),
        ("README.md", format!("each of the {} rules", Rule::ALL.len())),
        ("ui-tests/README.md", format!("rustc {pinned}.")),
        (".github/workflows/ci.yml", format!("container: rust:{pinned}-")),
        (".github/workflows/ci.yml", format!("toolchain: [stable, beta, \"{}\"]", value("rust-version"))),
        (".github/workflows/ci.yml", format!("cargo +{} check", value("rust-version"))),
        (
            "docs/architecture.md",
            format!("{},{:03} rules in {} KB", rules / 1000, rules % 1000, suffixes.len() / 1000),
        ),
    ] {
        assert!(read(document).contains(&figure), "{document} does not say `{figure}`");
    }
}

/// A newcomer reads about 300 words in a minute.
#[test]
fn the_prose_of_the_readme_is_read_in_about_three_minutes() {
    let text = read("README.md");
    let (text, _licence) = text.split_once("\n## Licence\n").unwrap();
    let words = prose(text).flat_map(str::split_whitespace).filter(|word| *word != "|").count();
    assert!(words <= 900, "{words}; move what is not needed at first reading into the guide");
}
