//! Default policies: the answers of both frameworks, with any middleware between the default policy and the routes.

use tests::ask::{App, Ask};

pub(crate) const APP: &str = "https://app.example";
pub(crate) const DEFAULT: &str = "https://default.example";

/// A description, a request, and its answer: the status, `Access-Control-Allow-Origin`, and whether credentials are
/// allowed.
type Row = (&'static str, Ask, Option<u16>, Option<&'static str>, bool);

/// `/me` (GET, credentials, for [`APP`]), `/deep/me` (the same, nested) and `/deeper/me` (nested as a service) are
/// annotated; `/plain` (GET) is not. The default is for [`DEFAULT`] with the methods `GET` and `PUT`.
fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for path in ["/me", "/deep/me", "/deeper/me"] {
        rows.extend([
            ("an annotated route keeps its policy", Ask::get(path).origin(APP), Some(200), Some(APP), true),
            ("the default policy adds nothing to it", Ask::get(path).origin(DEFAULT), Some(200), None, false),
            ("the same without Origin", Ask::get(path), Some(200), None, false),
            ("its preflight", Ask::preflight("GET", path).origin(APP), Some(204), Some(APP), true),
            (
                "its preflight from another origin",
                Ask::preflight("GET", path).origin(DEFAULT),
                Some(403),
                None,
                false,
            ),
            (
                "the default policy answers for a method that is not annotated there",
                Ask::preflight("PUT", path).origin(DEFAULT),
                Some(204),
                Some(DEFAULT),
                false,
            ),
            (
                "the route answers for a method that neither policy allows",
                Ask::preflight("DELETE", path).origin(APP),
                Some(204),
                Some(APP),
                true,
            ),
        ]);
    }
    rows.extend([
        ("a route without annotation", Ask::get("/plain").origin(DEFAULT), Some(200), Some(DEFAULT), false),
        ("the same from another origin", Ask::get("/plain").origin(APP), Some(200), None, false),
        ("the same without Origin", Ask::get("/plain"), Some(200), None, false),
        ("its preflight", Ask::preflight("GET", "/plain").origin(DEFAULT), Some(204), Some(DEFAULT), false),
        (
            "its preflight from another origin",
            Ask::preflight("GET", "/plain").origin(APP),
            Some(403),
            None,
            false,
        ),
        ("404", Ask::get("/nowhere").origin(DEFAULT), Some(404), Some(DEFAULT), false),
        ("404 from another origin", Ask::get("/nowhere").origin(APP), Some(404), None, false),
        (
            "a preflight of a path without a route",
            Ask::preflight("PUT", "/nowhere").origin(DEFAULT),
            Some(204),
            Some(DEFAULT),
            false,
        ),
        // actix-web answers 404 if a resource has a guard, and 405 if it has routes for other methods.
        ("405", Ask::new("POST", "/plain").origin(DEFAULT), None, Some(DEFAULT), false),
        ("405 from another origin", Ask::new("POST", "/plain").origin(APP), None, None, false),
    ]);
    rows
}

/// Sends every request of the table, and compares the answers.
pub(crate) fn check(name: &str, mut app: App) {
    let mut failures = Vec::new();
    for (what, ask, status, origin, credentials) in rows() {
        let answer = app(&ask);
        let credentials_sent = answer.header("access-control-allow-credentials") == Some("true");
        let status_fits = match status {
            Some(status) => answer.status == status,
            None => matches!(answer.status, 404 | 405),
        };
        if !status_fits || answer.allowed() != origin || credentials_sent != credentials || !answer.varies() {
            failures.push(format!("{what}: {ask:?}\n    {answer:?}"));
        }
    }
    assert!(failures.is_empty(), "{name}:\n{}", failures.join("\n"));
    // A browser that reused the default policy's answer for `PUT` could send `GET` to the annotated route of the same
    // URL.
    for (path, max_age) in [("/me", Some("0")), ("/deep/me", Some("0")), ("/plain", None), ("/nowhere", None)]
    {
        let answer = app(&Ask::preflight("PUT", path).origin(DEFAULT));
        assert_eq!((answer.status, answer.header("access-control-max-age")), (204, max_age), "{name} {path}");
        let answer = app(&Ask::preflight("PUT", path).origin(APP));
        assert_eq!((answer.status, answer.header("access-control-max-age")), (403, None), "{name} {path}");
    }
}

/// If a login answers the preflights, its answers get no CORS header, and each gives an event.
pub(crate) fn check_intercepted(name: &str, mut app: App) {
    for path in ["/me", "/plain", "/nowhere"] {
        for origin in [APP, DEFAULT] {
            let (answer, events) = crate::events::during(|| app(&Ask::preflight("GET", path).origin(origin)));
            assert_eq!(answer.status, 401, "{name} {path}");
            let cors: Vec<_> =
                answer.headers.iter().filter(|(name, _)| name.starts_with("access-control-")).collect();
            assert!(cors.is_empty(), "{name} {path}: {cors:?}");
            assert!(answer.varies(), "{name} {path}: {answer:?}");
            assert_eq!(
                answer.header("vary").map(str::len),
                Some("Origin".len()),
                "`Vary` names `Origin` once: {answer:?}"
            );
            let reasons: Vec<_> = events.iter().filter_map(|event| event.field("reason")).collect();
            assert_eq!(reasons, ["preflight-intercepted"], "{name} {path} {origin}");
        }
    }
}
