//! One table of requests and answers (`cases/*.http`), run through both adapters: in process, and over a socket.

mod actix_app;
mod axum_app;
mod calls;
mod case;
mod in_process;
mod own_headers;
mod socket;
mod table;

use case::{Answer, Case, Framework};

/// Runs every case of the table and reports all that fail.
fn run(framework: Framework, mut ask: impl FnMut(&Case) -> Answer) {
    let mut failures = Vec::new();
    let mut ran = 0;
    for case in table::cases() {
        let Some(expected) = case.expected(framework) else { continue };
        ran += 1;
        for difference in expected.differences(&case, &ask(&case)) {
            failures.push(format!("{} ({framework:?}): {difference}", case.name));
        }
    }
    assert!(failures.is_empty(), "{} differences in {ran} cases:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn axum_in_process() {
    run(Framework::Axum, in_process::axum());
}

#[test]
fn axum_over_a_socket() {
    run(Framework::Axum, socket::axum());
}

#[test]
fn actix_in_process() {
    run(Framework::Actix, in_process::actix());
}

#[test]
fn actix_over_a_socket() {
    run(Framework::Actix, socket::actix());
}
