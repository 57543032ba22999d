//! The table of what scripts see, behind real gateways: nginx and Envoy, with the configuration that the command exports,
//! in front of an application without CORS.
//!
//! Requests go from a browser through a proxy of the test, which logs them, to the gateway and from there to the
//! application. The results have to be those of the table, as if the application had the policies itself.

#[path = "../../../browser-tests/tests/browsers/answer.rs"]
mod answer;
mod application;
#[path = "../../../browser-tests/tests/browsers/axum_app.rs"]
#[allow(dead_code, reason = "the application of the table has its policies; here a gateway has them")]
mod axum_app;
#[path = "../../../browser-tests/tests/browsers/case.rs"]
mod case;
mod command;
#[path = "../../../browser-tests/tests/browsers/front.rs"]
mod front;
#[path = "../../../browser-tests/tests/browsers/outside.rs"]
mod outside;
#[path = "../../../browser-tests/tests/browsers/parse.rs"]
mod parse;
#[path = "../../../browser-tests/tests/browsers/real.rs"]
mod real;
#[path = "../../../browser-tests/tests/browsers/seen.rs"]
mod seen;
#[path = "../../../browser-tests/tests/browsers/simulated.rs"]
#[allow(dead_code, reason = "only the table of the runtime is compared with the messages of Chromium's console")]
mod simulated;
#[path = "../../../browser-tests/tests/browsers/table.rs"]
#[allow(dead_code, reason = "the cases without TLS are for WebKit")]
mod table;

use case::{Case, Engine, Framework};
use command::Exported;
use cors_runtime::Policy;
use outside::Surroundings;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use tests::envoy::Envoy;
use tests::nginx::{Nginx, free_address};
use tests::serve;

/// Cases that a gateway can express, and whose result differs nevertheless, with the reason.
type Differences = &'static [(&'static str, &'static str)];

fn policy(json: &str) -> Policy {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

/// The cases that this browser and framework can run. `CASES=redirects` in the environment selects those with this text
/// in their name.
fn chosen(engine: Engine, framework: Framework) -> impl Fn(&Case) -> bool {
    let part = std::env::var("CASES").unwrap_or_default();
    move |case| case.is_for(engine, framework) && case.name.contains(&part)
}

/// Why cases do not run behind a gateway.
fn exceptions(cases: &[Case], exported: &Exported, differences: Differences) -> BTreeMap<usize, String> {
    let mut exceptions = BTreeMap::new();
    for case in cases {
        let omitted = exported.omissions.iter().find(|(path, _)| path.starts_with(&format!("/{}/", case.number)));
        let differs = differences.iter().find(|(name, _)| *name == case.name);
        let reason = if case.default.is_some() {
            "default policies are not in a manifest"
        } else if let Some((_, reason)) = omitted {
            reason.as_str()
        } else if let Some((_, reason)) = differs {
            reason
        } else {
            continue;
        };
        exceptions.insert(case.number, reason.to_owned());
    }
    exceptions
}

/// Runs the table in simulated browsers behind a gateway, and prints how many cases agreed and why others did not run.
fn in_simulated_browsers(name: &str, gateway: SocketAddr, exceptions: &BTreeMap<usize, String>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
    let surroundings = Surroundings::new(Arc::new(table::cases()));
    let proxy = application::proxy(surroundings.clone(), gateway);
    for engine in Engine::ALL {
        let chosen = chosen(engine, Framework::Axum);
        let runs = |case: &Case| chosen(case) && !exceptions.contains_key(&case.number);
        let result = runtime.block_on(simulated::run(&proxy, &surroundings, engine, runs));
        report(&format!("simulated {} behind {name}", engine.name()), result, exceptions);
    }
    print_exceptions(name, surroundings.cases(), exceptions);
}

/// Runs the table in Chromium behind a gateway.
async fn in_chromium(name: &str, gateway: SocketAddr, exceptions: &BTreeMap<usize, String>) {
    let surroundings = Surroundings::new(Arc::new(table::cases()));
    let front = front::start(serve::axum(application::proxy(surroundings.clone(), gateway))).await;
    let test = format!("the table in Chromium behind {name}");
    let Some(browser) = browser_tests::chromium_through(&test, front.address, &front.key).await else { return };
    let chosen = chosen(Engine::Chromium, Framework::Axum);
    let runs = |case: &Case| chosen(case) && !exceptions.contains_key(&case.number);
    let result = real::run(&browser, &surroundings, Engine::Chromium, runs).await;
    report(&format!("{} behind {name}", browser.name()), result, exceptions);
}

fn report(name: &str, (cases, wrong): (usize, Vec<String>), exceptions: &BTreeMap<usize, String>) {
    println!("{name}: {cases} cases, {} agreed, {} exceptions", cases - wrong.len(), exceptions.len());
    assert!(wrong.is_empty(), "{name}:\n{}", wrong.join("\n"));
    assert!(cases > 100 || std::env::var_os("CASES").is_some(), "only {cases} cases");
}

fn print_exceptions(name: &str, cases: &[Case], exceptions: &BTreeMap<usize, String>) {
    let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for case in cases {
        if let Some(reason) = exceptions.get(&case.number) {
            by_reason.entry(reason).or_default().push(&case.name);
        }
    }
    println!("exceptions behind {name}:");
    for (reason, cases) in by_reason {
        println!("  {reason}: {} cases\n    {}", cases.len(), cases.join("\n    "));
    }
}

/// A gateway with the exported configuration, in front of an application without CORS.
fn export(target: &str, cases: &[Case]) -> (SocketAddr, Exported) {
    let listen = free_address();
    let upstream = serve::axum(application::without_cors(cases));
    let manifest = application::manifest(cases);
    let options = ["--upstream", &upstream.to_string(), "--listen", &listen.to_string(), "--framework", "axum"];
    (listen, command::export(target, &manifest.to_string(), &options))
}

fn nginx() -> Option<(Nginx, SocketAddr, BTreeMap<usize, String>)> {
    let cases = table::cases();
    let (listen, exported) = export("nginx", &cases);
    let exceptions = exceptions(&cases, &exported, &[]);
    let server = Nginx::start_with_locations("export", &exported.configuration, "")?;
    Some((server, listen, exceptions))
}

fn envoy(name: &str) -> Option<(Envoy, SocketAddr, BTreeMap<usize, String>)> {
    let cases = table::cases();
    let (listen, exported) = export("envoy", &cases);
    let exceptions = exceptions(&cases, &exported, &[]);
    let server = Envoy::start(name, listen, &exported.configuration)?;
    Some((server, listen, exceptions))
}

#[test]
fn simulated_browsers_behind_nginx() {
    let Some((_server, listen, exceptions)) = nginx() else { return };
    in_simulated_browsers("nginx", listen, &exceptions);
}

#[test]
fn simulated_browsers_behind_envoy() {
    let Some((_server, listen, exceptions)) = envoy("simulated") else { return };
    in_simulated_browsers("Envoy", listen, &exceptions);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_browser_chromium_behind_nginx() {
    let Some((_server, listen, exceptions)) = nginx() else { return };
    in_chromium("nginx", listen, &exceptions).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_browser_chromium_behind_envoy() {
    let Some((_server, listen, exceptions)) = envoy("chromium") else { return };
    in_chromium("Envoy", listen, &exceptions).await;
}
