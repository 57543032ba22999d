//! The result as text for people, and as JSON for scripts.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use super::{
    changes::Change,
    engine::Engine,
    network::{Exchange, is_safe},
    notes::Note,
    options::AskOptions,
    verdict::{Outcome, Verdict},
};
use crate::printable::{printable, printable_json, printable_value};

/// The width of the text.
const WIDTH: usize = 100;
/// Headers whose values are secrets.
const SECRET_HEADERS: [&str; 3] = ["authorization", "cookie", "proxy-authorization"];
/// The request headers in the text: those by which servers decide about CORS.
const SHOWN_REQUEST_HEADERS: [&str; 6] = [
    "access-control-request-headers",
    "access-control-request-method",
    "authorization",
    "content-type",
    "cookie",
    "origin",
];
/// The response headers in the text, besides those that begin with `access-control-`.
const SHOWN_RESPONSE_HEADERS: [&str; 7] =
    ["allow", "location", "server", "set-cookie", "vary", "via", "www-authenticate"];

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const GREEN: Style = AnsiColor::Green.on_default().bold();
const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();

/// Everything that is known at the end.
pub(super) struct Report<'a> {
    pub(super) options: &'a AskOptions,
    /// The method as it is sent.
    pub(super) method: String,
    pub(super) outcomes: &'a [Outcome],
    pub(super) exchanges: &'a [Exchange],
    pub(super) notes: &'a [Note],
    pub(super) exit_code: u8,
}

/// The shape of the JSON. `docs/cli.md` documents it.
#[derive(Serialize)]
struct JsonReport<'a> {
    format: u8,
    page: &'a str,
    method: &'a str,
    url: &'a str,
    credentials: bool,
    request_sent: bool,
    side_effects: bool,
    exit_code: u8,
    verdicts: Vec<JsonVerdict<'a>>,
    exchanges: Vec<JsonExchange<'a>>,
    notes: Vec<JsonNote<'a>>,
}

#[derive(Serialize)]
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

/// What the page can read.
#[derive(Serialize)]
struct JsonResponse<'a> {
    status: u16,
    url: &'a str,
    headers: Vec<(&'a str, String)>,
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
    request_headers: Vec<(&'a str, String)>,
    http_version: Option<&'static str>,
    status: Option<u16>,
    response_headers: Option<Vec<(&'a str, String)>>,
    error: Option<JsonError>,
}

#[derive(Serialize)]
struct JsonNote<'a> {
    note: &'static str,
    text: &'a str,
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
    /// Returns whether a request other than a preflight was sent.
    fn request_sent(&self) -> bool {
        self.exchanges.iter().any(|exchange| !exchange.request.is_preflight())
    }

    fn side_effects(&self) -> bool {
        self.exchanges.iter().any(Exchange::has_side_effects)
    }

    pub(super) fn print_json(&self) {
        let report = JsonReport {
            format: 1,
            page: self.options.page.as_str(),
            method: &self.method,
            url: self.options.url.as_str(),
            credentials: self.options.credentials,
            request_sent: self.request_sent(),
            side_effects: self.side_effects(),
            exit_code: self.exit_code,
            verdicts: self.outcomes.iter().map(json_verdict).collect(),
            exchanges: self.exchanges.iter().map(json_exchange).collect(),
            notes: self.notes.iter().map(|note| JsonNote { note: note.name, text: &note.text }).collect(),
        };
        match serde_json::to_string_pretty(&report) {
            // A closed pipe is no error: the reader has seen enough.
            Ok(json) => drop(writeln!(anstream::stdout(), "{}", printable_json(&json))),
            Err(error) => anstream::eprintln!("error: {error}"),
        }
    }

    pub(super) fn print(&self) {
        // A closed pipe is no error: the reader has seen enough.
        let _ = self.write(&mut anstream::stdout());
        for outcome in self.outcomes {
            if let Verdict::NoAnswer(error) = &outcome.verdict {
                anstream::eprintln!("{RED}error{RED:#}: {}", printable(&error.to_string()));
                break;
            }
        }
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        for (index, exchange) in self.exchanges.iter().enumerate() {
            write_exchange(out, index + 1, exchange)?;
        }
        // What is said about one engine is not repeated about the next.
        let mut said = Vec::new();
        for outcome in self.outcomes {
            self.write_outcome(out, outcome, &mut said)?;
        }
        self.write_changes(out)?;
        if !self.notes.is_empty() {
            heading(out, "Notes")?;
            for note in self.notes {
                paragraph(out, "  - ", &note.text)?;
            }
        }
        Ok(())
    }

    fn write_outcome(
        &self,
        out: &mut dyn Write,
        outcome: &Outcome,
        said: &mut Vec<String>,
    ) -> io::Result<()> {
        let (style, word, sentence) = match &outcome.verdict {
            Verdict::Readable(response) => (
                GREEN,
                "READABLE",
                format!(
                    "The page can read the response: status {}, {} in the body.",
                    response.status(),
                    bytes(response.bytes().len())
                ),
            ),
            Verdict::PreflightPassed => (
                GREEN,
                "PREFLIGHT PASSED",
                "The browser would send the request. `--preflight-only` does not send it.".to_owned(),
            ),
            Verdict::NoPreflight => (
                YELLOW,
                "NO PREFLIGHT",
                "This request needs no preflight, so `--preflight-only` has sent nothing.".to_owned(),
            ),
            Verdict::Blocked { diagnosis, .. } => (RED, "BLOCKED", format!("{}.", diagnosis.cause.title())),
            Verdict::MethodChanged { method, url } => (
                YELLOW,
                "NO VERDICT",
                format!(
                    "The redirect turns the {} request into a {method} request for {url}, which was not asked for and is \
                     not sent. Ask again with {method} and this URL.",
                    self.method
                ),
            ),
            Verdict::NoAnswer(_) => (YELLOW, "NO VERDICT", "There is no answer.".to_owned()),
        };
        let engine = outcome.engine.map(|engine| format!("{}: ", engine.title())).unwrap_or_default();
        writeln!(out, "{style}{word}{style:#} {engine}{}", printable(&sentence))?;
        for sentence in self.remarks(outcome) {
            if !said.contains(&sentence) {
                paragraph(out, "  ", &sentence)?;
                said.push(sentence);
            }
        }
        writeln!(out)?;
        if let Verdict::Blocked { console: Some(console), .. } = &outcome.verdict {
            let title = outcome.engine.unwrap_or(Engine::Chromium).title();
            writeln!(out, "{BOLD}Console of {title}{BOLD:#}")?;
            // In one line, so that it can be searched.
            writeln!(out, "  {}\n", printable(console))?;
        }
        Ok(())
    }

    /// Returns what is to be said about a verdict: the explanation, and whether a request with side effects was sent.
    fn remarks(&self, outcome: &Outcome) -> Vec<String> {
        let mut remarks = Vec::new();
        if let Verdict::Blocked { diagnosis, .. } = &outcome.verdict {
            remarks.push(diagnosis.explanation.clone());
        }
        let stopped = matches!(outcome.verdict, Verdict::PreflightPassed | Verdict::NoPreflight);
        if !is_safe(&self.method) && !stopped {
            let method = &self.method;
            let sent = outcome.exchanges.iter().any(|&index| self.exchanges[index].has_side_effects());
            remarks.push(match (sent, &outcome.verdict) {
                (false, _) => format!("The {method} request was not sent."),
                (true, Verdict::Blocked { .. }) => format!(
                    "The {method} request was sent: the server may have acted on it, although the page cannot read the \
                     response."
                ),
                (true, _) => format!("The {method} request was sent: the server may have acted on it."),
            });
        }
        remarks
    }

    /// Writes what to change, once for each cause.
    fn write_changes(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut written = Vec::new();
        for outcome in self.outcomes {
            let Verdict::Blocked { diagnosis, .. } = &outcome.verdict else { continue };
            if written.contains(&diagnosis.cause) {
                continue;
            }
            written.push(diagnosis.cause);
            heading(out, "What to change")?;
            paragraph(out, "  ", &diagnosis.change.general)?;
            for change in &diagnosis.change.servers {
                writeln!(out, "  {BOLD}{:<13}{BOLD:#} {}", change.server, printable(&change.change))?;
            }
            writeln!(out)?;
        }
        Ok(())
    }
}

fn bytes(count: usize) -> String {
    if count == 1 { "1 byte".to_owned() } else { format!("{count} bytes") }
}

fn heading(out: &mut dyn Write, title: &str) -> io::Result<()> {
    writeln!(out, "{BOLD}{title}{BOLD:#}")
}

/// Writes a text in lines of limited width. The first line begins with `prefix`, and the others are indented by it.
fn paragraph(out: &mut dyn Write, prefix: &str, content: &str) -> io::Result<()> {
    let mut line = prefix.to_owned();
    let indent = " ".repeat(prefix.len());
    for word in printable(content).split(' ') {
        if line.chars().count() + word.chars().count() >= WIDTH && line.trim() != prefix.trim() {
            writeln!(out, "{}", line.trim_end())?;
            line.clone_from(&indent);
        }
        line.push_str(word);
        line.push(' ');
    }
    writeln!(out, "{}", line.trim_end())
}

fn write_exchange(out: &mut dyn Write, number: usize, exchange: &Exchange) -> io::Result<()> {
    let request = &exchange.request;
    let preflight = if request.is_preflight() { " (preflight)" } else { "" };
    writeln!(
        out,
        "{BOLD}{number}. {} {}{BOLD:#}{preflight}",
        printable(request.method()),
        printable(request.url())
    )?;
    for (name, value) in request.headers().filter(|(name, _)| SHOWN_REQUEST_HEADERS.contains(name)) {
        write_header(out, name, value)?;
    }
    let Some(answer) = exchange.answer() else {
        return writeln!(out, "   no answer\n");
    };
    writeln!(out, "   {} {}", answer.version, answer.response.status())?;
    for (name, value) in answer.response.headers() {
        if name.starts_with("access-control-") || SHOWN_RESPONSE_HEADERS.contains(&name) {
            write_header(out, name, value)?;
        }
    }
    writeln!(out)
}

fn write_header(out: &mut dyn Write, name: &str, value: &[u8]) -> io::Result<()> {
    writeln!(out, "     {DIM}{}: {}{DIM:#}", printable(name), shown_value(name, value))
}

/// Returns the value of a header, or what may be shown of a secret.
fn shown_value(name: &str, value: &[u8]) -> String {
    if SECRET_HEADERS.contains(&name) {
        return format!("({}, not shown)", bytes(value.len()));
    }
    if name != "set-cookie" {
        return printable_value(value);
    }
    let end = value.iter().position(|&byte| byte == b';').unwrap_or(value.len());
    let (pair, attributes) = value.split_at(end);
    let cookie = pair.split(|&byte| byte == b'=').next().unwrap_or_default();
    format!("{}=..{}", printable_value(cookie), printable_value(attributes))
}

fn json_verdict(outcome: &Outcome) -> JsonVerdict<'_> {
    let mut verdict = JsonVerdict {
        engine: outcome.engine.map_or("standard", Engine::name),
        verdict: outcome.verdict.name(),
        cause: None,
        reason: None,
        explanation: None,
        console: None,
        change: None,
        response: None,
        error: None,
        exchanges: &outcome.exchanges,
    };
    match &outcome.verdict {
        Verdict::Readable(response) => {
            verdict.response = Some(JsonResponse {
                status: response.status(),
                url: response.url(),
                headers: response
                    .headers()
                    .map(|(name, value)| (name, shown_value(name, value.as_bytes())))
                    .collect(),
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
            verdict.error = Some(JsonError { kind: error.kind.name(), message: error.to_string() });
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
        request_headers: exchange
            .request
            .headers()
            .map(|(name, value)| (name, shown_value(name, value)))
            .collect(),
        http_version: answer.map(|answer| answer.version),
        status: answer.map(|answer| answer.response.status()),
        response_headers: answer.map(|answer| {
            answer.response.headers().map(|(name, value)| (name, shown_value(name, value))).collect()
        }),
        error: exchange
            .result
            .as_ref()
            .err()
            .map(|error| JsonError { kind: error.kind.name(), message: error.to_string() }),
    }
}
