//! `cors ask`: what a browser would do with the request of a page, and what to change on the server.

mod cause;
mod changes;
mod console;
mod diagnosis;
mod near_miss;
mod network;
mod notes;
mod report;

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use cors_runtime::testing::{Blocked, Browser, Fetch, Reason, Response};
use reqwest::Url;

use crate::{
    http_client::{ClientError, ClientOptions, FailureKind, HttpClient},
    page_origin::PageOrigin,
    printable::printable,
};

pub use self::cause::Cause;
use self::{
    changes::Change,
    diagnosis::{BlockedRequest, Diagnosis},
    network::{BrowserNetwork, Exchange, Network, Stop},
    notes::Subject,
};

/// The exit codes, which `docs/cli.md` documents.
mod exit_code {
    pub(super) const READABLE: u8 = 0;
    pub(super) const BLOCKED: u8 = 1;
    pub(super) const USAGE: u8 = 2;
    pub(super) const NO_VERDICT: u8 = 3;
}

/// The options of `cors ask`.
#[derive(Args, Clone, Debug)]
pub struct AskOptions {
    /// Method of the request, such as GET or PUT
    #[arg(value_parser = parse_method)]
    pub method: String,
    /// URL of the request
    #[arg(value_parser = parse_url)]
    pub url: Url,
    /// Origin of the page whose script sends the request
    #[arg(long, value_name = "ORIGIN")]
    pub page: PageOrigin,
    /// Set `credentials: "include"` (or `withCredentials`)
    #[arg(long)]
    pub credentials: bool,
    /// Header that the script sets (repeatable)
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE", value_parser = parse_header)]
    pub headers: Vec<(String, String)>,
    /// Body of the request
    #[arg(short = 'd', long = "data", value_name = "BODY", allow_hyphen_values = true)]
    pub body: Option<String>,
    /// Cookie that the server has set before (repeatable)
    #[arg(long, value_name = "SET-COOKIE")]
    pub cookie: Vec<String>,
    /// Browser to simulate; the default is the Fetch standard
    // The values in the name keep `--help` on one screen.
    #[arg(long, value_name = "chromium|firefox|webkit|all", hide_possible_values = true)]
    pub engine: Option<EngineChoice>,
    /// Send the preflight only
    #[arg(long)]
    pub preflight_only: bool,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
    /// The connection.
    #[command(flatten)]
    pub client: ClientOptions,
}

/// The value of `--engine`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EngineChoice {
    /// Chrome, Edge and others.
    Chromium,
    /// Firefox.
    Firefox,
    /// Safari.
    Webkit,
    /// All three.
    All,
}

/// A browser engine whose differences from the standard are simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine {
    Chromium,
    Firefox,
    WebKit,
}

impl Engine {
    fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Chromium => "Chromium",
            Self::Firefox => "Firefox",
            Self::WebKit => "WebKit",
        }
    }

    fn browser(self) -> Browser {
        match self {
            Self::Chromium => Browser::chromium(),
            Self::Firefox => Browser::firefox(),
            Self::WebKit => Browser::safari(),
        }
    }
}

impl EngineChoice {
    fn engines(self) -> Vec<Engine> {
        match self {
            Self::Chromium => vec![Engine::Chromium],
            Self::Firefox => vec![Engine::Firefox],
            Self::Webkit => vec![Engine::WebKit],
            Self::All => vec![Engine::Chromium, Engine::Firefox, Engine::WebKit],
        }
    }
}

/// What one browser does with the request.
#[derive(Clone, Debug)]
struct Outcome {
    /// `None` for a browser that follows the standard.
    engine: Option<Engine>,
    verdict: Verdict,
    /// Positions in the list of all exchanges.
    exchanges: Vec<usize>,
}

#[derive(Clone, Debug)]
enum Verdict {
    /// The page can read the response.
    Readable(Response),
    /// `--preflight-only`: the request would be sent.
    PreflightPassed,
    /// `--preflight-only`: the request needs no preflight, so nothing was sent.
    NoPreflight,
    Blocked {
        reason: Option<Reason>,
        console: Option<String>,
        diagnosis: Box<Diagnosis>,
    },
    /// A redirect changes the method, and the new request was not sent.
    MethodChanged {
        method: String,
        url: String,
    },
    NoAnswer(ClientError),
}

impl Verdict {
    fn exit_code(&self) -> u8 {
        match self {
            Self::Readable(_) | Self::PreflightPassed => exit_code::READABLE,
            Self::Blocked { .. } => exit_code::BLOCKED,
            Self::NoPreflight | Self::MethodChanged { .. } | Self::NoAnswer(_) => exit_code::NO_VERDICT,
        }
    }
}

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
    let network = Network::new(client, normalized_method(&options.method), options.preflight_only);
    let engines = options.engine.map(EngineChoice::engines).unwrap_or_default();
    let mut outcomes = Vec::new();
    if engines.is_empty() {
        outcomes.push(runtime.block_on(ask(options, &network, None)));
    }
    for engine in &engines {
        outcomes.push(runtime.block_on(ask(options, &network, Some(*engine))));
    }
    let exchanges = network.exchanges();
    // A look-up in DNS that has not ended must not delay the exit.
    runtime.shutdown_background();
    let readable = outcomes.iter().find_map(|outcome| match &outcome.verdict {
        Verdict::Readable(response) => Some((response, &exchanges[*outcome.exchanges.last()?])),
        _ => None,
    });
    let notes = notes::notes(&Subject { options, engines: &engines, exchanges: &exchanges, readable });
    let codes: Vec<u8> = outcomes.iter().map(|outcome| outcome.verdict.exit_code()).collect();
    let code = [exit_code::BLOCKED, exit_code::NO_VERDICT]
        .into_iter()
        .find(|code| codes.contains(code))
        .unwrap_or(exit_code::READABLE);
    let report = report::Report {
        options,
        method: normalized_method(&options.method),
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
    let page = options.page.as_str();
    if let Some(verdict) = local_network_verdict(page, &options.url, engine) {
        return Outcome { engine, verdict, exchanges: Vec::new() };
    }
    let mut browser = engine.map_or_else(Browser::new, Engine::browser);
    // Without an engine, mixed content is a note. Chromium exempts local addresses, for which it asks the user.
    if engine.is_none() || engine == Some(Engine::Chromium) && notes::has_local_address(&options.url) {
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
            let method = normalized_method(&options.method);
            let console = console::message(engine, &blocked, &method);
            let diagnosis = BlockedRequest {
                blocked: &blocked,
                page,
                method: &method,
                credentials: options.credentials,
                exchanges: sent,
            }
            .diagnose();
            Verdict::Blocked { reason: Some(blocked.reason()), console, diagnosis: Box::new(diagnosis) }
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

/// Chromium sends nothing from a page without a secure context to a more private network.
fn local_network_verdict(page: &str, url: &Url, engine: Option<Engine>) -> Option<Verdict> {
    let is_refused = engine == Some(Engine::Chromium)
        && page.starts_with("http://")
        && notes::may_be_public(page)
        && notes::has_local_address(url);
    is_refused.then(|| Verdict::Blocked {
        reason: None,
        console: Some(format!(
            "Access to fetch at '{url}' from origin '{page}' has been blocked by CORS policy: The request client is not a \
             secure context and the resource is in more-private address space `{}`.",
            if notes::is_loopback(url) { "loopback" } else { "local" }
        )),
        diagnosis: Box::new(Diagnosis {
            cause: Cause::LocalNetwork,
            explanation: format!(
                "The page was loaded over `http:`, and {url} is in a local network or on this machine. Chromium lets only \
                 pages of `https:` origins ask the user for the permission."
            ),
            change: Change::general("Serve the page over `https:`. No header of the server grants the permission."),
        }),
    })
}

/// Returns the method as browsers send it: <https://fetch.spec.whatwg.org/#concept-method-normalize>.
fn normalized_method(method: &str) -> String {
    let upper = method.to_ascii_uppercase();
    match upper.as_str() {
        "DELETE" | "GET" | "HEAD" | "OPTIONS" | "POST" | "PUT" => upper,
        _ => method.to_owned(),
    }
}

fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

fn parse_method(text: &str) -> Result<String, String> {
    if text.contains("://") {
        return Err(format!("write the method before the URL: `GET {text}`"));
    }
    if is_token(text) { Ok(text.to_owned()) } else { Err("this is no method; write GET or PUT".to_owned()) }
}

fn parse_url(text: &str) -> Result<Url, String> {
    let has_scheme = text.contains("://");
    let url = Url::parse(text).map_err(|error| {
        if has_scheme {
            format!("this is no URL ({error})")
        } else {
            format!("the URL has to be absolute; write `https://{}`", text.trim_start_matches('/'))
        }
    })?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        _ if !has_scheme => Err(format!("the URL has no scheme; write `https://{text}`")),
        scheme => Err(format!("`{scheme}:` URLs have no CORS; write an `https:` or `http:` URL")),
    }
}

fn parse_header(text: &str) -> Result<(String, String), String> {
    let (name, value) =
        text.split_once(':').ok_or("a header has a colon; write `-H 'content-type: application/json'`")?;
    let (name, value) = (name.trim(), value.trim());
    if !is_token(name) {
        return Err(format!("`{name}` is no name of a header"));
    }
    if value.contains(['\r', '\n', '\0']) {
        return Err("the value of a header has no line breaks".to_owned());
    }
    Ok((name.to_owned(), value.to_owned()))
}
