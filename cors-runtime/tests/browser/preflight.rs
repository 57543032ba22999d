//! When a browser sends a preflight, what the preflight contains, and which response allows the request.

use cors_runtime::testing::{Blocked, Browser, Fetch, Reason};

use crate::{ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, PAGE, always, preflighted};

const ANY: [(&str, &str); 3] = [(ALLOW_ORIGIN, "*"), (ALLOW_METHODS, "*"), (ALLOW_HEADERS, "*")];

#[tokio::test]
async fn a_preflight_is_sent_when_the_standard_needs_one() {
    for (fetch, expected) in [
        (Fetch::get("/"), false),
        (Fetch::head("/"), false),
        (Fetch::new("post", "/"), false),
        (Fetch::put("/"), true),
        (Fetch::patch("/"), true),
        (Fetch::delete("/"), true),
        (Fetch::options("/"), true),
        (Fetch::new("QUERY", "/"), true),
        (Fetch::post("/").text("a"), false),
        (Fetch::post("/").form("a=1"), false),
        (Fetch::post("/").body("a"), false),
        (Fetch::post("/").json("{}"), true),
        (Fetch::post("/").stream("a"), true),
        (Fetch::post("/").upload_listener(), true),
        (Fetch::get("/").upload_listener(), true),
        (Fetch::get("/").header("x-a", "1"), true),
        (Fetch::get("/").header("Accept", "text/html"), false),
        (Fetch::get("/").header("accept", "\"x\""), true),
        (Fetch::get("/").header("range", "bytes=0-99"), false),
        (Fetch::get("/").header("cookie", "a=1"), false),
        (Fetch::get("/").header("sec-a", "1"), false),
        (Fetch::get("https://app.example.com/").header("x-a", "1"), false),
        (Fetch::put("https://app.example.com/"), false),
        (Fetch::put("https://app.example.com:8443/"), true),
    ] {
        let text = format!("{fetch:?}");
        let browser = Browser::new();
        browser
            .page(PAGE)
            .fetch(&always(200, &ANY), fetch)
            .await
            .unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(browser.preflights(), usize::from(expected), "{text}");
    }
}

#[tokio::test]
async fn the_preflight_names_the_method_and_the_unsafe_headers() {
    let browser = Browser::new();
    let fetch = Fetch::patch("/x?y=1#z").credentials().header("X-B", "1").header("X-A", "2").json("{}");
    browser.set_cookie("https://api.example.com", "id=7");
    let app = preflighted(
        204,
        &[
            (ALLOW_ORIGIN, PAGE),
            (ALLOW_CREDENTIALS, "true"),
            (ALLOW_METHODS, "PATCH"),
            (ALLOW_HEADERS, "content-type, x-a, X-B"),
        ],
    );
    browser.page(PAGE).fetch(&app, fetch).await.unwrap();
    let requests = browser.requests();
    let [preflight, actual] = requests.as_slice() else { panic!("{requests:?}") };

    let preflight = preflight.request();
    assert_eq!((preflight.method(), preflight.url()), ("OPTIONS", "https://api.example.com/x?y=1"));
    assert_eq!(preflight.path_and_query(), "/x?y=1");
    for (name, value) in [
        ("host", Some("api.example.com")),
        ("origin", Some(PAGE)),
        ("accept", Some("*/*")),
        ("access-control-request-method", Some("PATCH")),
        ("access-control-request-headers", Some("content-type,x-a,x-b")),
        ("sec-fetch-mode", Some("cors")),
        ("sec-fetch-site", Some("same-site")),
        ("cookie", None),
        ("content-type", None),
    ] {
        assert_eq!(preflight.header(name), value, "{name}");
    }

    let actual = actual.request();
    assert_eq!((actual.method(), actual.body()), ("PATCH", &b"{}"[..]));
    assert_eq!(actual.header("cookie"), Some("id=7"));
    assert_eq!(actual.header("content-type"), Some("application/json"));
    assert_eq!(actual.header("content-length"), Some("2"));
    assert_eq!(actual.header("access-control-request-method"), None);
}

#[tokio::test]
async fn without_unsafe_headers_the_preflight_has_no_list_of_headers() {
    let browser = Browser::new();
    browser.page(PAGE).fetch(&always(200, &ANY), Fetch::put("/").header("accept", "a")).await.unwrap();
    assert_eq!(browser.requests()[0].request().header("access-control-request-headers"), None);
}

#[tokio::test]
async fn the_response_to_the_preflight_must_allow_the_request() {
    const ORIGIN: (&str, &str) = (ALLOW_ORIGIN, PAGE);
    const STAR: (&str, &str) = (ALLOW_ORIGIN, "*");
    let put = || Fetch::put("/");
    let get_a = || Fetch::get("/").header("x-a", "1");
    let authorized = || Fetch::get("/").header("authorization", "x");
    for (fetch, status, headers, expected) in [
        (put(), 204, &[ORIGIN, (ALLOW_METHODS, "PUT")][..], None),
        (put(), 200, &[STAR, (ALLOW_METHODS, "GET,, PUT,")], None),
        (put(), 299, &[STAR, (ALLOW_METHODS, "*")], None),
        (put(), 204, &[], Some(Reason::MissingAllowOrigin)),
        (put(), 401, &[], Some(Reason::MissingAllowOrigin)),
        (put(), 401, &[STAR, (ALLOW_METHODS, "PUT")], Some(Reason::PreflightStatus)),
        (put(), 304, &[STAR, (ALLOW_METHODS, "PUT")], Some(Reason::PreflightStatus)),
        (put(), 500, &[STAR, (ALLOW_METHODS, "PUT")], Some(Reason::PreflightStatus)),
        (put(), 307, &[STAR, ("location", "/ok")], Some(Reason::PreflightRedirect)),
        (put(), 204, &[STAR], Some(Reason::MethodNotAllowed)),
        (put(), 204, &[STAR, (ALLOW_METHODS, "put")], Some(Reason::MethodNotAllowed)),
        (put(), 204, &[STAR, (ALLOW_METHODS, "GET PUT")], Some(Reason::InvalidAllowMethods)),
        (
            put(),
            204,
            &[STAR, (ALLOW_METHODS, "PUT"), (ALLOW_HEADERS, "a b")],
            Some(Reason::InvalidAllowHeaders),
        ),
        (put(), 204, &[STAR, ORIGIN, (ALLOW_METHODS, "PUT")], Some(Reason::SeveralAllowOrigins)),
        (Fetch::new("patch", "/"), 204, &[STAR, (ALLOW_METHODS, "PATCH")], Some(Reason::MethodNotAllowed)),
        (get_a(), 204, &[STAR, (ALLOW_HEADERS, "X-A")], None),
        (get_a(), 204, &[STAR, (ALLOW_HEADERS, "*")], None),
        (get_a(), 204, &[STAR, (ALLOW_HEADERS, "x-*")], Some(Reason::HeaderNotAllowed)),
        (get_a(), 204, &[STAR], Some(Reason::HeaderNotAllowed)),
        (
            get_a(),
            204,
            &[STAR, (ALLOW_HEADERS, "x-a"), (ALLOW_METHODS, "é")],
            Some(Reason::InvalidAllowMethods),
        ),
        (authorized(), 204, &[STAR, (ALLOW_HEADERS, "*")], Some(Reason::HeaderNotAllowed)),
        (authorized(), 204, &[STAR, (ALLOW_HEADERS, "*, Authorization")], None),
        (Fetch::post("/").upload_listener(), 204, &[STAR], None),
        (Fetch::post("/").upload_listener(), 404, &[], Some(Reason::MissingAllowOrigin)),
    ] {
        let text = format!("{fetch:?} {status} {headers:?}");
        let result = Browser::new().page(PAGE).fetch(&preflighted(status, headers), fetch).await;
        let blocked = result.err();
        assert_eq!(blocked.as_ref().map(Blocked::reason), expected, "{text}");
        if let Some(blocked) = blocked {
            assert!(blocked.in_preflight(), "{text}");
            assert_eq!(blocked.status(), Some(status), "{text}");
        }
    }
}

#[tokio::test]
async fn with_credentials_a_wildcard_is_a_name() {
    let base = [(ALLOW_ORIGIN, PAGE), (ALLOW_CREDENTIALS, "true")];
    for (fetch, header, expected) in [
        (Fetch::put("/"), (ALLOW_METHODS, "*"), Some(Reason::MethodNotAllowed)),
        (Fetch::new("*", "/"), (ALLOW_METHODS, "*"), None),
        (Fetch::get("/").header("x-a", "1"), (ALLOW_HEADERS, "*"), Some(Reason::HeaderNotAllowed)),
        (Fetch::get("/").header("*", "1"), (ALLOW_HEADERS, "*"), None),
        (Fetch::put("/"), (ALLOW_METHODS, "PUT"), None),
    ] {
        let text = format!("{fetch:?}");
        let app = preflighted(204, &[base[0], base[1], header]);
        let result = Browser::new().page(PAGE).fetch(&app, fetch.credentials()).await;
        assert_eq!(result.err().map(|blocked| blocked.reason()), expected, "{text}");
    }
}

#[tokio::test]
async fn browsers_differ_for_authorization_client_hints_and_user_agent() {
    let wildcard = preflighted(204, &[(ALLOW_ORIGIN, "*"), (ALLOW_HEADERS, "*")]);
    for (browser, authorization_allowed, client_hint_preflights, user_agent) in [
        (Browser::new(), false, 1, Some("mine")),
        (Browser::chromium(), true, 0, Some("Mozilla/5.0 (simulated)")),
        (Browser::firefox(), true, 1, Some("mine")),
        (Browser::safari(), true, 1, Some("mine")),
    ] {
        let page = browser.page(PAGE);
        let result = page.fetch(&wildcard, Fetch::get("/1").header("authorization", "x")).await;
        assert_eq!(result.is_ok(), authorization_allowed, "{browser:?}");

        let before = browser.preflights();
        page.fetch(&wildcard, Fetch::get("/2").header("dpr", "2")).await.unwrap();
        assert_eq!(browser.preflights() - before, client_hint_preflights, "{browser:?}");

        page.fetch(&wildcard, Fetch::get("/3").header("user-agent", "mine")).await.unwrap();
        let requests = browser.requests();
        assert_eq!(requests.last().unwrap().request().header("user-agent"), user_agent, "{browser:?}");
    }
}

#[tokio::test]
async fn the_error_names_the_refused_header() {
    let app = preflighted(204, &[(ALLOW_ORIGIN, "*"), (ALLOW_HEADERS, "x-a")]);
    let fetch = Fetch::get("/").header("X-B", "1").header("X-A", "1");
    let blocked = Browser::new().page(PAGE).fetch(&app, fetch).await.unwrap_err();
    assert_eq!((blocked.reason(), blocked.header_name()), (Reason::HeaderNotAllowed, Some("x-b")));
    assert_eq!(blocked.value(), Some("x-a"));
}
