//! Which browsers there are, and how they start.

use super::driver::{Driver, find};
use super::{Browser, target};
use serde_json::json;
use std::env;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Chromium, or `None` where it or its driver is not installed.
///
/// # Panics
///
/// If there is none although `BROWSER_TESTS` says so, or if it does not start.
pub async fn chromium(test: &str) -> Option<Browser> {
    chromium_with(test, Vec::new()).await
}

/// Chromium that knows of no hosts but what is behind a SOCKS proxy. It trusts the certificates of one key, given as the
/// SHA-256 of its public half in Base64: with certificates that it does not trust, it keeps nothing in its HTTP cache.
///
/// # Panics
///
/// As [`chromium`].
pub async fn chromium_through(test: &str, proxy: SocketAddr, key: &str) -> Option<Browser> {
    let arguments = vec![
        format!("--proxy-server=socks5://{proxy}"),
        // Names of this machine, too.
        "--proxy-bypass-list=<-loopback>".to_owned(),
        format!("--ignore-certificate-errors-spki-list={key}"),
        // An `http:` page is to stay one.
        "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable".to_owned(),
    ];
    chromium_with(test, arguments).await
}

/// Chromium to which other servers stand where it looks for some: `from`, as in `localhost:4100`, is `to`.
///
/// # Panics
///
/// As [`chromium`].
pub async fn chromium_mapping(test: &str, hosts: &[(&str, SocketAddr)]) -> Option<Browser> {
    let rules: Vec<_> = hosts.iter().map(|(from, to)| format!("MAP {from} {to}")).collect();
    chromium_with(test, vec![format!("--host-resolver-rules={}", rules.join(", "))]).await
}

async fn chromium_with(test: &str, more: Vec<String>) -> Option<Browser> {
    let found = find(&["chromedriver"]).zip(find(&["chromium", "chromium-browser", "google-chrome"]));
    let Some((driver, browser)) = found else {
        not_run(
            test,
            "needs `chromium` and `chromedriver` (Debian: chromium, chromium-driver)",
            &["required", "all"],
        );
        return None;
    };

    let profile = target::Scratch::new("chromium");
    let mut arguments = [
        "--headless=new",
        // Containers run tests as root.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        // Nothing but the tests' own requests.
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        &format!("--user-data-dir={}", profile.path().display()),
    ]
    .map(str::to_owned)
    .to_vec();
    arguments.extend(more);
    let options = json!({
        "goog:chromeOptions": { "binary": browser, "args": arguments },
        // For `Browser::console`.
        "goog:loggingPrefs": { "browser": "ALL" },
    });
    Some(Browser::open(Driver::start(&driver, &[]).await, Some(profile), options).await)
}

/// Firefox that knows of no hosts but what is behind a SOCKS proxy, whatever the certificates there say. `None` where
/// it or its driver is not installed; the driver may be in `tools/bin` of the target directory.
///
/// # Panics
///
/// As [`chromium`].
pub async fn firefox_through(test: &str, proxy: SocketAddr) -> Option<Browser> {
    let driver =
        find(&["geckodriver"]).or_else(|| Some(target::tool("geckodriver")).filter(|path| path.is_file()));
    let Some((driver, browser)) = driver.zip(find(&["firefox-esr", "firefox"])) else {
        not_run(
            test,
            "needs Firefox and `geckodriver` (Debian: firefox-esr; `cargo install geckodriver`)",
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
                // Names of this machine, too.
                "network.proxy.allow_hijacking_localhost": true,
                // An `http:` page is to stay one.
                "dom.security.https_first": false,
            },
        },
    });
    // Else it listens on a port of its own choice beside the driver's.
    let driver = Driver::start(&driver, &["--websocket-port=0"]).await;
    Some(Browser::open(driver, None, options).await)
}

/// `WebKitGTK` that knows of no `http:` hosts but what is behind an HTTP proxy. `None` where it or its driver is not
/// installed, or where it has no display.
///
/// Without `https:`: a certificate of one's own is refused behind a proxy, whatever `acceptInsecureCerts` and
/// `--ignore-tls-errors` say.
///
/// # Panics
///
/// As [`chromium`].
pub async fn webkit_through(test: &str, proxy: SocketAddr) -> Option<Browser> {
    let display = env::var_os("DISPLAY").or_else(|| env::var_os("WAYLAND_DISPLAY"));
    let found = find(&["WebKitWebDriver"]).zip(mini_browser()).filter(|_| display.is_some());
    let Some((driver, browser)) = found else {
        not_run(
            test,
            "needs `WebKitWebDriver` and a display (Debian: webkit2gtk-driver; `xvfb-run` makes a display)",
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

/// The browser that comes with the library, in a folder that depends on the machine.
fn mini_browser() -> Option<PathBuf> {
    let folders = Path::new("/usr/lib").read_dir().ok()?.flatten();
    let versions = ["webkit2gtk-4.1", "webkit2gtk-4.0", "webkitgtk-6.0"];
    let candidates =
        folders.flat_map(|folder| versions.map(|version| folder.path().join(version).join("MiniBrowser")));
    candidates.into_iter().find(|path| path.is_file())
}

/// `BROWSER_TESTS=required` is about Chromium, `BROWSER_TESTS=all` about every browser.
fn not_run(test: &str, missing: &str, values: &[&str]) {
    let is_required = env::var("BROWSER_TESTS").is_ok_and(|value| values.contains(&value.as_str()));
    assert!(!is_required, "{test} {missing}");
    target::say_loudly(&format!("NOT RUN: {test} {missing}"));
}
