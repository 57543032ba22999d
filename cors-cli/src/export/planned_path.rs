//! A path of the application with its routes, and what a gateway answers for each of them.

use super::path::PathPattern;
use crate::manifest;
use cors_runtime::{AllowHeaders, OriginSource};
use std::fmt;

/// `Vary` of the answers to preflights.
pub(super) const PREFLIGHT_VARY: &str =
    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

/// A path with its routes, in the order of the manifest.
#[derive(Debug)]
pub(super) struct PlannedPath<'a> {
    pub(super) text: &'a str,
    pub(super) pattern: PathPattern,
    pub(super) routes: Vec<PlannedRoute<'a>>,
    /// The place in the order of the paths.
    pub(super) number: usize,
    /// The numbers of the other paths that match URLs of this one.
    pub(super) neighbours: Vec<usize>,
}

/// A route.
#[derive(Debug)]
pub(super) struct PlannedRoute<'a> {
    /// The number of the route in the manifest.
    pub(super) number: usize,
    pub(super) source: &'a manifest::Route,
    pub(super) methods: Methods,
    /// The elements of `origins`: those whose pages may read responses.
    pub(super) origins: Vec<String>,
    /// The origins whose browsers may reuse answers to preflights. For others the reuse could open another route of the
    /// URL.
    pub(super) origins_with_reuse: Vec<String>,
    /// Whether the route cannot be expressed, so that no page may read its responses.
    pub(super) is_closed: bool,
}

/// The methods of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Methods {
    /// Every method except for `OPTIONS`.
    Any,
    /// These methods.
    Named(Vec<String>),
}

impl Methods {
    pub(super) fn contains(&self, method: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Named(names) => names.iter().any(|name| name == method),
        }
    }

    /// Whether both take some method.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        match self {
            Self::Any => true,
            Self::Named(names) => names.iter().any(|name| other.contains(name)),
        }
    }
}

impl fmt::Display for Methods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any method"),
            Self::Named(names) => f.write_str(&names.join(", ")),
        }
    }
}

impl<'a> PlannedPath<'a> {
    pub(super) fn new(text: &'a str, pattern: PathPattern) -> Self {
        Self { text, pattern, routes: Vec::new(), number: 0, neighbours: Vec::new() }
    }

    /// This path and another one, in the order of the paths.
    pub(super) fn in_order<'b>(&'b self, other: &'b Self) -> (&'b Self, &'b Self) {
        if self.number < other.number { (self, other) } else { (other, self) }
    }

    /// Whether another path matches URLs of this one.
    pub(super) fn shares_urls(&self) -> bool {
        !self.neighbours.is_empty()
    }

    /// The methods in the answer of a route: those of all open routes with the same policy. It is `None` if the answer
    /// lists the requested method.
    pub(super) fn listed_methods(&self, route: &PlannedRoute<'_>) -> Option<Vec<&str>> {
        if route.methods == Methods::Any {
            return None;
        }
        let mut listed: Vec<&str> = Vec::new();
        for other in self.routes.iter().filter(|other| other.is_open() && other.has_policy_of(route)) {
            for method in &other.source.methods {
                if !listed.contains(&method.as_str()) {
                    listed.push(method);
                }
            }
        }
        Some(listed)
    }

    /// The open routes with different policies, which answer preflights for methods that no route takes. A route for
    /// every method leaves no such method except `OPTIONS`.
    pub(super) fn policies_of_other_methods(&self) -> Vec<&PlannedRoute<'_>> {
        let mut policies: Vec<&PlannedRoute<'_>> = Vec::new();
        if self.takes_every_method() {
            return policies;
        }
        for route in self.routes.iter().filter(|route| route.is_open()) {
            if !policies.iter().any(|other| other.has_policy_of(route)) {
                policies.push(route);
            }
        }
        policies
    }

    /// Whether a route takes every method.
    pub(super) fn takes_every_method(&self) -> bool {
        self.routes.iter().any(|route| route.methods == Methods::Any)
    }

    /// The routes in the order in which they are asked: a route for every method comes last.
    pub(super) fn routes_in_order(&self) -> impl Iterator<Item = &PlannedRoute<'_>> {
        let is_any = |route: &&PlannedRoute<'_>| route.methods == Methods::Any;
        let named = self.routes.iter().filter(move |route| !is_any(route));
        named.chain(self.routes.iter().filter(is_any))
    }
}

impl<'a> PlannedRoute<'a> {
    pub(super) fn new(number: usize, source: &'a manifest::Route) -> Self {
        let origins = source.policy.origins().filter_map(|source| match source {
            OriginSource::Origin(element) => Some(element.into_owned()),
            _ => None,
        });
        Self {
            number,
            source,
            methods: if source.methods.is_empty() {
                Methods::Any
            } else {
                Methods::Named(source.methods.clone())
            },
            origins: origins.collect(),
            origins_with_reuse: Vec::new(),
            is_closed: false,
        }
    }

    /// Whether pages of some origins may read responses.
    pub(super) fn is_open(&self) -> bool {
        !self.is_closed && !self.origins.is_empty()
    }

    /// Whether both routes have the same policy.
    pub(super) fn has_policy_of(&self, other: &PlannedRoute<'_>) -> bool {
        self.source.policy == other.source.policy
            && self.source.unlisted_origins == other.source.unlisted_origins
    }

    /// Whether every origin is allowed.
    pub(super) fn allows_any_origin(&self) -> bool {
        self.origins.iter().any(|element| element == "*")
    }

    /// Whether the answers to preflights of all origins have the same `Access-Control-Max-Age`.
    pub(super) fn has_one_max_age(&self) -> bool {
        self.source.policy.max_age() == Some(0)
            || self.origins_with_reuse.is_empty()
            || self.may_always_reuse()
    }

    /// `Access-Control-Max-Age` for all origins. It is 0 if the reuse of one answer could open another route.
    pub(super) fn least_max_age(&self) -> Option<u32> {
        if self.may_always_reuse() { self.source.policy.max_age() } else { Some(0) }
    }

    fn may_always_reuse(&self) -> bool {
        self.origins.iter().all(|element| self.origins_with_reuse.contains(element))
    }

    /// The names in `Access-Control-Allow-Headers`.
    pub(super) fn allow_headers(&self) -> Option<&'a str> {
        match self.source.policy.allow_headers() {
            AllowHeaders::Names(names) => Some(names.as_str()),
            _ => None,
        }
    }

    /// Whether every requested header is allowed.
    pub(super) fn allows_any_header(&self) -> bool {
        matches!(self.source.policy.allow_headers(), AllowHeaders::Any)
    }

    /// The names in `Access-Control-Expose-Headers`.
    pub(super) fn expose_headers(&self) -> Option<&'a str> {
        let names = self.source.policy.expose_headers();
        (!names.is_empty()).then_some(names.as_str())
    }
}
