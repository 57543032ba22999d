//! What a manifest promises about the answer to a request. It is computed from the manifest alone.

use super::origins::ListedOrigins;
use super::path::PathTemplate;
use crate::manifest::{Manifest, Route};
use cors_runtime::AllowHeaders;
use std::collections::BTreeSet;

/// The methods that browsers send without a preflight that names them.
/// <https://fetch.spec.whatwg.org/#cors-safelisted-method>
const SAFELISTED: [&str; 3] = ["GET", "HEAD", "POST"];

/// What a policy says about a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Permission {
    Allowed,
    Refused,
    /// Only the application knows.
    Unknown,
}

/// The promise about one answer.
#[derive(Clone, Debug)]
pub(super) enum Promise {
    Preflight(PreflightPromise),
    /// No route of the path takes the method.
    MethodNotRouted,
    Response(ResponsePromise),
}

/// The answer to a preflight for a method that a route takes.
#[derive(Clone, Debug)]
pub(super) struct PreflightPromise {
    pub(super) permission: Permission,
    /// `*` instead of the origin of the page.
    pub(super) any_origin: bool,
    pub(super) credentials: bool,
    pub(super) methods: Vec<String>,
    /// The methods of routes with the same policy, which are listed as well.
    pub(super) equal_methods: Vec<String>,
    pub(super) headers: PromisedHeaders,
    /// The values of `Access-Control-Max-Age`. There are several if only the application knows which one it is.
    pub(super) max_ages: Vec<Option<u64>>,
}

/// `Access-Control-Allow-Headers`, in lower case.
#[derive(Clone, Debug)]
pub(super) enum PromisedHeaders {
    Listed(BTreeSet<String>),
    /// `allow_headers = any`
    Requested(BTreeSet<String>),
}

/// The response to a request that is not a preflight.
#[derive(Clone, Debug)]
pub(super) struct ResponsePromise {
    pub(super) permission: Permission,
    pub(super) any_origin: bool,
    pub(super) credentials: bool,
    pub(super) expose_headers: BTreeSet<String>,
    pub(super) vary: Vec<&'static str>,
    pub(super) admission: Admission,
}

/// Whether the request reaches the handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    /// The policy does not `enforce`.
    Always,
    /// `enforce` lets the request pass.
    Passes,
    /// `enforce` answers 403.
    Refused,
    /// `enforce` lets the request pass if the origin is allowed.
    IfAllowed,
    /// The `Host` is not listed. A gateway may have refused the request before.
    HostNotListed,
}

/// Reads the routes of a manifest and what the command line adds about origins that the manifest does not list.
pub(super) struct Promises<'a> {
    pub(super) routes: Vec<ParsedRoute<'a>>,
    /// Origins that the application allows although the manifest does not list them.
    pub(super) allowed_origins: &'a [String],
    /// Origins that the application refuses.
    pub(super) refused_origins: &'a [String],
}

/// A route of the manifest, with its origins and its path.
pub(super) struct ParsedRoute<'a> {
    pub(super) route: &'a Route,
    pub(super) origins: ListedOrigins,
    pub(super) template: PathTemplate,
}

impl<'a> Promises<'a> {
    pub(super) fn new(
        manifest: &'a Manifest,
        allowed_origins: &'a [String],
        refused_origins: &'a [String],
    ) -> Self {
        let read = |route: &'a Route| ParsedRoute {
            route,
            origins: ListedOrigins::of(&route.policy),
            template: PathTemplate::parse(&route.path),
        };
        Self { routes: manifest.routes.iter().map(read).collect(), allowed_origins, refused_origins }
    }

    /// What the policy of a route says about a page.
    pub(super) fn permission(&self, number: usize, origin: &str) -> Permission {
        let ParsedRoute { route, origins, .. } = &self.routes[number];
        let is_in = |list: &[String]| list.iter().any(|listed| listed == origin);
        if origins.any || origins.allow(origin) {
            Permission::Allowed
        } else if origin == "null" || route.unlisted_origins.is_empty() || is_in(self.refused_origins) {
            Permission::Refused
        } else if is_in(self.allowed_origins) {
            Permission::Allowed
        } else {
            Permission::Unknown
        }
    }

    /// Whether the route takes the method. A method that another route of the path names belongs to that route.
    pub(super) fn takes(&self, number: usize, method: &str) -> bool {
        let route = self.routes[number].route;
        if !route.methods.is_empty() {
            return names(route, method);
        }
        !self.routes.iter().any(|other| other.route.path == route.path && names(other.route, method))
    }

    /// The routes of other paths that match the URL and take the method. In axum the more specific path wins, in actix-web
    /// the first one. A manifest does not say which framework it comes from.
    pub(super) fn others_at(&self, number: usize, path: &str, method: &str) -> Vec<usize> {
        let own = &self.routes[number].route.path;
        let is_other = |other: &usize| {
            let ParsedRoute { route, template, .. } = &self.routes[*other];
            route.path != *own && self.takes(*other, method) && template.matches(path)
        };
        (0..self.routes.len()).filter(is_other).collect()
    }

    pub(super) fn preflight(
        &self,
        number: usize,
        origin: &str,
        method: &str,
        requested: &[String],
        path: &str,
    ) -> PreflightPromise {
        let ParsedRoute { route, origins, .. } = &self.routes[number];
        let headers = match route.policy.allow_headers() {
            AllowHeaders::Any => PromisedHeaders::Requested(requested.iter().cloned().collect()),
            AllowHeaders::Names(names) => {
                PromisedHeaders::Listed(names.iter().map(str::to_ascii_lowercase).collect())
            }
            _ => PromisedHeaders::Listed(BTreeSet::new()),
        };
        let equal_methods: Vec<String> = if route.methods.is_empty() {
            Vec::new()
        } else {
            let is_equal = |other: &&ParsedRoute<'_>| {
                other.route.path == route.path
                    && other.route.policy == route.policy
                    && other.route.unlisted_origins == route.unlisted_origins
            };
            self.routes.iter().filter(is_equal).flat_map(|other| other.route.methods.clone()).collect()
        };
        let methods = if route.methods.is_empty() { vec![method.to_owned()] } else { route.methods.clone() };
        let max_ages = self.max_ages(number, origin, &equal_methods, path);
        PreflightPromise {
            permission: self.permission(number, origin),
            any_origin: origins.any,
            credentials: route.policy.credentials(),
            methods,
            equal_methods,
            headers,
            max_ages,
        }
    }

    /// Browsers reuse an answer for every safelisted method and for every listed method. If such a request could reach a
    /// route that does not trust the page with these credentials, the answer must not be reused.
    fn max_ages(&self, number: usize, origin: &str, listed: &[String], path: &str) -> Vec<Option<u64>> {
        let route = self.routes[number].route;
        let declared = route.policy.max_age().map(u64::from);
        if route.preflights_never_reused {
            return vec![Some(0)];
        }
        let mut may_be_declared = true;
        let mut may_be_zero = false;
        for (other_number, other) in self.routes.iter().enumerate() {
            let is_same_path = other.route.path == route.path;
            let gets_requests = other.route.methods.is_empty()
                || SAFELISTED.iter().any(|method| names(other.route, method))
                || listed.iter().any(|method| names(other.route, method));
            if other_number == number || !gets_requests || !(is_same_path || other.template.matches(path)) {
                continue;
            }
            let lacks_credentials = route.policy.credentials() && !other.route.policy.credentials();
            match self.permission(other_number, origin) {
                Permission::Allowed if !lacks_credentials => {}
                Permission::Unknown if !lacks_credentials => may_be_zero = true,
                _ => {
                    may_be_zero = true;
                    // Only actix-web has several paths at one URL.
                    may_be_declared &= !is_same_path;
                }
            }
        }
        let mut values = Vec::new();
        if may_be_declared {
            values.push(declared);
        }
        if may_be_zero && !values.contains(&Some(0)) {
            values.push(Some(0));
        }
        values
    }

    /// The response to a request of a page, or of a client without `Origin`.
    pub(super) fn response(&self, number: usize, origin: Option<&str>) -> ResponsePromise {
        let ParsedRoute { route, origins, .. } = &self.routes[number];
        let permission = match origin {
            Some(origin) => self.permission(number, origin),
            None if origins.any => Permission::Allowed,
            None => Permission::Refused,
        };
        let enforcement = route.policy.enforcement();
        let mut vary = Vec::new();
        if !origins.any || enforcement.is_some() {
            vary.push("Origin");
        }
        if let Some(enforcement) = &enforcement {
            vary.push("Sec-Fetch-Site");
            if enforcement.allows_navigations() {
                vary.extend(["Sec-Fetch-Mode", "Sec-Fetch-Dest"]);
            }
        }
        let admission = match (&enforcement, origin) {
            (None, _) => Admission::Always,
            (Some(_), None) => Admission::Passes,
            (Some(_), Some(_)) => Admission::IfAllowed,
        };
        ResponsePromise {
            permission,
            any_origin: origins.any,
            credentials: route.policy.credentials(),
            expose_headers: route.policy.expose_headers().iter().map(str::to_ascii_lowercase).collect(),
            vary,
            admission,
        }
    }
}

/// Whether the route names the method.
pub(super) fn names(route: &Route, method: &str) -> bool {
    route.methods.iter().any(|named| named == method)
}
