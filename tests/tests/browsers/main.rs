//! One table of what scripts see (`cases/*.txt`), through the simulated browser and through real ones.
//!
//! A disagreement is a bug in the simulated browser, in the runtime or in the table.

mod actix_app;
mod answer;
mod axum_app;
mod case;
mod front;
mod outside;
mod parse;
mod real;
mod seen;
mod server;
mod simulated;
mod table;

use case::{Case, Engine};
use cors_runtime::Policy;
use outside::Surroundings;
use std::net::SocketAddr;
use std::sync::Arc;
use tests::browser::{self, Browser};

fn policy(json: &str) -> Policy {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

fn surroundings() -> Surroundings {
    Surroundings::new(Arc::new(table::cases()))
}

/// `CASES=redirects` runs the cases with this in their name.
fn chosen(case: &Case) -> bool {
    std::env::var("CASES").map_or(true, |part| case.name.contains(&part))
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

/// Both adapters, each with a new browser: preflights of one must not count for the other.
async fn real<F>(engine: Engine, cases: fn() -> Vec<Case>, open: impl Fn(SocketAddr) -> F)
where
    F: Future<Output = Option<Browser>>,
{
    for framework in ["axum", "actix-web"] {
        let surroundings = Surroundings::new(Arc::new(cases()));
        let server = match framework {
            "axum" => server::axum(surroundings.clone()).await,
            _ => server::actix(surroundings.clone()),
        };
        let Some(browser) = open(front::start(server).await).await else { return };
        let (cases, wrong) = real::run(&browser, &surroundings, engine, chosen).await;
        report(&format!("{}, {framework}", browser.name()), cases, &wrong);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_browser_chromium() {
    let open = |proxy| browser::chromium_through("the table in Chromium", proxy);
    real(Engine::Chromium, table::cases, open).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_browser_firefox() {
    let open = |proxy| browser::firefox_through("the table in Firefox", proxy);
    real(Engine::Firefox, table::cases, open).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_browser_webkit() {
    let open = |proxy| browser::webkit_through("the table in WebKit", proxy);
    real(Engine::WebKit, table::cases_without_tls, open).await;
}
