//! The result as text for people.

use super::{
    engine::Engine,
    network::{Exchange, is_safe},
    report::{Report, bytes, shown_value},
    verdict::{Outcome, Verdict},
};
use crate::printable::printable;
use anstyle::{AnsiColor, Style};
use std::io::{self, Write};

/// The width of the text.
const WIDTH: usize = 100;
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

impl Report<'_> {
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
                    self.options.sent_method()
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
        let method = self.options.sent_method();
        if !is_safe(&method) && !stopped {
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
