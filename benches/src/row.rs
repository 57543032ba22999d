//! Policies and requests.

use bytes::BytesMut;
use cors_runtime::OriginSet;
use std::collections::HashSet;
use std::sync::Arc;

/// The origin of [`Origins::One`].
pub const ONE: &str = "https://app.example.com";
/// An origin that no policy but `*` allows.
pub const OTHER: &str = "https://evil.example.net";
/// Request headers that every policy allows.
pub const ALLOW_HEADERS: [&str; 2] = ["content-type", "x-requested-with"];
/// Seconds.
pub const MAX_AGE: u32 = 7200;

/// The origins of [`Origins::InSet`].
pub static SET: OriginSet = OriginSet::new();

/// The origins of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origins {
    /// [`ONE`].
    One,
    /// So many origins.
    Exact(usize),
    /// So many origins; for this crate, in [`SET`] and on an annotated handler.
    InSet(usize),
    /// So many patterns for subdomains.
    Patterns(usize),
    /// `*`, and no credentials.
    Any,
}

impl Origins {
    /// As `origins = [..]` lists them.
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

    /// One that is allowed.
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

/// A request, as a server would have read it.
#[derive(Clone, Debug)]
pub struct Request {
    /// Whether it is an `OPTIONS` request.
    pub preflight: bool,
    /// Names and values. The values are parts of one buffer.
    pub headers: Vec<(&'static str, bytes::Bytes)>,
}

impl Request {
    fn new(preflight: bool, cors: &[(&'static str, String)]) -> Self {
        let browser = [
            ("host", "api.example.com"),
            ("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
            ("accept", "*/*"),
            ("accept-language", "en"),
            ("accept-encoding", "gzip, deflate, br"),
        ];
        let all = browser.iter().map(|(name, value)| (*name, *value));
        let all = all.chain(cors.iter().map(|(name, value)| (*name, value.as_str())));
        let mut buffer = BytesMut::new();
        let mut headers = Vec::new();
        for (name, value) in all {
            buffer.extend_from_slice(value.as_bytes());
            headers.push((name, buffer.split().freeze()));
        }
        Self { preflight, headers }
    }

    fn actual(origin: Option<&str>) -> Self {
        let origin: Vec<_> = origin.iter().map(|origin| ("origin", (*origin).to_owned())).collect();
        Self::new(false, &origin)
    }

    fn preflight(origin: &str, method: &str, headers: &str) -> Self {
        let cors = [("origin", origin), ("access-control-request-method", method)];
        let cors = cors.map(|(name, value)| (name, value.to_owned()));
        let headers = (!headers.is_empty()).then(|| ("access-control-request-headers", headers.to_owned()));
        Self::new(true, &cors.into_iter().chain(headers).collect::<Vec<_>>())
    }

    fn many_lines() -> Self {
        let cors = [("origin", ONE), ("access-control-request-method", "GET")];
        let lines = (0..1000).map(|n| ("access-control-request-headers", format!("x-{n}")));
        let cors = cors.into_iter().map(|(name, value)| (name, value.to_owned()));
        Self::new(true, &cors.chain(lines).collect::<Vec<_>>())
    }
}

/// A policy and a request.
#[derive(Clone, Debug)]
pub struct Row {
    /// What the table calls it.
    pub name: String,
    /// Who is allowed.
    pub origins: Origins,
    /// What is asked.
    pub request: Request,
    /// Whether the handler sets `Vary: Origin` itself.
    pub varies: bool,
}

impl Row {
    fn new(name: &str, origins: Origins, request: Request) -> Self {
        Self { name: format!("{name}, {}", origins.name()), origins, request, varies: false }
    }
}

/// The rows of the gate: the first four of the table.
pub const GATE: [&str; 4] = [
    "actual, allowed, 1 origin",
    "actual, not allowed, 1 origin",
    "preflight, allowed, 1 origin",
    "preflight, origin not allowed, 1 origin",
];

/// Every row of the table.
pub fn rows() -> Vec<Row> {
    let headers = ALLOW_HEADERS.join(",");
    let mut rows = vec![
        Row::new("actual, allowed", Origins::One, Request::actual(Some(ONE))),
        Row::new("actual, not allowed", Origins::One, Request::actual(Some(OTHER))),
        Row::new("actual, no `Origin`", Origins::One, Request::actual(None)),
        Row {
            varies: true,
            ..Row::new("actual, not allowed, handler sets `Vary`", Origins::One, Request::actual(Some(OTHER)))
        },
        Row::new("preflight, allowed", Origins::One, Request::preflight(ONE, "GET", &headers)),
        Row::new("preflight, origin not allowed", Origins::One, Request::preflight(OTHER, "GET", &headers)),
        Row::new("preflight, method not routed", Origins::One, Request::preflight(ONE, "DELETE", &headers)),
        Row::new(
            "preflight, header not allowed",
            Origins::One,
            Request::preflight(ONE, "GET", "content-type,x-other"),
        ),
    ];
    let lists = [10, 1_000, 100_000].map(Origins::Exact).into_iter();
    for origins in
        lists.chain([Origins::InSet(100_000), Origins::Patterns(1), Origins::Patterns(1_000), Origins::Any])
    {
        rows.push(Row::new("actual, allowed", origins, Request::actual(Some(&origins.allowed()))));
        rows.push(Row::new(
            "preflight, allowed",
            origins,
            Request::preflight(&origins.allowed(), "GET", &headers),
        ));
        if origins != Origins::Any {
            rows.push(Row::new("actual, not allowed", origins, Request::actual(Some(OTHER))));
        }
    }
    let long = format!("https://{}.example", "a".repeat(8 * 1024));
    let labels = format!("https://{}example", "a.".repeat(4_000));
    for origins in [Origins::One, Origins::Exact(1_000), Origins::Patterns(1_000)] {
        rows.push(Row::new("actual, 8 KiB `Origin`", origins, Request::actual(Some(&long))));
        rows.push(Row::new("actual, 4,000 labels", origins, Request::actual(Some(&labels))));
    }
    let commas = ",".repeat(64 * 1024);
    rows.push(Row::new("preflight, 64 KiB of commas", Origins::One, Request::preflight(ONE, "GET", &commas)));
    rows.push(Row::new("preflight, 1,000 lines", Origins::One, Request::many_lines()));
    rows
}

/// Whether a pattern covers an origin, as one would write it by hand.
pub fn patterns(origins: Origins) -> impl Fn(&[u8]) -> bool + Clone + Send + Sync + 'static {
    let bases = origins.list().into_iter().map(|pattern| pattern.replace("https://*.", ""));
    let bases: Arc<HashSet<String>> = Arc::new(bases.collect());
    move |origin| {
        let Some(host) = str::from_utf8(origin).ok().and_then(|text| text.strip_prefix("https://")) else {
            return false;
        };
        let mut rest = host;
        while let Some((_, base)) = rest.split_once('.') {
            if bases.contains(base) {
                return true;
            }
            rest = base;
        }
        false
    }
}
