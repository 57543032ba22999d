//! The files of the table.

use crate::case::{Case, parse};

const FILES: [(&str, &str); 18] = [
    ("actual.http", include_str!("cases/actual.http")),
    ("actual_any_origin.http", include_str!("cases/actual_any_origin.http")),
    ("actual_errors.http", include_str!("cases/actual_errors.http")),
    ("dynamic.http", include_str!("cases/dynamic.http")),
    ("enforce.http", include_str!("cases/enforce.http")),
    ("enforcing_default.http", include_str!("cases/enforcing_default.http")),
    ("go.http", include_str!("cases/go.http")),
    ("groups.http", include_str!("cases/groups.http")),
    ("handler_headers.http", include_str!("cases/handler_headers.http")),
    ("hosts.http", include_str!("cases/hosts.http")),
    ("navigations.http", include_str!("cases/navigations.http")),
    ("options.http", include_str!("cases/options.http")),
    ("origins.http", include_str!("cases/origins.http")),
    ("preflight.http", include_str!("cases/preflight.http")),
    ("preflight_headers.http", include_str!("cases/preflight_headers.http")),
    ("preflight_methods.http", include_str!("cases/preflight_methods.http")),
    ("preflight_reuse.http", include_str!("cases/preflight_reuse.http")),
    ("protection.http", include_str!("cases/protection.http")),
];

/// Every case, in the order of the files.
pub(crate) fn cases() -> Vec<Case> {
    FILES.iter().flat_map(|(file, text)| parse(file, text)).collect()
}

#[test]
fn every_file_has_cases_and_every_name_is_unique() {
    let mut names = std::collections::HashSet::new();
    for (file, text) in FILES {
        let cases = parse(file, text);
        assert!(!cases.is_empty(), "{file}");
        for case in cases {
            assert!(names.insert(case.name.clone()), "two cases have the name {}", case.name);
        }
    }
}
