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
mod expression;
#[path = "../../../browser-tests/tests/browsers/front.rs"]
mod front;
mod gateway_api;
mod http_route_schema;
mod interpreter;
#[path = "../../../browser-tests/tests/browsers/outside.rs"]
mod outside;
#[path = "../../../browser-tests/tests/browsers/parse.rs"]
mod parse;
#[path = "../../../browser-tests/tests/browsers/real.rs"]
mod real;
#[path = "../../../browser-tests/tests/browsers/seen.rs"]
mod seen;
#[path = "../../../browser-tests/tests/browsers/simulated.rs"]
#[allow(
    dead_code,
    reason = "only the table of the runtime is compared with the messages of Chromium's console"
)]
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

/// Cases that a gateway can express, and whose result differs nevertheless, with the reason. None of them is wider.
type Differences = [(&'static str, &'static str)];

const ORIGIN_INSTEAD_OF_ANY: &str =
    "the gateway answers `*` with the origin, so that the browser blocks for another reason";
const ONE_MAX_AGE: &str =
    "`Access-Control-Max-Age` cannot depend on the origin: preflights are sent each time";
const HEADERS_OF_THE_APPLICATION: &str =
    "the gateway may keep the CORS headers of the application, which the top of the export says";
const UNLISTED_METHOD: &str =
    "a preflight for a method that is not routed is refused without naming the method";
const GATEWAY_API: [(&str, &str); 13] = [
    ENVOY[0],
    ENVOY[1],
    ENVOY[2],
    ENVOY[3],
    ENVOY[4],
    ("readable: a handler cannot let another origin in", HEADERS_OF_THE_APPLICATION),
    ("readable: a handler cannot allow credentials", HEADERS_OF_THE_APPLICATION),
    ("preflight: patch in lower case is no PATCH", UNLISTED_METHOD),
    ("preflight: a method that is not routed", UNLISTED_METHOD),
    ("preflight: a refused method is asked for again", UNLISTED_METHOD),
    ("preflight: a safelisted method that is not routed gets no headers allowed", UNLISTED_METHOD),
    ("remembered: a method that is not routed is not remembered", UNLISTED_METHOD),
    ("remembered: a safelisted method that is not routed is not remembered", UNLISTED_METHOD),
];
const ENVOY: [(&str, &str); 5] = [
    ("credentials: any origin is not for credentials", ORIGIN_INSTEAD_OF_ANY),
    ("credentials: a preflight for any origin refuses credentials", ORIGIN_INSTEAD_OF_ANY),
    ("redirects: a redirect to another server with credentials", ORIGIN_INSTEAD_OF_ANY),
    ("elements: an image with credentials for everybody", ORIGIN_INSTEAD_OF_ANY),
    ("remembered: everybody beside a list: the origin of the list", ONE_MAX_AGE),
];

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
fn exceptions(cases: &[Case], exported: &Exported, differences: &Differences) -> BTreeMap<usize, String> {
    let mut exceptions = BTreeMap::new();
    for case in cases {
        let omitted =
            exported.omissions.iter().find(|(path, _)| path.starts_with(&format!("/{}/", case.number)));
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
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
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
    let Some(browser) = browser_tests::chromium_through(&test, front.address, &front.key).await else {
        return;
    };
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
    let options =
        ["--upstream", &upstream.to_string(), "--listen", &listen.to_string(), "--framework", "axum"];
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
    let exceptions = exceptions(&cases, &exported, &ENVOY);
    let server = Envoy::start(name, listen, &exported.configuration)?;
    Some((server, listen, exceptions))
}

/// The interpreter of the Gateway API, in each way that the documentation leaves open.
#[test]
fn simulated_browsers_behind_the_gateway_api() {
    let cases = table::cases();
    let upstream = serve::axum(application::without_cors(&cases));
    let manifest = application::manifest(&cases);
    let exported = command::export("gateway-api", &manifest.to_string(), &["--framework", "axum"]);
    let routes = gateway_api::documents(&exported.configuration);
    let exceptions = exceptions(&cases, &exported, &GATEWAY_API);
    for implementation in interpreter::IMPLEMENTATIONS {
        let listen = gateway_api::serve(&routes, implementation, upstream);
        in_simulated_browsers(&format!("{implementation:?}"), listen, &exceptions);
    }
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
