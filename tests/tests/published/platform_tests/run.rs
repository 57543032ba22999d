//! One subtest in one simulated browser.

use std::time::Duration;

use cors_runtime::testing::{Browser, Fetch, Load, Page, Response, ResponseType, WireRequest};
use serde_json::Value;

use super::{
    data::{
        Credentials, Element, ExpectedResponse, FetchStep, Gives, Mode, ReferrerPolicy, ScriptError, Subtest,
        TestFile,
    },
    server::Server,
};

/// The name of the browser that follows the standard.
pub(super) const STANDARD: &str = "standard";

/// The name that the data files use, and the browser.
type Engine = (&'static str, fn() -> Browser);

pub(super) const ENGINES: [Engine; 4] = [
    (STANDARD, Browser::new),
    ("chromium", Browser::chromium),
    ("firefox", Browser::firefox),
    ("safari", Browser::safari),
];

/// Sends the requests of a subtest. An error is the first difference from the expectations.
pub(super) async fn run(file: &TestFile, subtest: &Subtest, browser: Browser) -> Result<(), String> {
    let browser = browser.api_origin(&file.page);
    let page = browser.page(subtest.page.as_ref().unwrap_or(&file.page));
    let server = Server::default();
    for (index, step) in subtest.fetches.iter().enumerate() {
        browser.advance(Duration::from_millis(step.wait_ms));
        send(&page, &server, step).await.map_err(|error| format!("request {}: {error}", index + 1))?;
    }
    Ok(())
}

async fn send(page: &Page, server: &Server, step: &FetchStep) -> Result<(), String> {
    let target = |request: WireRequest| server.answer(&request);
    if let Some(element) = step.load {
        return match page.load(&target, load(element, step)).await {
            Ok(_) => Ok(()),
            Err(blocked) => Err(format!("not loaded: {blocked}")),
        };
    }
    match (page.fetch(&target, fetch(step)).await, &step.gives) {
        (Ok(response), Some(Gives::Response(expected))) => compare(&response, expected),
        (Err(_), Some(Gives::Error(ScriptError::TypeError))) | (Ok(_), None) => Ok(()),
        (Ok(response), Some(Gives::Error(ScriptError::TypeError))) => {
            Err(format!("the script gets a response with status {}", response.status()))
        }
        (Err(blocked), _) => Err(format!("blocked: {blocked}")),
    }
}

fn load(element: Element, step: &FetchStep) -> Load {
    let load = match element {
        Element::Image => Load::image(&step.url),
        Element::Script => Load::script(&step.url),
        Element::Frame => Load::frame(&step.url),
        Element::Link => Load::link(&step.url),
        Element::Form => Load::form(&step.url, ""),
    };
    if step.crossorigin { load.crossorigin() } else { load }
}

fn fetch(step: &FetchStep) -> Fetch {
    let mut fetch = Fetch::new(&step.method, &step.url);
    for (name, value) in &step.headers {
        fetch = fetch.header(name, value);
    }
    if let Some(body) = &step.body {
        fetch = fetch.text(body);
    }
    fetch = match step.credentials {
        Some(Credentials::Include) => fetch.credentials(),
        Some(Credentials::Omit) => fetch.omit_credentials(),
        None => fetch,
    };
    fetch = match step.mode {
        Some(Mode::NoCors) => fetch.no_cors(),
        Some(Mode::SameOrigin) => fetch.same_origin(),
        None => fetch,
    };
    match step.referrer_policy {
        Some(ReferrerPolicy::NoReferrer) => fetch.no_referrer(),
        None => fetch,
    }
}

fn compare(response: &Response, expected: &ExpectedResponse) -> Result<(), String> {
    if let Some(status) = expected.status {
        equal("status", &response.status(), &status)?;
    }
    if let Some(expected) = &expected.response_type {
        let response_type = match response.response_type() {
            ResponseType::Basic => "basic",
            ResponseType::Cors => "cors",
            ResponseType::Opaque => "opaque",
            ResponseType::OpaqueRedirect => "opaqueredirect",
            other => return Err(format!("type {other:?}")),
        };
        equal("type", response_type, expected.as_str())?;
    }
    if let Some(text) = &expected.text {
        equal("text", response.text().as_ref(), text.as_str())?;
    }
    for (name, value) in &expected.headers {
        equal(name, &response.header(name), &value.as_deref())?;
    }
    if !expected.json.is_empty() {
        let body: Value = serde_json::from_str(&response.text()).map_err(|error| format!("JSON: {error}"))?;
        for (name, value) in &expected.json {
            equal(name, &body[name], value)?;
        }
    }
    Ok(())
}

fn equal<T: PartialEq + std::fmt::Debug + ?Sized>(
    what: &str,
    actual: &T,
    expected: &T,
) -> Result<(), String> {
    if actual == expected { Ok(()) } else { Err(format!("{what} is {actual:?} instead of {expected:?}")) }
}
