//! Real browsers, driven over `WebDriver`.
//!
//! A test that uses this says `browser` in its name. Where there is no browser it reports itself as not run and
//! passes, unless `BROWSER_TESTS` is set: to `required` for Chromium, to `all` for every browser.

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

/// A running browser without a window. It ends, together with its driver, when this is dropped.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    // In this order: the session ends the browser, then the driver can go, then the profile that both wrote to.
    _session: Session,
    _driver: Driver,
    _profile: Option<target::Scratch>,
}

/// What the user of the browser prefers.
#[derive(Clone, Copy, Debug)]
pub enum Scheme {
    /// Dark text on a light page.
    Light,
    /// Light text on a dark page.
    Dark,
}

impl Scheme {
    /// As in `prefers-color-scheme`.
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

    /// Goes to a page.
    ///
    /// # Panics
    ///
    /// If it does not load.
    pub async fn open_page(&self, url: &str) {
        self.client.goto(url).await.unwrap_or_else(|error| panic!("{url}: {error}"));
    }

    /// Waits until an element is there.
    ///
    /// # Panics
    ///
    /// If it is not there after 30 seconds.
    pub async fn wait_for(&self, css: &str) {
        let wait = self.client.wait().at_most(Duration::from_secs(30)).every(Duration::from_millis(50));
        wait.for_element(Locator::Css(css)).await.unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    /// What the pages of the examples say at the end, in `#result`: while they wait for an answer that is `..`.
    ///
    /// # Panics
    ///
    /// If they wait for longer than two minutes.
    pub async fn output(&self) -> String {
        let look = "const done = arguments[0], look = () => {
                        const text = document.getElementById('result').textContent;
                        if (text === '..') setTimeout(look, 20); else done(text);
                    }; look();";
        self.async_script(look, Vec::new()).await.as_str().unwrap_or_default().to_owned()
    }

    /// Runs the body of a function in the page and gives what it returns.
    ///
    /// # Panics
    ///
    /// If it throws.
    pub async fn script(&self, body: &str) -> Value {
        self.client.execute(body, Vec::new()).await.unwrap_or_else(|error| panic!("{body}: {error}"))
    }

    /// Runs the body of a function that ends when it calls its last argument, and gives what it calls it with.
    ///
    /// # Panics
    ///
    /// If it throws, or if it takes longer than two minutes.
    pub async fn async_script(&self, body: &str, arguments: Vec<Value>) -> Value {
        let patience = TimeoutConfiguration::new(Some(Duration::from_secs(120)), None, None);
        self.client.update_timeouts(patience).await.expect("the driver takes a timeout");
        self.client.execute_async(body, arguments).await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// What Chromium has written to the console since the last call, with the page and the place before each text.
    ///
    /// # Panics
    ///
    /// In other browsers.
    pub async fn console(&self) -> Vec<String> {
        let entries = self.client.issue_cmd(ConsoleLog).await.expect("Chromium keeps what it writes");
        let entries = entries.as_array().map(Vec::as_slice).unwrap_or_default();
        entries.iter().filter_map(|entry| entry["message"].as_str().map(str::to_owned)).collect()
    }

    /// Its name and version, as it says itself.
    pub fn name(&self) -> String {
        let capabilities = self.client.capabilities();
        let text =
            |name: &str| capabilities.and_then(|all| all.get(name)?.as_str()).unwrap_or("?").to_owned();
        format!("{} {}", text("browserName"), text("browserVersion"))
    }

    /// Makes the window this wide, as high as the page, with this preference.
    pub async fn look(&self, width: u32, scheme: Scheme) {
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

    /// Keeps a picture of the window under `screenshots` of the target directory.
    ///
    /// # Panics
    ///
    /// If there is none, or if it cannot be written.
    pub async fn screenshot(&self, name: &str) {
        let picture = self.client.screenshot().await.expect("the browser takes a picture");
        let folder = target::folder("screenshots");
        fs::write(folder.join(format!("{name}.png")), picture)
            .expect("the target directory can be written to");
    }

    /// A command that Chromium has beside `WebDriver`.
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
