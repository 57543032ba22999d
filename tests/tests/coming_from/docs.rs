//! The tables on tower-http and actix-cors have the same rows as the tests.

use crate::{actix_cors_rows, tower_http_rows};

const TOWER_HTTP: &str = include_str!("../../../docs/coming-from/tower-http.md");
const ACTIX_CORS: &str = include_str!("../../../docs/coming-from/actix-cors.md");

/// The first cell of each row in the first table.
fn options(text: &str) -> Vec<&str> {
    let (_, text) = text.split_once("\n|---|---|---|\n").expect("the guide has a table");
    let (table, _) = text.split_once("\n\n").expect("the table ends");
    table.lines().map(|line| line.split('`').nth(1).expect("the first cell is code")).collect()
}

#[test]
fn the_docs_and_the_tests_have_the_same_rows() {
    assert_eq!(options(TOWER_HTTP), tower_http_rows::options());
    assert_eq!(options(ACTIX_CORS), actix_cors_rows::options());
}
