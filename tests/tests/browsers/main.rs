//! One table of what scripts see (`cases/*.txt`), through the simulated browser and through real ones.
//!
//! A disagreement is a bug in the simulated browser, in the runtime or in the table.

mod actix_app;
mod answer;
mod axum_app;
mod case;
mod outside;
mod parse;
mod seen;
mod simulated;
mod table;

use cors_runtime::Policy;
use outside::Surroundings;
use std::sync::Arc;

fn policy(json: &str) -> Policy {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

fn surroundings() -> Surroundings {
    Surroundings::new(Arc::new(table::cases()))
}

fn report(engine: &str, cases: usize, wrong: &[String]) {
    println!("{engine}: {cases} cases, {} disagreements", wrong.len());
    assert!(wrong.is_empty(), "{engine}:\n{}", wrong.join("\n"));
}

#[test]
fn simulated_browser_axum() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime without I/O");
    let surroundings = surroundings();
    let app = axum_app::app(surroundings.clone());
    let wrong = runtime.block_on(simulated::run(&app, &surroundings));
    report("simulated, axum", surroundings.cases().len(), &wrong);
}

#[test]
fn simulated_browser_actix() {
    let surroundings = surroundings();
    let wrong = actix_web::rt::System::new().block_on(async {
        let app = actix_web::App::new().configure(actix_app::app(surroundings.clone()));
        let app = actix_web::test::init_service(app).await;
        simulated::run(&app, &surroundings).await
    });
    report("simulated, actix-web", surroundings.cases().len(), &wrong);
}
