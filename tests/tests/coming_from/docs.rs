//! The tables of `docs/coming-from.md` and the tests have the same rows.

use crate::{actix_cors_rows, tower_http_rows};

const TEXT: &str = include_str!("../../../docs/coming-from.md");

/// The first cell of each row in the table of a section.
fn options(section: &str) -> Vec<&'static str> {
    let (_, text) = TEXT.split_once(&format!("\n## {section}\n")).expect("the section is there");
    let text = text.split_once("\n## ").map_or(text, |(section, _)| section);
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
    let cells = rows.filter_map(|row| row.split_once('`')).map(|(option, _)| option);
    // The first row is the head of the table.
    cells.skip(1).collect()
}

#[test]
fn the_docs_and_the_tests_have_the_same_rows() {
    assert_eq!(options("From tower-http"), tower_http_rows::options());
    assert_eq!(options("From actix-cors"), actix_cors_rows::options());
}
