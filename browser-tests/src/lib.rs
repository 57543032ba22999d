//! Real browsers, driven over `WebDriver`.
//!
//! The name of a test that needs one of them contains `browser`. Where the browser is not installed, the test reports
//! to the terminal that it was not run, and passes. With `BROWSER_TESTS=required` it fails if Chromium is missing, with
//! `BROWSER_TESTS=all` if any browser is missing.

mod driver;
mod launch;
mod target;

use std::fs;
use std::time::Duration;

use fantoccini::wd::{TimeoutConfiguration, WebDriverCompatibleCommand};
use fantoccini::{Client, Locator};
use hyper::Method;
use serde_json::{Value, json};
use url::Url;

use driver::{Driver, Session};
pub use launch::{chromium, chromium_mapping, chromium_through, firefox_through, webkit_through};

/// A running browser without a window. It ends, together with its driver, when the value is dropped.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    // Fields are dropped in this order: the session ends the browser, then the driver ends, and then the profile, which
    // both write to, can be removed.
    _session: Session,
    _driver: Driver,
    _profile: Option<target::Scratch>,
}

/// The colour scheme that the user of the browser prefers.
#[derive(Clone, Copy, Debug)]
pub enum ColorScheme {
    /// Dark text on a light page.
    Light,
    /// Light text on a dark page.
    Dark,
}

impl ColorScheme {
    /// The value of the media feature `prefers-color-scheme`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl Browser {
    async fn open(driver: Driver, profile: Option<target::Scratch>, options: Value) -> Self {
        let Value::Object(capabilities) = options else { panic!("no capabilities: {options}") };
        let (client, session) = driver.session(capabilities.into_iter().collect()).await;
        Self { client, _session: session, _driver: driver, _profile: profile }
    }

    /// The `WebDriver` client.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Navigates to a page.
    ///
    /// # Panics
    ///
    /// If the page does not load.
    pub async fn open_page(&self, url: &str) {
        self.client.goto(url).await.unwrap_or_else(|error| panic!("{url}: {error}"));
    }

    /// Waits until the page has an element.
    ///
    /// # Panics
    ///
    /// If it has none after 30 seconds.
    pub async fn wait_for(&self, css: &str) {
        let wait = self.client.wait().at_most(Duration::from_secs(30)).every(Duration::from_millis(50));
        wait.for_element(Locator::Css(css)).await.unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    /// Waits for the result of a page of the examples and returns it. The page shows it in `#result`, and `..` until
    /// then.
    ///
    /// # Panics
    ///
    /// If there is no result after two minutes.
    pub async fn output(&self) -> String {
        let look = "const done = arguments[0], look = () => {
                        const text = document.getElementById('result').textContent;
                        if (text === '..') setTimeout(look, 20); else done(text);
                    }; look();";
        self.async_script(look, Vec::new()).await.as_str().unwrap_or_default().to_owned()
    }

    /// Runs the body of a function in the page, and returns the value that the function returns.
    ///
    /// # Panics
    ///
    /// If the function throws.
    pub async fn script(&self, body: &str) -> Value {
        self.client.execute(body, Vec::new()).await.unwrap_or_else(|error| panic!("{body}: {error}"))
    }

    /// Runs the body of an asynchronous function in the page. The function gets a callback as its last argument, and
    /// passes its result to it.
    ///
    /// # Panics
    ///
    /// If the function throws, or if it takes longer than two minutes.
    pub async fn async_script(&self, body: &str, arguments: Vec<Value>) -> Value {
        let timeouts = TimeoutConfiguration::new(Some(Duration::from_secs(120)), None, None);
        self.client.update_timeouts(timeouts).await.expect("the driver accepts a timeout");
        self.client.execute_async(body, arguments).await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// The messages that Chromium has written to its console since the last call. Each begins with the page and the
    /// place in it.
    ///
    /// # Panics
    ///
    /// In other browsers, which do not give their messages to the driver.
    pub async fn console(&self) -> Vec<String> {
        let entries = self.client.issue_cmd(ConsoleLog).await.expect("Chromium keeps its messages");
        let entries = entries.as_array().map(Vec::as_slice).unwrap_or_default();
        entries.iter().filter_map(|entry| entry["message"].as_str().map(str::to_owned)).collect()
    }

    /// The name and the version that the browser reports.
    pub fn name(&self) -> String {
        let capabilities = self.client.capabilities();
        let text =
            |name: &str| capabilities.and_then(|all| all.get(name)?.as_str()).unwrap_or("?").to_owned();
        format!("{} {}", text("browserName"), text("browserVersion"))
    }

    /// Sets the colour scheme and the width of the window, and makes it as high as the page.
    pub async fn set_window(&self, width: u32, scheme: ColorScheme) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme.name() }]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
        self.resize(width, 800).await;
        let height = self.script("return document.documentElement.scrollHeight").await;
        let height = height.as_u64().and_then(|height| u32::try_from(height).ok()).unwrap_or(800);
        self.resize(width, height).await;
    }

    async fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Writes a picture of the window into the folder `screenshots` of the target directory.
    ///
    /// # Panics
    ///
    /// If the browser gives no picture, or if it cannot be written.
    pub async fn screenshot(&self, name: &str) {
        let picture = self.client.screenshot().await.expect("the browser gives a picture");
        let folder = target::folder("screenshots");
        fs::write(folder.join(format!("{name}.png")), picture)
            .expect("the target directory can be written to");
    }

    /// Sends a command of the protocol of Chromium's developer tools, which `WebDriver` does not have.
    async fn devtools(&self, command: &'static str, parameters: Value) {
        let done = self.client.issue_cmd(Devtools { command, parameters }).await;
        done.unwrap_or_else(|error| panic!("{command}: {error}"));
    }
}

#[derive(Debug)]
struct ConsoleLog;

impl WebDriverCompatibleCommand for ConsoleLog {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _url: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "type": "browser" }).to_string()))
    }
}

#[derive(Debug)]
struct Devtools {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for Devtools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _url: &Url) -> (Method, Option<String>) {
        let body = json!({ "cmd": self.command, "params": self.parameters });
        (Method::POST, Some(body.to_string()))
    }
}
