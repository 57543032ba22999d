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

/// How a framework finds the route of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Routing {
    /// First the path, then the method, and `GET` takes `HEAD`: axum. A URL has one path.
    #[cfg(feature = "axum")]
    ByPath,
    /// The first whose pattern and method fit: actix-web. The function says of each path which others can have a URL in
    /// common with it.
    #[cfg(feature = "actix")]
    ByPattern(fn(&[&str]) -> Vec<Vec<usize>>),
}

impl Routing {
    /// Whether `HEAD` gets where `GET` gets.
    fn head_follows_get(self) -> bool {
        match self {
            #[cfg(feature = "axum")]
            Self::ByPath => true,
            #[cfg(feature = "actix")]
            Self::ByPattern(_) => false,
        }
    }

    /// For each path the numbers of the others that can have a URL in common with it.
    pub(crate) fn overlaps(self, paths: &[&str]) -> Vec<Vec<usize>> {
        match self {
            #[cfg(feature = "axum")]
            Self::ByPath => vec![Vec::new(); paths.len()],
            #[cfg(feature = "actix")]
            Self::ByPattern(overlaps) => overlaps(paths),
        }
    }
}

/// Groups routes by path, in the order in which the paths come up, and prepares their policies.
pub(crate) fn build_paths<H: Headers, E, O>(
    routes: Vec<RouteEntry<E>>,
    options: Vec<OptionsEntry<O>>,
    routing: Routing,
) -> Result<Vec<BuiltPath<E, O, H::Value>>, BuildError> {
    let mut groups = Groups { groups: Vec::new(), numbers: HashMap::new() };
    let mut problems = Vec::new();
    for route in routes {
        if route.methods.names().any(|name| name == "OPTIONS") {
            let kind = ProblemKind::Options { path: route.path.clone() };
            problems.push(Problem { kind, location: Some(route.location) });
        }
        let group = groups.of(&route.path);
        for earlier in &group.routes {
            let Some(method) = shared_method(&earlier.methods, &route.methods) else { continue };
            if !earlier.guarded && !route.guarded {
                problems.push(conflict(method, &route.path, earlier.location, route.location));
            } else if earlier.dynamic || route.dynamic || earlier.policy != route.policy {
                // Preflights have nothing that guards could look at: one policy would answer for the other.
                let (method, path) = (method.to_owned(), route.path.clone());
                let (first, second) = (earlier.location, route.location);
                let kind = ProblemKind::Guarded { method, path, first, second };
                problems.push(Problem { kind, location: None });
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
    let prepared: Vec<_> = groups.groups.into_iter().map(|group| group.prepare::<H>(&mut problems)).collect();
    if !problems.is_empty() {
        return Err(problems.into());
    }
    let overlaps = routing.overlaps(&prepared.iter().map(|path| &*path.path).collect::<Vec<_>>());
    let policies: Vec<_> = prepared
        .iter()
        .zip(overlaps)
        .map(|(path, others)| {
            let others: Vec<_> = others.iter().flat_map(|number| prepared[*number].policies()).collect();
            let path_name = Some(path.path.clone());
            PathPolicies::new::<H>(path_name, &path.policies(), &others, routing.head_follows_get())
        })
        .collect();
    let paths = prepared.into_iter().zip(policies).map(|(Prepared { routes, options, .. }, policies)| {
        BuiltPath { policies: Arc::new(policies), routes, options }
    });
    Ok(paths.collect())
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
    fn prepare<H: Headers>(self, problems: &mut Vec<Problem>) -> Prepared<E, O, H::Value> {
        let mut routes = Vec::new();
        for RouteEntry { methods, policy, location, dynamic, endpoint, .. } in self.routes {
            match RoutePolicy::new::<H>(policy, &self.path, location, dynamic) {
                Ok(policy) => routes.push(BuiltRoute { methods, policy: Arc::new(policy), endpoint }),
                Err(more) => problems.extend(more),
            }
        }
        Prepared { path: self.path, routes, options: self.options.map(|entry| entry.endpoint) }
    }
}

/// A path whose policies are prepared, each by itself.
struct Prepared<E, O, V> {
    path: String,
    routes: Vec<BuiltRoute<E, V>>,
    options: Option<O>,
}

impl<E, O, V> Prepared<E, O, V> {
    fn policies(&self) -> Vec<(Methods, Arc<RoutePolicy<V>>)> {
        self.routes.iter().map(|route| (route.methods.clone(), Arc::clone(&route.policy))).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_routes_share_what_both_name_and_every_method_only_with_another_such_route() {
        let [any, get, put, both] = [&[][..], &["GET"], &["PUT"], &["PUT", "GET"]].map(Methods::from_names);
        for (a, b, expected) in [
            (&get, &get, Some("GET")),
            (&get, &both, Some("GET")),
            (&both, &get, Some("GET")),
            (&both, &put, Some("PUT")),
            (&get, &put, None),
            (&any, &any, Some("any")),
            (&any, &get, None),
            (&get, &any, None),
        ] {
            assert_eq!(shared_method(a, b), expected, "{a} {b}");
        }
    }
}
