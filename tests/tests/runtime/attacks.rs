//! What `enforce` stops and what it does not, with the requests of each simulated browser in both frameworks. The rows are
//! those of the guide's page about cross-origin protection.

use cors_runtime::testing::{Browser, Fetch, Load, Page, Target, WireResponse};

const ALLOWED: &str = "https://app.example.com";
const EVIL: &str = "https://evil.example";
const OWN: &str = "https://api.example.com";

mod in_axum {
    use axum::Router;
    use cors_runtime::axum::{cors, routes};

    #[cors(origins = ["https://app.example.com"], credentials, enforce)]
    #[route("/notes", method = "GET", method = "POST")]
    async fn notes() -> &'static str {
        "notes"
    }

    #[cors(origins = ["https://app.example.com"], enforce)]
    #[any("/live")]
    async fn live() -> &'static str {
        "live"
    }

    #[cors(origins = ["https://app.example.com"], enforce(navigations))]
    #[route("/page", method = "GET", method = "POST")]
    async fn page() -> &'static str {
        "page"
    }

    #[cors(origins = ["https://app.example.com"], enforce(hosts = ["localhost:*", "127.0.0.1:*"]))]
    #[route("/tool", method = "GET", method = "POST", method = "PUT")]
    async fn tool() -> &'static str {
        "tool"
    }

    pub(super) fn app() -> Router {
        routes![notes, live, page, tool].into_router()
    }
}

mod in_actix {
    use actix_web::{get, route};
    use cors_runtime::actix::{Routes, cors, routes};

    #[cors(origins = ["https://app.example.com"], credentials, enforce)]
    #[route("/notes", method = "GET", method = "POST")]
    async fn notes() -> &'static str {
        "notes"
    }

    #[cors(origins = ["https://app.example.com"], enforce)]
    #[get("/live")]
    async fn live() -> &'static str {
        "live"
    }

    #[cors(origins = ["https://app.example.com"], enforce(navigations))]
    #[route("/page", method = "GET", method = "POST")]
    async fn page() -> &'static str {
        "page"
    }

    #[cors(origins = ["https://app.example.com"], enforce(hosts = ["localhost:*", "127.0.0.1:*"]))]
    #[route("/tool", method = "GET", method = "POST", method = "PUT")]
    async fn tool() -> &'static str {
        "tool"
    }

    pub(super) fn app() -> Routes {
        routes![notes, live, page, tool]
    }
}

/// Sends the request, and returns the status that the server answers.
async fn status<T: Target<M>, M>(page: &Page, app: &T, load: Load) -> u16 {
    let text = format!("{load:?}");
    page.load(app, load).await.unwrap_or_else(|blocked| panic!("{text}: {blocked}")).status()
}

async fn run<T: Target<M>, M>(app: &T) {
    for browser in [Browser::new(), Browser::chromium(), Browser::firefox(), Browser::safari()] {
        requests_of_other_pages(app, &browser).await;
        requests_of_own_and_allowed_pages(app, &browser).await;
        plain_http(app, &browser).await;
        dns_rebinding(app, &browser).await;
    }
}

async fn requests_of_other_pages<T: Target<M>, M>(app: &T, browser: &Browser) {
    let subdomain = browser.page("https://other.example.com");
    for page in [browser.page(EVIL), browser.sandboxed_page(), subdomain] {
        for (load, expected) in [
            (Load::form("/notes", "a=1"), 403),
            (Load::form("/notes", "a=1").no_referrer(), 403),
            (Load::image("/notes"), 403),
            (Load::script("/notes"), 403),
            (Load::link("/notes"), 403),
            (Load::frame("/notes"), 403),
            (Load::websocket("/live"), 403),
            (Load::link("/page"), 200),
            (Load::frame("/page"), 403),
            (Load::image("/page"), 403),
            (Load::form("/page", "a=1"), 403),
            (Load::image("http://localhost:8080/tool"), 403),
            (Load::form("http://127.0.0.1:8080/tool", "a=1"), 403),
        ] {
            let text = format!("{browser:?} {page:?} {load:?}");
            assert_eq!(status(&page, app, load).await, expected, "{text}");
        }
        for fetch in [Fetch::get("/notes").no_cors(), Fetch::post("/notes").no_cors().text("a")] {
            page.fetch(app, fetch).await.expect("the response is opaque");
            let requests = browser.requests();
            let response = requests.last().and_then(|exchange| exchange.response());
            assert_eq!(response.map(WireResponse::status), Some(403), "{browser:?} {page:?}");
        }
    }
}

async fn requests_of_own_and_allowed_pages<T: Target<M>, M>(app: &T, browser: &Browser) {
    let own = browser.page(OWN);
    for load in [
        Load::form("/notes", "a=1"),
        Load::image("/notes"),
        Load::link("/notes"),
        Load::frame("/notes"),
        Load::websocket("/live"),
    ] {
        assert_eq!(status(&own, app, load).await, 200, "{browser:?}");
    }
    let allowed = browser.page(ALLOWED);
    assert_eq!(
        allowed.fetch(app, Fetch::post("/notes").credentials().text("a")).await.unwrap().status(),
        200
    );
    for (load, expected) in [
        (Load::form("/notes", "a=1"), 200),
        (Load::websocket("/live"), 200),
        // These requests have no `Origin`, unless the page asks for CORS.
        (Load::image("/notes"), 403),
        (Load::image("/notes").crossorigin(), 200),
        (Load::link("/notes"), 403),
    ] {
        let text = format!("{browser:?} {load:?}");
        assert_eq!(status(&allowed, app, load).await, expected, "{text}");
    }
}

/// Over plain `http:` to another host than this machine, browsers send no `Sec-Fetch-Site`. Old browsers never do.
async fn plain_http<T: Target<M>, M>(app: &T, browser: &Browser) {
    let page = browser.page("http://evil.example");
    for (load, expected) in [
        (Load::form("http://printer.example/notes", "a=1"), 403),
        (Load::websocket("ws://printer.example/live"), 403),
        // Not stopped: nothing in the request tells that another page sent it.
        (Load::image("http://printer.example/notes"), 200),
        (Load::link("http://printer.example/notes"), 200),
        (Load::frame("http://printer.example/notes"), 200),
    ] {
        let text = format!("{browser:?} {load:?}");
        assert_eq!(status(&page, app, load).await, expected, "{text}");
    }
}

async fn dns_rebinding<T: Target<M>, M>(app: &T, browser: &Browser) {
    let attacker = browser.rebound_page("http://evil.example:8080");
    for fetch in [
        Fetch::get("/tool"),
        Fetch::post("/tool").text("a"),
        Fetch::put("/tool").header("x-a", "1").json("{}"),
    ] {
        assert_eq!(attacker.fetch(app, fetch).await.unwrap().status(), 403, "{browser:?}");
    }
    for load in
        [Load::image("/tool"), Load::frame("/tool"), Load::form("/tool", "a=1"), Load::websocket("/tool")]
    {
        assert_eq!(status(&attacker, app, load).await, 403, "{browser:?}");
    }
    // Not stopped without `hosts`: for the browser and by the headers, the page is the server's own.
    assert_eq!(attacker.fetch(app, Fetch::post("/notes").text("a")).await.unwrap().status(), 200);
    let own = browser.page("http://localhost:8080");
    let tool = || Fetch::post("http://localhost:8080/tool").text("a");
    assert_eq!(own.fetch(app, tool()).await.unwrap().status(), 200);
}

#[tokio::test]
async fn attacks_in_axum() {
    run(&in_axum::app()).await;
}

#[actix_web::test]
async fn attacks_in_actix() {
    let app = actix_web::App::new().service(in_actix::app());
    run(&actix_web::test::init_service(app).await).await;
}
