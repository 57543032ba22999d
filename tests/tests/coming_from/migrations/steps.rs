//! The requests that are sent to an application before and after it is moved, and their results as scripts see them.

use cors_runtime::testing::{Browser, Fetch, Target};

/// One request of a page.
pub(super) struct Step {
    /// The origin of the page.
    origin: &'static str,
    fetch: Fetch,
    /// What the script gets from the old application: see [`outcome`].
    before: &'static str,
    /// What the script gets from the new application.
    after: &'static str,
}

/// A request that has the same result before and after the move.
pub(super) fn same(origin: &'static str, fetch: Fetch, outcome: &'static str) -> Step {
    differs(origin, fetch, outcome, outcome)
}

/// A request whose result the move changes.
pub(super) fn differs(origin: &'static str, fetch: Fetch, before: &'static str, after: &'static str) -> Step {
    Step { origin, fetch, before, after }
}

/// Checks the results of the old application.
pub(super) async fn check_before<T: Target<M>, M>(server: &T, steps: &[Step]) {
    check(server, steps, |step| step.before).await;
}

/// Checks the results of the new application.
pub(super) async fn check_after<T: Target<M>, M>(server: &T, steps: &[Step]) {
    check(server, steps, |step| step.after).await;
}

/// Sends all requests from the pages of one browser, which keeps cookies and answers to preflights.
async fn check<T: Target<M>, M>(server: &T, steps: &[Step], expected: fn(&Step) -> &'static str) {
    let browser = Browser::new();
    let mut wrong = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        let outcome = outcome(&browser, server, step).await;
        if outcome != expected(step) {
            let (origin, fetch, expected) = (step.origin, &step.fetch, expected(step));
            wrong.push(format!("{number}: {fetch:?} from {origin:?}: {outcome:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the script gets: the status and the body, or `blocked`. `preflight, ` comes first if the browser has sent one,
/// and the headers that only an exposing server lets a script read come last.
async fn outcome<T: Target<M>, M>(browser: &Browser, server: &T, step: &Step) -> String {
    let page = if step.origin.is_empty() { browser.sandboxed_page() } else { browser.page(step.origin) };
    let preflights = browser.preflights();
    let result = page.fetch(server, step.fetch.clone()).await;
    let sent = if browser.preflights() > preflights { "preflight, " } else { "" };
    let Ok(response) = result else { return format!("{sent}blocked") };
    let mut parts = vec![format!("{sent}{}", response.status())];
    if !response.bytes().is_empty() {
        parts.push(response.text().into_owned());
    }
    let exposed = response.headers().filter(|(name, _)| name.starts_with("x-"));
    parts.extend(exposed.map(|(name, value)| format!("{name}: {value}")));
    parts.join(" ")
}
