//! `cors verify`: compares what a manifest promises with what a deployment answers.
//!
//! What is promised is computed from the manifest alone, without the code of the runtime that answers requests. A mistake of
//! the runtime is therefore a deviation, too.

mod cause;
mod compare;
mod deviation;
mod evaluate;
mod origins;
mod path;
mod plan;
mod promise;
mod report;

use self::evaluate::{Answer, Findings, evaluate};
use self::plan::{Plan, PlanOptions, Series, plan};
use self::promise::Promises;
use crate::export::Framework;
use crate::http_client::{ClientError, ClientOptions, FailureKind, HttpClient};
use crate::manifest::Manifest;
use crate::printable::{printable, printable_json};
use clap::Args;
use cors_runtime::testing::WireResponse;
use futures_util::stream::{self, StreamExt as _};
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::HashMap;
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{error, fmt, fs};

/// After so many requests without an answer no more requests are sent.
const MOST_UNANSWERED: usize = 20;
/// The width of the table where the output is no terminal.
const DEFAULT_WIDTH: u16 = 120;

/// The options of `cors verify`.
#[derive(Args, Clone, Debug)]
pub struct VerifyOptions {
    /// The manifest as JSON, or `-` for the standard input
    manifest: PathBuf,
    /// The URL of the deployment, before every path of the manifest
    #[arg(long, value_name = "URL")]
    base: String,
    /// The value of a variable that policies name (repeatable)
    #[arg(long, value_name = "NAME=VALUE")]
    env: Vec<Assignment>,
    /// An unlisted origin that the application allows (repeatable)
    #[arg(long, value_name = "ORIGIN", value_parser = parse_origin)]
    origin: Vec<String>,
    /// An unlisted origin that the application refuses (repeatable)
    #[arg(long, value_name = "ORIGIN", value_parser = parse_origin)]
    refused_origin: Vec<String>,
    /// The value of a path parameter (repeatable)
    #[arg(long, value_name = "NAME=VALUE")]
    param: Vec<Assignment>,
    /// A header of all requests but preflights (repeatable)
    #[arg(short = 'H', long, value_name = "NAME: VALUE", value_parser = parse_header)]
    header: Vec<(String, String)>,
    /// The framework of the application, which decides what takes HEAD
    #[arg(long, value_name = "axum|actix", value_enum, hide_possible_values = true)]
    framework: Option<Framework>,
    /// Also send these methods, which may change data, such as POST,PUT
    #[arg(long, value_name = "METHODS", value_delimiter = ',', value_parser = parse_method)]
    send: Vec<String>,
    /// The number of requests at once
    #[arg(long, value_name = "N", default_value = "4")]
    at_once: NonZeroUsize,
    /// Try so many listed origins of each route
    #[arg(long, value_name = "N", default_value = "20")]
    max_origins: usize,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    /// Write the result to this file, as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    #[command(flatten)]
    client: ClientOptions,
}

/// `NAME=VALUE` on the command line.
#[derive(Clone, Debug)]
struct Assignment {
    name: String,
    value: String,
}

impl FromStr for Assignment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => {
                Ok(Self { name: name.to_owned(), value: value.to_owned() })
            }
            _ => Err("write NAME=VALUE".to_owned()),
        }
    }
}

fn parse_origin(text: &str) -> Result<String, String> {
    match cors_runtime::Origin::parse(text) {
        Some(origin) => Ok(origin.to_string()),
        None => Err("write an origin as browsers send it, such as https://app.example.com".to_owned()),
    }
}

fn parse_header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("write `name: value`")?;
    let name = http::HeaderName::from_bytes(name.trim().as_bytes()).map_err(|error| error.to_string())?;
    http::HeaderValue::from_str(value.trim()).map_err(|error| error.to_string())?;
    Ok((name.to_string(), value.trim().to_owned()))
}

fn parse_method(text: &str) -> Result<String, String> {
    match http::Method::from_bytes(text.as_bytes()) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err(format!("`{text}` is not a method")),
    }
}

/// The exit code after deviations.
const DEVIATIONS: u8 = 1;
/// The exit code after a mistake in the command line, in the manifest or in the name of a file.
const USAGE: u8 = 2;
/// The exit code if the deployment could not be asked.
const NOT_ANSWERED: u8 = 3;

/// The reason why nothing was compared.
#[derive(Debug)]
struct Failure {
    exit_code: u8,
    message: String,
}

impl Failure {
    fn usage(message: impl Into<String>) -> Self {
        Self { exit_code: USAGE, message: message.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl error::Error for Failure {}

/// Runs `cors verify`.
///
/// The exit code is 0 if there are no deviations, 1 if there are, 2 after a mistake in the command line or in the manifest,
/// and 3 if the deployment could not be asked.
pub fn run(options: &VerifyOptions) -> ExitCode {
    match verify(options) {
        Ok(code) => code,
        Err(failure) => {
            let _ = writeln!(io::stderr(), "error: {}", printable_lines(&failure.message));
            ExitCode::from(failure.exit_code)
        }
    }
}

fn verify(options: &VerifyOptions) -> Result<ExitCode, Failure> {
    let manifest = read_manifest(options)?;
    let promises = Promises::new(&manifest, &options.origin, &options.refused_origin);
    let plan = plan(
        &promises,
        &PlanOptions {
            base: parse_base(&options.base)?,
            parameters: to_map(&options.param),
            send: options.send.clone(),
            framework: options.framework,
            allowed_origins: options.origin.clone(),
            refused_origins: options.refused_origin.clone(),
            max_origins: options.max_origins,
        },
    );
    // Only the heads of responses count.
    let client = ClientOptions { max_body: 0, ..options.client.clone() };
    let client = HttpClient::new(&client).map_err(|error| Failure::usage(error.to_string()))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime =
        runtime.map_err(|error| Failure::usage(format!("the async runtime does not start: {error}")))?;
    let answers = runtime.block_on(send_all(&client, &plan, options))?;
    let findings = evaluate(&manifest, plan, &answers);
    write_results(options, &manifest, &findings)?;
    Ok(if !findings.deviations.is_empty() {
        ExitCode::from(DEVIATIONS)
    } else if findings.unanswered.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(NOT_ANSWERED)
    })
}

fn read_manifest(options: &VerifyOptions) -> Result<Manifest, Failure> {
    let path = &options.manifest;
    let failed =
        |error: io::Error| Failure::usage(format!("cannot read the manifest {}: {error}", path.display()));
    let mut text = String::new();
    if path == Path::new("-") {
        io::stdin().read_to_string(&mut text).map_err(failed)?;
    } else {
        text = fs::read_to_string(path).map_err(failed)?;
    }
    let manifest = Manifest::from_json(&text, &to_map(&options.env));
    manifest.map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
}

fn to_map(assignments: &[Assignment]) -> HashMap<String, String> {
    assignments.iter().map(|assignment| (assignment.name.clone(), assignment.value.clone())).collect()
}

/// Checks the base URL, and removes the slash at its end.
fn parse_base(base: &str) -> Result<String, Failure> {
    let wrong =
        |problem: &str| Failure::usage(format!("`--base {base}` {problem}, such as https://api.example.com"));
    if !base.starts_with("http://") && !base.starts_with("https://") {
        return Err(wrong("does not begin with http:// or https://: write the URL of the deployment"));
    }
    if base.contains(['?', '#']) {
        return Err(wrong(
            "has a query or a fragment: write the URL to which the paths of the manifest are appended",
        ));
    }
    let authority = base.split('/').nth(2).unwrap_or_default();
    if authority.contains('@') {
        // The password would be in the output.
        let problem = "`--base` has a user name: write the URL without it, and `-H 'authorization: ..'`";
        return Err(Failure::usage(problem));
    }
    let base = base.trim_end_matches('/');
    match cors_runtime::testing::WireRequest::new("GET", base) {
        Ok(_) => Ok(base.to_owned()),
        Err(error) => Err(wrong(&format!("is not the URL of a deployment ({error}): write one"))),
    }
}

/// Sends all requests, a bounded number at once. Returns the answers in the order of the plan.
async fn send_all(
    client: &HttpClient,
    plan: &Plan,
    options: &VerifyOptions,
) -> Result<Vec<Vec<Answer>>, Failure> {
    let total: usize = plan.series.iter().map(|series| series.probes.len()).sum();
    let _ = writeln!(
        io::stderr(),
        "{total} requests to {}, at most {} at once",
        printable(&options.base),
        options.at_once
    );
    let Some((first, rest)) = plan.series.split_first() else { return Ok(Vec::new()) };
    let progress = ProgressBar::new(total as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos} of {len} requests, {eta} left") {
        progress.set_style(style);
    }
    let unanswered = AtomicUsize::new(0);
    let first = send_series(client, first, options, &progress, &unanswered).await;
    if let Some(Some(Err(error))) = first.first() {
        progress.finish_and_clear();
        return Err(Failure { exit_code: NOT_ANSWERED, message: error.clone() });
    }
    let rest = stream::iter(rest)
        .map(|series| send_series(client, series, options, &progress, &unanswered))
        .buffered(options.at_once.get())
        .collect::<Vec<_>>()
        .await;
    progress.finish_and_clear();
    Ok([first].into_iter().chain(rest).collect())
}

/// Sends the requests of a series one after the other.
async fn send_series(
    client: &HttpClient,
    series: &Series,
    options: &VerifyOptions,
    progress: &ProgressBar,
    unanswered: &AtomicUsize,
) -> Vec<Answer> {
    let mut answers = Vec::new();
    for probe in &series.probes {
        if unanswered.load(Ordering::Relaxed) >= MOST_UNANSWERED {
            answers.push(None);
            continue;
        }
        let answer = match probe.wire_request(&options.header) {
            Ok(request) => match client.exchange(&request).await {
                Ok(answer) => Ok(answer.response),
                Err(error) => head(&error),
            },
            Err(error) => Err(error.to_string()),
        };
        if answer.is_err() {
            unanswered.fetch_add(1, Ordering::Relaxed);
        }
        progress.inc(1);
        answers.push(Some(answer));
    }
    answers
}

/// The head of a response whose body was not received.
fn head(error: &ClientError) -> Result<WireResponse, String> {
    match &error.partial {
        Some(answer) if matches!(error.kind, FailureKind::BodyTooLarge | FailureKind::Timeout) => {
            Ok(answer.response.clone())
        }
        _ => Err(error.to_string()),
    }
}

fn write_results(options: &VerifyOptions, manifest: &Manifest, findings: &Findings) -> Result<(), Failure> {
    if let Some(path) = &options.junit {
        fs::write(path, report::junit(findings, manifest))
            .map_err(|error| Failure::usage(format!("cannot write {}: {error}", path.display())))?;
    }
    let text = if options.json {
        let json = format!("{:#}\n", report::json(findings, manifest, &options.base));
        printable_json(&json).into_owned()
    } else {
        let terminal = console::Term::stdout();
        let width = if io::stdout().is_terminal() { terminal.size().1.max(80) } else { DEFAULT_WIDTH };
        report::text(findings, manifest, width)
    };
    // A reader that has seen enough may close the pipe.
    let _ = io::stdout().write_all(text.as_bytes());
    Ok(())
}

/// [`printable`] for a text of several lines.
fn printable_lines(text: &str) -> String {
    text.lines().map(|line| printable(line).into_owned()).collect::<Vec<_>>().join("\n")
}
