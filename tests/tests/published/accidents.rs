//! Published accidents, and what happens here instead. The page is `docs/accidents.md`.
//!
//! The doc comment of each test is the heading of its section.

#![expect(clippy::doc_markdown, reason = "the headings are those of the page")]

use cors_policy::Rule;
use cors_runtime::testing::{Browser, Fetch, Load, Reason, Target};
use cors_runtime::{Policy, PolicyBuilder};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, fs};
use tests::ask::{self, Answer, App, Ask};
use tests::report;

#[path = "../runtime/events.rs"]
mod events;

const APP: &str = "https://app.example.com";
const EVIL: &str = "https://evil.example";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

// Mistakes in a policy

/// The UI test whose source has the mistake, and whose error names the rule.
fn does_not_compile(ui_test: &str, rule: Rule) {
    assert!(read(&format!("ui-tests/ui/{ui_test}.rs")).contains("#[cors"), "{ui_test}");
    let error = read(&format!("ui-tests/ui/{ui_test}.stderr"));
    let first = error.lines().next().unwrap_or_default();
    assert!(first.starts_with("error") && first.ends_with(&format!(" [{rule}]")), "{ui_test}: {first}");
}

/// A policy that is known only at run time is refused as well, so that the server does not start with it.
fn does_not_build(builder: PolicyBuilder, rule: Rule) {
    let errors = builder.build().expect_err("the policy breaks a rule");
    assert!(errors.iter().any(|error| error.rule() == rule), "{errors}");
}

fn does_not_build_with(origin: &str, rule: Rule) {
    does_not_build(Policy::builder().origins([origin]), rule);
}

fn build(builder: PolicyBuilder) -> Policy {
    builder.build().expect("the policy is valid")
}

fn origins<const N: usize>(origins: [&str; N]) -> PolicyBuilder {
    Policy::builder().origins(origins)
}

// Requests

/// A route: its path, and the origins that its policy allows. The body of its responses is its path.
type Route = (&'static str, Policy);

const METHODS: [&str; 3] = ["GET", "POST", "PUT"];

fn axum_app(routes: &[Route]) -> axum::Router {
    let routes =
        routes.iter().fold(cors_runtime::axum::Routes::<()>::new(), |routes, &(path, ref policy)| {
            routes.route(METHODS, path, policy.clone(), move || async move { path })
        });
    routes.into_router()
}

fn actix_routes(routes: &[Route]) -> cors_runtime::actix::Routes {
    routes.iter().fold(cors_runtime::actix::Routes::new(), |routes, &(path, ref policy)| {
        routes.route(METHODS, path, policy.clone(), move || async move { path })
    })
}

/// An app of each framework with these routes.
fn apps_with(routes: &[Route]) -> [App; 2] {
    let actix = actix_routes(routes);
    let actix = ask::actix(|config| {
        config.service(actix);
    });
    [ask::axum(axum_app(routes)), actix]
}

/// An app of each framework with one route at `/`.
fn apps(policy: PolicyBuilder) -> [App; 2] {
    apps_with(&[("/", build(policy))])
}

/// The answers to a request and to its preflight.
fn both_requests(app: &mut App, origin: impl AsRef<[u8]>) -> [Answer; 2] {
    [Ask::get("/"), Ask::preflight("PUT", "/")].map(|ask| app(&ask.origin(&origin)))
}

fn assert_allowed(policy: PolicyBuilder, origin: &str) {
    for mut app in apps(policy) {
        for answer in both_requests(&mut app, origin) {
            assert_eq!(answer.allowed(), Some(origin), "{answer:?}");
        }
    }
}

fn assert_refused(policy: PolicyBuilder, origin: impl AsRef<[u8]>) {
    for mut app in apps(policy) {
        for answer in both_requests(&mut app, &origin) {
            let cors = answer.headers.iter().find(|(name, _)| name.starts_with("access-control-"));
            assert_eq!(cors, None, "{answer:?}");
        }
    }
}

/// Calls a generic async function with an app of each framework, whose only route is at `/`.
macro_rules! with_each_framework {
    ($policy:expr, $function:ident) => {{
        let routes = [("/", build($policy))];
        tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime starts")
            .block_on($function(&axum_app(&routes)));
        actix_web::rt::System::new().block_on(async {
            let app = actix_web::App::new().service(actix_routes(&routes));
            $function(&actix_web::test::init_service(app).await).await;
        });
    }};
}

async fn status<T: Target<M>, M>(page: &cors_runtime::testing::Page, app: &T, load: Load) -> u16 {
    page.load(app, load).await.expect("the server answers").status()
}

// Every origin

/// CVE-2026-54290: hono reflected every origin with credentials
#[test]
fn hono_reflects_every_origin() {
    does_not_compile("origins-missing/other-options", Rule::OriginsMissing);
    does_not_compile("wildcard-credentials/list", Rule::WildcardCredentials);
    does_not_build(Policy::builder().credentials(), Rule::OriginsMissing);
    does_not_build(origins(["*"]).credentials(), Rule::WildcardCredentials);
    for json in [r#"{"credentials":true}"#, r#"{"origins":["*"],"credentials":true}"#] {
        serde_json::from_str::<Policy>(json).expect_err(json);
    }
}

/// CVE-2024-25124: Fiber sent `*` with credentials
#[test]
fn fiber_sends_the_wildcard_with_credentials() {
    does_not_compile("wildcard-credentials/list", Rule::WildcardCredentials);
    does_not_compile("wildcard-credentials/or-any", Rule::WildcardCredentials);
    does_not_compile("wildcard-credentials/shared-policy", Rule::WildcardCredentials);
    // Without credentials, every response says `*`, which browsers refuse to requests with cookies.
    for mut app in apps(origins(["*"])) {
        for answer in both_requests(&mut app, EVIL) {
            assert_eq!(answer.allowed(), Some("*"));
            assert_eq!(answer.header("access-control-allow-credentials"), None);
        }
    }
}

/// CVE-2018-8014: Tomcat's defaults allowed every origin with credentials
#[test]
fn tomcat_allows_every_origin_by_default() {
    does_not_compile("origins-missing/no-options", Rule::OriginsMissing);
    does_not_compile("origins-missing/empty-list", Rule::OriginsMissing);
    does_not_build(Policy::builder(), Rule::OriginsMissing);
    for mut app in apps(origins([APP])) {
        for answer in both_requests(&mut app, APP) {
            assert_eq!(answer.allowed(), Some(APP));
            assert_eq!(answer.header("access-control-allow-credentials"), None, "no default adds it");
        }
    }
}

/// CVE-2023-49803: koa answered with the origin that asked
#[test]
fn koa_answers_with_the_origin_that_asked() {
    for origin in [EVIL, "https://app.example.com.evil.example", "http://localhost", "chrome-extension://a"] {
        assert_refused(origins([APP]), origin);
        assert_refused(origins([APP]).credentials(), origin);
    }
}

/// CVE-2021-39185: http4s ignored the list of origins
#[test]
fn http4s_ignores_the_list() {
    async fn secrets_stay_secret<T: Target<M>, M>(app: &T) {
        let browser = Browser::new();
        for page in [browser.page("https://adversary.example.net"), browser.sandboxed_page()] {
            let blocked = page.fetch(app, Fetch::get("/").credentials()).await.unwrap_err();
            assert_eq!(blocked.reason(), Reason::MissingAllowOrigin);
        }
        assert!(browser.page(APP).fetch(app, Fetch::get("/").credentials()).await.is_ok());
    }
    with_each_framework!(origins([APP]).credentials(), secrets_stay_secret);
}

// `null`

/// CVE-2024-47165: Gradio allowed `null`
#[test]
fn gradio_allows_null() {
    does_not_compile("origin-null/quoted", Rule::OriginNull);
    does_not_compile("origin-null/bare-word", Rule::OriginNull);
    does_not_build_with("null", Rule::OriginNull);
    does_not_build_with("NULL", Rule::OriginNull);
    assert_refused(origins(["http://localhost:*"]).credentials(), "null");
    // A function that decides is not asked either.
    for mut app in apps(Policy::builder().origin_check(|_| true)) {
        for answer in both_requests(&mut app, "null") {
            assert_eq!(answer.allowed(), None);
        }
    }
}

// Origins that look alike

/// GHSA-vhxv-fg4m-p2w8: jub0bs/cors allowed two listed names written as one
#[test]
fn jub0bs_joins_two_origins() {
    for list in [["https://foo.com", "https://bar.com"], ["https://bar.com", "https://foo.com"]] {
        assert_refused(origins(list), "https://barfoo.com");
        assert_refused(origins(list), "https://foobar.com");
        assert_allowed(origins(list), "https://foo.com");
        assert_allowed(origins(list), "https://bar.com");
    }
    // The same with patterns, whose hosts share a suffix.
    let patterns = || origins(["https://*.foo.com", "https://*.bar.com", "https://afoo.com"]);
    for origin in ["https://barfoo.com", "https://xafoo.com", "https://foo.com", "https://bar.com"] {
        assert_refused(patterns(), origin);
    }
    assert_allowed(patterns(), "https://a.foo.com");
}

/// CVE-2026-37737: Sanic-CORS compared only the beginning of an origin
#[test]
fn sanic_cors_compares_the_beginning() {
    does_not_compile("origin-pattern/regex", Rule::OriginPattern);
    does_not_build_with(r"https://trusted\.com", Rule::OriginPattern);
    does_not_build_with(r"https://.*\.trusted\.com", Rule::OriginPattern);
    for origin in ["https://trusted.com.attacker.io", "https://trusted.com:8080", "https://trusted.comx"] {
        assert_refused(origins(["https://trusted.com"]), origin);
    }
}

/// CVE-2017-11173: rack-cors did not anchor its regular expression
#[test]
fn rack_cors_without_an_anchor() {
    for origin in ["https://example.com.example.net", "https://example.com-example.net"] {
        assert_refused(origins(["https://example.com", "https://*.example.com"]), origin);
    }
}

/// Starlette's example of a regular expression allowed any site
#[test]
fn starlette_matches_a_prefix() {
    does_not_build_with(r"https://.*\.example\.org", Rule::OriginPattern);
    let subdomains = || origins(["https://*.example.org"]);
    assert_allowed(subdomains(), "https://a.example.org");
    assert_allowed(subdomains(), "https://b.a.example.org");
    for origin in ["https://a.example.org.evil.com", "https://evil.com#.example.org", "https://.example.org"]
    {
        assert_refused(subdomains(), origin);
    }
}

/// Javalin compared the beginning of an origin
#[test]
fn javalin_compares_the_beginning() {
    assert_refused(origins(["https://api.securesite.com"]).credentials(), "https://api.securesite.com.au");
    assert_allowed(origins(["https://api.securesite.com"]).credentials(), "https://api.securesite.com");
}

/// CVE-2019-25211: Gin took a wildcard at the end of a host
#[test]
fn gin_wildcard_at_the_end() {
    does_not_compile("origin-pattern/end", Rule::OriginPattern);
    does_not_build_with("https://example.*", Rule::OriginPattern);
    does_not_build_with("https://example.com*", Rule::OriginPattern);
    does_not_build_with("https://example.com/*", Rule::OriginPath);
    does_not_build_with("http://localhost*", Rule::OriginPattern);
    assert_refused(origins(["https://example.com"]), "https://example.community");
    assert_refused(origins(["http://localhost:*"]), "http://localhost.example.com");
}

/// Express' example compared the end of an origin
#[test]
fn express_compares_the_end() {
    does_not_compile("origin-pattern/glued", Rule::OriginPattern);
    does_not_build_with("https://*example.com", Rule::OriginPattern);
    does_not_build_with("/example.com$/", Rule::OriginHost);
    for origin in ["https://evil-example.com", "https://notexample.com", "https://example.com"] {
        assert_refused(origins(["https://*.example.com"]), origin);
    }
}

/// ClusterFuzz let a dot stand for any character
#[test]
fn clusterfuzz_dot_stands_for_any_character() {
    does_not_build_with("https?://(.*-dot-)?test-client-site.appspot.com", Rule::OriginPattern);
    let policy =
        || origins(["https://test-client-site.example.com", "https://*.test-client-site.example.com"]);
    for origin in [
        "https://test-client-sitexexample.com",
        "https://test-client-site.examplexcom",
        "https://atest-client-site.example.com",
        "https://anything.evil.com-dot-test-client-site.example.com",
    ] {
        assert_refused(policy(), origin);
    }
}

/// OpenScan trusted the names of previews at a shared host
#[test]
fn openscan_previews_at_a_shared_host() {
    does_not_compile("origin-pattern/inside", Rule::OriginPattern);
    does_not_compile("origin-public-suffix/hoster", Rule::OriginPublicSuffix);
    does_not_build_with("https://*--openscan.netlify.app", Rule::OriginPattern);
    does_not_build_with("https://*.netlify.app", Rule::OriginPublicSuffix);
}

/// django-cors-headers ignored the scheme of an origin
#[test]
fn django_ignores_the_scheme() {
    does_not_compile("origin-scheme/missing", Rule::OriginScheme);
    does_not_compile("origin-insecure/host", Rule::OriginInsecure);
    does_not_build_with("//example.com", Rule::OriginScheme);
    does_not_build(origins(["http://example.com"]).credentials(), Rule::OriginInsecure);
    does_not_build(origins(["http://*.example.com"]).credentials(), Rule::OriginInsecure);
    for list in ["https://example.com", "https://*.com.example.com"] {
        assert_refused(origins([list]), "http://example.com");
        assert_refused(origins([list]), "http://a.com.example.com");
    }
}

// Policies of paths

/// Routes with different policies: the policy that decides is that of the route whose handler responds.
fn assert_policies_follow_handlers(routes: &[Route], urls: &[&str]) {
    let policies: BTreeMap<_, _> = routes.iter().map(|(path, policy)| (*path, policy)).collect();
    let allows = |path: &str, origin: &str| match policies.get(path) {
        Some(policy) => policy.origins().any(|source| source.to_string() == origin),
        None => false,
    };
    for mut app in apps_with(routes) {
        for url in urls {
            for origin in [APP, EVIL] {
                let answer = app(&Ask::get(url).origin(origin));
                let route = if answer.status == 200 { &*answer.body } else { "" };
                let expected = allows(route, origin).then_some(origin);
                assert_eq!(answer.allowed(), expected, "{url} {origin} {answer:?}");
                let preflight = app(&Ask::preflight("GET", url).origin(origin));
                assert_eq!(preflight.allowed(), expected, "{url} {origin} {preflight:?}");
            }
        }
    }
}

/// CVE-2024-6839: Flask-CORS preferred the longer pattern to the more specific one
#[test]
fn flask_cors_prefers_the_longer_pattern() {
    let open = build(origins([APP, EVIL]));
    let closed = build(origins([APP]));
    let mut routes =
        [("/api/{section}/{resource}", open.clone()), ("/api/v1/keys", closed), ("/api/v1", open)];
    let urls = ["/api/v1/keys", "/api/v1/other", "/api/v1", "/api/v1/keys?a=/api/v1", "/api/v1/keys/x"];
    assert_policies_follow_handlers(&routes, &urls);
    routes.reverse();
    assert_policies_follow_handlers(&routes, &urls);
}

/// CVE-2024-6844: Flask-CORS took `+` in a path for a space
#[test]
fn flask_cors_takes_plus_for_a_space() {
    let routes = [("/a+b", build(origins([APP]))), ("/{other}", build(origins([APP, EVIL])))];
    assert_policies_follow_handlers(&routes, &["/a+b", "/a%20b", "/a%2Bb", "/a%2bb", "/a%252Bb"]);
}

/// CVE-2024-6866: Flask-CORS compared paths without case
#[test]
fn flask_cors_compares_paths_without_case() {
    let routes = [("/admin", build(origins([APP]))), ("/Admin", build(origins([APP, EVIL])))];
    assert_policies_follow_handlers(&routes, &["/admin", "/Admin", "/ADMIN", "/%61dmin", "/admin/"]);
}

// What responses and logs contain

/// CVE-2024-1681: Flask-CORS let a path forge lines of the log
#[test]
fn flask_cors_forges_log_lines() {
    let routes = [("/{path}", build(origins([APP]).enforce()))];
    for mut app in apps_with(&routes) {
        for ask in [
            Ask::get("/a%0d%0aINFO%20forged").origin(EVIL),
            Ask::preflight("GET", "/a%0d%0aINFO%20forged").origin(EVIL),
            Ask::preflight("PUT\tforged", "/a").origin("https://a\u{85}forged"),
            Ask::get("/a").origin("https://a reason=\"forged\" \u{9b}2J"),
        ] {
            let (_, log) = events::logged(|| app(&ask));
            assert_eq!(log.lines().count(), 1, "{log:?}");
            assert!(!log.trim_end().contains(|c: char| c.is_control() || !c.is_ascii()), "{log:?}");
            let (_, captured) = events::during(|| app(&ask));
            let [event] = &captured[..] else { panic!("{captured:?}") };
            assert_eq!(event.level, tracing::Level::DEBUG);
            assert!(event.field("reason").is_some_and(|reason| reason.starts_with("origin-")), "{event:?}");
        }
    }
}

/// CVE-2024-6221: Flask-CORS opened private networks
#[test]
fn flask_cors_opens_private_networks() {
    for policy in [origins([APP]), origins([APP]).credentials().allow_any_headers(), origins(["*"])] {
        for mut app in apps(policy) {
            let ask = Ask::preflight("PUT", "/").header("access-control-request-private-network", "true");
            let answer = app(&ask.header("access-control-request-local-network", "true").origin(APP));
            assert_eq!(answer.status, 204);
            let opened = answer.headers.iter().find(|(name, _)| name.ends_with("-network"));
            assert_eq!(opened, None);
        }
    }
}

/// rs/cors and Amazon S3 left `Vary` out of responses to requests without `Origin`
#[test]
fn responses_without_vary_poison_caches() {
    for policy in [origins([APP]), origins([APP, EVIL]), origins(["https://*.example.com"]).credentials()] {
        for mut app in apps(policy) {
            for ask in [
                Ask::get("/"),
                Ask::get("/").origin(APP),
                Ask::get("/").origin("https://other.example"),
                Ask::get("/").origin("null"),
                Ask::preflight("PUT", "/").origin(APP),
                Ask::preflight("PUT", "/").origin("https://other.example"),
            ] {
                let answer = app(&ask);
                assert!(answer.varies(), "{ask:?}: {answer:?}");
            }
        }
    }
}

/// CVE-2024-47084: Gradio did not check the origin of requests with a cookie
#[test]
fn gradio_trusts_requests_with_a_cookie() {
    for mut app in apps(origins([APP]).credentials()) {
        for ask in [Ask::get("/"), Ask::new("POST", "/"), Ask::preflight("PUT", "/")] {
            for name in ["cookie", "authorization", "x-forwarded-for", "x-forwarded-host"] {
                let answer = app(&ask.clone().origin(EVIL).header(name, "access-token=1"));
                assert_eq!(answer.allowed(), None, "{name}");
                assert_eq!(answer.header("access-control-allow-credentials"), None, "{name}");
            }
        }
    }
}

// Requests that cost too much, or end in an error

/// The longest time that one of these preflights may take, on any machine and in a debug build. A cost that grows with the
/// square of the size would take minutes.
const PATIENCE: Duration = Duration::from_secs(5);

fn assert_answered_quickly(lines: &[String]) {
    let names = ["x-a", "x-b", "content-type"];
    for policy in [origins([APP]), origins([APP]).allow_headers(names), origins([APP]).allow_any_headers()] {
        for mut app in apps(policy) {
            let preflight = Ask::preflight("PUT", "/").origin(APP);
            let ask =
                lines.iter().fold(preflight, |ask, line| ask.header("access-control-request-headers", line));
            let start = Instant::now();
            let answer = app(&ask);
            assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
            let size: usize = answer.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
            assert!(size < 10_000, "{size}");
            assert_eq!((answer.status, answer.allowed()), (204, Some(APP)));
        }
    }
}

/// GHSA-mh55-gqvf-xfwm: rs/cors allocated memory for every comma
#[test]
fn rs_cors_allocates_for_every_comma() {
    assert_answered_quickly(&[",".repeat(1 << 20)]);
    // As in the report: many lines of many commas.
    assert_answered_quickly(&vec![",".repeat(1 << 10); 1 << 10]);
    assert_answered_quickly(&["x-a,".repeat(1 << 18)]);
}

/// CVE-2026-69207: hono parsed header names in quadratic time
#[test]
fn hono_parses_header_names_in_quadratic_time() {
    assert_answered_quickly(&[format!("x-a{}x-b", " ".repeat(1 << 20))]);
    assert_answered_quickly(&[format!("x-a{}", " \t".repeat(1 << 19)), "x-b".to_owned()]);
    assert_answered_quickly(&[" , ".repeat(1 << 18)]);
}

/// Javalin and Helidon failed at unexpected origins
#[test]
fn javalin_and_helidon_fail_at_unexpected_origins() {
    for policy in [
        origins([APP]),
        origins(["https://*.example.com", "http://localhost:*", "http://[::1]:*"]).credentials(),
        Policy::builder().origin_check(|origin| origin.is_subdomain_of("example.com")),
        origins([APP]).enforce_hosts(["localhost:*"]),
    ] {
        for mut app in apps(policy) {
            for origin in [
                "https://single",
                "null",
                "",
                " ",
                ":",
                "://",
                "https:",
                "https://",
                "https:///",
                "//",
                ".",
                "..",
                "https://.",
                "https://*",
                "https://*.example.com",
                "https://.example.com",
                "https://[",
                "http://[::1",
                "http://[::1]:",
                "https://:1",
                "https://a:b:c",
                "http://localhost:",
                "http://localhost:99999999999",
                "https://\u{fc}",
                "a,b",
                "https://a@b",
                "https://xn--",
                "https://1.2",
            ] {
                for answer in both_requests(&mut app, origin) {
                    assert!(matches!(answer.status, 200 | 403), "{origin}: {answer:?}");
                    assert_eq!(answer.allowed(), None, "{origin}");
                }
            }
        }
    }
}

// Requests that run a handler

/// CVE-2020-5397: preflights were CSRF attacks on Spring
#[test]
fn spring_takes_preflights_for_requests() {
    for mut app in apps(origins([APP])) {
        for origin in [APP, EVIL] {
            for method in ["GET", "POST", "PUT", "DELETE"] {
                let answer = app(&Ask::preflight(method, "/").origin(origin));
                assert!(matches!(answer.status, 204 | 403), "{answer:?}");
                assert_ne!(answer.body, "/", "the handler has run");
            }
        }
    }
}

/// CVE-2024-23639: pages sent requests to endpoints of Micronaut on the developer's machine
#[test]
fn micronaut_drive_by_requests() {
    async fn simple_requests_are_refused<T: Target<M>, M>(app: &T) {
        for browser in [Browser::new(), Browser::chromium(), Browser::firefox(), Browser::safari()] {
            let browser = browser.api_origin("http://localhost:8080");
            let page = browser.page(EVIL);
            for load in [Load::form("/", ""), Load::form("/", "").no_referrer(), Load::image("/")] {
                assert_eq!(status(&page, app, load).await, 403);
            }
            assert_eq!(status(&browser.page("http://localhost:8080"), app, Load::form("/", "")).await, 200);
        }
    }
    with_each_framework!(origins([APP]).enforce(), simple_requests_are_refused);
}

/// CVE-2025-24010: every page could use Vite's development server
#[test]
fn vite_serves_every_page() {
    async fn pages_get_nothing<T: Target<M>, M>(app: &T) {
        for browser in [Browser::new(), Browser::chromium(), Browser::firefox(), Browser::safari()] {
            let browser = browser.api_origin("http://localhost:5173");
            // By a fetch, and by a WebSocket, which CORS does not stop.
            let page = browser.page("http://malicious.example.com");
            assert!(page.fetch(app, Fetch::get("/")).await.is_err());
            assert_eq!(status(&page, app, Load::websocket("/")).await, 403);
            // By a name that was made to resolve to 127.0.0.1.
            let rebound = browser.rebound_page("http://malicious.example.com:5173");
            assert_eq!(rebound.fetch(app, Fetch::get("/")).await.unwrap().status(), 403);
            let own = browser.page("http://localhost:5173");
            assert_eq!(own.fetch(app, Fetch::get("/")).await.unwrap().status(), 200);
        }
    }
    let local = ["localhost:*", "127.0.0.1:*", "[::1]:*"];
    with_each_framework!(origins(["http://localhost:*"]).enforce_hosts(local), pages_get_nothing);
}

/// CVE-2025-66414 and CVE-2025-66416: the MCP SDKs did not check the host
#[test]
fn mcp_sdks_do_not_check_the_host() {
    let local = ["localhost:*", "127.0.0.1:*"];
    for mut app in apps(origins([APP]).enforce_hosts(local)) {
        for method in ["GET", "POST", "OPTIONS"] {
            let ask = |host: &str| {
                let origin = format!("http://{host}");
                Ask::new(method, "/")
                    .header("host", host)
                    .header("sec-fetch-site", "same-origin")
                    .origin(origin)
            };
            for host in
                ["evil.example:3000", "localhost.evil.example:3000", "127.0.0.1.evil.example", "localhost.:1"]
            {
                let ask = ask(host).header("access-control-request-method", "POST");
                assert_eq!(app(&ask).status, 403, "{method} {host}");
            }
            let forwarded = ask("evil.example:3000").header("x-forwarded-host", "localhost:3000");
            let forwarded = forwarded.header("forwarded", "host=\"localhost:3000\"");
            let forwarded = forwarded.header("access-control-request-method", "POST");
            assert_eq!(app(&forwarded).status, 403, "{method}");
        }
        let own =
            Ask::new("POST", "/").header("host", "localhost:3000").header("sec-fetch-site", "same-origin");
        assert_eq!(app(&own).status, 200);
    }
}

/// CVE-2025-49596: every page could use the proxy of MCP Inspector
#[test]
fn mcp_inspector_runs_commands_for_every_page() {
    async fn every_way_in_is_closed<T: Target<M>, M>(app: &T) {
        let page = Browser::new().page("http://evil.example");
        // The published attack used `0.0.0.0`.
        for host in ["http://0.0.0.0:6277", "http://127.0.0.1:6277", "http://localhost:6277"] {
            let url = format!("{host}/");
            for load in [Load::image(&url), Load::script(&url), Load::link(&url), Load::frame(&url)] {
                assert_eq!(status(&page, app, load).await, 403, "{host}");
            }
            page.fetch(app, Fetch::get(&url)).await.unwrap_err();
        }
    }
    let local = ["localhost:*", "127.0.0.1:*"];
    with_each_framework!(origins(["http://localhost:6274"]).enforce_hosts(local), every_way_in_is_closed);
}

/// Gotify compared a part of the origin of WebSockets
#[test]
fn gotify_compares_a_part_of_the_origin() {
    async fn only_the_listed_origin_connects<T: Target<M>, M>(app: &T) {
        let browser = Browser::new().api_origin("https://api.example.com");
        for origin in ["https://gotify.example.com.evil.net", "https://evilgotify.example.com"] {
            assert_eq!(status(&browser.page(origin), app, Load::websocket("/")).await, 403, "{origin}");
        }
        let listed = browser.page("https://gotify.example.com");
        assert_eq!(status(&listed, app, Load::websocket("/")).await, 200);
    }
    with_each_framework!(origins(["https://gotify.example.com"]).enforce(), only_the_listed_origin_connects);
}

// The page

/// The headings of the page with the names of their tests.
fn sections(page: &str) -> Vec<(String, String)> {
    let mut sections = Vec::new();
    for section in page.split("\n## ").skip(1) {
        let heading = section.lines().next().unwrap_or_default().to_owned();
        let tests: Vec<_> = section.lines().filter_map(|line| line.strip_prefix("Test: `")).collect();
        let [test] = tests[..] else { panic!("{heading}: {tests:?}") };
        let test = test.strip_suffix('`').unwrap_or_else(|| panic!("{heading}: {test}"));
        assert!(section.contains("](http"), "{heading}: no link");
        sections.push((heading, test.to_owned()));
    }
    sections
}

/// The doc comments of the tests with their names.
fn documented_tests(source: &str) -> Vec<(String, String)> {
    let lines: Vec<_> = source.lines().collect();
    let tests = lines.windows(3).filter_map(|lines| match lines {
        [doc, "#[test]", function] => {
            let name = function.strip_prefix("fn ")?.strip_suffix("() {")?;
            Some((doc.strip_prefix("/// ")?.to_owned(), name.to_owned()))
        }
        _ => None,
    });
    tests.collect()
}

#[test]
fn each_section_of_the_page_has_its_test_and_each_test_its_section() {
    let sections = sections(&read("docs/accidents.md"));
    assert_eq!(sections, documented_tests(include_str!("accidents.rs")));
    report::warn(&format!("{} published accidents have a test in docs/accidents.md", sections.len()));
    assert!(sections.len() >= 15, "{}", sections.len());
}
