//! Requests of elements, links, frames, forms and WebSockets, and of rebound pages.

use cors_runtime::testing::{Browser, Fetch, Load, Page, Reason};

use crate::always;

const EVIL: &str = "https://evil.example";

/// The headers of the last request that tell a server where it comes from.
fn origin_and_metadata(browser: &Browser) -> [Option<String>; 4] {
    let requests = browser.requests();
    let request = requests.last().expect("a request was sent").request();
    ["origin", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest"]
        .map(|name| request.header(name).map(str::to_owned))
}

async fn sent(page: &Page, load: Load) -> [Option<String>; 4] {
    let response = page.load(&always(200, &[]), load).await.expect("the request is sent");
    assert_eq!(response.status(), 200);
    origin_and_metadata(page.browser())
}

fn expected(values: [&str; 4]) -> [Option<String>; 4] {
    values.map(|value| (value != "-").then(|| value.to_owned()))
}

#[tokio::test]
async fn fetch_metadata_tells_which_kind_of_request_it_is() {
    let page = Browser::new().page(EVIL);
    for (load, headers) in [
        (Load::image("/a"), ["-", "cross-site", "no-cors", "image"]),
        (Load::script("/a"), ["-", "cross-site", "no-cors", "script"]),
        (Load::link("/a"), ["-", "cross-site", "navigate", "document"]),
        (Load::frame("/a"), ["-", "cross-site", "navigate", "iframe"]),
        (Load::form("/a", "a=1"), [EVIL, "cross-site", "navigate", "document"]),
        (Load::form("/a", "a=1").no_referrer(), ["null", "cross-site", "navigate", "document"]),
        (Load::websocket("/a"), [EVIL, "cross-site", "websocket", "empty"]),
        (Load::websocket("wss://api.example.com/a"), [EVIL, "cross-site", "websocket", "empty"]),
    ] {
        let text = format!("{load:?}");
        assert_eq!(sent(&page, load).await, expected(headers), "{text}");
    }
    let sandboxed = Browser::new().sandboxed_page();
    let form = sent(&sandboxed, Load::form("/a", "a=1")).await;
    assert_eq!(form, expected(["null", "cross-site", "navigate", "document"]));
    let own = Browser::new().page("https://api.example.com");
    assert_eq!(sent(&own, Load::image("/a")).await, expected(["-", "same-origin", "no-cors", "image"]));
}

#[tokio::test]
async fn chromium_sends_no_fetch_metadata_with_a_handshake() {
    for (browser, site, mode, destination) in [
        (Browser::chromium(), "-", "-", "-"),
        (Browser::firefox(), "cross-site", "websocket", "empty"),
        (Browser::safari(), "cross-site", "websocket", "empty"),
    ] {
        let page = browser.page(EVIL);
        let handshake = sent(&page, Load::websocket("/live")).await;
        assert_eq!(handshake, expected([EVIL, site, mode, destination]), "{browser:?}");
        let requests = browser.requests();
        assert_eq!(requests[0].request().header("upgrade"), Some("websocket"));
        let image = sent(&page, Load::image("/a")).await;
        assert_eq!(image, expected(["-", "cross-site", "no-cors", "image"]), "{browser:?}");
    }
}

#[tokio::test]
async fn a_url_that_is_not_trustworthy_gets_no_fetch_metadata() {
    let page = Browser::new().page("http://evil.example");
    for (url, site) in [
        ("http://printer.example/a", "-"),
        ("http://localhost:8080/a", "cross-site"),
        ("http://127.0.0.1:8080/a", "cross-site"),
        ("https://printer.example/a", "cross-site"),
    ] {
        let [_, sent_site, ..] = sent(&page, Load::image(url)).await;
        assert_eq!(sent_site.as_deref().unwrap_or("-"), site, "{url}");
    }
}

#[tokio::test]
async fn a_form_sends_its_fields_and_needs_no_preflight() {
    let browser = Browser::new();
    sent(&browser.page(EVIL), Load::form("/transfer", "to=evil")).await;
    assert_eq!(browser.preflights(), 0);
    let requests = browser.requests();
    let request = requests[0].request();
    assert_eq!((request.method(), request.body()), ("POST", &b"to=evil"[..]));
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
}

#[tokio::test]
async fn an_image_with_crossorigin_is_checked() {
    let page = Browser::new().page(EVIL);
    let blocked = page.load(&always(200, &[]), Load::image("/a").crossorigin()).await.unwrap_err();
    assert_eq!(blocked.reason(), Reason::MissingAllowOrigin);
    let metadata = origin_and_metadata(page.browser());
    assert_eq!(metadata, expected([EVIL, "cross-site", "cors", "image"]));
    let app = always(200, &[("access-control-allow-origin", "*")]);
    let allowed = page.load(&app, Load::script("/a").crossorigin());
    assert_eq!(allowed.await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_secure_page_embeds_nothing_insecure_but_links_to_it() {
    let page = Browser::new().page(EVIL);
    let app = always(200, &[]);
    for load in [Load::image, Load::frame, Load::websocket] {
        let blocked = page.load(&app, load("http://printer.example/a".to_owned())).await.unwrap_err();
        assert_eq!(blocked.reason(), Reason::MixedContent);
    }
    assert!(page.load(&app, Load::link("http://printer.example/a")).await.is_ok());
}

#[tokio::test]
async fn the_requests_of_a_rebound_page_are_of_the_same_origin() {
    let browser = Browser::new();
    let page = browser.rebound_page("http://evil.example:8080");
    let app = always(200, &[]);
    for fetch in [Fetch::get("/run"), Fetch::put("/run").header("x-a", "1")] {
        let response = page.fetch(&app, fetch).await.unwrap();
        assert_eq!(response.status(), 200, "the script reads the response without CORS");
    }
    page.load(&app, Load::websocket("/live")).await.unwrap();
    assert_eq!(browser.preflights(), 0);
    let origins = [None, Some("http://evil.example:8080"), Some("http://evil.example:8080")];
    for (exchange, origin) in browser.requests().iter().zip(origins) {
        let request = exchange.request();
        assert_eq!(request.header("host"), Some("evil.example:8080"));
        assert_eq!((request.header("origin"), request.header("sec-fetch-site")), (origin, None));
    }
}
