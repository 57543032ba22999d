//! One table of requests and responses (`cases/*.http`), which runs through both adapters, in process and over a
//! socket, with policies of the attribute, of the builder and of JSON, and with default policies.

mod actix_app;
mod actix_runtime;
mod axum_app;
mod axum_runtime;
mod calls;
mod case;
mod handlers;
mod logged;
mod own_headers;
mod routes;
mod socket;
mod table;

use calls::Calls;
use case::{Framework, Registration};
use routes::PolicySource;
use tests::{ask, serve};

/// Runs every case of the table that this app can answer, and reports all that fail.
fn run(framework: Framework, registration: Registration, app: impl FnOnce(Calls) -> ask::App) {
    let calls = Calls::default();
    let mut app = app(calls.clone());
    let mut failures = Vec::new();
    let mut ran = 0;
    for case in table::cases() {
        let Some(expected) = case.expected(framework, registration) else { continue };
        ran += 1;
        let answer = app(&case.request);
        for difference in expected.differences(&case, registration, &answer, &calls.take()) {
            failures.push(format!("{} ({framework:?}): {difference}", case.name));
        }
    }
    assert!(failures.is_empty(), "{} of {ran} cases:\n{}", failures.len(), failures.join("\n"));
    // A mistake in the marks of the table could make the test skip most cases.
    assert!(ran > 100, "only {ran} cases");
}

#[test]
fn axum_in_process() {
    run(Framework::Axum, Registration::Attribute, |calls| ask::axum(axum_app::app(calls)));
}

#[test]
fn axum_over_a_socket() {
    let app = |calls| socket::connect(serve::axum(axum_app::app(calls)));
    run(Framework::Axum, Registration::Attribute, app);
}

#[test]
fn axum_with_policies_of_the_builder() {
    let app = |calls| ask::axum(axum_runtime::routes(calls, PolicySource::Builder));
    run(Framework::Axum, Registration::RunTime, app);
}

#[test]
fn axum_with_policies_of_json() {
    let app = |calls| ask::axum(axum_runtime::routes(calls, PolicySource::Json));
    run(Framework::Axum, Registration::RunTime, app);
}

#[test]
fn axum_with_default_policies() {
    let app = |calls: Calls| ask::axum(axum_runtime::default_policies(&calls));
    run(Framework::Axum, Registration::DefaultPolicy, app);
}

#[test]
fn actix_in_process() {
    run(Framework::Actix, Registration::Attribute, |calls| ask::actix(actix_app::app(calls)));
}

#[test]
fn actix_over_a_socket() {
    let app = |calls| socket::connect(serve::actix(actix_app::app(calls)));
    run(Framework::Actix, Registration::Attribute, app);
}

#[test]
fn actix_with_policies_of_the_builder() {
    let app = |calls| ask::actix(|config| actix_runtime::routes(calls, PolicySource::Builder, config));
    run(Framework::Actix, Registration::RunTime, app);
}

#[test]
fn actix_with_policies_of_json() {
    let app = |calls| ask::actix(|config| actix_runtime::routes(calls, PolicySource::Json, config));
    run(Framework::Actix, Registration::RunTime, app);
}

#[test]
fn actix_with_default_policies() {
    let app = |calls| ask::actix(|config| actix_runtime::default_policies(calls, config));
    run(Framework::Actix, Registration::DefaultPolicy, app);
}

/// axum gives every response a length, and hyper has to remove that of a 204.
/// <https://www.rfc-editor.org/rfc/rfc9110#section-8.6-8>
#[test]
fn a_204_has_no_length_over_a_socket() {
    let cases = table::cases();
    let is_allowed_preflight =
        |ask: &ask::Ask| ask.uri == "/plain" && ask.method == "OPTIONS" && ask.headers.len() == 2;
    let case = cases.iter().find(|case| is_allowed_preflight(&case.request));
    let case = case.expect("`preflight.http` begins with an allowed preflight");
    let axum = serve::axum(axum_app::app(Calls::default()));
    let actix = serve::actix(actix_app::app(Calls::default()));
    for address in [axum, actix] {
        let answer = socket::connect(address)(&case.request);
        assert_eq!((answer.status, answer.header("content-length")), (204, None), "{answer:?}");
    }
}
