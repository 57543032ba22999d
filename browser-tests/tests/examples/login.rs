//! A login with `examples/spa-with-cookies`, and the attempts of another origin to use the cookie afterwards.

use browser_tests::{Browser, chromium_mapping};
use spa_with_cookies::accounts::Accounts;
use spa_with_cookies::{actix_app, axum_app};
use std::net::SocketAddr;
use tests::serve;

const APP: &str = "http://localhost:4100/";
const OTHER: &str = "http://localhost:4200/";
const BLOCKED: &str = "blocked: see the console for the reason";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browser_keeps_a_cookie_of_axum_that_another_origin_cannot_use() {
    let api = axum_app::api(Accounts::default());
    log_in("axum", serve::axum(api), serve::axum(axum_app::page())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browser_keeps_a_cookie_of_actix_that_another_origin_cannot_use() {
    let api = actix_app::api(Accounts::default());
    log_in("actix-web", serve::actix(api), serve::actix(actix_app::page)).await;
}

async fn log_in(framework: &str, api: SocketAddr, page: SocketAddr) {
    let hosts = [("localhost:3000", api), ("localhost:4100", page), ("localhost:4200", page)];
    let Some(browser) = chromium_mapping(&format!("a login with {framework}"), &hosts).await else { return };

    browser.open_page(APP).await;
    assert_eq!(click(&browser, "me").await, "401 log in first");
    browser.script("document.querySelector('[name=password]').value = 'byron'").await;
    assert_eq!(click(&browser, "login").await, "401 wrong name or password");
    browser.script("document.querySelector('[name=password]').value = 'lovelace'").await;
    assert_eq!(click(&browser, "login").await, "204 ");
    assert_eq!(browser.script("return document.cookie").await, "", "scripts see the cookie");
    assert_eq!(click(&browser, "note").await, "204 ");
    let me = r#"200 {"name":"ada","note":"written at http://localhost:4100"}"#;
    assert_eq!(click(&browser, "me").await, me);

    browser.open_page(OTHER).await;
    for button in ["me", "login", "note", "logout"] {
        assert_eq!(click(&browser, button).await, BLOCKED, "{button}");
    }
    // A form needs no preflight and sends the cookie, and its response is a new page. `enforce` refuses the request.
    browser
        .script(
            "const form = document.createElement('form');
             Object.assign(form, { method: 'post', action: 'http://localhost:3000/logout' });
             document.body.append(form);
             form.submit();",
        )
        .await;
    let wait = "const done = arguments[0], look = () => {
                    if (performance.getEntriesByType('navigation')[0]?.responseStatus === 403) done(true);
                    else setTimeout(look, 20);
                }; look();";
    assert_eq!(browser.async_script(wait, Vec::new()).await, true);

    // The user is still logged in.
    browser.open_page(APP).await;
    assert_eq!(click(&browser, "me").await, me);
    assert_eq!(click(&browser, "logout").await, "204 ");
    assert_eq!(click(&browser, "me").await, "401 log in first");
}

/// Presses a button of the page, and waits for the result.
async fn click(browser: &Browser, id: &str) -> String {
    browser.script(&format!("document.getElementById('{id}').click()")).await;
    browser.output().await
}
