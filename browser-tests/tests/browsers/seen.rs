//! Compares the results of a script with the table.

use super::answer::Asked;
use super::case::{Ask, Case, Engine, Outcome};
use super::outside::Surroundings;

/// The result of a request that a script sent.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) outcome: Outcome,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    pub(crate) url: String,
}

impl Seen {
    pub(crate) fn without_response(outcome: Outcome) -> Self {
        Self { outcome, headers: Vec::new(), body: String::new(), url: String::new() }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Describes every difference between a case and its results, and removes its requests from the log.
pub(crate) fn of_case(
    case: &Case,
    engine: Engine,
    seen: &[Seen],
    surroundings: &Surroundings,
) -> Option<String> {
    let log = surroundings.take(case.number);
    let asks: Vec<&Ask> = case.asks().collect();
    // No request may be logged behind the last step.
    if seen.len() != asks.len()
        || log.len() != asks.len() + 1
        || log.last().is_some_and(|rest| !rest.is_empty())
    {
        let (asks, seen, steps) = (asks.len(), seen.len(), log.len());
        return Some(format!("{}: {asks} requests gave {seen} answers in {steps} steps", case.name));
    }
    let steps = asks.into_iter().zip(seen).zip(&log);
    let wrong: Vec<_> = steps.flat_map(|((ask, seen), log)| differences(ask, engine, seen, log)).collect();
    (!wrong.is_empty()).then(|| format!("{}:\n  {}", case.name, wrong.join("\n  ")))
}

/// `log` are the requests that reached the server.
fn differences(ask: &Ask, engine: Engine, seen: &Seen, log: &[Asked]) -> Vec<String> {
    let mut wrong = Vec::new();
    let expected = ask.expected(engine);
    let same = match (&expected.outcome, &seen.outcome) {
        // A real browser does not tell scripts why a request was blocked.
        (Outcome::Blocked(_), Outcome::Blocked(None)) => true,
        (expected, seen) => expected == seen,
    };
    if !same {
        wrong.push(format!("{:?} instead of {:?}", seen.outcome, expected.outcome));
    }
    let preflights = log.iter().filter(|asked| asked.is_preflight()).count();
    if preflights != expected.preflights {
        wrong.push(format!("{preflights} preflights instead of {}", expected.preflights));
    }
    if let (Outcome::Status(status), Outcome::Status(_)) = (&expected.outcome, &seen.outcome) {
        for (name, value) in &ask.reads {
            if seen.header(name) != Some(value) {
                wrong.push(format!("{name}: {:?} instead of {value}", seen.header(name)));
            }
        }
        for name in ask.hides.iter().filter(|name| seen.header(name).is_some()) {
            wrong.push(format!("{name} can be read"));
        }
        let body = match &ask.gets {
            Some(text) => Some(text.as_str()),
            None if ask.method == "HEAD" => Some(""),
            None => (*status == 200).then_some("ok"),
        };
        if body.is_some_and(|body| body != seen.body) {
            wrong.push(format!("the body {:?} instead of {:?}", seen.body, body.unwrap_or_default()));
        }
        if let Some(url) = ask.at.as_deref().filter(|url| *url != seen.url) {
            wrong.push(format!("at {} instead of {url}", seen.url));
        }
    }
    for sees in &ask.sees {
        match log.iter().rfind(|asked| asked.method == sees.method) {
            None => wrong.push(format!("no {} request", sees.method)),
            Some(asked) if asked.header(&sees.name) != sees.value.as_deref() => wrong.push(format!(
                "{} was sent with {}: {:?} instead of {:?}",
                sees.method,
                sees.name,
                asked.header(&sees.name),
                sees.value
            )),
            Some(_) => {}
        }
    }
    let status = log.last().and_then(|asked| asked.status);
    if ask.answers.is_some_and(|expected| Some(expected) != status) {
        wrong.push(format!("the server answered {status:?} instead of {:?}", ask.answers));
    }
    if let Some(methods) = &ask.sends {
        let sent: Vec<&str> = log.iter().map(|asked| asked.method.as_str()).collect();
        if sent != *methods {
            wrong.push(format!("sent {sent:?} instead of {methods:?}"));
        }
    }
    wrong.iter().map(|text| format!("{} {}: {text}", ask.method, ask.url)).collect()
}
