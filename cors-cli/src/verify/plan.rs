//! The requests that are sent, with what the manifest promises about each answer.

use super::origins::{ListedOrigin, NearMiss};
use super::promise::{Admission, Permission, Promise, Promises, names};
use crate::export::Framework;
use cors_runtime::AllowHeaders;
use cors_runtime::testing::{TargetError, WireRequest};
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// A page that no policy lists.
const UNRELATED: &str = "https://cors-verify.example";
/// A request header that no policy lists.
const UNKNOWN_HEADER: &str = "x-cors-verify";
/// A method that no route takes.
const UNKNOWN_METHOD: &str = "CORS-VERIFY";
/// A host that is in no list of hosts.
const OTHER_HOST: &str = "cors-verify.example";

/// What the command line says about the requests.
#[derive(Clone, Debug)]
pub(super) struct PlanOptions {
    /// The URL before every path, without a slash at its end.
    pub(super) base: String,
    /// The values of path parameters.
    pub(super) parameters: HashMap<String, String>,
    /// The methods that may be sent besides `OPTIONS`, `GET` and `HEAD`.
    pub(super) send: Vec<String>,
    /// The framework of the application, if it is known.
    pub(super) framework: Option<Framework>,
    /// Origins that the application allows although the manifest does not list them.
    pub(super) allowed_origins: Vec<String>,
    /// Origins that the application refuses.
    pub(super) refused_origins: Vec<String>,
    /// The number of listed origins of a route as whose pages requests are sent.
    pub(super) max_origins: usize,
}

/// All requests.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) series: Vec<Series>,
    pub(super) not_checked: Vec<NotChecked>,
}

/// Something that no request can check.
#[derive(Debug)]
pub(super) struct NotChecked {
    pub(super) route: usize,
    pub(super) reason: String,
}

/// Requests that are sent one after the other.
#[derive(Debug)]
pub(super) struct Series {
    /// Whether all requests have the same URL, so that a cache may mix up their answers.
    pub(super) finds_caches: bool,
    pub(super) probes: Vec<Probe>,
}

/// One request.
#[derive(Clone, Debug)]
pub(super) struct Probe {
    pub(super) route: usize,
    pub(super) url: String,
    pub(super) page: Page,
    pub(super) request: Request,
    /// What the manifest promises. There are several promises if other routes of the manifest match the URL, too.
    pub(super) promises: Vec<Promise>,
}

/// The page that sends a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Page {
    /// The value of `Origin`.
    pub(super) origin: Option<String>,
    pub(super) kind: PageKind,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum PageKind {
    /// The policy lists it.
    Listed,
    /// The command line names it.
    Given,
    /// Every policy that lists its origins refuses it.
    Unrelated,
    /// A sandboxed frame.
    Null,
    /// It looks like an origin that the policy lists.
    NearMiss { kind: NearMiss, of: String },
    /// A request without `Origin`.
    NoOrigin,
}

/// What a page does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Request {
    Preflight {
        method: String,
        headers: Vec<String>,
    },
    /// `fetch(..)`, or a request of a client that is no browser.
    Fetch {
        method: String,
    },
    /// An image of another site.
    Image {
        method: String,
    },
    /// A link of another site.
    Navigation {
        method: String,
    },
    /// A request with another `Host`, as after DNS rebinding.
    OtherHost {
        method: String,
    },
}

impl Page {
    fn new(origin: &str, kind: PageKind) -> Self {
        Self { origin: Some(origin.to_owned()), kind }
    }

    pub(super) fn without_origin() -> Self {
        Self { origin: None, kind: PageKind::NoOrigin }
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = self.origin.as_deref().unwrap_or("no Origin");
        match &self.kind {
            PageKind::NearMiss { kind, .. } => write!(f, "{origin} ({kind})"),
            PageKind::Unrelated => write!(f, "{origin} (any other page)"),
            _ => f.write_str(origin),
        }
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Preflight { method, headers } if headers.iter().any(|name| name == UNKNOWN_HEADER) => {
                write!(f, "preflight for {method} with {UNKNOWN_HEADER}")
            }
            Self::Preflight { method, .. } => write!(f, "preflight for {method}"),
            Self::Fetch { method } => f.write_str(method),
            Self::Image { method } => write!(f, "{method} of an image"),
            Self::Navigation { method } => write!(f, "{method} of a link"),
            Self::OtherHost { method } => write!(f, "{method} with another Host"),
        }
    }
}

impl Probe {
    /// The request as a browser sends it. `headers` are added to every request that is not a preflight.
    pub(super) fn wire_request(&self, headers: &[(String, String)]) -> Result<WireRequest, TargetError> {
        let method = match &self.request {
            Request::Preflight { .. } => "OPTIONS",
            Request::Fetch { method }
            | Request::Image { method }
            | Request::Navigation { method }
            | Request::OtherHost { method } => method,
        };
        let mut request = WireRequest::new(method, &self.url)?
            .with_header("accept", "*/*")
            .with_header("user-agent", concat!("cors/", env!("CARGO_PKG_VERSION")));
        if let Some(origin) = &self.page.origin {
            request = request.with_header("origin", origin);
        }
        let metadata = match (&self.request, &self.page.origin) {
            (Request::Preflight { .. } | Request::Fetch { .. }, Some(_)) => Some(("cors", "empty")),
            (Request::Image { .. }, _) => Some(("no-cors", "image")),
            (Request::Navigation { .. }, _) => Some(("navigate", "document")),
            _ => None,
        };
        if let Some((mode, destination)) = metadata {
            request = request
                .with_header("sec-fetch-site", "cross-site")
                .with_header("sec-fetch-mode", mode)
                .with_header("sec-fetch-dest", destination);
        }
        match &self.request {
            Request::Preflight { method, headers } => {
                request = request.with_header("access-control-request-method", method);
                if !headers.is_empty() {
                    request = request.with_header("access-control-request-headers", headers.join(","));
                }
                return Ok(request);
            }
            Request::OtherHost { .. } => request = request.with_header("host", OTHER_HOST),
            _ => {}
        }
        Ok(headers.iter().fold(request, |request, (name, value)| request.with_header(name, value)))
    }
}

/// Plans the requests.
pub(super) fn plan(promises: &Promises<'_>, options: &PlanOptions) -> Plan {
    let mut planner = Planner { promises, options, run: run_number(), urls: 0, plan: Plan::default() };
    for number in 0..promises.routes.len() {
        planner.plan_route(number);
    }
    planner.plan
}

struct Planner<'a> {
    promises: &'a Promises<'a>,
    options: &'a PlanOptions,
    run: u128,
    urls: usize,
    plan: Plan,
}

/// A route with the path of its URL.
#[derive(Clone, Copy)]
struct Location<'a> {
    number: usize,
    path: &'a str,
}

impl Planner<'_> {
    fn plan_route(&mut self, number: usize) {
        let route = self.promises.routes[number].route;
        let path = match self.promises.routes[number].pattern.with_values(&self.options.parameters) {
            Ok(path) => path,
            Err(name) => {
                let reason =
                    format!("no value of the path parameter `{name}` is known: write `--param {name}=VALUE`");
                return self.not_checked(number, reason);
            }
        };
        let at = Location { number, path: &path };
        for source in &route.unlisted_origins {
            let hint = match source {
                crate::manifest::UnlistedOrigins::Environment(name) => format!("`--env {name}=VALUE`"),
                _ => "`--origin ORIGIN` and `--refused-origin ORIGIN`".to_owned(),
            };
            self.not_checked(number, format!("whether {source} allows the right pages: {hint} tell more"));
        }
        let pages = self.pages(number);
        self.plan_preflights(at, &pages);
        self.plan_fetches(at, &pages);
    }

    /// The pages as which requests are sent: first those that the policy allows.
    fn pages(&mut self, number: usize) -> Vec<Page> {
        let origins = &self.promises.routes[number].origins;
        let asked: Vec<&ListedOrigin> = origins.elements.iter().take(self.options.max_origins).collect();
        let left_out = origins.elements.len() - asked.len();
        let mut pages = Vec::new();
        for element in &asked {
            pages.extend(element.examples().iter().map(|example| Page::new(example, PageKind::Listed)));
        }
        let given = self.options.allowed_origins.iter().chain(&self.options.refused_origins);
        pages.extend(given.map(|origin| Page::new(origin, PageKind::Given)));
        pages.push(Page::new(UNRELATED, PageKind::Unrelated));
        pages.push(Page::new("null", PageKind::Null));
        for element in &asked {
            let misses = element.near_misses().into_iter().filter(|(_, origin)| !origins.allow(origin));
            pages.extend(misses.map(|(kind, origin)| {
                Page::new(&origin, PageKind::NearMiss { kind, of: element.text().to_owned() })
            }));
        }
        let mut seen = BTreeSet::new();
        pages.retain(|page| seen.insert(page.origin.clone()));
        if left_out > 0 {
            let reason = format!("{left_out} more listed origins: `--max-origins` raises the limit");
            self.not_checked(number, reason);
        }
        // Pages that are allowed come first, so that the first page of the list is one if there is any.
        pages.sort_by_key(|page| self.permission(number, page) != Permission::Allowed);
        pages
    }

    fn plan_preflights(&mut self, at: Location<'_>, pages: &[Page]) {
        let route = self.promises.routes[at.number].route;
        let methods: Vec<String> = if route.methods.is_empty() {
            let candidates = ["GET", "PUT", "PATCH", "DELETE", "POST"].into_iter();
            let taken = candidates.filter(|method| self.promises.takes(at.number, method));
            taken.take(2).map(str::to_owned).collect()
        } else {
            route.methods.clone()
        };
        let headers: Vec<String> = match route.policy.allow_headers() {
            AllowHeaders::Any => vec![UNKNOWN_HEADER.to_owned()],
            AllowHeaders::Names(names) if names.iter().any(|name| name == "*") => {
                vec![UNKNOWN_HEADER.to_owned()]
            }
            AllowHeaders::Names(names) => {
                let mut names: Vec<String> = names.iter().map(str::to_ascii_lowercase).collect();
                names.sort_unstable();
                names
            }
            _ => Vec::new(),
        };
        for (method_number, method) in methods.iter().enumerate() {
            for page in pages {
                // What decides about origins is the same for every method of a route.
                if method_number == 0 || !matches!(page.kind, PageKind::NearMiss { .. }) {
                    let request = Request::Preflight { method: method.clone(), headers: headers.clone() };
                    self.push_single(at, page.clone(), request);
                }
            }
        }
        let Some(first_method) = methods.first() else { return };
        let Some(allowed) = pages.first().filter(|page| self.is_allowed(at.number, page)) else { return };
        let unknown = UNKNOWN_HEADER.to_owned();
        if !headers.contains(&unknown) {
            let headers = headers.iter().cloned().chain([unknown]).collect();
            self.push_single(
                at,
                allowed.clone(),
                Request::Preflight { method: first_method.clone(), headers },
            );
        }
        if !self.takes_every_method(at) {
            let request = Request::Preflight { method: UNKNOWN_METHOD.to_owned(), headers: Vec::new() };
            let url = self.fresh_url(at.path);
            let promises = vec![Promise::MethodNotRouted];
            let probe = Probe { route: at.number, url, page: allowed.clone(), request, promises };
            self.plan.series.push(Series { finds_caches: false, probes: vec![probe] });
        }
        self.plan_preflights_for_head(at, pages, &headers);
        if let Some(other) = self.other_page(at.number, pages) {
            let request = Request::Preflight { method: first_method.clone(), headers };
            self.push_series(at, [allowed, other, allowed], &request);
        }
    }

    /// Plans preflights for `HEAD` at a route for `GET`, which takes it in axum only.
    fn plan_preflights_for_head(&mut self, at: Location<'_>, pages: &[Page], headers: &[String]) {
        let Some(framework) = self.options.framework else { return };
        let Promises { routes, .. } = self.promises;
        let own = routes[at.number].route;
        let at_path = || routes.iter().filter(|other| other.route.path == own.path);
        let takes = |method: &str| at_path().any(|other| names(other.route, method));
        if !names(own, "GET") || takes("HEAD") || framework == Framework::Actix && self.takes_every_method(at)
        {
            return;
        }
        let preflight =
            |method: &str| Request::Preflight { method: method.to_owned(), headers: headers.to_vec() };
        let is_asked = |number: usize, page: &Page| number == 0 || page.kind == PageKind::Unrelated;
        for (_, page) in pages.iter().enumerate().filter(|(number, page)| is_asked(*number, page)) {
            let url = self.fresh_url(at.path);
            let mut probe = self.probe(at, page.clone(), preflight("HEAD"), url.clone());
            match framework {
                Framework::Axum => {
                    probe.promises.extend(self.probe(at, page.clone(), preflight("GET"), url).promises);
                }
                Framework::Actix => probe.promises[0] = Promise::MethodNotRouted,
            }
            self.plan.series.push(Series { finds_caches: false, probes: vec![probe] });
        }
    }

    fn plan_fetches(&mut self, at: Location<'_>, pages: &[Page]) {
        let route = self.promises.routes[at.number].route;
        let safe = ["GET", "HEAD"].into_iter().find(|method| self.promises.takes(at.number, method));
        let first = pages.first().filter(|page| self.is_allowed(at.number, page));
        if let Some(method) = safe {
            let request = Request::Fetch { method: method.to_owned() };
            for page in pages {
                self.push_single(at, page.clone(), request.clone());
            }
            self.push_single(at, Page::without_origin(), request.clone());
            let nobody = Page::without_origin();
            if let (Some(allowed), Some(other)) = (first, self.other_page(at.number, pages)) {
                self.push_series(at, [allowed, other, allowed, &nobody], &request);
                self.push_series(at, [&nobody, allowed], &request);
            }
            self.plan_protection(at, method);
        }
        let unsafe_methods: Vec<&str> = if route.methods.is_empty() {
            self.options.send.iter().map(String::as_str).collect()
        } else {
            route.methods.iter().map(String::as_str).collect()
        };
        let mut not_sent = Vec::new();
        for method in unsafe_methods {
            if safe == Some(method) || !self.promises.takes(at.number, method) {
                continue;
            }
            // Every safe method of a route has the same answers.
            let is_sent =
                method == "HEAD" || method == "GET" || self.options.send.iter().any(|sent| sent == method);
            if !is_sent {
                not_sent.push(method);
                continue;
            }
            let unrelated = pages.iter().find(|page| page.kind == PageKind::Unrelated);
            for page in first.into_iter().chain(unrelated) {
                self.push_single(at, page.clone(), Request::Fetch { method: method.to_owned() });
            }
        }
        if !not_sent.is_empty() {
            let reason = format!(
                "the responses to {}, which were not sent: `--send {}` sends them",
                not_sent.join(" and "),
                not_sent.join(",")
            );
            self.not_checked(at.number, reason);
        }
    }

    /// Requests that `enforce` decides about and that have no `Origin`.
    fn plan_protection(&mut self, at: Location<'_>, method: &str) {
        let Some(enforcement) = self.promises.routes[at.number].route.policy.enforcement() else { return };
        let method = method.to_owned();
        let navigation =
            if enforcement.allows_navigations() { Admission::Passes } else { Admission::Refused };
        let mut requests = vec![
            (Request::Image { method: method.clone() }, Admission::Refused),
            (Request::Navigation { method: method.clone() }, navigation),
        ];
        if enforcement.hosts().is_some() {
            requests.push((Request::OtherHost { method }, Admission::HostNotListed));
        }
        for (request, admission) in requests {
            let url = self.fresh_url(at.path);
            let mut probe = self.probe(at, Page::without_origin(), request, url);
            for promise in &mut probe.promises {
                if let Promise::Response(promise) = promise
                    && promise.admission != Admission::Always
                {
                    promise.admission = admission;
                }
            }
            self.plan.series.push(Series { finds_caches: false, probes: vec![probe] });
        }
    }

    /// A page whose answers differ from those of the first page.
    fn other_page<'p>(&self, number: usize, pages: &'p [Page]) -> Option<&'p Page> {
        if self.promises.routes[number].origins.any {
            return None;
        }
        let is_known = |page: &&Page| self.permission(number, page) != Permission::Unknown;
        pages.iter().skip(1).find(is_known)
    }

    fn permission(&self, number: usize, page: &Page) -> Permission {
        page.origin.as_ref().map_or(Permission::Refused, |origin| self.promises.permission(number, origin))
    }

    fn is_allowed(&self, number: usize, page: &Page) -> bool {
        self.permission(number, page) == Permission::Allowed
    }

    /// Whether a route of the URL takes every method.
    fn takes_every_method(&self, at: Location<'_>) -> bool {
        let mut routes = self.promises.routes.iter();
        let own = &self.promises.routes[at.number].route.path;
        routes.any(|other| {
            other.route.methods.is_empty() && (other.route.path == *own || other.pattern.matches(at.path))
        })
    }

    fn push_single(&mut self, at: Location<'_>, page: Page, request: Request) {
        let url = self.fresh_url(at.path);
        let probe = self.probe(at, page, request, url);
        self.plan.series.push(Series { finds_caches: false, probes: vec![probe] });
    }

    fn push_series<const N: usize>(&mut self, at: Location<'_>, pages: [&Page; N], request: &Request) {
        let url = self.fresh_url(at.path);
        let probes = pages
            .map(|page| self.probe(at, page.clone(), request.clone(), url.clone()))
            .into_iter()
            .collect();
        self.plan.series.push(Series { finds_caches: true, probes });
    }

    fn probe(&self, at: Location<'_>, page: Page, request: Request, url: String) -> Probe {
        let method = match &request {
            Request::Preflight { method, .. }
            | Request::Fetch { method }
            | Request::Image { method }
            | Request::Navigation { method }
            | Request::OtherHost { method } => method,
        };
        let routes = [at.number].into_iter().chain(self.promises.others_at(at.number, at.path, method));
        let promise = |number| match (&request, &page.origin) {
            (Request::Preflight { method, headers }, Some(origin)) => {
                Promise::Preflight(self.promises.preflight(number, origin, method, headers, at.path))
            }
            (_, origin) => Promise::Response(self.promises.response(number, origin.as_deref())),
        };
        let promises = routes.map(promise).collect();
        Probe { route: at.number, url, page, request, promises }
    }

    /// A URL that no cache has stored, so that no answer to this command is served to anybody else.
    fn fresh_url(&mut self, path: &str) -> String {
        self.urls += 1;
        format!("{}{path}?cors-verify={:x}-{}", self.options.base, self.run, self.urls)
    }

    fn not_checked(&mut self, route: usize, reason: String) {
        self.plan.not_checked.push(NotChecked { route, reason });
    }
}

/// A number that differs between two runs.
fn run_number() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_millis())
}
