//! The results that pages get from a server, in the simulated browser. Two servers whose headers differ can give the
//! same results.

use cors_runtime::testing::{Browser, Fetch, Target};
use std::fmt::Write as _;
use std::time::Duration;

/// The name of each request and its result: `200, reads x-a, x-b, preflights 1`, or `blocked`.
pub(crate) type Outcomes = Vec<(&'static str, String)>;

const A: &str = "https://a.example";
const B: &str = "https://b.example";
const SUBDOMAIN: &str = "https://shop.b.example";
const EVIL: &str = "https://evil.example";

fn fetches(path: &str) -> Vec<(&'static str, &'static str, Fetch)> {
    let json = |fetch: Fetch| fetch.json("{}");
    vec![
        ("a gets", A, Fetch::get(path)),
        ("a gets with credentials", A, Fetch::get(path).credentials()),
        ("a gets with authorization", A, Fetch::get(path).header("authorization", "x")),
        ("a posts a form", A, Fetch::post(path).form("a=b")),
        ("a posts json", A, json(Fetch::post(path))),
        ("a puts json", A, json(Fetch::put(path))),
        ("a puts json with credentials", A, json(Fetch::put(path)).credentials()),
        ("a puts x-a", A, Fetch::put(path).header("x-a", "1")),
        ("a deletes", A, Fetch::delete(path)),
        ("a patches", A, Fetch::patch(path)),
        ("b gets", B, Fetch::get(path)),
        ("b puts", B, Fetch::put(path)),
        ("subdomain puts", SUBDOMAIN, Fetch::put(path)),
        ("evil gets", EVIL, Fetch::get(path)),
        ("evil gets with credentials", EVIL, Fetch::get(path).credentials()),
        ("evil puts", EVIL, Fetch::put(path)),
        ("a sandboxed page gets", "", Fetch::get(path)),
        ("a sandboxed page puts", "", Fetch::put(path)),
    ]
}

/// Sends every request to the root, as [`outcomes_at`] does.
pub(crate) async fn outcomes<T: Target<M>, M>(server: &T) -> Outcomes {
    outcomes_at(server, "/").await
}

/// Sends every request twice, with a minute between them, and returns the second results.
pub(crate) async fn outcomes_at<T: Target<M> + ?Sized, M>(server: &T, path: &str) -> Outcomes {
    let mut outcomes = Vec::new();
    for (name, origin, fetch) in fetches(path) {
        let browser = Browser::new();
        let page = if origin.is_empty() { browser.sandboxed_page() } else { browser.page(origin) };
        let mut outcome = String::new();
        for _ in 0..2 {
            outcome = match page.fetch(server, fetch.clone()).await {
                Err(_) => "blocked".to_owned(),
                Ok(response) => {
                    let mut names: Vec<_> = response.headers().map(|(name, _)| name).collect();
                    names.retain(|name| name.starts_with("x-"));
                    names.sort_unstable();
                    let reads = names.join(", ");
                    format!("{}, reads {reads}, preflights {}", response.status(), browser.preflights())
                }
            };
            browser.advance(Duration::from_secs(60));
        }
        outcomes.push((name, outcome));
    }
    outcomes
}

/// Compares two lists of results. Returns an error if the requests whose results differ are not those in `differs`.
pub(crate) fn compare(option: &str, old: &Outcomes, new: &Outcomes, differs: &[&str]) -> Option<String> {
    let mut different = Vec::new();
    let mut text = String::new();
    for ((name, old), (_, new)) in old.iter().zip(new) {
        if old != new {
            different.push(*name);
            let _ = write!(text, "\n  {name}: {old} -> {new}");
        }
    }
    (different != differs).then(|| format!("{option}: expected {differs:?}{text}"))
}
