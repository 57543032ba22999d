//! The requests that are sent, with what the manifest promises about each answer.

use super::origins::ListedOrigin;
use super::probe::{Page, PageKind, Probe, Request, RequestKind, UNKNOWN_HEADER};
use super::promise::{Admission, Permission, Promise, Promises, names};
use crate::export::Framework;
use crate::manifest::UnlistedOrigins;
use cors_runtime::AllowHeaders;
use std::collections::{BTreeSet, HashMap};
use std::time::{SystemTime, UNIX_EPOCH};

/// A page that no policy lists.
const UNRELATED: &str = "https://cors-verify.example";
/// A method that no route takes.
const UNKNOWN_METHOD: &str = "CORS-VERIFY";
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
    pub(super) shares_url: bool,
    pub(super) probes: Vec<Probe>,
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

/// A route, and its path with values in place of the parameters.
#[derive(Clone, Copy)]
struct RoutePath<'a> {
    route: usize,
    path: &'a str,
}

impl Planner<'_> {
    fn plan_route(&mut self, number: usize) {
        let route = self.promises.routes[number].route;
        let path = match self.promises.routes[number].template.with_values(&self.options.parameters) {
            Ok(path) => path,
            Err(name) => {
                let reason =
                    format!("no value of the path parameter `{name}` is known: write `--param {name}=VALUE`");
                return self.not_checked(number, reason);
            }
        };
        let at = RoutePath { route: number, path: &path };
        for source in &route.unlisted_origins {
            let hint = match source {
                UnlistedOrigins::Environment(name) => format!("`--env {name}=VALUE`"),
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
        let given = self.promises.allowed_origins.iter().chain(self.promises.refused_origins);
        pages.extend(given.map(|origin| Page::new(origin, PageKind::Given)));
        pages.push(Page::new(UNRELATED, PageKind::Unrelated));
        pages.push(Page::new("null", PageKind::Null));
        for element in &asked {
            let misses = element.near_misses().into_iter().filter(|(_, origin)| !origins.allow(origin));
            pages.extend(misses.map(|(kind, origin)| Page::new(&origin, PageKind::NearMiss(kind))));
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

    fn plan_preflights(&mut self, at: RoutePath<'_>, pages: &[Page]) {
        let route = self.promises.routes[at.route].route;
        let methods: Vec<String> = if route.methods.is_empty() {
            let candidates = ["GET", "PUT", "PATCH", "DELETE", "POST"].into_iter();
            let taken = candidates.filter(|method| self.promises.takes(at.route, method));
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
                if method_number == 0 || !matches!(page.kind, PageKind::NearMiss(_)) {
                    let request = Request::new(method, RequestKind::Preflight(headers.clone()));
                    self.push_single(at, page.clone(), request);
                }
            }
        }
        let Some(first_method) = methods.first() else { return };
        let Some(allowed) = pages.first().filter(|page| self.is_allowed(at.route, page)) else { return };
        let unknown = UNKNOWN_HEADER.to_owned();
        if !headers.contains(&unknown) {
            let headers = headers.iter().cloned().chain([unknown]).collect();
            let request = Request::new(first_method, RequestKind::Preflight(headers));
            self.push_single(at, allowed.clone(), request);
        }
        if !self.takes_every_method(at) {
            let request = Request::new(UNKNOWN_METHOD, RequestKind::Preflight(Vec::new()));
            let url = self.fresh_url(at.path);
            let promises = vec![Promise::MethodNotRouted];
            self.push_probe(Probe { route: at.route, url, page: allowed.clone(), request, promises });
        }
        self.plan_preflights_for_head(at, pages, &headers);
        if let Some(other) = self.other_page(at.route, pages) {
            let request = Request::new(first_method, RequestKind::Preflight(headers));
            self.push_series(at, [allowed, other, allowed], &request);
        }
    }

    /// Plans preflights for `HEAD` at a route for `GET`, which takes it in axum only.
    fn plan_preflights_for_head(&mut self, at: RoutePath<'_>, pages: &[Page], headers: &[String]) {
        let Some(framework) = self.options.framework else { return };
        let Promises { routes, .. } = self.promises;
        let own = routes[at.route].route;
        let at_path = || routes.iter().filter(|other| other.route.path == own.path);
        let takes = |method: &str| at_path().any(|other| names(other.route, method));
        if !names(own, "GET") || takes("HEAD") || framework == Framework::Actix && self.takes_every_method(at)
        {
            return;
        }
        let preflight = |method| Request::new(method, RequestKind::Preflight(headers.to_vec()));
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
            self.push_probe(probe);
        }
    }

    fn plan_fetches(&mut self, at: RoutePath<'_>, pages: &[Page]) {
        let route = self.promises.routes[at.route].route;
        let safe = ["GET", "HEAD"].into_iter().find(|method| self.promises.takes(at.route, method));
        let first = pages.first().filter(|page| self.is_allowed(at.route, page));
        if let Some(method) = safe {
            let request = Request::new(method, RequestKind::Fetch);
            for page in pages {
                self.push_single(at, page.clone(), request.clone());
            }
            let without_origin = Page::without_origin();
            self.push_single(at, without_origin.clone(), request.clone());
            if let (Some(allowed), Some(other)) = (first, self.other_page(at.route, pages)) {
                self.push_series(at, [allowed, other, allowed, &without_origin], &request);
                self.push_series(at, [&without_origin, allowed], &request);
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
            if safe == Some(method) || !self.promises.takes(at.route, method) {
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
                self.push_single(at, page.clone(), Request::new(method, RequestKind::Fetch));
            }
        }
        if !not_sent.is_empty() {
            let reason = format!(
                "the responses to {}, which were not sent: `--send {}` sends them",
                not_sent.join(" and "),
                not_sent.join(",")
            );
            self.not_checked(at.route, reason);
        }
    }

    /// Requests that `enforce` decides about and that have no `Origin`.
    fn plan_protection(&mut self, at: RoutePath<'_>, method: &str) {
        let Some(enforcement) = self.promises.routes[at.route].route.policy.enforcement() else { return };
        let navigation =
            if enforcement.allows_navigations() { Admission::Passes } else { Admission::Refused };
        let mut requests =
            vec![(RequestKind::Image, Admission::Refused), (RequestKind::Navigation, navigation)];
        if enforcement.hosts().is_some() {
            requests.push((RequestKind::OtherHost, Admission::HostNotListed));
        }
        for (kind, admission) in requests {
            let url = self.fresh_url(at.path);
            let mut probe = self.probe(at, Page::without_origin(), Request::new(method, kind), url);
            for promise in &mut probe.promises {
                if let Promise::Response(promise) = promise
                    && promise.admission != Admission::Always
                {
                    promise.admission = admission;
                }
            }
            self.push_probe(probe);
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
    fn takes_every_method(&self, at: RoutePath<'_>) -> bool {
        let mut routes = self.promises.routes.iter();
        let own = &self.promises.routes[at.route].route.path;
        routes.any(|other| {
            other.route.methods.is_empty() && (other.route.path == *own || other.template.matches(at.path))
        })
    }

    fn push_single(&mut self, at: RoutePath<'_>, page: Page, request: Request) {
        let url = self.fresh_url(at.path);
        self.push_probe(self.probe(at, page, request, url));
    }

    fn push_probe(&mut self, probe: Probe) {
        self.plan.series.push(Series { shares_url: false, probes: vec![probe] });
    }

    fn push_series<const N: usize>(&mut self, at: RoutePath<'_>, pages: [&Page; N], request: &Request) {
        let url = self.fresh_url(at.path);
        let probes = pages
            .map(|page| self.probe(at, page.clone(), request.clone(), url.clone()))
            .into_iter()
            .collect();
        self.plan.series.push(Series { shares_url: true, probes });
    }

    fn probe(&self, at: RoutePath<'_>, page: Page, request: Request, url: String) -> Probe {
        let routes =
            [at.route].into_iter().chain(self.promises.others_at(at.route, at.path, &request.method));
        let promise = |number| match (&request.kind, &page.origin) {
            (RequestKind::Preflight(headers), Some(origin)) => {
                let promise = self.promises.preflight(number, origin, &request.method, headers, at.path);
                Promise::Preflight(promise)
            }
            (_, origin) => Promise::Response(self.promises.response(number, origin.as_deref())),
        };
        let promises = routes.map(promise).collect();
        Probe { route: at.route, url, page, request, promises }
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
