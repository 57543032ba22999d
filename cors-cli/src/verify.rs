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
mod probe;
mod promise;
mod report;

use self::evaluate::{Findings, ProbeResult, evaluate};
use self::plan::{Plan, PlanOptions, Series, plan};
use self::promise::Promises;
use crate::command_line::{parse_assignment, parse_header, read_file_or_stdin};
use crate::export::Framework;
use crate::http_client::{ClientError, ClientOptions, HttpClient};
use crate::manifest::Manifest;
use crate::printable::{printable, printable_json, printable_lines};
use clap::Args;
use cors_policy::is_token;
use cors_runtime::testing::WireResponse;
use futures_util::stream::{self, StreamExt as _};
use indicatif::{ProgressBar, ProgressStyle};
use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};

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
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_assignment)]
    env: Vec<(String, String)>,
    /// An unlisted origin that the application allows (repeatable)
    #[arg(long, value_name = "ORIGIN", value_parser = parse_origin)]
    origin: Vec<String>,
    /// An unlisted origin that the application refuses (repeatable)
    #[arg(long, value_name = "ORIGIN", value_parser = parse_origin)]
    refused_origin: Vec<String>,
    /// The value of a path parameter (repeatable)
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_assignment)]
    param: Vec<(String, String)>,
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

fn parse_origin(text: &str) -> Result<String, String> {
    match cors_runtime::Origin::parse(text) {
        Some(origin) => Ok(origin.to_string()),
        None => Err("write an origin as browsers send it, such as https://app.example.com".to_owned()),
    }
}

fn parse_method(text: &str) -> Result<String, String> {
    if is_token(text) { Ok(text.to_owned()) } else { Err(format!("`{text}` is not a method")) }
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
            parameters: options.param.iter().cloned().collect(),
            send: options.send.clone(),
            framework: options.framework,
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
    let path = options.manifest.display();
    let text = read_file_or_stdin(&options.manifest)
        .map_err(|error| Failure::usage(format!("cannot read the manifest {path}: {error}")))?;
    let environment = options.env.iter().cloned().collect();
    Manifest::from_json(&text, &environment).map_err(|error| Failure::usage(format!("{path}: {error}")))
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
) -> Result<Vec<Vec<ProbeResult>>, Failure> {
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
) -> Vec<ProbeResult> {
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

/// The head of a response whose body was not received: only heads count.
fn head(error: &ClientError) -> Result<WireResponse, String> {
    error.partial.as_ref().map(|answer| answer.response.clone()).ok_or_else(|| error.to_string())
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
