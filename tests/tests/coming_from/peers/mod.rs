//! The guides for users of servers that are not written in Rust: `docs/coming-from/*.md`. The key words that a guide
//! tells the reader to write are compiled here, and are the same text as in the guide.
//!
//! Where the other server can be started, the simulated browser sends the same requests to it and to a server with our
//! policy. [`process`] finds the program. A test whose program is missing reports that it was not run, and passes; with
//! `PEER_TESTS=required` it fails.

mod django;
mod express;
mod fastapi;
mod flask_cors;
mod nginx;
mod not_started;
mod process;

use crate::pages::{Outcomes, compare, outcomes, outcomes_at};
use axum::Router;
use axum::http::{HeaderName, Method};
use axum::routing::{MethodFilter, on};
use cors_runtime::axum::{PolicyLayer, Routes, origin_check};
use cors_runtime::testing::{Browser, Fetch};
use cors_runtime::{Origin, Policy};
use std::fs;
use std::path::Path;

/// A row of a guide.
struct Row {
    /// The first cell.
    option: &'static str,
    /// The code that configures the other server.
    old: &'static str,
    /// The second cell, or the part of it that is code.
    write: &'static str,
    new: New,
    /// The requests whose results differ, as the guide says.
    differs: &'static [&'static str],
}

enum New {
    /// A policy, and the methods of its routes.
    Policy(Policy, &'static [&'static str]),
    /// Annotated routes, if a default policy cannot do the same.
    Routes(Routes),
}

/// The text of the keys, and the policy that they declare.
macro_rules! keys {
    ($($keys:tt)*) => {
        (stringify!($($keys)*), cors_runtime::axum::policy!($($keys)*))
    };
}
use keys;

const SOME: &[&str] = &["GET", "HEAD", "POST", "PUT"];
const ALL: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/// What pages that are sandboxed get, if the other server reflects `null` as well.
const SANDBOXED: &[&str] = &["a sandboxed page gets", "a sandboxed page puts"];

impl Row {
    /// A row whose keys are the policy of routes with the methods in [`SOME`].
    fn keys(option: &'static str, old: &'static str, (write, policy): (&'static str, Policy)) -> Self {
        Self { option, old, write, new: New::Policy(policy, SOME), differs: &[] }
    }

    /// A row that needs a function.
    fn routes(option: &'static str, old: &'static str, write: &'static str, routes: Routes) -> Self {
        Self { option, old, write, new: New::Routes(routes), differs: &[] }
    }

    /// A row whose replacement is no key. The policy is that of the other rows.
    fn no_key(option: &'static str, old: &'static str, write: &'static str, policy: Policy) -> Self {
        Self { option, old, write, new: New::Policy(policy, SOME), differs: &[] }
    }

    fn methods(mut self, methods: &'static [&'static str]) -> Self {
        if let New::Policy(_, all) = &mut self.new {
            *all = methods;
        }
        self
    }

    fn differs(mut self, differs: &'static [&'static str]) -> Self {
        self.differs = differs;
        self
    }
}

type Response = [(HeaderName, &'static str); 2];

async fn handler() -> Response {
    [(HeaderName::from_static("x-a"), "1"), (HeaderName::from_static("x-b"), "2")]
}

#[origin_check]
fn is_b(origin: &Origin) -> bool {
    origin.scheme() == "https" && (origin.host() == "b.example" || origin.is_subdomain_of("b.example"))
}

#[origin_check]
fn is_anybody(_: &Origin) -> bool {
    true
}

fn filter(methods: &[&str]) -> MethodFilter {
    let filters = methods.iter().map(|name| Method::from_bytes(name.as_bytes()).unwrap().try_into().unwrap());
    filters.reduce(MethodFilter::or).unwrap()
}

/// Compares the server whose row `n` has the path `/n` with a server that has our policies.
async fn compare_rows(peer: &str, rows: Vec<Row>) {
    let mut failures = Vec::new();
    for (number, Row { option, new, differs, .. }) in rows.into_iter().enumerate() {
        let old: Outcomes = outcomes_at(peer, &format!("/{number}")).await;
        assert!(
            old.iter().any(|(_, outcome)| outcome.starts_with("200")) || option.contains("alse"),
            "{old:?}"
        );
        match new {
            New::Routes(routes) => {
                let rest = Router::new().fallback(handler);
                let new = outcomes(&routes.into_router().merge(rest)).await;
                failures.extend(compare(option, &old, &new, differs));
            }
            New::Policy(policy, methods) => {
                let routes = Routes::new().route(methods, "/", policy.clone(), handler);
                failures.extend(compare(option, &old, &outcomes(&routes.into_router()).await, differs));
                let default = PolicyLayer::new(policy).methods(methods);
                let around = Router::new().route("/", on(filter(ALL), handler)).layer(default);
                let option = format!("{option}, as a default");
                failures.extend(compare(&option, &old, &outcomes(&around).await, differs));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The status of a preflight from an origin that the row does not allow.
async fn refused_preflight(peer: &str, row: usize) -> u16 {
    let browser = Browser::new();
    let fetch = Fetch::put(format!("/{row}"));
    assert!(browser.page("https://evil.example").fetch(peer, fetch).await.is_err());
    browser.requests()[0].response().expect("the server answers").status()
}

/// The first cell of each row, and the code in the second one.
fn cells(rows: &[Row]) -> Vec<(&'static str, &'static str)> {
    rows.iter().map(|row| (row.option, row.write)).collect()
}

/// Panics unless the table of a guide has these rows.
fn assert_documented(guide: &str, rows: &[(&str, &str)]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/coming-from").join(guide);
    let text = fs::read_to_string(path).unwrap();
    let (_, text) = text.split_once("\n|---|---|---|\n").expect("the guide has a table");
    let (table, _) = text.split_once("\n\n").unwrap_or((text, ""));
    let documented: Vec<(&str, &str)> = table
        .lines()
        .map(|line| {
            let mut cells = line.trim_matches('|').split(" | ").map(str::trim);
            (cells.next().unwrap().trim_matches('`'), cells.next().unwrap())
        })
        .collect();
    let options =
        |rows: &[(&str, &str)]| rows.iter().map(|(option, _)| (*option).to_owned()).collect::<Vec<_>>();
    assert_eq!(options(&documented), options(rows), "{guide}");
    // `stringify!` may break lines.
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    for ((option, cell), (_, write)) in documented.iter().zip(rows) {
        // If the keys are compiled, the code in the cell has no other keys.
        let code = if write.starts_with("origins = [") { format!("`{write}`") } else { (*write).to_owned() };
        assert!(squeezed(cell).contains(&squeezed(&code)), "{guide}, {option}: {cell:?} has no {code}");
    }
}
