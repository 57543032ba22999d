//! The examples in `docs/cli-export.md` are what the command writes.

use crate::command::export;
use std::ops::Range;
use std::{env, fs};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/cli-export.md");

/// The place of the text between the fences of the block that follows a mark.
fn block(page: &str, mark: &str) -> Range<usize> {
    let mark = format!("<!-- {mark} -->\n```");
    let from = page.find(&mark).unwrap_or_else(|| panic!("the page has no {mark}")) + mark.len();
    let from = from + page[from..].find('\n').expect("a fence ends its line") + 1;
    let length = page[from..].find("```").expect("the block is closed");
    from..from + length
}

#[test]
fn the_exported_examples_are_what_the_command_writes() {
    let page = fs::read_to_string(PAGE).expect("the page exists");
    let manifest = &page[block(&page, "manifest")];
    let mut wanted = page.clone();
    for target in ["nginx", "envoy", "gateway-api"] {
        let exported = export(target, manifest, &["--upstream", "api:3000", "--framework", "axum"]);
        wanted.replace_range(block(&wanted, target), &exported.configuration);
    }
    if env::var_os("BLESS").is_some() {
        fs::write(PAGE, wanted).expect("the page can be written");
    } else {
        assert!(
            wanted == page,
            "docs/cli-export.md is out of date: BLESS=1 cargo test -p cors-cli --test export"
        );
    }
}
