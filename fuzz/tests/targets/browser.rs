//! The simulated browser against the engine. What a script reads is decided by the policies and by the standard alone: the
//! oracle does not see any answer, and knows nothing of remembered preflights.

use crate::app::{Plan, PlannedRoute};
use crate::oracle::Expected::{self, Either, No, Yes};
use crate::oracle::{SAFELISTED_METHODS, list_allows};
use crate::policies::{HEADERS, Headers};
use cors_runtime::testing::{Browser, Fetch, Page, Target};
use fuzz::{Explanation, Result, Unstructured};
use std::time::Duration;

/// The origins of pages.
const PAGES: [&str; 12] = [
    "https://a.example",
    "https://b.example",
    "https://ab.example",
    "https://a.example:8443",
    "https://x.shop.example",
    "https://y.x.a.example",
    "https://shop.example",
    "https://evilshop.example",
    "http://localhost:3000",
    "http://x.localhost:3000",
    "http://127.0.0.1:3000",
    "https://a.example.evil.example",
];

/// A call of `fetch` in a script.
#[derive(Clone, Debug)]
struct Call {
    page: Option<&'static str>,
    method: &'static str,
    url: &'static str,
    credentials: bool,
    headers: Vec<&'static str>,
    /// How much time has passed since the call before.
    seconds: u64,
}

impl Call {
    fn new(input: &mut Unstructured<'_>, pages: &[Option<&'static str>]) -> Result<Self> {
        let page = *input.choose(pages)?;
        let method = *input.choose(&["GET", "POST", "PUT", "DELETE", "PATCH", "put", "patch", "get"])?;
        let url = *input.choose(&["/a", "/b/7"])?;
        let (credentials, mut headers) = (input.arbitrary()?, Vec::new());
        for _ in 0..*input.choose(&[0, 0, 1, 1, 2])? {
            let name = *input.choose(&HEADERS)?;
            if !headers.contains(&name) {
                headers.push(name);
            }
        }
        let seconds = *input.choose(&[0, 0, 1, 6, 601])?;
        Ok(Self { page, method, url, credentials, headers, seconds })
    }

    fn fetch(&self) -> Fetch {
        let mut fetch = Fetch::new(self.method, self.url);
        if self.credentials {
            fetch = fetch.credentials();
        }
        // `application/json` is not safelisted.
        let value = |name: &str| if name == "content-type" { "application/json" } else { "1" };
        self.headers.iter().fold(fetch, |fetch, name| fetch.header(name, value(name)))
    }

    /// <https://fetch.spec.whatwg.org/#concept-method-normalize>
    fn sent_method(&self) -> String {
        let upper = self.method.to_ascii_uppercase();
        if upper == "PATCH" { self.method.to_owned() } else { upper }
    }

    /// <https://fetch.spec.whatwg.org/#main-fetch>
    fn needs_preflight(&self) -> bool {
        !SAFELISTED_METHODS.contains(&&*self.sent_method()) || !self.headers.is_empty()
    }

    /// Whether the script reads the response of a handler. <https://fetch.spec.whatwg.org/#cors-protocol>
    fn reads(&self, plan: &Plan) -> Expected {
        let needs_preflight = self.needs_preflight();
        let Some(route) = plan.route(self.url, &self.sent_method()) else {
            // The framework answers 404 or 405, which this oracle leaves aside. A safelisted method needs no permission, so
            // the request is sent if another answer has allowed its header names.
            let is_refused = needs_preflight && !SAFELISTED_METHODS.contains(&&*self.sent_method());
            return if is_refused { No } else { Either };
        };
        if !self.passes_cors_check(route) {
            return No;
        }
        let may_send = |route: &PlannedRoute, name: &str| self.may_send_header(route, name);
        if !needs_preflight || self.headers.iter().all(|name| may_send(route, name)) {
            return Yes;
        }
        // A remembered answer allows its header names for every method of the URL that it allows. That widens nothing: both
        // policies trust the origin.
        let trusting: Vec<_> = plan.at(self.url).filter(|route| self.passes_cors_check(route)).collect();
        let is_remembered = |name: &&str| trusting.iter().any(|route| may_send(route, name));
        if self.headers.iter().all(is_remembered) { Either } else { No }
    }

    fn passes_cors_check(&self, route: &PlannedRoute) -> bool {
        let policy = &route.planned;
        let origin = self.page.unwrap_or("null").as_bytes().to_vec();
        let host =
            policy.enforce.as_ref().map_or(Yes, |enforce| enforce.lists_host(&[b"api.example.com".to_vec()]));
        let allowed = list_allows(&policy.origins, &[origin]);
        assert!([Yes, No].contains(&allowed) && [Yes, No].contains(&host), "the oracle knows these origins");
        allowed == Yes && host == Yes && (policy.credentials || !self.credentials)
    }

    fn may_send_header(&self, route: &PlannedRoute, name: &str) -> bool {
        match &route.planned.allow_headers {
            Headers::None => false,
            Headers::Any => true,
            Headers::Names(names) => {
                let is_wildcard = names.iter().any(|name| name == "*") && !self.credentials;
                names.iter().any(|listed| listed == name) || is_wildcard && name != "authorization"
            }
        }
    }
}

async fn check<T: Target<M>, M>(framework: &str, plan: &Plan, calls: &[Call], app: &T) {
    let browser = Browser::new();
    for (number, call) in calls.iter().enumerate() {
        browser.advance(Duration::from_secs(call.seconds));
        let page: Page = match call.page {
            Some(origin) => browser.page(origin),
            None => browser.sandboxed_page(),
        };
        let earlier = browser.requests().len();
        let result = page.fetch(app, call.fetch()).await;
        let expected = match call.reads(plan) {
            Yes => true,
            No => false,
            Either => continue,
        };
        let _explanation = Explanation(|| {
            let calls = &calls[..=number];
            format!("{framework}: {calls:#?}\n{result:?}\n{:#?}\n{plan:#?}", browser.requests())
        });
        assert_eq!(result.is_ok(), expected, "whether the script reads the response");
        let sent =
            browser.requests()[earlier..].iter().any(|exchange| exchange.request().method() != "OPTIONS");
        // A preflight, remembered or not, stops a request whose response the script may not read.
        assert_eq!(sent, expected || !call.needs_preflight(), "whether the request is sent");
        if let Ok(response) = &result {
            let policy = &plan.route(call.url, &call.sent_method()).expect("it is expected").planned;
            let etag = policy.expose_headers.iter().any(|name| name == "etag");
            assert_eq!(response.header("etag").is_some(), etag);
            assert_eq!(response.status(), 200);
        }
    }
}

#[test]
fn simulated_browser_against_engine() {
    fuzz::run("browser", |input| {
        let plan = Plan::new(input)?;
        // Few pages, so that one of them asks again for what it has asked for before.
        let mut pages = Vec::new();
        for _ in 0..input.int_in_range(1..=3)? {
            pages.push(if input.ratio(1, 12)? { None } else { Some(*input.choose(&PAGES)?) });
        }
        let mut calls: Vec<Call> = Vec::new();
        for _ in 0..input.int_in_range(1..=24)? {
            let call = match calls.last() {
                Some(last) if input.ratio(1, 3)? => Call { credentials: input.arbitrary()?, ..last.clone() },
                _ => Call::new(input, &pages)?,
            };
            calls.push(call);
        }
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime starts");
        runtime.block_on(check("axum", &plan, &calls, &plan.axum()));
        actix_web::rt::System::new().block_on(async {
            let app = actix_web::App::new().service(plan.actix());
            check("actix-web", &plan, &calls, &actix_web::test::init_service(app).await).await;
        });
        Ok(())
    });
}
