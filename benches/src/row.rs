//! The rows of the tables: each is an app and a request to it.

use bytes::{Bytes, BytesMut};
use cors_runtime::OriginSet;
use std::collections::HashSet;
use std::sync::Arc;

/// The origin of [`Origins::One`].
pub const ONE: &str = "https://app.example.com";
/// An origin that every policy refuses, except for [`Origins::Any`].
pub const OTHER: &str = "https://evil.example.net";
/// The request headers that every policy allows.
pub const ALLOW_HEADERS: [&str; 2] = ["content-type", "x-requested-with"];
/// The `Access-Control-Max-Age` of every policy, in seconds.
pub const MAX_AGE: u32 = 7200;

/// The origins of [`Origins::InSet`].
pub static SET: OriginSet = OriginSet::new();

/// The state of every app, which its handler extracts as most handlers do: with `State<Arc<Store>>` in axum, and with
/// `web::Data<Store>` in actix-web.
#[derive(Debug)]
pub struct Store {
    /// The body of the response.
    pub items: &'static str,
}

impl Store {
    /// Creates the state of an app.
    pub fn shared() -> Arc<Self> {
        Arc::new(Self { items: "items" })
    }
}

/// The origins that a policy allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origins {
    /// [`ONE`].
    One,
    /// This number of origins.
    Exact(usize),
    /// This number of origins, which our annotated handler has in the `OriginSet` [`SET`].
    InSet(usize),
    /// This number of patterns for subdomains.
    Patterns(usize),
    /// Any origin (`*`), without credentials.
    Any,
}

impl Origins {
    /// Returns the elements of `origins = [..]`.
    pub fn list(self) -> Vec<String> {
        match self {
            Self::One => vec![ONE.to_owned()],
            Self::Exact(count) | Self::InSet(count) => {
                (0..count).map(|n| format!("https://tenant{n}.example.com")).collect()
            }
            Self::Patterns(count) => (0..count).map(|n| format!("https://*.tenant{n}.example")).collect(),
            Self::Any => vec!["*".to_owned()],
        }
    }

    /// Returns an origin that the policy allows.
    pub fn allowed(self) -> String {
        match self {
            Self::One | Self::Any => ONE.to_owned(),
            Self::Exact(count) | Self::InSet(count) => format!("https://tenant{}.example.com", count / 2),
            Self::Patterns(count) => format!("https://shop.tenant{}.example", count / 2),
        }
    }

    fn name(self) -> String {
        match self {
            Self::One => "1 origin".to_owned(),
            Self::Exact(count) => format!("{count} origins"),
            Self::InSet(count) => format!("{count} origins in a set"),
            Self::Patterns(1) => "1 pattern".to_owned(),
            Self::Patterns(count) => format!("{count} patterns"),
            Self::Any => "`*`".to_owned(),
        }
    }
}

/// What a policy is attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The route. Our handler is annotated, or registered with `Routes::route`.
    Route,
    /// The whole app: the policy is a default policy, and no handler is annotated.
    App,
    /// The whole app, and our default policy answers every preflight itself. In axum the policy is around the router, so
    /// that preflights are answered before routing.
    AppAnsweringFirst,
}

/// An app with one route, `GET /items`, and a policy.
#[derive(Clone, Copy, Debug)]
pub struct AppSetup {
    /// The origins that the policy allows.
    pub origins: Origins,
    /// What the policy is attached to.
    pub scope: Scope,
    /// Whether the handler sets `Vary: Origin` itself.
    pub handler_sets_vary: bool,
    /// Whether our policy has `enforce`. The other implementations have no such protection.
    pub enforces: bool,
}

impl AppSetup {
    /// The app of most rows: one origin is allowed on the route.
    pub const ONE: Self =
        Self { origins: Origins::One, scope: Scope::Route, handler_sets_vary: false, enforces: false };
}

/// A request as a server has read it.
#[derive(Clone, Debug)]
pub struct Request {
    /// Whether the method is `OPTIONS`, and not `GET`.
    pub preflight: bool,
    /// Names and values. All values are parts of one buffer, as after reading from a socket.
    pub headers: Vec<(&'static str, Bytes)>,
}

impl Request {
    fn new(preflight: bool, cors_headers: &[(&'static str, String)]) -> Self {
        let browser_headers = [
            ("host", "api.example.com"),
            ("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
            ("accept", "*/*"),
            ("accept-language", "en"),
            ("accept-encoding", "gzip, deflate, br"),
        ];
        let cors_headers = cors_headers.iter().map(|(name, value)| (*name, value.as_str()));
        let mut buffer = BytesMut::new();
        let mut headers = Vec::new();
        for (name, value) in browser_headers.into_iter().chain(cors_headers) {
            buffer.extend_from_slice(value.as_bytes());
            headers.push((name, buffer.split().freeze()));
        }
        Self { preflight, headers }
    }

    fn actual(origin: Option<&str>) -> Self {
        let origin: Vec<_> = origin.iter().map(|origin| ("origin", (*origin).to_owned())).collect();
        Self::new(false, &origin)
    }

    fn actual_with_site(origin: Option<&str>, site: &str) -> Self {
        let origin = origin.iter().map(|origin| ("origin", (*origin).to_owned()));
        Self::new(false, &origin.chain([("sec-fetch-site", site.to_owned())]).collect::<Vec<_>>())
    }

    fn preflight(origin: &str, method: &str, request_headers: &[&str]) -> Self {
        let mut headers =
            vec![("origin", origin.to_owned()), ("access-control-request-method", method.to_owned())];
        headers.extend(
            request_headers.iter().map(|line| ("access-control-request-headers", (*line).to_owned())),
        );
        Self::new(true, &headers)
    }

    /// A preflight with 1,000 lines of `Access-Control-Request-Headers`.
    fn preflight_of_many_lines() -> Self {
        let lines: Vec<String> = (0..1000).map(|number| format!("x-{number}")).collect();
        Self::preflight(ONE, "GET", &lines.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

/// What the response to a request grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The policy allows the request.
    Allowed,
    /// The policy refuses the origin, or there is none.
    OriginRefused,
    /// The policy allows the origin, but refuses the method or a header of the preflight.
    PreflightRefused,
}

/// An app, and a request to it.
#[derive(Clone, Debug)]
pub struct Row {
    /// The name in the tables.
    pub name: String,
    /// The app.
    pub app: AppSetup,
    /// The request.
    pub request: Request,
    /// What the response grants.
    pub expected: Expected,
}

impl Row {
    fn new(name: &str, origins: Origins, request: Request, expected: Expected) -> Self {
        let app = AppSetup { origins, ..AppSetup::ONE };
        Self { name: format!("{name}, {}", origins.name()), app, request, expected }
    }

    fn default_policy(mode: (&str, Scope), name: &str, request: Request, expected: Expected) -> Self {
        let (mode, scope) = mode;
        let app = AppSetup { scope, ..AppSetup::ONE };
        Self { name: format!("{mode}: {name}"), app, request, expected }
    }
}

/// The names of the rows whose instructions the gate compares.
pub const GATE: [&str; 4] = [
    "actual, allowed, 1 origin",
    "actual, not allowed, 1 origin",
    "preflight, allowed, 1 origin",
    "preflight, origin not allowed, 1 origin",
];

/// Returns every row of the tables, in their order.
pub fn rows() -> Vec<Row> {
    [
        rows_of_one_origin(),
        rows_of_many_origins(),
        rows_of_hostile_requests(),
        rows_of_enforce(),
        // The last rows: in a process that has a default policy, annotated routes mark their responses.
        rows_of_default_policy(),
    ]
    .concat()
}

fn rows_of_one_origin() -> Vec<Row> {
    use Expected::{Allowed, OriginRefused, PreflightRefused};
    let headers = ALLOW_HEADERS.join(",");
    let row = |name, request, expected| Row::new(name, Origins::One, request, expected);
    let actual_refused = Request::actual(Some(OTHER));
    let mut sets_vary =
        row("actual, not allowed, handler sets `Vary`", actual_refused.clone(), OriginRefused);
    sets_vary.app.handler_sets_vary = true;
    vec![
        row("actual, allowed", Request::actual(Some(ONE)), Allowed),
        row("actual, not allowed", actual_refused, OriginRefused),
        row("actual, no `Origin`", Request::actual(None), OriginRefused),
        sets_vary,
        row("preflight, allowed", Request::preflight(ONE, "GET", &[&headers]), Allowed),
        row("preflight, origin not allowed", Request::preflight(OTHER, "GET", &[&headers]), OriginRefused),
        row("preflight, method not routed", Request::preflight(ONE, "DELETE", &[&headers]), PreflightRefused),
        row(
            "preflight, header not allowed",
            Request::preflight(ONE, "GET", &["content-type,x-other"]),
            PreflightRefused,
        ),
    ]
}

fn rows_of_many_origins() -> Vec<Row> {
    let headers = ALLOW_HEADERS.join(",");
    let mut rows = Vec::new();
    for origins in [
        Origins::Exact(10),
        Origins::Exact(1_000),
        Origins::Exact(100_000),
        Origins::InSet(100_000),
        Origins::Patterns(1),
        Origins::Patterns(1_000),
        Origins::Any,
    ] {
        let allowed = origins.allowed();
        let preflight = Request::preflight(&allowed, "GET", &[&headers]);
        rows.push(Row::new("actual, allowed", origins, Request::actual(Some(&allowed)), Expected::Allowed));
        rows.push(Row::new("preflight, allowed", origins, preflight, Expected::Allowed));
        if origins != Origins::Any {
            let actual = Request::actual(Some(OTHER));
            rows.push(Row::new("actual, not allowed", origins, actual, Expected::OriginRefused));
        }
    }
    rows
}

fn rows_of_hostile_requests() -> Vec<Row> {
    let long_origin = format!("https://{}.example", "a".repeat(8 * 1024));
    let many_labels = format!("https://{}example", "a.".repeat(4_000));
    let mut rows = Vec::new();
    for origins in [Origins::One, Origins::Exact(1_000), Origins::Patterns(1_000)] {
        for (name, origin) in
            [("actual, 8 KiB `Origin`", &long_origin), ("actual, 4,000 labels", &many_labels)]
        {
            rows.push(Row::new(name, origins, Request::actual(Some(origin)), Expected::OriginRefused));
        }
    }
    let commas = Request::preflight(ONE, "GET", &[&",".repeat(64 * 1024)]);
    let lines = Request::preflight_of_many_lines();
    rows.push(Row::new("preflight, 64 KiB of commas", Origins::One, commas, Expected::PreflightRefused));
    rows.push(Row::new("preflight, 1,000 lines", Origins::One, lines, Expected::PreflightRefused));
    rows
}

fn rows_of_default_policy() -> Vec<Row> {
    use Expected::{Allowed, OriginRefused, PreflightRefused};
    let headers = ALLOW_HEADERS.join(",");
    let preflight = |origin| Request::preflight(origin, "GET", &[&headers]);
    let modes = [("default policy", Scope::App), ("answers every preflight", Scope::AppAnsweringFirst)];
    modes
        .into_iter()
        .flat_map(|mode| {
            [
                Row::default_policy(mode, "actual, allowed", Request::actual(Some(ONE)), Allowed),
                Row::default_policy(mode, "actual, not allowed", Request::actual(Some(OTHER)), OriginRefused),
                Row::default_policy(mode, "preflight, allowed", preflight(ONE), Allowed),
                Row::default_policy(mode, "preflight, origin not allowed", preflight(OTHER), OriginRefused),
                Row::default_policy(
                    mode,
                    "preflight, 1,000 lines",
                    Request::preflight_of_many_lines(),
                    PreflightRefused,
                ),
            ]
        })
        .collect()
}

fn rows_of_enforce() -> Vec<Row> {
    use Expected::{Allowed, OriginRefused};
    let row = |name: &str, request, expected| Row {
        name: format!("ours with `enforce`: {name}"),
        app: AppSetup { enforces: true, ..AppSetup::ONE },
        request,
        expected,
    };
    vec![
        row("actual, allowed", Request::actual_with_site(Some(ONE), "cross-site"), Allowed),
        row("actual, own page", Request::actual_with_site(None, "same-origin"), OriginRefused),
        row("actual, refused", Request::actual_with_site(Some(OTHER), "cross-site"), OriginRefused),
        row("actual, refused without `Origin`", Request::actual_with_site(None, "cross-site"), OriginRefused),
    ]
}

/// Returns whether an origin matches one of [`Origins::Patterns`], as hand-written code finds it.
pub fn pattern_matcher(origins: Origins) -> impl Fn(&[u8]) -> bool + Clone + Send + Sync + 'static {
    let parents = origins.list().into_iter().map(|pattern| pattern.replace("https://*.", ""));
    let parents: Arc<HashSet<String>> = Arc::new(parents.collect());
    move |origin| {
        let Some(host) = str::from_utf8(origin).ok().and_then(|text| text.strip_prefix("https://")) else {
            return false;
        };
        let mut rest = host;
        while let Some((_, parent)) = rest.split_once('.') {
            if parents.contains(parent) {
                return true;
            }
            rest = parent;
        }
        false
    }
}
