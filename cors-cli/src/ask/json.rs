//! The result as JSON for scripts.

use super::{
    changes::Change,
    engine::Engine,
    network::Exchange,
    notes::Note,
    report::{Report, shown_value},
    verdict::{Outcome, Verdict},
};
use crate::{http_client::ClientError, printable::printable_json};
use serde::Serialize;
use std::io::Write as _;

/// The shape of the JSON. `docs/cli.md` documents it.
#[derive(Serialize)]
struct JsonReport<'a> {
    format: u8,
    page: &'a str,
    method: String,
    url: &'a str,
    credentials: bool,
    request_sent: bool,
    side_effects: bool,
    exit_code: u8,
    verdicts: Vec<JsonVerdict<'a>>,
    exchanges: Vec<JsonExchange<'a>>,
    notes: &'a [Note],
}

#[derive(Default, Serialize)]
struct JsonVerdict<'a> {
    engine: &'static str,
    verdict: &'static str,
    cause: Option<&'static str>,
    reason: Option<String>,
    explanation: Option<&'a str>,
    console: Option<&'a str>,
    change: Option<&'a Change>,
    response: Option<JsonResponse<'a>>,
    error: Option<JsonError>,
    /// Positions in `exchanges`.
    exchanges: &'a [usize],
}

type ShownHeaders<'a> = Vec<(&'a str, String)>;

/// What the page can read.
#[derive(Serialize)]
struct JsonResponse<'a> {
    status: u16,
    url: &'a str,
    headers: ShownHeaders<'a>,
    body_bytes: usize,
}

#[derive(Serialize)]
struct JsonError {
    kind: &'static str,
    message: String,
}

#[derive(Serialize)]
struct JsonExchange<'a> {
    preflight: bool,
    method: &'a str,
    url: &'a str,
    request_headers: ShownHeaders<'a>,
    http_version: Option<&'static str>,
    status: Option<u16>,
    response_headers: Option<ShownHeaders<'a>>,
    error: Option<JsonError>,
}

impl Verdict {
    fn name(&self) -> &'static str {
        match self {
            Self::Readable(_) => "readable",
            Self::PreflightPassed => "preflight-passed",
            Self::NoPreflight => "no-preflight",
            Self::Blocked { .. } => "blocked",
            Self::MethodChanged { .. } => "method-changed",
            Self::NoAnswer(_) => "no-answer",
        }
    }
}

impl Report<'_> {
    pub(super) fn print_json(&self) {
        let requests = || self.exchanges.iter().filter(|exchange| !exchange.request.is_preflight());
        let report = JsonReport {
            format: 1,
            page: &self.options.page,
            method: self.options.sent_method(),
            url: self.options.url.as_str(),
            credentials: self.options.credentials,
            request_sent: requests().next().is_some(),
            side_effects: requests().any(Exchange::has_side_effects),
            exit_code: self.exit_code,
            verdicts: self.outcomes.iter().map(json_verdict).collect(),
            exchanges: self.exchanges.iter().map(json_exchange).collect(),
            notes: self.notes,
        };
        match serde_json::to_string_pretty(&report) {
            // A closed pipe is no error: the reader has seen enough.
            Ok(json) => drop(writeln!(anstream::stdout(), "{}", printable_json(&json))),
            Err(error) => anstream::eprintln!("error: {error}"),
        }
    }
}

fn json_verdict(outcome: &Outcome) -> JsonVerdict<'_> {
    let mut verdict = JsonVerdict {
        engine: outcome.engine.map_or("standard", Engine::name),
        verdict: outcome.verdict.name(),
        exchanges: &outcome.exchanges,
        ..JsonVerdict::default()
    };
    match &outcome.verdict {
        Verdict::Readable(response) => {
            verdict.response = Some(JsonResponse {
                status: response.status(),
                url: response.url(),
                headers: shown_headers(response.headers()),
                body_bytes: response.bytes().len(),
            });
        }
        Verdict::Blocked { reason, console, diagnosis } => {
            verdict.cause = Some(diagnosis.cause.name());
            verdict.reason = reason.map(|reason| format!("{reason:?}"));
            verdict.explanation = Some(&diagnosis.explanation);
            verdict.console = console.as_deref();
            verdict.change = Some(&diagnosis.change);
        }
        Verdict::NoAnswer(error) => {
            verdict.error = Some(json_error(error));
        }
        Verdict::MethodChanged { method, url } => {
            let message = format!("a redirect leads to {method} {url}, which was not sent");
            verdict.error = Some(JsonError { kind: "method-changed", message });
        }
        Verdict::PreflightPassed | Verdict::NoPreflight => {}
    }
    verdict
}

fn json_exchange(exchange: &Exchange) -> JsonExchange<'_> {
    let answer = exchange.answer();
    JsonExchange {
        preflight: exchange.request.is_preflight(),
        method: exchange.request.method(),
        url: exchange.request.url(),
        request_headers: shown_headers(exchange.request.headers()),
        http_version: answer.map(|answer| answer.version),
        status: answer.map(|answer| answer.response.status()),
        response_headers: answer.map(|answer| shown_headers(answer.response.headers())),
        error: exchange.result.as_ref().err().map(json_error),
    }
}

fn json_error(error: &ClientError) -> JsonError {
    JsonError { kind: error.kind.name(), message: error.to_string() }
}

fn shown_headers<'a, V: AsRef<[u8]>>(headers: impl Iterator<Item = (&'a str, V)>) -> ShownHeaders<'a> {
    headers.map(|(name, value)| (name, shown_value(name, value.as_ref()))).collect()
}
