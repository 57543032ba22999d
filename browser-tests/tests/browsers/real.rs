//! Runs the table in a real browser.

use super::case::{Case, Engine, Load, Outcome, Step};
use super::outside::Surroundings;
use super::seen::{Seen, of_case};
use browser_tests::Browser;
use serde_json::{Value, json};
use std::collections::HashMap;

const SCRIPT: &str = include_str!("page.js");

/// Runs every case that this browser can run. Returns their number and a description of each difference.
pub(crate) async fn run(
    browser: &Browser,
    surroundings: &Surroundings,
    engine: Engine,
    chosen: impl Fn(&Case) -> bool,
) -> (usize, Vec<String>) {
    let cases: Vec<&Case> =
        surroundings.cases().iter().filter(|case| !case.takes_time() && chosen(case)).collect();
    // One script runs all cases that open the same pages.
    let mut visits: Vec<(Vec<&str>, Vec<&Case>)> = Vec::new();
    for case in &cases {
        match visits.iter_mut().find(|(pages, _)| *pages == case.pages()) {
            Some((_, cases)) => cases.push(case),
            None => visits.push((case.pages(), vec![case])),
        }
    }
    let mut wrong = Vec::new();
    for (pages, cases) in visits {
        let mut seen: HashMap<usize, Vec<Seen>> = HashMap::new();
        for (number, page) in pages.iter().enumerate() {
            browser.open_page(&address(page, surroundings.scheme())).await;
            let asks = cases.iter().map(|case| of_page(case, number)).collect::<Value>();
            let answer = browser.async_script(SCRIPT, vec![asks]).await;
            let results = answer["results"].as_array().unwrap_or_else(|| panic!("{page}: {answer}"));
            for result in results {
                let case = result["number"].as_u64().and_then(|number| number.try_into().ok());
                let steps = result["seen"].as_array().expect("a list of what was seen");
                seen.entry(case.expect("a number")).or_default().extend(steps.iter().map(read));
            }
        }
        for case in cases {
            let seen = seen.remove(&case.number).unwrap_or_default();
            wrong.extend(of_case(case, engine, &seen, surroundings));
        }
    }
    (cases.len(), wrong)
}

fn address(page: &str, scheme: &str) -> String {
    match page {
        "null" => format!("{scheme}://app.example.com/sandboxed-page"),
        origin => format!("{origin}/page"),
    }
}

/// The argument of the script: the requests of one page of a case.
fn of_page(case: &Case, number: usize) -> Value {
    let mut page = 0;
    let mut asks = Vec::new();
    for step in &case.steps {
        match step {
            Step::Page(_) => page += 1,
            Step::Ask(ask) if page == number + 1 => asks.push(json!({
                "method": ask.method,
                "url": ask.url,
                "load": ask.load.map(Load::name),
                "options": ask.options,
                "headers": ask.headers,
            })),
            Step::Ask(_) | Step::Advance(_) => {}
        }
    }
    json!({ "number": case.number, "asks": asks })
}

fn read(seen: &Value) -> Seen {
    let text = |name: &str| seen[name].as_str().unwrap_or_default().to_owned();
    let status = seen["status"].as_u64().and_then(|status| status.try_into().ok());
    let outcome = match text("outcome").as_str() {
        "readable" => Outcome::Status(status.expect("a response has a status")),
        "opaque" => Outcome::Opaque,
        "opaqueredirect" => Outcome::OpaqueRedirect,
        "loaded" => Outcome::Loaded,
        "loaded tainted" => Outcome::LoadedTainted,
        "blocked" => Outcome::Blocked(None),
        other => panic!("the script says {other}"),
    };
    let lines = seen["headers"].as_array().map(Vec::as_slice).unwrap_or_default();
    let part = |line: &Value, at: usize| line[at].as_str().unwrap_or_default().to_owned();
    Seen {
        outcome,
        headers: lines.iter().map(|line| (part(line, 0), part(line, 1))).collect(),
        body: text("body"),
        url: text("url"),
    }
}
