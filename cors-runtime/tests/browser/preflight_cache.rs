//! How many preflights the browser sends.

use std::time::Duration;

use cors_runtime::testing::{Browser, Fetch, WireRequest, WireResponse};

use crate::{ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, MAX_AGE, PAGE, preflighted};

/// Allows `PUT` and `DELETE` with `Content-Type`, for this `Access-Control-Max-Age`.
fn app(max_age: &str) -> impl Fn(WireRequest) -> WireResponse + use<> {
    let origin = [(ALLOW_ORIGIN, PAGE), (ALLOW_CREDENTIALS, "true")];
    let lists = [(ALLOW_METHODS, "PUT, DELETE"), (ALLOW_HEADERS, "content-type")];
    preflighted(204, &[origin[0], origin[1], lists[0], lists[1], (MAX_AGE, max_age)])
}

#[tokio::test]
async fn a_day_and_a_second_are_cut_to_the_limit_of_the_browser() {
    for (browser, limit) in [
        (Browser::new(), 86_401),
        (Browser::chromium(), 7200),
        (Browser::firefox(), 86_400),
        (Browser::safari(), 600),
    ] {
        let (page, app) = (browser.page(PAGE), app("86401"));
        page.fetch(&app, Fetch::put("/")).await.unwrap();
        browser.advance(Duration::from_secs(limit - 1));
        page.fetch(&app, Fetch::put("/")).await.unwrap();
        assert_eq!(browser.preflights(), 1, "{browser:?}");
        browser.advance(Duration::from_secs(1));
        page.fetch(&app, Fetch::put("/")).await.unwrap();
        assert_eq!(browser.preflights(), 2, "{browser:?}");
    }
}

#[tokio::test]
async fn without_a_valid_value_it_is_five_seconds_and_zero_is_none() {
    for (value, at_once, after_five_seconds) in [("", 1, 2), ("0", 2, 3), ("x", 1, 2)] {
        let browser = Browser::new();
        let (page, app) = (browser.page(PAGE), app(value));
        page.fetch(&app, Fetch::put("/")).await.unwrap();
        browser.advance(Duration::from_millis(4999));
        page.fetch(&app, Fetch::put("/")).await.unwrap();
        assert_eq!(browser.preflights(), at_once, "{value:?}");
        browser.advance(Duration::from_millis(1));
        page.fetch(&app, Fetch::put("/")).await.unwrap();
        assert_eq!(browser.preflights(), after_five_seconds, "{value:?}");
    }
}

#[tokio::test]
async fn a_server_that_mirrors_the_requested_method_gets_more_preflights() {
    let mirror = |request: WireRequest| {
        let response = WireResponse::new(204).with_header(ALLOW_ORIGIN, "*").with_header(MAX_AGE, "60");
        match request.header("access-control-request-method") {
            Some(method) => response.with_header(ALLOW_METHODS, method),
            None => response,
        }
    };
    for (browser, expected) in
        [(Browser::new(), 2), (Browser::chromium(), 4), (Browser::firefox(), 2), (Browser::safari(), 4)]
    {
        let page = browser.page(PAGE);
        for fetch in [Fetch::put("/"), Fetch::delete("/"), Fetch::put("/"), Fetch::delete("/")] {
            page.fetch(&mirror, fetch).await.unwrap();
        }
        assert_eq!(browser.preflights(), expected, "{browser:?}");
    }
    let browser = Browser::chromium();
    let (page, app) = (browser.page(PAGE), app("60"));
    for fetch in [Fetch::put("/"), Fetch::delete("/"), Fetch::put("/").json("{}")] {
        page.fetch(&app, fetch).await.unwrap();
    }
    assert_eq!(browser.preflights(), 1);
}

#[tokio::test]
async fn url_query_and_credentials_are_parts_of_the_key() {
    let browser = Browser::new();
    let (page, app) = (browser.page(PAGE), app("60"));
    page.fetch(&app, Fetch::put("/x?a")).await.unwrap();
    page.fetch(&app, Fetch::put("/x?a#fragment")).await.unwrap();
    assert_eq!(browser.preflights(), 1);
    page.fetch(&app, Fetch::put("/x?b")).await.unwrap();
    assert_eq!(browser.preflights(), 2);
    page.fetch(&app, Fetch::put("/x?a").credentials()).await.unwrap();
    page.fetch(&app, Fetch::put("/x?a").credentials()).await.unwrap();
    assert_eq!(browser.preflights(), 3);
    browser.page(PAGE).fetch(&app, Fetch::put("/x?a")).await.unwrap();
    assert_eq!(browser.preflights(), 3);
}

#[tokio::test]
async fn a_failed_request_clears_the_cache_but_not_in_chromium_and_safari() {
    let broken = |request: WireRequest| {
        if request.is_preflight() { app("60")(request) } else { WireResponse::new(500) }
    };
    for (browser, expected) in
        [(Browser::new(), 2), (Browser::chromium(), 1), (Browser::firefox(), 2), (Browser::safari(), 1)]
    {
        let page = browser.page(PAGE);
        for _ in 0..2 {
            let blocked = page.fetch(&broken, Fetch::put("/")).await.unwrap_err();
            assert!(!blocked.in_preflight());
        }
        assert_eq!(browser.preflights(), expected, "{browser:?}");
    }
}

#[tokio::test]
async fn reload_is_preflighted_again_in_chromium_and_firefox() {
    for (browser, expected) in
        [(Browser::new(), 1), (Browser::chromium(), 2), (Browser::firefox(), 2), (Browser::safari(), 1)]
    {
        let (page, app) = (browser.page(PAGE), app("60"));
        page.fetch(&app, Fetch::put("/")).await.unwrap();
        page.fetch(&app, Fetch::put("/").reload()).await.unwrap();
        assert_eq!(browser.preflights(), expected, "{browser:?}");
    }
}

#[tokio::test]
async fn the_preflight_of_an_upload_listener_is_cached() {
    let app = preflighted(204, &[(ALLOW_ORIGIN, "*"), (MAX_AGE, "60")]);
    let browser = Browser::new();
    for _ in 0..2 {
        browser.page(PAGE).fetch(&app, Fetch::post("/").upload_listener()).await.unwrap();
    }
    assert_eq!(browser.preflights(), 1);
}

/// In the standard `*` does not allow `Authorization`. Chromium accepts it in the response to a preflight, but not from
/// its cache: two requests need two preflights (measured in Chromium 156).
#[tokio::test]
async fn chromium_does_not_cache_a_wildcard_for_authorization() {
    let listed = [(ALLOW_ORIGIN, "*"), (ALLOW_HEADERS, "*, authorization"), (MAX_AGE, "60")];
    let wildcard = [(ALLOW_ORIGIN, "*"), (ALLOW_HEADERS, "*"), (MAX_AGE, "60")];
    let authorized = || Fetch::get("/").header("authorization", "Bearer x");
    let other = || Fetch::get("/").header("x-request-id", "7");
    for (browser, headers, fetch, preflights) in [
        (Browser::chromium(), wildcard, authorized as fn() -> Fetch, 2),
        (Browser::chromium(), listed, authorized, 1),
        (Browser::chromium(), wildcard, other, 1),
        (Browser::safari(), wildcard, authorized, 1),
        (Browser::firefox(), wildcard, authorized, 2),
        (Browser::firefox(), wildcard, other, 2),
    ] {
        let (page, app) = (browser.page(PAGE), preflighted(204, &headers));
        for _ in 0..2 {
            page.fetch(&app, fetch()).await.unwrap();
        }
        assert_eq!(browser.preflights(), preflights, "{browser:?} {headers:?}");
    }

    // The result of the preflight for `Authorization` is cached for other header names.
    let browser = Browser::chromium();
    let (page, app) = (browser.page(PAGE), preflighted(204, &wildcard));
    for (fetch, preflights) in [(other(), 1), (authorized(), 2), (other(), 2), (authorized(), 3)] {
        page.fetch(&app, fetch).await.unwrap();
        assert_eq!(browser.preflights(), preflights);
    }
}
