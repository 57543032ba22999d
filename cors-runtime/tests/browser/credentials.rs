//! Cookies, and the responses to requests with credentials.

use cors_runtime::testing::{Browser, Fetch, Reason, WireRequest, WireResponse};

use crate::{ALLOW_CREDENTIALS, ALLOW_ORIGIN, PAGE, always, preflighted};

#[tokio::test]
async fn the_credentials_mode_decides_which_cookies_are_sent() {
    let app = preflighted(204, &[]);
    for (fetch, expected) in [
        (Fetch::get("/"), None),
        (Fetch::get("/").omit_credentials(), None),
        (Fetch::get("/").credentials(), Some("id=7")),
        (Fetch::get("/").no_cors(), None),
        (Fetch::get("/").no_cors().credentials(), Some("id=7")),
        (Fetch::get("https://app.example.com/"), Some("own=1")),
        (Fetch::get("https://app.example.com/").omit_credentials(), None),
    ] {
        let browser = Browser::new();
        browser.set_cookie("https://api.example.com/", "id=7; Secure; HttpOnly");
        browser.set_cookie(PAGE, "own=1");
        let text = format!("{fetch:?}");
        browser.page(PAGE).fetch(&app, fetch).await.unwrap();
        assert_eq!(browser.requests()[0].request().header("cookie"), expected, "{text}");
    }
}

#[tokio::test]
async fn a_response_to_a_request_with_credentials_must_allow_them() {
    for (headers, expected) in [
        (&[(ALLOW_ORIGIN, "*"), (ALLOW_CREDENTIALS, "true")][..], Some(Reason::WildcardWithCredentials)),
        (&[(ALLOW_ORIGIN, PAGE)], Some(Reason::MissingAllowCredentials)),
        (&[(ALLOW_ORIGIN, PAGE), (ALLOW_CREDENTIALS, "1")], Some(Reason::InvalidAllowCredentials)),
        (&[(ALLOW_ORIGIN, PAGE), (ALLOW_CREDENTIALS, "true")], None),
    ] {
        let result =
            Browser::new().page(PAGE).fetch(&always(200, headers), Fetch::get("/").credentials()).await;
        assert_eq!(result.err().map(|blocked| blocked.reason()), expected, "{headers:?}");
    }
}

#[tokio::test]
async fn cookies_are_stored_even_if_the_script_cannot_read_the_response() {
    let app =
        always(200, &[("set-cookie", "id=7; Path=/; Secure; SameSite=None"), ("set-cookie", "b=2; Path=/")]);
    let browser = Browser::new();
    let page = browser.page(PAGE);
    page.fetch(&app, Fetch::get("/")).await.unwrap_err();
    assert_eq!(browser.cookies(&page, "https://api.example.com/"), None);
    page.fetch(&app, Fetch::get("/").credentials()).await.unwrap_err();
    assert_eq!(browser.cookies(&page, "https://api.example.com/").as_deref(), Some("id=7; b=2"));
    let other = browser.page("https://other.test");
    assert_eq!(browser.cookies(&other, "https://api.example.com/").as_deref(), Some("id=7"));
}

#[tokio::test]
async fn third_party_cookies_differ_between_browsers() {
    let login = |request: WireRequest| {
        let origin = request.header("origin").unwrap_or_default().to_owned();
        WireResponse::new(200)
            .with_header(ALLOW_ORIGIN, origin)
            .with_header(ALLOW_CREDENTIALS, "true")
            .with_header("set-cookie", "id=7; Secure; SameSite=None")
    };
    let url = "https://api.example.com/";
    for (browser, same_page_site, other_page_site) in [
        (Browser::new(), true, true),
        (Browser::chromium(), true, true),
        (Browser::firefox(), true, false),
        (Browser::safari(), false, false),
        (Browser::new().block_third_party_cookies(), false, false),
    ] {
        let page = browser.page("https://partner.test");
        page.fetch(&login, Fetch::get("/").credentials()).await.unwrap();
        assert_eq!(browser.cookies(&page, url).is_some(), same_page_site, "{browser:?}");
        let other = browser.page("https://third.test");
        assert_eq!(browser.cookies(&other, url).is_some(), other_page_site, "{browser:?}");
        let same_site = browser.page(PAGE);
        same_site.fetch(&login, Fetch::get("/").credentials()).await.unwrap();
        assert!(browser.cookies(&same_site, url).is_some(), "{browser:?}");
    }
}

#[tokio::test]
async fn a_sandboxed_page_sends_cookies_with_same_site_none_alone() {
    let browser = Browser::new();
    browser.set_cookie("https://api.example.com/", "a=1");
    browser.set_cookie("https://api.example.com/", "b=2; Secure; SameSite=None");
    let page = browser.sandboxed_page();
    let app = always(200, &[(ALLOW_ORIGIN, "null"), (ALLOW_CREDENTIALS, "true")]);
    page.fetch(&app, Fetch::get("/").credentials()).await.unwrap();
    assert_eq!(browser.requests()[0].request().header("cookie"), Some("b=2"));
    assert_eq!(browser.requests()[0].request().header("origin"), Some("null"));
}
