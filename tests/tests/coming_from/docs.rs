//! The tables of `docs/coming-from.md` have a row for each knob, and a test for each row.

use crate::{actix_cors_rows, tower_http_rows};

const TEXT: &str = include_str!("../../../docs/coming-from.md");

/// The first cells of a section's table.
fn knobs(section: &str) -> Vec<&'static str> {
    let (_, text) = TEXT.split_once(&format!("\n## {section}\n")).expect("the section is there");
    let text = text.split_once("\n## ").map_or(text, |(section, _)| section);
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
    let cells = rows.filter_map(|row| row.split_once('`')).map(|(knob, _)| knob);
    // The first is the table's head.
    cells.skip(1).collect()
}

#[test]
fn every_row_has_a_test_and_every_test_a_row() {
    assert_eq!(knobs("From tower-http"), tower_http_rows::knobs());
    assert_eq!(knobs("From actix-cors"), actix_cors_rows::knobs());
}
