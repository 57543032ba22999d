//! One table of requests and answers (`cases/*.http`), run through both adapters, in process and over a socket, with
//! policies of the attribute, of the builder, of JSON, and as default policies.

mod actix_app;
mod actix_run_time;
mod axum_app;
mod axum_run_time;
mod calls;
mod case;
mod described;
mod in_process;
mod own_headers;
mod socket;
mod table;

use case::{Answer, Case, Framework, Via};
use described::Made;

/// Runs every case of the table and reports all that fail.
fn run(framework: Framework, via: Via, mut ask: impl FnMut(&Case) -> Answer) {
    let mut failures = Vec::new();
    let mut ran = 0;
    for case in table::cases() {
        let Some(expected) = case.expected(framework, via) else { continue };
        ran += 1;
        for difference in expected.differences(&case, via, &ask(&case)) {
            failures.push(format!("{} ({framework:?}): {difference}", case.name));
        }
    }
    assert!(failures.is_empty(), "{} of {ran} cases:\n{}", failures.len(), failures.join("\n"));
    // A slip in the marks of the table must not make the test empty.
    assert!(ran > 100, "only {ran} cases");
}

#[test]
fn axum_in_process() {
    run(Framework::Axum, Via::Macro, in_process::axum(axum_app::app));
}

#[test]
fn axum_over_a_socket() {
    run(Framework::Axum, Via::Macro, socket::axum());
}

#[test]
fn axum_with_policies_of_the_builder() {
    let app = |calls| axum_run_time::routes(calls, Made::ByBuilder);
    run(Framework::Axum, Via::RunTime, in_process::axum(app));
}

#[test]
fn axum_with_policies_of_json() {
    let app = |calls| axum_run_time::routes(calls, Made::BySerde);
    run(Framework::Axum, Via::RunTime, in_process::axum(app));
}

#[test]
fn axum_with_default_policies() {
    run(Framework::Axum, Via::Layer, in_process::axum(|calls| axum_run_time::layers(&calls)));
}

#[test]
fn actix_in_process() {
    run(Framework::Actix, Via::Macro, in_process::actix(|calls, config| actix_app::app(calls)(config)));
}

#[test]
fn actix_over_a_socket() {
    run(Framework::Actix, Via::Macro, socket::actix());
}

#[test]
fn actix_with_policies_of_the_builder() {
    let app = |calls, config: &mut _| actix_run_time::routes(calls, Made::ByBuilder, config);
    run(Framework::Actix, Via::RunTime, in_process::actix(app));
}

#[test]
fn actix_with_policies_of_json() {
    let app = |calls, config: &mut _| actix_run_time::routes(calls, Made::BySerde, config);
    run(Framework::Actix, Via::RunTime, in_process::actix(app));
}

#[test]
fn actix_with_default_policies() {
    run(Framework::Actix, Via::Layer, in_process::actix(actix_run_time::layers));
}

/// axum gives every answer a length; hyper knows that a 204 has none.
/// <https://www.rfc-editor.org/rfc/rfc9110#section-8.6-8>
#[test]
fn a_204_has_no_length_on_the_wire() {
    let case = table::cases().into_iter().find(|case| case.path == "/plain" && case.method == "OPTIONS");
    let case = case.expect("it is the first of preflight.http");
    for mut ask in [Box::new(socket::axum()) as Box<dyn FnMut(&Case) -> Answer>, Box::new(socket::actix())] {
        let answer = ask(&case);
        assert_eq!(answer.status, 204);
        assert!(answer.headers.iter().all(|(name, _)| name != "content-length"), "{:?}", answer.headers);
    }
}
