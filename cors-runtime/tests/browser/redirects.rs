//! Redirects: which are followed, with which origin, method and headers.

use cors_runtime::testing::{Browser, Fetch, Reason, ResponseType, WireRequest, WireResponse};

use crate::{ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, PAGE};

/// The servers of all hosts. They allow every origin, and `/to/<status>/<url>` is a redirect.
#[expect(clippy::needless_pass_by_value, reason = "targets take the request by value")]
fn network(request: WireRequest) -> WireResponse {
    let origin = request.header("origin").unwrap_or("none").to_owned();
    let response = |status| {
        WireResponse::new(status)
            .with_header(ALLOW_ORIGIN, origin.clone())
            .with_header(ALLOW_CREDENTIALS, "true")
            .with_header(ALLOW_METHODS, "PUT, PATCH")
            .with_header(ALLOW_HEADERS, "authorization, content-type")
    };
    if request.is_preflight() {
        return response(204);
    }
    match request.path_and_query().strip_prefix("/to/").and_then(|rest| rest.split_once('/')) {
        Some((status, url)) => response(status.parse().unwrap()).with_header("location", url),
        None => response(200).with_body("end"),
    }
}

/// The `Origin` headers of all requests but preflights.
fn origins(browser: &Browser) -> Vec<String> {
    browser
        .requests()
        .iter()
        .filter(|exchange| !exchange.is_preflight())
        .map(|exchange| exchange.request().header("origin").unwrap_or("-").to_owned())
        .collect()
}

#[tokio::test]
async fn a_redirect_from_one_other_origin_to_another_makes_the_origin_null() {
    let own = "https://app.example.com";
    for (url, expected) in [
        // from the page's own origin to itself, then to another origin
        (format!("{own}/to/307/{own}/to/307/https://api.example.com/"), vec!["-", "-", PAGE]),
        // from another origin to itself
        ("/to/307//x".to_owned(), vec![PAGE, PAGE]),
        // from another origin to a third
        ("/to/307/https://other.test/".to_owned(), vec![PAGE, "null"]),
        // from another origin to the page's own
        (format!("/to/307/{own}/"), vec![PAGE, "null"]),
        // from the page's own origin to another, and back
        (format!("{own}/to/307/https://api.example.com/to/307/{own}/"), vec!["-", PAGE, "null"]),
        // from another origin to a third, then from the third to itself: the origin stays `null`
        ("/to/302/https://other.test/to/302//x".to_owned(), vec![PAGE, "null", "null"]),
    ] {
        let browser = Browser::new();
        let response = browser.page(PAGE).fetch(&network, Fetch::get(&url)).await.unwrap();
        assert!(response.redirected() && response.ok(), "{url}");
        assert_eq!(origins(&browser), expected, "{url}");
    }
}

#[tokio::test]
async fn a_server_must_allow_null_after_a_redirect_to_it() {
    let app = |request: WireRequest| match request.header("host") {
        Some("api.example.com") => WireResponse::new(302)
            .with_header(ALLOW_ORIGIN, PAGE)
            .with_header("location", "https://other.test/"),
        _ => WireResponse::new(200).with_header(ALLOW_ORIGIN, PAGE),
    };
    let blocked = Browser::new().page(PAGE).fetch(&app, Fetch::get("/")).await.unwrap_err();
    assert_eq!((blocked.reason(), blocked.origin()), (Reason::AllowOriginMismatch, "null"));
    assert_eq!(blocked.url(), "https://other.test/");
    assert!(
        blocked.to_string().contains("(redirected from 'https://api.example.com/') from origin"),
        "{blocked}"
    );
}

#[tokio::test]
async fn a_redirect_must_pass_the_cors_check() {
    let app = |_| WireResponse::new(302).with_header("location", "/x");
    let blocked = Browser::new().page(PAGE).fetch(&app, Fetch::get("/")).await.unwrap_err();
    assert_eq!((blocked.reason(), blocked.status()), (Reason::MissingAllowOrigin, Some(302)));
}

#[tokio::test]
async fn the_status_decides_whether_method_and_body_are_kept() {
    for (fetch, status, method, kept) in [
        (Fetch::new("POST", "/to/301//x"), 301, "GET", false),
        (Fetch::new("POST", "/to/302//x"), 302, "GET", false),
        (Fetch::new("POST", "/to/303//x"), 303, "GET", false),
        (Fetch::new("POST", "/to/307//x"), 307, "POST", true),
        (Fetch::new("POST", "/to/308//x"), 308, "POST", true),
        (Fetch::new("PUT", "/to/302//x"), 302, "PUT", true),
        (Fetch::new("PUT", "/to/303//x"), 303, "GET", false),
    ] {
        let browser = Browser::new();
        browser.page(PAGE).fetch(&network, fetch.text("a")).await.unwrap();
        let requests = browser.requests();
        let last = requests.last().unwrap().request();
        assert_eq!((last.method(), last.body() == b"a"), (method, kept), "{status}");
        assert_eq!(last.header("content-type").is_some(), kept, "{status}");
    }
}

#[tokio::test]
async fn every_url_is_preflighted() {
    let browser = Browser::new();
    browser.page(PAGE).fetch(&network, Fetch::put("/to/307//x")).await.unwrap();
    assert_eq!((browser.preflights(), browser.requests().len()), (2, 4));
    // A request that was cross-origin stays a CORS request at the page's own origin.
    let browser = Browser::new();
    browser.page(PAGE).fetch(&network, Fetch::put("/to/307/https://app.example.com/")).await.unwrap();
    assert_eq!((browser.preflights(), browser.requests().len()), (2, 4));
}

#[tokio::test]
async fn authorization_is_removed_by_a_redirect_to_another_origin() {
    for (url, kept) in [("/to/307//x", true), ("/to/307/https://other.test/", false)] {
        let browser = Browser::new();
        let fetch = Fetch::get(url).header("authorization", "secret");
        browser.page(PAGE).fetch(&network, fetch).await.unwrap();
        let requests = browser.requests();
        assert_eq!(requests.last().unwrap().request().header("authorization").is_some(), kept, "{url}");
    }
}

#[tokio::test]
async fn redirects_that_are_errors() {
    let own = "https://app.example.com";
    for (fetch, expected) in [
        (Fetch::get("/to/302/https://u:p@api.example.com/"), Reason::RedirectWithUserinfo),
        (Fetch::get(format!("{own}/to/302/https://u@api.example.com/")), Reason::RedirectWithUserinfo),
        (Fetch::get(format!("/to/302/https://u:p@{}/", &own[8..])), Reason::RedirectWithUserinfo),
        (Fetch::get("/to/302/ftp://api.example.com/"), Reason::RedirectScheme),
        (Fetch::get("/to/302/data:,x"), Reason::RedirectScheme),
        (Fetch::get("/to/302/https://"), Reason::InvalidRedirect),
        (Fetch::get("/to/302/http://api.example.com/"), Reason::MixedContent),
        (Fetch::get("/to/302//x").redirect_error(), Reason::RedirectError),
        (Fetch::put("/to/307//x").stream("a"), Reason::RedirectOfStream),
        (Fetch::get(format!("{own}/to/302/https://api.example.com/")).same_origin(), Reason::SameOriginMode),
    ] {
        let blocked = Browser::new().page(PAGE).fetch(&network, fetch).await.unwrap_err();
        assert_eq!(blocked.reason(), expected, "{blocked}");
    }
    Browser::new().page(PAGE).fetch(&network, Fetch::put("/to/303//x").stream("a")).await.unwrap();
    let own_with_userinfo = Fetch::get(format!("{own}/to/302/https://u:p@app.example.com/"));
    Browser::new().page(PAGE).fetch(&network, own_with_userinfo).await.unwrap();
}

#[tokio::test]
async fn more_than_twenty_redirects_are_an_error() {
    let app = |request: WireRequest| {
        let left: u32 = request.path_and_query()[1..].parse().unwrap();
        let response = WireResponse::new(if left == 0 { 200 } else { 302 }).with_header(ALLOW_ORIGIN, "*");
        if left == 0 { response } else { response.with_header("location", format!("/{}", left - 1)) }
    };
    let page = Browser::new().page(PAGE);
    page.fetch(&app, Fetch::get("/20")).await.unwrap();
    let blocked = page.fetch(&app, Fetch::get("/21")).await.unwrap_err();
    assert_eq!(blocked.reason(), Reason::TooManyRedirects);
}

#[tokio::test]
async fn a_manual_redirect_and_one_without_location_are_not_followed() {
    let page = Browser::new().page(PAGE);
    let response = page.fetch(&network, Fetch::get("/to/302//x").redirect_manual()).await.unwrap();
    assert_eq!((response.response_type(), response.status()), (ResponseType::OpaqueRedirect, 0));

    let app = |_| WireResponse::new(302).with_header(ALLOW_ORIGIN, "*");
    assert_eq!(page.fetch(&app, Fetch::get("/")).await.unwrap().status(), 302);

    let twice = |_| {
        WireResponse::new(302)
            .with_header(ALLOW_ORIGIN, "*")
            .with_header("location", "/a")
            .with_header("location", "/b")
    };
    let blocked = page.fetch(&twice, Fetch::get("/")).await.unwrap_err();
    assert_eq!(blocked.reason(), Reason::InvalidRedirect);
}

#[tokio::test]
async fn firefox_and_safari_preflight_a_redirect_that_needs_no_preflight() {
    let url = "/to/303/https://other.test/x";
    for (browser, preflight_count, request_headers, origin) in [
        (Browser::new(), 1, Some("content-type"), PAGE),
        (Browser::chromium(), 1, Some("content-type"), PAGE),
        (Browser::firefox(), 2, None, PAGE),
        (Browser::safari(), 2, Some("content-type"), "null"),
    ] {
        let response = browser.page(PAGE).fetch(&network, Fetch::post(url).json("{}")).await.unwrap();
        assert!(response.redirected(), "{browser:?}");
        assert_eq!(origins(&browser), [PAGE, "null"], "{browser:?}");
        let requests = browser.requests();
        let preflights: Vec<_> = requests.iter().filter(|exchange| exchange.is_preflight()).collect();
        assert_eq!(preflights.len(), preflight_count, "{browser:?}");
        let last = preflights.last().unwrap().request();
        assert_eq!(last.header("access-control-request-headers"), request_headers, "{browser:?}");
        assert_eq!(last.header("origin"), Some(origin), "{browser:?}");
        assert_eq!(requests.last().unwrap().request().header("content-type"), None, "{browser:?}");
    }
}
