//! Which pages can use the server, with its protection and without it.

use axum::Router;
use cors_runtime::testing::{Browser, Fetch, Load, Page};
use local_server::{app, unprotected};

const SERVER: &str = "http://localhost:3000";

fn browsers() -> [Browser; 4] {
    [Browser::new(), Browser::chromium(), Browser::firefox(), Browser::safari()]
}

fn call(server: &str) -> Fetch {
    Fetch::post(format!("{server}/tools/call")).text(r#"{"name":"count"}"#)
}

/// Returns how many calls the handler has got, including this one of the server's own page.
async fn count(app: &Router, browser: &Browser) -> String {
    let response = browser.page(SERVER).fetch(app, call(SERVER)).await.unwrap();
    assert_eq!(response.status(), 200);
    response.text().into_owned()
}

/// Sends what a page of another origin can send without a preflight.
async fn attack(app: &Router, page: &Page) {
    // A page of another origin does not learn whether the call ran.
    let _ = page.fetch(app, call(SERVER)).await;
    let _ = page.fetch(app, call(SERVER).no_cors()).await;
    let form = Load::form(format!("{SERVER}/tools/call"), r#"{"name":"count"}"#);
    page.load(app, form).await.unwrap();
}

#[tokio::test]
async fn own_and_listed_pages_use_the_server() {
    for browser in browsers() {
        let app = app();
        assert_eq!(count(&app, &browser).await, "1");
        let listed = browser.page("http://localhost:4100");
        assert_eq!(listed.fetch(&app, call(SERVER)).await.unwrap().text(), "2");
        let tools = listed.fetch(&app, Fetch::get(format!("{SERVER}/tools"))).await.unwrap();
        assert_eq!(tools.text(), r#"["count"]"#);
    }
}

#[tokio::test]
async fn a_page_of_another_origin_runs_no_tool_and_reads_nothing() {
    for browser in browsers() {
        let app = app();
        for origin in ["http://localhost:4200", "https://evil.example", "null"] {
            let page = browser.page(origin);
            attack(&app, &page).await;
            assert!(page.fetch(&app, Fetch::get(format!("{SERVER}/tools"))).await.is_err(), "{origin}");
        }
        assert_eq!(count(&app, &browser).await, "1", "{browser:?}");
    }
}

#[tokio::test]
async fn a_rebound_name_gets_403_for_every_request() {
    for browser in browsers() {
        let app = app();
        for origin in ["http://evil.example:3000", "http://evil.localhost:3000"] {
            let page = browser.rebound_page(origin);
            for fetch in [Fetch::get("/tools"), Fetch::get("/"), call("")] {
                assert_eq!(page.fetch(&app, fetch).await.unwrap().status(), 403, "{browser:?}");
            }
            assert_eq!(page.load(&app, Load::link("/tools")).await.unwrap().status(), 403, "{browser:?}");
        }
        assert_eq!(count(&app, &browser).await, "1", "{browser:?}");
    }
}

#[tokio::test]
async fn without_the_protection_the_attacks_succeed() {
    let browser = Browser::new();
    let app = unprotected();
    attack(&app, &browser.page("https://evil.example")).await;
    assert_eq!(count(&app, &browser).await, "4");
    let rebound = browser.rebound_page("http://evil.example:3000");
    assert_eq!(rebound.fetch(&app, Fetch::get("/tools")).await.unwrap().text(), r#"["count"]"#);
    assert_eq!(rebound.fetch(&app, call("")).await.unwrap().text(), "5");
}
