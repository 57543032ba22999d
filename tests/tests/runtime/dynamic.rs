//! `origins = dynamic(check)`: the answers of both frameworks, and how often each of them calls the function.

use crate::events;
use std::sync::{Arc, Mutex, PoisonError};
use tests::ask::{Answer, App, Ask};

/// The functions, layers and handlers that ran, in order. The apps note them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ran(Arc<Mutex<Vec<String>>>);

impl Ran {
    pub(crate) fn note(&self, what: impl Into<String>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(what.into());
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

const GOOD: &str = "https://good.example";
const BAD: &str = "https://bad.example";
const OTHER: &str = "https://other.example";

/// Checks an app with these routes. Unless the list says something else, their functions allow only `good.example`.
///
/// - `GET /sync`, `GET /async`, with the state
/// - `GET /tenants/{id}`: allows `{id}.example`, from the path
/// - `GET /key`: the function has an extractor that rejects requests without the header `x-key`
/// - `GET /layered`: a layer notes `layer`
/// - `GET /two`, `PUT /two`: two functions; that of `PUT` allows `other.example`
/// - `GET /enforced`
pub(crate) fn check(mut app: App, ran: &Ran) {
    let asked = &mut |ask: &Ask| {
        let answer = app(ask);
        (answer, ran.take())
    };
    check_how_often(asked);
    check_path(asked);
    check_rejected(asked);
    check_layered(asked);
    check_two_functions(asked);
    check_enforced(asked);
}

type Asked<'a> = &'a mut dyn FnMut(&Ask) -> (Answer, Vec<String>);

fn check_how_often(asked: Asked<'_>) {
    for path in ["/sync", "/async"] {
        let name = &path[1..];
        let asks = format!("{name} {GOOD}");
        let (answer, ran) = asked(&Ask::get(path).origin(GOOD));
        assert_eq!((answer.status, answer.allowed()), (200, Some(GOOD)));
        assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
        assert_eq!(ran, [asks.clone(), "handler".into()], "the function is called once, before the handler");
        let (answer, ran) = asked(&Ask::preflight("GET", path).origin(GOOD));
        assert_eq!((answer.status, answer.allowed()), (204, Some(GOOD)));
        assert_eq!(ran, [asks], "the function is called once for a preflight, too");
        let (answer, ran) = asked(&Ask::get(path).origin(BAD));
        assert_eq!((answer.status, answer.allowed()), (200, None));
        assert!(answer.varies());
        assert_eq!(ran, [format!("{name} {BAD}"), "handler".into()]);
        let (answer, ran) = asked(&Ask::preflight("GET", path).origin(BAD));
        assert_eq!((answer.status, answer.allowed()), (403, None));
        assert_eq!(ran, [format!("{name} {BAD}")]);
        // The function is called only if the request has one well-formed origin.
        let (answer, ran) = asked(&Ask::get(path));
        assert_eq!((answer.status, answer.allowed(), answer.varies()), (200, None, true));
        assert_eq!(ran, ["handler"]);
        for origin in
            ["null", "", "https://good.example/", "HTTPS://good.example", "nonsense", "https://*.example"]
        {
            let (answer, ran) = asked(&Ask::get(path).origin(origin));
            assert_eq!((answer.status, answer.allowed()), (200, None), "{origin}");
            assert_eq!(ran, ["handler"], "{origin}");
            let (answer, ran) = asked(&Ask::preflight("GET", path).origin(origin));
            assert_eq!((answer.status, answer.allowed()), (403, None), "{origin}");
            assert!(ran.is_empty(), "{origin}: {ran:?}");
        }
        let (answer, ran) = asked(&Ask::get(path).origin(b"https://good.example\xff"));
        assert_eq!((answer.status, answer.allowed(), ran.len()), (200, None, 1));
        let (answer, ran) = asked(&Ask::get(path).origin(GOOD).origin(GOOD));
        assert_eq!((answer.status, answer.allowed()), (200, None));
        assert_eq!(ran, ["handler"], "two lines are not one origin");
        // The function is also called for a method that is not routed, because only an allowed origin learns that.
        let (answer, ran) = asked(&Ask::preflight("DELETE", path).origin(GOOD));
        assert_eq!((answer.status, answer.header("access-control-allow-methods")), (204, Some("GET")));
        assert_eq!(ran.len(), 1);
    }
}

fn check_path(asked: Asked<'_>) {
    for (path, origin, allowed) in [
        ("/tenants/good", GOOD, true),
        ("/tenants/good", BAD, false),
        ("/tenants/bad", BAD, true),
        ("/tenants/bad", "https://shop.bad.example", true),
        ("/tenants/bad", "https://evilbad.example", false),
    ] {
        for ask in [Ask::get(path), Ask::preflight("GET", path)] {
            let (answer, _) = asked(&ask.origin(origin));
            assert_eq!(answer.allowed(), allowed.then_some(origin), "{path} {origin}");
        }
    }
}

/// If an extractor of the function rejects the request, the origin is not allowed, and an event says why.
fn check_rejected(asked: Asked<'_>) {
    for (ask, status) in [(Ask::get("/key"), 200), (Ask::preflight("GET", "/key"), 403)] {
        let (answer, _) = asked(&ask.clone().origin(GOOD).header("x-key", "1"));
        assert_eq!(answer.allowed(), Some(GOOD));
        let ((answer, ran), events) = events::during(|| asked(&ask.clone().origin(GOOD)));
        assert_eq!((answer.status, answer.allowed()), (status, None));
        assert!(!ran.iter().any(|what| what.starts_with("key")), "{ran:?}");
        let rejected = events.iter().find(|event| event.field("reason") == Some("check-rejected"));
        let rejected = rejected.unwrap_or_else(|| panic!("no event: {events:?}"));
        assert_eq!((rejected.field("origin"), rejected.field("path")), (Some(GOOD), Some("/key")));
        assert_eq!(rejected.field("method"), Some("GET"));
        assert!(rejected.field("policy").is_some_and(|place| place.contains("dynamic_")), "{rejected:?}");
        assert_eq!(events.iter().filter(|event| event.field("reason").is_some()).count(), 1, "{events:?}");
    }
}

/// The function is called before the layers, which preflights never reach.
fn check_layered(asked: Asked<'_>) {
    let (answer, ran) = asked(&Ask::get("/layered").origin(GOOD));
    assert_eq!((answer.status, answer.allowed()), (200, Some(GOOD)));
    assert_eq!(ran, [format!("layered {GOOD}"), "layer".into(), "handler".into()]);
    let (answer, ran) = asked(&Ask::get("/layered").origin(GOOD).header("x-stop", "1"));
    assert_eq!((answer.status, answer.allowed()), (401, Some(GOOD)));
    assert_eq!(ran, [format!("layered {GOOD}"), "layer".into()]);
    let (answer, ran) = asked(&Ask::preflight("GET", "/layered").origin(GOOD));
    assert_eq!((answer.status, answer.allowed()), (204, Some(GOOD)));
    assert_eq!(ran, [format!("layered {GOOD}")]);
}

/// One path has two functions.
fn check_two_functions(asked: Asked<'_>) {
    for (method, path_asks, allowed, refused) in
        [("GET", "two-get", GOOD, OTHER), ("PUT", "two-put", OTHER, GOOD)]
    {
        for origin in [allowed, refused] {
            let expected = (origin == allowed).then_some(allowed);
            let (answer, ran) = asked(&Ask::new(method, "/two").origin(origin));
            assert_eq!(answer.allowed(), expected, "{method} {origin}");
            assert_eq!(ran, [format!("{path_asks} {origin}"), "handler".into()]);
            let (answer, ran) = asked(&Ask::preflight(method, "/two").origin(origin));
            assert_eq!(answer.allowed(), expected, "{method} {origin}");
            assert_eq!(
                answer.header("access-control-allow-methods"),
                expected.map(|_| method),
                "methods with other functions are not listed"
            );
            assert_eq!(ran, [format!("{path_asks} {origin}")], "only the function of the method is called");
        }
    }
    let (answer, ran) = asked(&Ask::preflight("PUT", "/two").origin(OTHER));
    assert_eq!(answer.header("access-control-max-age"), Some("0"), "GET has another policy: {ran:?}");
    // For a method without a route, the functions are called in order until one allows the origin.
    let (answer, ran) = asked(&Ask::preflight("DELETE", "/two").origin(OTHER));
    assert_eq!((answer.status, answer.header("access-control-allow-methods")), (204, Some("PUT")));
    assert_eq!(ran, [format!("two-get {OTHER}"), format!("two-put {OTHER}")]);
    let (answer, ran) = asked(&Ask::preflight("DELETE", "/two").origin(BAD));
    assert_eq!((answer.status, ran.len()), (403, 2));
}

fn check_enforced(asked: Asked<'_>) {
    let (answer, ran) = asked(&Ask::get("/enforced").origin(GOOD));
    assert_eq!((answer.status, answer.allowed(), ran.len()), (200, Some(GOOD), 2));
    let (answer, ran) = asked(&Ask::get("/enforced").origin(BAD));
    assert_eq!((answer.status, answer.allowed(), answer.varies()), (403, None, true));
    assert_eq!(ran, [format!("enforced {BAD}")]);
    let (answer, ran) = asked(&Ask::get("/enforced").origin("null"));
    assert_eq!((answer.status, ran.len()), (403, 0));
    let (answer, ran) = asked(&Ask::get("/enforced").origin(GOOD).origin(GOOD));
    assert_eq!((answer.status, ran.len()), (403, 0));
    let (answer, ran) = asked(&Ask::get("/enforced"));
    assert_eq!((answer.status, ran.len()), (200, 1), "a request without Origin gets in");
    let (answer, ran) = asked(&Ask::get("/enforced").origin(BAD).header("sec-fetch-site", "same-origin"));
    assert_eq!((answer.status, answer.allowed(), ran.len()), (200, None, 2));
}
