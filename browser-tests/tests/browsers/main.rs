//! One table (`cases/*.txt`) of what scripts see, which runs through the simulated browser and through real ones.
//!
//! A difference is a bug in the simulated browser, in the runtime or in the table.

mod actix_app;
mod answer;
mod axum_app;
mod case;
mod console;
mod front;
mod outside;
mod parse;
mod real;
mod seen;
mod simulated;
mod table;

use browser_tests::Browser;
use case::{Case, Engine, Framework};
use cors_runtime::Policy;
use front::Front;
use outside::Surroundings;
use std::sync::Arc;
use tests::serve;

fn policy(json: &str) -> Policy {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

/// The cases that this browser and framework can run. `CASES=redirects` in the environment selects those with this text
/// in their name.
fn chosen(engine: Engine, framework: Framework) -> impl Fn(&Case) -> bool {
    let part = std::env::var("CASES").unwrap_or_default();
    move |case| case.is_for(engine, framework) && case.name.contains(&part)
}

fn report(engine: &str, (cases, wrong): (usize, Vec<String>)) {
    println!("{engine}: {cases} cases, {} agreed", cases - wrong.len());
    assert!(wrong.is_empty(), "{engine}:\n{}", wrong.join("\n"));
}

#[test]
fn simulated_browser_axum() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime without I/O");
    let surroundings = Surroundings::new(Arc::new(table::cases()));
    let app = axum_app::app(surroundings.clone());
    for engine in Engine::ALL {
        let result =
            runtime.block_on(simulated::run(&app, &surroundings, engine, chosen(engine, Framework::Axum)));
        report(&format!("simulated {}, axum", engine.name()), result);
    }
}

#[test]
fn simulated_browser_actix() {
    let surroundings = Surroundings::new(Arc::new(table::cases()));
    actix_web::rt::System::new().block_on(async {
        let app = actix_web::App::new().configure(actix_app::app(surroundings.clone()));
        let app = actix_web::test::init_service(app).await;
        for engine in Engine::ALL {
            let result = simulated::run(&app, &surroundings, engine, chosen(engine, Framework::Actix)).await;
            report(&format!("simulated {}, actix", engine.name()), result);
        }
    });
}

/// Runs the cases against both adapters, each with a new browser, so that no preflight of one is remembered for the
/// other.
async fn real(engine: Engine, cases: fn() -> Vec<Case>, open: impl AsyncFn(Front) -> Option<Browser>) {
    for framework in Framework::ALL {
        let surroundings = Surroundings::new(Arc::new(cases()));
        let server = match framework {
            Framework::Axum => serve::axum(axum_app::app(surroundings.clone())),
            Framework::Actix => {
                let surroundings = surroundings.clone();
                serve::actix(move |config| actix_app::app(surroundings)(config))
            }
        };
        let Some(browser) = open(front::start(server).await).await else { return };
        let result = real::run(&browser, &surroundings, engine, chosen(engine, framework)).await;
        report(&format!("{}, {}", browser.name(), framework.name()), result);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_browser_chromium() {
    let open = async |front: Front| {
        browser_tests::chromium_through("the table in Chromium", front.address, &front.key).await
    };
    real(Engine::Chromium, table::cases, open).await;
}

/// The messages of `Blocked` are those of Chromium, letter by letter.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_browser_chromium_console() {
    let surroundings = Surroundings::new(Arc::new(table::cases()));
    let front = front::start(serve::axum(axum_app::app(surroundings.clone()))).await;
    let test = "the messages of Chromium's console";
    let Some(browser) = browser_tests::chromium_through(test, front.address, &front.key).await else {
        return;
    };
    real::run(&browser, &surroundings, Engine::Chromium, chosen(Engine::Chromium, Framework::Axum)).await;
    let entries = browser.console().await;

    let simulated = Surroundings::new(Arc::new(table::cases()));
    let app = axum_app::app(simulated.clone());
    let simulated = console::about_cors(simulated::console(&app, &simulated).await);

    let elsewhere = surroundings.cases().iter().find(|case| case.name.ends_with(console::FROM_THE_CACHE));
    let elsewhere = elsewhere.expect("the table has the case").number;
    let real = console::of_chromium(&entries);
    let wrong = console::differences(&real, &simulated, elsewhere);
    println!("{}: {} messages, {} of another wording", browser.name(), real.len(), wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(real.len() > 50 || std::env::var_os("CASES").is_some(), "only {} messages", real.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_browser_firefox() {
    let open =
        async |front: Front| browser_tests::firefox_through("the table in Firefox", front.address).await;
    real(Engine::Firefox, table::cases, open).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_browser_webkit() {
    let open = async |front: Front| browser_tests::webkit_through("the table in WebKit", front.address).await;
    real(Engine::WebKit, table::cases_without_tls, open).await;
}
