//! Every row of the playground in a real browser, on the origin that the policies list and on the other one.

use browser_tests::{Browser, ColorScheme, chromium};
use playground::{Playground, Ports};

/// What the panels of a row must show. The page compares its results as well, but with a list of its own.
struct Row {
    id: &'static str,
    listed: Expected,
    other: Expected,
}

struct Expected {
    /// The outcome of each request, with the status if the script could read it.
    outcome: &'static str,
    /// The methods of the requests that reached the API. `OPTIONS` is a preflight.
    seen: &'static str,
    /// A part of the panel's text.
    text: &'static str,
}

const fn row(id: &'static str, listed: Expected, other: Expected) -> Row {
    Row { id, listed, other }
}

const fn shows(outcome: &'static str, seen: &'static str, text: &'static str) -> Expected {
    Expected { outcome, seen, text }
}

const fn blocked(seen: &'static str) -> Expected {
    Expected { outcome: "blocked", seen, text: "TypeError: Failed to fetch" }
}

const fn both_blocked(seen: &'static str) -> Expected {
    Expected { outcome: "blocked, blocked", ..blocked(seen) }
}

const ROWS: &[Row] = &[
    row("simple", shows("readable 200", "GET", r#"{"hello":"from "#), blocked("GET")),
    row(
        "public",
        shows("readable 200", "GET", r#"{"status":"up"}"#),
        shows("readable 200", "GET", r#"{"status":"up"}"#),
    ),
    row("exposed", shows("readable 200", "GET", "x-total-count: 3"), blocked("GET")),
    row("unexposed", shows("partly 200", "GET", "x-request-id: null"), blocked("GET")),
    row("preflight", shows("readable 200", "OPTIONS PUT", r#""saved":{"text":"hello"}"#), blocked("OPTIONS")),
    row(
        "reused",
        shows("readable 200, readable 200", "OPTIONS PUT PUT", r#""saved":"#),
        both_blocked("OPTIONS OPTIONS"),
    ),
    row(
        "shared",
        shows("readable 200, blocked", "OPTIONS PUT OPTIONS", r#"{"replaced":true}"#),
        both_blocked("OPTIONS OPTIONS"),
    ),
    row("method", blocked("OPTIONS"), blocked("OPTIONS")),
    row("method-policy", blocked("OPTIONS"), blocked("OPTIONS")),
    row("header", blocked("OPTIONS"), blocked("OPTIONS")),
    row(
        "cookie",
        shows("readable 200, readable 200", "POST GET", r#"{"account":"demo"}"#),
        both_blocked("POST GET"),
    ),
    row("undeclared-cookie", blocked("GET"), blocked("GET")),
    row("public-cookie", blocked("GET"), blocked("GET")),
    row("error", shows("readable 401", "GET", r#"{"error":"sign in first"}"#), blocked("GET")),
    row("rejected", shows("readable 400", "OPTIONS PUT", "400"), blocked("OPTIONS")),
];

const APIS: [&str; 2] = ["axum", "actix-web"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browser_shows_the_expected_panels_on_both_origins() {
    let Some(browser) = chromium("the playground in a browser").await else { return };
    let ports = Ports { axum: 0, actix: 0, page: 0, other_page: 0 };
    let playground = Playground::start(ports).unwrap();

    let Ports { page, other_page, .. } = playground.ports();
    for (name, port) in [("allowed", page), ("other", other_page)] {
        browser.open_page(&format!("http://localhost:{port}/")).await;
        check(&browser, name).await;
        for scheme in [ColorScheme::Light, ColorScheme::Dark] {
            for (device, width) in [("desktop", 1280), ("phone", 390)] {
                browser.set_window(width, scheme).await;
                let needed = browser.script("return document.documentElement.scrollWidth").await;
                assert!(needed.as_u64() <= Some(width.into()), "{name}, {device}: {needed} px wide");
                browser.screenshot(&format!("playground-{name}-{device}-{}", scheme.name())).await;
            }
        }
        if name == "allowed" {
            check_wire(&browser).await;
        }
        // The second run in the same page begins with the cookie and the caches that the first one left.
        browser.script("document.getElementById('again').click()").await;
        check(&browser, name).await;
    }
}

/// The requests and responses, which the page shows after a click. `max_age = 600` is answered as 0 if another method
/// of the path has another policy.
async fn check_wire(browser: &Browser) {
    browser.script("for (const folded of document.querySelectorAll('details')) folded.open = true").await;
    browser.set_window(1280, ColorScheme::Light).await;
    browser.screenshot("playground-allowed-unfolded").await;
    for (row, max_age) in [("reused", "Max-Age: 600"), ("shared", "Max-Age: 0")] {
        for api in APIS {
            let panel = format!(".panel[data-row={row}][data-api={api}]");
            let text = browser.script(&format!("return document.querySelector('{panel}').innerText")).await;
            let lines: Vec<_> = text.as_str().unwrap_or_default().lines().map(str::trim).collect();
            assert!(lines.contains(&max_age), "{row}, {api}: {lines:#?}");
        }
    }
}

async fn check(browser: &Browser, page: &str) {
    browser.wait_for("html[data-run=done]").await;
    let panels = browser
        .script(
            "return [...document.getElementsByClassName('panel')]
                .map((panel) => ({ ...panel.dataset, text: panel.innerText }))",
        )
        .await;
    let panels = panels.as_array().expect("a list");

    let mut wrong = Vec::new();
    for Row { id, listed, other } in ROWS {
        let expected = if page == "allowed" { listed } else { other };
        for api in APIS {
            let Some(panel) = panels.iter().find(|panel| panel["row"] == *id && panel["api"] == api) else {
                wrong.push(format!("{id}, {api}: no such panel"));
                continue;
            };
            let text = panel["text"].as_str().is_some_and(|text| text.contains(expected.text));
            if panel["outcome"] != expected.outcome || panel["seen"] != expected.seen || !text {
                wrong.push(format!(
                    "{id}, {api}: expected {}, requests {}, text {}\n    but the page has {panel}",
                    expected.outcome, expected.seen, expected.text
                ));
            }
            // The page has to accept the results as well.
            if panel["state"] != "done" || panel["ok"] != "true" {
                wrong.push(format!("{id}, {api}: the page does not accept its result: {panel}"));
            }
        }
    }
    let count = ROWS.len() * APIS.len();
    if panels.len() != count {
        wrong.push(format!("the table has {count} panels, the page has {}", panels.len()));
    }
    assert!(wrong.is_empty(), "on the {page} origin:\n{}", wrong.join("\n"));

    let summary = browser.script("return document.getElementById('summary').innerText").await;
    assert_eq!(summary, format!("{count} of {count} results are what the policies say"));
}
