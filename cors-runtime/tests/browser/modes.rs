//! The request headers and the responses in the modes `cors`, `no-cors` and `same-origin`.

use cors_runtime::testing::{Browser, Fetch, Reason, ResponseType, WireRequest, WireResponse};

use crate::{ALLOW_ORIGIN, PAGE, always, preflighted};

#[tokio::test]
async fn origin_is_sent_as_the_standard_says() {
    let app = preflighted(204, &[]);
    let own = "https://app.example.com/";
    for (fetch, expected) in [
        (Fetch::get("/"), Some(PAGE)),
        (Fetch::post("/"), Some(PAGE)),
        (Fetch::get("/").no_referrer(), Some(PAGE)),
        (Fetch::get(own), None),
        (Fetch::head(own), None),
        (Fetch::post(own), Some(PAGE)),
        (Fetch::delete(own), Some(PAGE)),
        (Fetch::post(own).no_referrer(), Some(PAGE)),
        (Fetch::get(own).same_origin(), None),
        (Fetch::post(own).same_origin().no_referrer(), Some("null")),
        (Fetch::get("/").no_cors(), None),
        (Fetch::post("/").no_cors(), Some(PAGE)),
        (Fetch::post("/").no_cors().no_referrer(), Some("null")),
        (Fetch::get("/").header("origin", "https://evil.example"), Some(PAGE)),
    ] {
        let text = format!("{fetch:?}");
        let browser = Browser::new();
        browser.page(PAGE).fetch(&app, fetch).await.unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(browser.requests()[0].request().header("origin"), expected, "{text}");
    }
    let browser = Browser::chromium();
    browser.page(PAGE).fetch(&app, Fetch::post("/").no_cors().no_referrer()).await.unwrap();
    assert_eq!(browser.requests()[0].request().header("origin"), Some(PAGE));
}

#[tokio::test]
async fn sec_fetch_site_and_referer_tell_the_page() {
    let app = preflighted(204, &[]);
    for (page, url, site, referer) in [
        ("https://api.example.com/a/b?c#d", "/", "same-origin", Some("https://api.example.com/a/b?c")),
        ("https://app.example.com/a", "/", "same-site", Some("https://app.example.com/")),
        ("https://other.test/a", "/", "cross-site", Some("https://other.test/")),
        ("http://localhost:3000/a", "http://localhost:4000/", "same-site", Some("http://localhost:3000/")),
        ("capacitor://localhost", "/", "cross-site", None),
        ("null", "/", "cross-site", None),
    ] {
        let browser = Browser::new();
        browser.page(page).fetch(&app, Fetch::get(url)).await.unwrap();
        let requests = browser.requests();
        assert_eq!(requests[0].request().header("sec-fetch-site"), Some(site), "{page}");
        assert_eq!(requests[0].request().header("referer"), referer, "{page}");
    }
    let browser = Browser::new();
    browser.page("http://plain.test").fetch(&app, Fetch::get("http://api.test/")).await.unwrap();
    assert_eq!(browser.requests()[0].request().header("sec-fetch-site"), None);
}

#[tokio::test]
async fn a_no_cors_response_is_opaque() {
    let app = always(200, &[(ALLOW_ORIGIN, "*"), ("x-a", "1")]);
    let browser = Browser::new();
    let page = browser.page(PAGE);
    let fetch = Fetch::post("/").no_cors().header("x-a", "1").json("{}");
    let response = page.fetch(&app, fetch).await.unwrap();
    assert_eq!(response.response_type(), ResponseType::Opaque);
    assert_eq!((response.status(), response.ok(), response.url()), (0, false, ""));
    assert_eq!(response.headers().count(), 0);
    let sent = browser.requests();
    assert_eq!(sent[0].request().header("x-a"), None);
    assert_eq!(sent[0].request().header("content-type"), Some("text/plain;charset=UTF-8"));
    assert_eq!(sent[0].request().header("sec-fetch-mode"), Some("no-cors"));

    for fetch in [Fetch::put("/"), Fetch::post("/").stream("a"), Fetch::get("/").redirect_error()] {
        let blocked = page.fetch(&app, fetch.no_cors()).await.unwrap_err();
        assert_eq!(blocked.reason(), Reason::NeedsCors, "{blocked}");
    }
    assert_eq!(browser.requests().len(), 1);
}

#[tokio::test]
async fn cross_origin_resource_policy_refuses_no_cors_requests() {
    for (policy, page, allowed) in [
        ("same-origin", PAGE, false),
        ("same-origin", "https://api.example.com", true),
        ("same-site", PAGE, true),
        ("same-site", "https://other.test", false),
        ("cross-origin", "https://other.test", true),
        ("nonsense", "https://other.test", true),
    ] {
        let app = always(200, &[("cross-origin-resource-policy", policy), (ALLOW_ORIGIN, "*")]);
        let page = Browser::new().page(page);
        let result = page.fetch(&app, Fetch::get("/").no_cors()).await;
        assert_eq!(result.is_ok(), allowed, "{policy} {page:?}");
        page.fetch(&app, Fetch::get("/")).await.unwrap();
    }
}

#[tokio::test]
async fn mode_same_origin_refuses_other_origins() {
    let app = always(200, &[("x-a", "1")]);
    let page = Browser::new().page("https://api.example.com");
    let response = page.fetch(&app, Fetch::put("/").same_origin()).await.unwrap();
    assert_eq!((response.response_type(), response.header("x-a")), (ResponseType::Basic, Some("1")));
    let blocked = Browser::new().page(PAGE).fetch(&app, Fetch::get("/").same_origin()).await.unwrap_err();
    assert_eq!(blocked.reason(), Reason::SameOriginMode);
}

#[tokio::test]
async fn a_request_that_no_browser_sends_is_refused() {
    let app = |request: WireRequest| panic!("{request:?} was sent");
    for (fetch, expected) in [
        (Fetch::new("CONNECT", "/"), Reason::ForbiddenMethod),
        (Fetch::new("trace", "/"), Reason::ForbiddenMethod),
        (Fetch::new("A B", "/"), Reason::InvalidMethod),
        (Fetch::new("", "/"), Reason::InvalidMethod),
        (Fetch::get("https://"), Reason::InvalidUrl),
        (Fetch::get("https://u:p@api.example.com/"), Reason::UrlWithUserinfo),
        (Fetch::get("/").header("a b", "1"), Reason::InvalidHeader),
        (Fetch::get("/").header("a", "1\r\nb: 2"), Reason::InvalidHeader),
        (Fetch::get("/").text("a"), Reason::BodyNotAllowed),
        (Fetch::get("ftp://api.example.com/"), Reason::UnsupportedScheme),
        (Fetch::get("data:,x"), Reason::UnsupportedScheme),
        (Fetch::get("http://api.example.com/"), Reason::MixedContent),
    ] {
        let blocked = Browser::new().page(PAGE).fetch(&app, fetch).await.unwrap_err();
        assert_eq!(blocked.reason(), expected, "{blocked}");
    }
    let answer = always(200, &[(ALLOW_ORIGIN, "*")]);
    for url in ["http://localhost:3000/", "http://127.0.0.1:3000/", "http://[::1]/"] {
        Browser::new().page(PAGE).fetch(&answer, Fetch::get(url)).await.unwrap();
    }
}

#[tokio::test]
async fn mixed_content_can_be_allowed() {
    let app = |request: WireRequest| match request.path_and_query() {
        "/redirect" => WireResponse::new(302)
            .with_header(ALLOW_ORIGIN, "*")
            .with_header("location", "http://api.example.com/"),
        _ => WireResponse::new(200).with_header(ALLOW_ORIGIN, "*"),
    };
    let page = Browser::chromium().allow_mixed_content().page(PAGE);
    for url in ["http://api.example.com/", "/redirect"] {
        let response = page.fetch(&app, Fetch::get(url)).await.unwrap();
        assert_eq!(response.url(), "http://api.example.com/");
    }
}

#[tokio::test]
async fn a_response_to_head_has_no_body() {
    let app = |_: WireRequest| WireResponse::new(200).with_header(ALLOW_ORIGIN, "*").with_body("a");
    let page = Browser::new().page(PAGE);
    assert_eq!(page.fetch(&app, Fetch::get("/")).await.unwrap().text(), "a");
    assert_eq!(page.fetch(&app, Fetch::head("/")).await.unwrap().text(), "");
}

#[tokio::test]
async fn an_opaque_origin_is_sent_as_null() {
    let star = always(200, &[(ALLOW_ORIGIN, "*")]);
    let null = always(200, &[(ALLOW_ORIGIN, "null")]);
    let named = always(200, &[(ALLOW_ORIGIN, PAGE)]);
    for origin in ["null", "file:///home/x.html", "data:text/html,x"] {
        let page = Browser::new().page(origin);
        assert_eq!(page.origin(), "null");
        page.fetch(&star, Fetch::get("/")).await.unwrap();
        page.fetch(&null, Fetch::get("/")).await.unwrap();
        let blocked = page.fetch(&named, Fetch::get("/")).await.unwrap_err();
        assert_eq!(blocked.reason(), Reason::AllowOriginMismatch);
    }
}

#[tokio::test]
async fn relative_urls_belong_to_the_origin_of_the_application() {
    let app = always(200, &[(ALLOW_ORIGIN, "*")]);
    let browser = Browser::new().api_origin("http://localhost:8080");
    let response = browser.page(PAGE).fetch(&app, Fetch::get("/me")).await.unwrap();
    assert_eq!(response.url(), "http://localhost:8080/me");
    assert_eq!(browser.requests()[0].request().header("host"), Some("localhost:8080"));
}
