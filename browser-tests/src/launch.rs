//! Finds the installed browsers and starts them.

use super::driver::{Driver, find};
use super::{Browser, target};
use serde_json::json;
use std::env;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use tests::report;

/// The environment variable that makes missing browsers a failure.
const VARIABLE: &str = "BROWSER_TESTS";

/// Starts Chromium. If Chromium or its driver is not installed, reports that the test was not run, and returns `None`.
///
/// # Panics
///
/// If a missing browser is a failure (`BROWSER_TESTS`), or if the browser does not start.
pub async fn chromium(test: &str) -> Option<Browser> {
    chromium_with(test, Vec::new()).await
}

/// Starts a Chromium that sends every request to a SOCKS proxy, and trusts the certificates of one key. The key is
/// given as the SHA-256 hash of its public half in Base64. (Chromium could be told to ignore the errors of all
/// certificates, but it caches no responses that come with an error.)
///
/// # Panics
///
/// As [`chromium`].
pub async fn chromium_through(test: &str, proxy: SocketAddr, key: &str) -> Option<Browser> {
    let arguments = vec![
        format!("--proxy-server=socks5://{proxy}"),
        // Requests to `localhost` go to the proxy, too.
        "--proxy-bypass-list=<-loopback>".to_owned(),
        format!("--ignore-certificate-errors-spki-list={key}"),
        // Pages with `http:` must not be upgraded to `https:`.
        "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable".to_owned(),
    ];
    chromium_with(test, arguments).await
}

/// Starts a Chromium that connects to other addresses than the URLs say: each host and port, such as `localhost:4100`,
/// is mapped to the address of a server.
///
/// # Panics
///
/// As [`chromium`].
pub async fn chromium_mapping(test: &str, hosts: &[(&str, SocketAddr)]) -> Option<Browser> {
    let rules: Vec<_> = hosts.iter().map(|(from, to)| format!("MAP {from} {to}")).collect();
    chromium_with(test, vec![format!("--host-resolver-rules={}", rules.join(", "))]).await
}

async fn chromium_with(test: &str, more_arguments: Vec<String>) -> Option<Browser> {
    let found = find(&["chromedriver"]).zip(find(&["chromium", "chromium-browser", "google-chrome"]));
    let Some((driver, browser)) = found else {
        report::not_run(
            test,
            "`chromium` and `chromedriver` (Debian: chromium, chromium-driver)",
            VARIABLE,
            &["required", "all"],
        );
        return None;
    };

    let profile = target::Scratch::new("chromium");
    let mut arguments = [
        "--headless=new",
        // Chromium has no sandbox for root, and containers often run tests as root.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        // Chromium sends no requests but those of the tests.
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        &format!("--user-data-dir={}", profile.path().display()),
    ]
    .map(str::to_owned)
    .to_vec();
    arguments.extend(more_arguments);
    let options = json!({
        "goog:chromeOptions": { "binary": browser, "args": arguments },
        // For `Browser::console`.
        "goog:loggingPrefs": { "browser": "ALL" },
    });
    Some(Browser::open(Driver::start(&driver, &[]).await, Some(profile), options).await)
}

/// Starts a Firefox that sends every request to a SOCKS proxy, and ignores errors of certificates. If Firefox or its
/// driver is not installed, reports that the test was not run, and returns `None`. The driver may also be in
/// `tools/bin` of the target directory, where `.ci/install-tool` installs it.
///
/// # Panics
///
/// As [`chromium`].
pub async fn firefox_through(test: &str, proxy: SocketAddr) -> Option<Browser> {
    let driver =
        find(&["geckodriver"]).or_else(|| Some(target::tool("geckodriver")).filter(|path| path.is_file()));
    let Some((driver, browser)) = driver.zip(find(&["firefox-esr", "firefox"])) else {
        report::not_run(
            test,
            "`firefox` and `geckodriver` (Debian: firefox-esr; `.ci/install-tool geckodriver`)",
            VARIABLE,
            &["all"],
        );
        return None;
    };
    let options = json!({
        "acceptInsecureCerts": true,
        "proxy": { "proxyType": "manual", "socksProxy": proxy.to_string(), "socksVersion": 5 },
        "moz:firefoxOptions": {
            "binary": browser,
            "args": ["-headless"],
            "prefs": {
                "network.proxy.socks_remote_dns": true,
                // Requests to `localhost` go to the proxy, too.
                "network.proxy.allow_hijacking_localhost": true,
                // Pages with `http:` must not be upgraded to `https:`.
                "dom.security.https_first": false,
            },
        },
    });
    // Without this option, the driver opens a second port with a fixed number.
    let driver = Driver::start(&driver, &["--websocket-port=0"]).await;
    Some(Browser::open(driver, None, options).await)
}

/// Starts a `WebKitGTK` that sends every `http:` request to an HTTP proxy. If the browser or its driver is not
/// installed, or if there is no display, reports that the test was not run, and returns `None`.
///
/// `https:` cannot be tested: `WebKitGTK` refuses a self-signed certificate behind a proxy, even with
/// `acceptInsecureCerts` and `--ignore-tls-errors`.
///
/// # Panics
///
/// As [`chromium`].
pub async fn webkit_through(test: &str, proxy: SocketAddr) -> Option<Browser> {
    let display = env::var_os("DISPLAY").or_else(|| env::var_os("WAYLAND_DISPLAY"));
    let found = find(&["WebKitWebDriver"]).zip(mini_browser()).filter(|_| display.is_some());
    let Some((driver, browser)) = found else {
        report::not_run(
            test,
            "`WebKitWebDriver` and a display (Debian: webkit2gtk-driver, xvfb)",
            VARIABLE,
            &["all"],
        );
        return None;
    };
    let options = json!({
        "proxy": { "proxyType": "manual", "httpProxy": proxy.to_string() },
        "webkitgtk:browserOptions": { "binary": browser, "args": ["--automation"] },
    });
    Some(Browser::open(Driver::start(&driver, &[]).await, None, options).await)
}

/// The browser that comes with the library. The name of its folder contains the architecture of the machine.
fn mini_browser() -> Option<PathBuf> {
    let folders = Path::new("/usr/lib").read_dir().ok()?.flatten();
    let versions = ["webkit2gtk-4.1", "webkit2gtk-4.0", "webkitgtk-6.0"];
    let candidates =
        folders.flat_map(|folder| versions.map(|version| folder.path().join(version).join("MiniBrowser")));
    candidates.into_iter().find(|path| path.is_file())
}
