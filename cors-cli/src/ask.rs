//! `cors ask`: what a browser would do with the request of a page, and what to change on the server.

mod cause;
mod changes;
mod console;
mod diagnosis;
mod engine;
mod json;
mod local_network;
mod network;
mod notes;
mod options;
mod page_origin;
mod report;
mod text;
mod verdict;

use std::process::ExitCode;

use cors_runtime::testing::{Blocked, Browser, Fetch, Reason, Response};

use crate::{
    http_client::{ClientError, FailureKind, HttpClient},
    printable::printable,
};

pub use self::{cause::Cause, options::AskOptions};
use self::{
    diagnosis::BlockedRequest,
    engine::Engine,
    local_network::{has_local_address, local_network_verdict},
    network::{BrowserNetwork, Exchange, Network, Stop},
    notes::Subject,
    verdict::{Outcome, Verdict, exit_code},
};

/// Asks the question, prints the result, and returns the exit code.
pub fn run(options: &AskOptions) -> ExitCode {
    let client = match HttpClient::new(&options.client) {
        Ok(client) => client,
        Err(error) => return usage_error(&error.to_string()),
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return usage_error(&format!("cannot start: {error}")),
    };
    let network = Network::new(client, options.sent_method(), options.preflight_only);
    let engines = match options.engine {
        None => vec![None],
        Some(choice) => choice.engines().into_iter().map(Some).collect(),
    };
    let outcomes: Vec<Outcome> =
        engines.into_iter().map(|engine| runtime.block_on(ask(options, &network, engine))).collect();
    let exchanges = network.exchanges();
    // A look-up in DNS that has not ended must not delay the exit.
    runtime.shutdown_background();
    let readable = outcomes.iter().find_map(|outcome| match &outcome.verdict {
        Verdict::Readable(response) => Some((response, &exchanges[*outcome.exchanges.last()?])),
        _ => None,
    });
    let notes = notes::notes(&Subject { options, exchanges: &exchanges, readable });
    let codes: Vec<u8> = outcomes.iter().map(|outcome| outcome.verdict.exit_code()).collect();
    let code = [exit_code::BLOCKED, exit_code::NO_VERDICT]
        .into_iter()
        .find(|code| codes.contains(code))
        .unwrap_or(exit_code::READABLE);
    let report = report::Report {
        options,
        outcomes: &outcomes,
        exchanges: &exchanges,
        notes: &notes,
        exit_code: code,
    };
    if options.json {
        report.print_json();
    } else {
        report.print();
    }
    ExitCode::from(code)
}

fn usage_error(text: &str) -> ExitCode {
    anstream::eprintln!("error: {}", printable(text));
    ExitCode::from(exit_code::USAGE)
}

async fn ask(options: &AskOptions, network: &Network, engine: Option<Engine>) -> Outcome {
    let page = &*options.page;
    if let Some(verdict) = local_network_verdict(page, &options.url, engine) {
        return Outcome { engine, verdict, exchanges: Vec::new() };
    }
    let mut browser = engine.map_or_else(Browser::new, Engine::browser);
    // Without an engine, mixed content is a note. Chromium exempts local addresses, for which it asks the user.
    if engine.is_none() || engine == Some(Engine::Chromium) && has_local_address(&options.url) {
        browser = browser.allow_mixed_content();
    }
    for cookie in &options.cookie {
        browser.set_cookie(options.url.as_str(), cookie);
    }
    let mut fetch = Fetch::new(&options.method, options.url.as_str());
    for (name, value) in &options.headers {
        fetch = fetch.header(name, value);
    }
    if let Some(body) = &options.body {
        fetch = fetch.text(body);
    }
    if options.credentials {
        fetch = fetch.credentials();
    }
    let target = BrowserNetwork::new(network);
    let result = browser.page(page).fetch(&target, fetch).await;
    let (used, stop) = target.into_parts();
    let exchanges = network.exchanges();
    let sent: Vec<&Exchange> = used.iter().map(|&index| &exchanges[index]).collect();
    let verdict = match (result, stop) {
        (Ok(response), _) => readable(response, &sent),
        (Err(_), Some(Stop::PreflightOnly)) if sent.is_empty() => Verdict::NoPreflight,
        (Err(_), Some(Stop::PreflightOnly)) => Verdict::PreflightPassed,
        (Err(_), Some(Stop::MethodChanged { method, url })) => Verdict::MethodChanged { method, url },
        (Err(blocked), None) if blocked.reason() == Reason::NoAnswer => no_answer(&blocked, &sent),
        (Err(blocked), None) => {
            let method = options.sent_method();
            let request = BlockedRequest {
                blocked: &blocked,
                page,
                method: &method,
                credentials: options.credentials,
                exchanges: sent,
            };
            Verdict::Blocked {
                reason: Some(blocked.reason()),
                console: console::message(engine, &request),
                diagnosis: Box::new(request.diagnose()),
            }
        }
    };
    Outcome { engine, verdict, exchanges: used }
}

/// Returns the verdict for a response that passed all checks. The body may still have failed.
fn readable(response: Response, sent: &[&Exchange]) -> Verdict {
    match sent.last() {
        Some(last) if !network::is_open_stream(last) => match &last.result {
            Ok(_) => Verdict::Readable(response),
            Err(error) => Verdict::NoAnswer(error.clone()),
        },
        _ => Verdict::Readable(response),
    }
}

fn no_answer(blocked: &Blocked, sent: &[&Exchange]) -> Verdict {
    let error = sent.last().and_then(|exchange| exchange.result.as_ref().err()).cloned();
    Verdict::NoAnswer(error.unwrap_or_else(|| {
        ClientError::new(FailureKind::Protocol, blocked.value().unwrap_or("there is no response"))
    }))
}
