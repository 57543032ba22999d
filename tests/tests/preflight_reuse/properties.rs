//! What has to hold for every answer to a preflight.

use crate::app::{METHODS, PATHS, Plan, Registration, Route};
use crate::policies::ORIGINS;
use std::collections::HashMap;
use tests::ask::{Answer, Ask};

/// An app that answers.
pub(crate) type Server = dyn FnMut(&Ask) -> Answer;

/// The header in which a handler names its route.
pub(crate) const ROUTE: &str = "x-route";

/// Methods that need no permission. <https://fetch.spec.whatwg.org/#cors-safelisted-method>
const SAFELISTED: [&str; 3] = ["GET", "HEAD", "POST"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Property {
    /// No request that a remembered answer allows reaches a route whose policy refuses the origin or its credentials.
    Safe,
    /// An answer of an annotated route that opens no such route has the `max_age` that is declared.
    Kept,
    /// Where methods of a URL are annotated a default policy lists nothing but the requested method.
    Listed,
}

/// Asks for everything, and gives the number of answers that the property is about.
pub(crate) fn check(plan: &Plan, property: Property, server: &mut Server) -> Result<u64, String> {
    let answers_every_preflight =
        plan.default.as_ref().is_some_and(|default| default.answers_every_preflight);
    if answers_every_preflight && property != Property::Safe {
        // The annotated routes do not answer then.
        return Ok(0);
    }
    let mut checked = 0;
    for url in plan.urls() {
        let routed = Routed::new(plan, &url, server);
        for origin in ORIGINS {
            // A script can also ask for `*`, which means every method in an answer.
            for requested in METHODS.into_iter().chain(["*"]) {
                let answer = server(&Ask::preflight(requested, &url).origin(origin));
                let preflight =
                    Preflight { plan, url: &url, routed: &routed, origin, requested, answer: &answer };
                let result = match property {
                    Property::Safe => preflight.opens_nothing_that_refuses(server),
                    Property::Kept => preflight.keeps_max_age(),
                    Property::Listed => preflight.lists_the_requested_method(),
                };
                match result {
                    Ok(is_about) => checked += u64::from(is_about),
                    Err(what) => {
                        return Err(format!(
                            "preflight for {requested} {url} of {origin}: {what}\n{answer:?}\n\
                             the annotated routes of the URL: {:#?}",
                            routed.0
                        ));
                    }
                }
            }
        }
    }
    Ok(checked)
}

/// The annotated routes that the methods of a URL get to: the app itself is asked.
struct Routed<'a>(HashMap<&'static str, &'a Route>);

impl<'a> Routed<'a> {
    fn new(plan: &'a Plan, url: &str, server: &mut Server) -> Self {
        let route = |method| {
            let answer = server(&Ask::new(method, url));
            let name = answer.header(ROUTE)?;
            plan.route(name).map(|route| (method, route))
        };
        Self(METHODS.into_iter().filter_map(route).collect())
    }

    /// The routes among the opened ones that refuse the origin or its credentials.
    fn refusing(
        &self,
        opened: &[&str],
        origin: &str,
        credentials: bool,
    ) -> impl Iterator<Item = (&'static str, &'a Route)> {
        let opened = self.0.iter().filter(|(method, _)| opened.contains(*method));
        let refusing = opened.filter(move |(method, route)| !route.allows(origin, credentials, method));
        refusing.map(|(method, route)| (*method, *route))
    }
}

/// An answer, and what it is about.
struct Preflight<'a> {
    plan: &'a Plan,
    url: &'a str,
    routed: &'a Routed<'a>,
    origin: &'static str,
    requested: &'static str,
    answer: &'a Answer,
}

impl Preflight<'_> {
    /// Whether the browser sends the request. <https://fetch.spec.whatwg.org/#cors-preflight-fetch>
    fn is_accepted(&self, credentials: bool) -> bool {
        let passes_cors_check = match self.answer.allowed() {
            Some("*") => !credentials,
            Some(allowed) => allowed == self.origin && (!credentials || self.grants_credentials()),
            None => false,
        };
        let is_safelisted = SAFELISTED.contains(&self.requested);
        let is_listed = self.listed().any(|method| method == self.requested || method == "*" && !credentials);
        passes_cors_check && (200..300).contains(&self.answer.status) && (is_safelisted || is_listed)
    }

    fn grants_credentials(&self) -> bool {
        self.answer.header("access-control-allow-credentials") == Some("true")
    }

    fn max_age(&self) -> Option<&str> {
        self.answer.header("access-control-max-age")
    }

    /// `Access-Control-Allow-Methods`
    fn listed(&self) -> impl Iterator<Item = &str> {
        let list = self.answer.header("access-control-allow-methods").unwrap_or_default();
        list.split(',').map(str::trim).filter(|method| !method.is_empty())
    }

    /// The methods that the browser may send from now on without another preflight.
    fn opened(&self, credentials: bool) -> Vec<&str> {
        if !credentials && self.listed().any(|method| method == "*") {
            return METHODS.to_vec();
        }
        self.listed().chain(SAFELISTED).collect()
    }

    fn opens_nothing_that_refuses(&self, server: &mut Server) -> Result<bool, String> {
        let mut is_about = false;
        for credentials in [false, true] {
            if !self.is_accepted(credentials) {
                continue;
            }
            let with = if credentials { "with" } else { "without" };
            // A default policy that answers every preflight may allow the request, and the route refuses it with 403.
            let mut reaches_handler = |method: &str| {
                let answer = server(&Ask::new(method, self.url).origin(self.origin));
                answer.header(ROUTE).is_some() || answer.status != 403
            };
            // The request that the preflight was for, whether the answer is remembered or not. One with a safelisted
            // method that is not listed needs no permission, and so no preflight: the answer allows no header names.
            let is_listed = self.listed().any(|method| method == self.requested);
            let asked = [self.requested].into_iter().filter(|_| is_listed).collect::<Vec<_>>();
            let mut refusing = self.routed.refusing(&asked, self.origin, credentials);
            if let Some((method, route)) = refusing.find(|(method, _)| reaches_handler(method)) {
                return Err(format!("{method} {with} credentials reaches {route:?}, which refuses it"));
            }
            // Without the header it is remembered for five seconds.
            if self.max_age() == Some("0") {
                continue;
            }
            is_about = true;
            let opened = self.opened(credentials);
            let mut refusing = self.routed.refusing(&opened, self.origin, credentials);
            if let Some((method, route)) = refusing.find(|(method, _)| reaches_handler(method)) {
                return Err(format!(
                    "once the answer is remembered, {method} {with} credentials needs no preflight and reaches \
                     {route:?}, which refuses it"
                ));
            }
        }
        Ok(is_about)
    }

    fn keeps_max_age(&self) -> Result<bool, String> {
        let Some(route) = self.routed.0.get(self.requested) else { return Ok(false) };
        // Otherwise another group has answered, or the policy refuses.
        let is_listed = self.listed().any(|method| method == self.requested);
        if route.is_dynamic() || !route.allows(self.origin, false, self.requested) || !is_listed {
            return Ok(false);
        }
        let credentials = self.grants_credentials();
        let opened = self.opened(credentials);
        let declared = route.max_age().map(|seconds| seconds.to_string());
        let expected = if self.routed.refusing(&opened, self.origin, credentials).next().is_some() {
            Some("0")
        } else if self.may_open_another(route, &opened, credentials) {
            return Ok(false);
        } else {
            declared.as_deref()
        };
        if self.max_age() == expected {
            return Ok(true);
        }
        Err(format!("Access-Control-Max-Age should be {expected:?}; it is answered by {route:?}"))
    }

    /// Whether a route refuses that shares another URL with this one, or whose function may refuse.
    fn may_open_another(&self, route: &Route, opened: &[&str], credentials: bool) -> bool {
        let others = self.plan.routes.iter().filter(|other| self.may_share_a_url(route.path, other.path));
        let mut opened = others.flat_map(|other| {
            opened.iter().filter(|method| other.has(method)).map(move |method| (method, other))
        });
        opened.any(|(method, other)| other.is_dynamic() || !other.allows(self.origin, credentials, method))
    }

    fn may_share_a_url(&self, path: &str, other: &str) -> bool {
        // axum looks for the path first, and each URL has one.
        path == other || self.plan.registration != Registration::Axum && overlap(path, other)
    }

    fn lists_the_requested_method(&self) -> Result<bool, String> {
        let is_listed = self.listed().any(|method| method == self.requested);
        // The answer of a route whose pattern has the URL, even if the request gets to another one.
        let is_annotated = |route: &Route| {
            let path = format!("{}{}", self.plan.prefix, route.path);
            // actix-web decodes the URL first.
            let is_decoded = self.plan.registration != Registration::Axum;
            let url = if is_decoded { self.url.replace("%6D", "m") } else { self.url.to_owned() };
            route.has(self.requested) && overlap(&path, &url)
        };
        if self.routed.0.is_empty() || !is_listed || self.plan.routes.iter().any(is_annotated) {
            return Ok(false);
        }
        let methods: Vec<_> = self.listed().collect();
        if methods == [self.requested] {
            return Ok(true);
        }
        Err(format!("the default policy lists {methods:?}"))
    }
}

/// Whether two of the paths have a URL in common.
fn overlap(path: &str, other: &str) -> bool {
    let (mut path, mut other) = (path.split('/'), other.split('/'));
    loop {
        match (path.next(), other.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a == b || a.starts_with('{') || b.starts_with('{') => {}
            _ => return false,
        }
    }
}

#[test]
fn paths_that_have_a_url_in_common() {
    let overlapping = |path: &str| PATHS.into_iter().filter(|other| overlap(path, other)).collect::<Vec<_>>();
    assert_eq!(overlapping("/users/me"), ["/users/me", "/users/{id}"]);
    assert_eq!(overlapping("/notes"), ["/notes", "/{section}"]);
}
