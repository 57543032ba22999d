//! The subtests of web-platform-tests, which run in the simulated browsers, in real ones.
//!
//! A difference means that the simulated browser, the data or the server behaves in another way than the browser.

#[path = "../browsers/front.rs"]
mod front;
mod http;

use std::sync::Arc;

use browser_tests::Browser;
use front::Front;
use serde_json::{Value, json};
use tests::platform_tests::{
    data::{self, Element, Subtest, TestFile},
    server::Server,
};

const SCRIPT: &str = include_str!("page.js");

/// `WebKitGTK` knows no public suffix `.test`, and takes every host under it for a site of its own.
const UNKNOWN_SUFFIX: &str = "web-platform.test";
const KNOWN_SUFFIX: &str = "web-platform.com";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_browser_chromium() {
    let front = front().await;
    let test = "web-platform-tests in Chromium";
    let Some(browser) = browser_tests::chromium_through(test, front.address, &front.key).await else {
        return;
    };
    run(&browser, "chromium", true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_browser_firefox() {
    let front = front().await;
    let test = "web-platform-tests in Firefox";
    let Some(browser) = browser_tests::firefox_through(test, front.address).await else { return };
    run(&browser, "firefox", true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_browser_webkit() {
    let front = front().await;
    let test = "web-platform-tests in WebKit";
    let Some(browser) = browser_tests::webkit_through(test, front.address).await else { return };
    run(&browser, "safari", false).await;
}

async fn front() -> Front {
    front::start(http::start(Arc::new(Server::default())).await).await
}

/// Runs every subtest that this browser can run. `engine` is its name in the data files, and `tls` whether it accepts the
/// certificate of the test.
async fn run(browser: &Browser, engine: &str, tls: bool) {
    let (mut count, mut wrong) = (0, Vec::new());
    for file in data::load() {
        let subtests: Vec<&Subtest> =
            file.subtests.iter().filter(|subtest| can_run(&file, subtest, tls)).collect();
        if subtests.is_empty() {
            continue;
        }
        let scripts: Value = subtests
            .iter()
            .enumerate()
            .map(|(index, subtest)| json!({ "number": count + index, "fetches": subtest.fetches }))
            .collect();
        let mut scripts = scripts.to_string();
        let mut page = file.page.clone();
        if engine == "safari" {
            scripts = scripts.replace(UNKNOWN_SUFFIX, KNOWN_SUFFIX);
            page = page.replace(UNKNOWN_SUFFIX, KNOWN_SUFFIX);
        }
        browser.open_page(&page).await;
        let results = browser.async_script(SCRIPT, vec![scripts.into()]).await;
        let results = results.as_array().unwrap_or_else(|| panic!("{}: {results}", file.path));
        assert_eq!(results.len(), subtests.len(), "{}", file.path);
        count += subtests.len();
        for (subtest, error) in subtests.iter().zip(results) {
            let differs =
                subtest.differs.contains_key(engine) || subtest.real_browser_differs.contains_key(engine);
            if error.is_null() == differs {
                let error = error.as_str().unwrap_or("does not differ");
                wrong.push(format!("{}: {}: {error}", file.path, subtest.name));
            }
        }
    }
    println!("{}: {count} subtests, {} as the data say", browser.name(), count - wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 600, "only {count} subtests");
}

/// Links and forms would leave the page, and a sandboxed page has no URL that a driver can open.
fn can_run(file: &TestFile, subtest: &Subtest, tls: bool) -> bool {
    let needs_tls = |url: &str| url.starts_with("https:") || url.contains("location=https");
    let leaves_page = |load| matches!(load, Some(Element::Link | Element::Form));
    let fetches = &subtest.fetches;
    subtest.page.is_none()
        && fetches.iter().all(|fetch| !leaves_page(fetch.load))
        && (tls || !needs_tls(&file.page) && fetches.iter().all(|fetch| !needs_tls(&fetch.url)))
}
