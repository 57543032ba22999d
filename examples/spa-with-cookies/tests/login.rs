//! Tests with a simulated browser: the app can use the API, and other pages cannot.

use cors_runtime::testing::{Browser, Fetch, Page, Reason, Target};
use spa_with_cookies::accounts::Accounts;
use spa_with_cookies::{actix_app, axum_app};

const API: &str = "http://localhost:3000";
const APP: &str = "http://localhost:4100";
const OTHER_PAGES: [&str; 2] = [
    // It is on the same site, so the browser sends the cookie.
    "http://localhost:4200",
    "https://evil.example",
];

fn login(password: &str) -> Fetch {
    Fetch::post("/login").credentials().json(format!(r#"{{"name":"ada","password":"{password}"}}"#))
}

fn note(text: &str) -> Fetch {
    Fetch::post("/note").credentials().json(format!("{text:?}"))
}

async fn ask<M>(page: &Page, api: &impl Target<M>, fetch: Fetch) -> (u16, String) {
    let response = page.fetch(api, fetch).await.unwrap();
    (response.status(), response.text().into_owned())
}

/// Returns the status of the last response, even if the page could not read it.
fn last_status(browser: &Browser) -> u16 {
    browser.requests().last().unwrap().response().unwrap().status()
}

async fn the_app_logs_in_writes_and_logs_out<M>(api: impl Target<M>) {
    let page = Browser::new().api_origin(API).page(APP);
    let refused = (401, "log in first".to_owned());
    assert_eq!(ask(&page, &api, Fetch::get("/me").credentials()).await, refused);
    assert_eq!(ask(&page, &api, note("hello")).await, refused);
    assert_eq!(ask(&page, &api, login("byron")).await, (401, "wrong name or password".to_owned()));
    assert_eq!(ask(&page, &api, Fetch::get("/me").credentials()).await, refused);

    assert_eq!(ask(&page, &api, login("lovelace")).await.0, 204);
    assert_eq!(ask(&page, &api, note("hello")).await.0, 204);
    let me = (200, r#"{"name":"ada","note":"hello"}"#.to_owned());
    assert_eq!(ask(&page, &api, Fetch::get("/me").credentials()).await, me);
    // Without `credentials: "include"` there is no cookie.
    assert_eq!(ask(&page, &api, Fetch::get("/me")).await, refused);

    let before = page.browser().cookies(&page, API);
    assert!(before.is_some_and(|cookies| cookies.starts_with("session=")));
    assert_eq!(ask(&page, &api, Fetch::post("/logout").credentials()).await.0, 204);
    assert_eq!(page.browser().cookies(&page, API), None);
    assert_eq!(ask(&page, &api, Fetch::get("/me").credentials()).await, refused);
}

async fn other_pages_neither_read_nor_write<M>(api: impl Target<M>) {
    let browser = Browser::new().api_origin(API);
    let page = browser.page(APP);
    assert_eq!(ask(&page, &api, login("lovelace")).await.0, 204);
    assert_eq!(ask(&page, &api, note("mine")).await.0, 204);

    for origin in OTHER_PAGES {
        let other = browser.page(origin);
        for fetch in [Fetch::get("/me").credentials(), login("lovelace"), note("theirs")] {
            let blocked = other.fetch(&api, fetch).await.unwrap_err();
            assert_eq!(blocked.reason(), Reason::MissingAllowOrigin, "{blocked}");
            assert_eq!(last_status(&browser), 403, "{blocked}");
        }
        // Requests without a preflight, as a form sends them.
        for fetch in [Fetch::post("/logout"), Fetch::post("/note").text("\"theirs\"")] {
            other.fetch(&api, fetch.no_cors().credentials()).await.unwrap();
            assert_eq!(last_status(&browser), 403);
        }
    }
    let me = (200, r#"{"name":"ada","note":"mine"}"#.to_owned());
    assert_eq!(ask(&page, &api, Fetch::get("/me").credentials()).await, me);
}

/// The handlers accept only JSON, which a form cannot send. That holds for every origin, also for the app's.
async fn only_json_is_taken<M>(api: impl Target<M>) {
    let page = Browser::new().api_origin(API).page(APP);
    assert_eq!(ask(&page, &api, login("lovelace")).await.0, 204);
    for fetch in [Fetch::post("/note").text("\"hello\""), Fetch::post("/note").form("note=hello")] {
        let status = ask(&page, &api, fetch.credentials()).await.0;
        assert!(matches!(status, 400 | 415), "{status}");
    }
}

mod axum {
    use super::{Accounts, axum_app};

    #[tokio::test]
    async fn the_app_logs_in_writes_and_logs_out() {
        super::the_app_logs_in_writes_and_logs_out(axum_app::api(Accounts::default())).await;
    }

    #[tokio::test]
    async fn other_pages_neither_read_nor_write() {
        super::other_pages_neither_read_nor_write(axum_app::api(Accounts::default())).await;
    }

    #[tokio::test]
    async fn only_json_is_taken() {
        super::only_json_is_taken(axum_app::api(Accounts::default())).await;
    }
}

mod actix {
    use super::{Accounts, actix_app};
    use actix_web::{App, test::init_service};

    #[actix_web::test]
    async fn the_app_logs_in_writes_and_logs_out() {
        let api = App::new().configure(actix_app::api(Accounts::default()));
        super::the_app_logs_in_writes_and_logs_out(init_service(api).await).await;
    }

    #[actix_web::test]
    async fn other_pages_neither_read_nor_write() {
        let api = App::new().configure(actix_app::api(Accounts::default()));
        super::other_pages_neither_read_nor_write(init_service(api).await).await;
    }

    #[actix_web::test]
    async fn only_json_is_taken() {
        let api = App::new().configure(actix_app::api(Accounts::default()));
        super::only_json_is_taken(init_service(api).await).await;
    }
}
