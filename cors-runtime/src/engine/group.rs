//! From a list of routes to paths that answer.

use super::{Headers, Methods, PathPolicies, RoutePolicy};
use crate::error::{Problem, ProblemKind};
use crate::{BuildError, SourceLocation};
use cors_policy::Policy;
use std::collections::HashMap;
use std::sync::Arc;

/// A route, with whatever the framework calls for it.
pub(crate) struct RouteEntry<E> {
    pub(crate) methods: Methods,
    pub(crate) path: String,
    pub(crate) policy: Policy,
    pub(crate) location: SourceLocation,
    /// Whether a function decides, per request.
    pub(crate) dynamic: bool,
    /// Whether guards of the framework's choose among routes of the same method.
    pub(crate) guarded: bool,
    pub(crate) endpoint: E,
}

/// Who gets the `OPTIONS` requests of a path that are not preflights.
pub(crate) struct OptionsEntry<O> {
    pub(crate) path: String,
    pub(crate) location: SourceLocation,
    pub(crate) endpoint: O,
}

/// Everything of one path.
pub(crate) struct BuiltPath<E, O, V> {
    pub(crate) policies: Arc<PathPolicies<V>>,
    pub(crate) routes: Vec<BuiltRoute<E, V>>,
    pub(crate) options: Option<O>,
}

/// One route of a path.
pub(crate) struct BuiltRoute<E, V> {
    pub(crate) methods: Methods,
    pub(crate) policy: Arc<RoutePolicy<V>>,
    pub(crate) endpoint: E,
}

/// Groups routes by path, in the order in which the paths come up, and prepares their policies.
pub(crate) fn build_paths<H: Headers, E, O>(
    routes: Vec<RouteEntry<E>>,
    options: Vec<OptionsEntry<O>>,
    head_follows_get: bool,
) -> Result<Vec<BuiltPath<E, O, H::Value>>, BuildError> {
    let mut groups = Groups { groups: Vec::new(), numbers: HashMap::new() };
    let mut problems = Vec::new();
    for route in routes {
        if route.methods.names().any(|name| name == "OPTIONS") {
            let kind = ProblemKind::Options { path: route.path.clone() };
            problems.push(Problem { kind, location: Some(route.location) });
        }
        let group = groups.of(&route.path);
        for earlier in group.routes.iter().filter(|earlier| !earlier.guarded && !route.guarded) {
            if let Some(method) = shared_method(&earlier.methods, &route.methods) {
                problems.push(conflict(method, &route.path, earlier.location, route.location));
            }
        }
        group.routes.push(route);
    }
    for entry in options {
        let group = groups.of(&entry.path);
        if let Some(first) = &group.options {
            problems.push(conflict("OPTIONS", &entry.path, first.location, entry.location));
        }
        group.options = Some(entry);
    }
    let paths =
        groups.groups.into_iter().map(|group| group.build::<H>(head_follows_get, &mut problems)).collect();
    if problems.is_empty() { Ok(paths) } else { Err(problems.into()) }
}

struct Groups<E, O> {
    groups: Vec<Group<E, O>>,
    numbers: HashMap<String, usize>,
}

struct Group<E, O> {
    path: String,
    routes: Vec<RouteEntry<E>>,
    options: Option<OptionsEntry<O>>,
}

impl<E, O> Groups<E, O> {
    fn of(&mut self, path: &str) -> &mut Group<E, O> {
        let number = *self.numbers.entry(path.to_owned()).or_insert_with(|| {
            self.groups.push(Group { path: path.to_owned(), routes: Vec::new(), options: None });
            self.groups.len() - 1
        });
        &mut self.groups[number]
    }
}

impl<E, O> Group<E, O> {
    /// Routes whose policy cannot be prepared are left out: then there are problems, and nothing is served.
    fn build<H: Headers>(
        self,
        head_follows_get: bool,
        problems: &mut Vec<Problem>,
    ) -> BuiltPath<E, O, H::Value> {
        let mut routes = Vec::new();
        for RouteEntry { methods, policy, location, dynamic, endpoint, .. } in self.routes {
            match RoutePolicy::new::<H>(policy, &self.path, location, dynamic) {
                Ok(policy) => routes.push(BuiltRoute { methods, policy: Arc::new(policy), endpoint }),
                Err(more) => problems.extend(more),
            }
        }
        let policies: Vec<_> =
            routes.iter().map(|route| (route.methods.clone(), Arc::clone(&route.policy))).collect();
        let policies = Arc::new(PathPolicies::new::<H>(Some(self.path), &policies, head_follows_get));
        BuiltPath { policies, routes, options: self.options.map(|entry| entry.endpoint) }
    }
}

/// A method that both route. A named method beside "every method" is no conflict: it comes first.
fn shared_method<'a>(a: &'a Methods, b: &Methods) -> Option<&'a str> {
    match (a, b) {
        (Methods::Any, Methods::Any) => Some("any"),
        (Methods::Any, _) | (_, Methods::Any) => None,
        _ => a.names().find(|name| b.contains(name.as_bytes())),
    }
}

fn conflict(method: &str, path: &str, first: SourceLocation, second: SourceLocation) -> Problem {
    let (method, path) = (method.to_owned(), path.to_owned());
    Problem { kind: ProblemKind::Conflict { method, path, first, second }, location: None }
}
