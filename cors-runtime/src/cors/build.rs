//! From a list of routes to paths that answer preflights.

use super::reuse::RoutesByPath;
use super::{DeclaredPolicy, HeaderValue, Methods, PathPolicies, RoutePolicy};
use crate::error::{BuildProblem, ProblemKind};
use crate::{BuildError, SourceLocation};
use cors_policy::Rule;
use std::collections::HashMap;
use std::sync::Arc;

/// A route of a group, before it is built. `E` is what the framework calls for it.
pub(crate) struct RouteEntry<E> {
    pub(crate) methods: Methods,
    pub(crate) path: String,
    pub(crate) declared: DeclaredPolicy,
    /// Whether guards of actix-web may pass a request on to another route.
    pub(crate) is_guarded: bool,
    pub(crate) endpoint: E,
}

/// The handler for the `OPTIONS` requests of a path that are not preflights.
pub(crate) struct OptionsEntry<O> {
    pub(crate) path: String,
    pub(crate) location: SourceLocation,
    pub(crate) endpoint: O,
}

/// A path with everything that belongs to it.
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
pub(crate) struct Routing {
    /// Whether the framework can route a method that breaks no rule.
    pub(crate) can_route: fn(&str) -> bool,
    /// Whether a route for `GET` takes `HEAD` as well.
    pub(crate) head_follows_get: bool,
    /// Whether some URL matches both patterns. It is always `false` in axum, where a URL matches one path.
    pub(crate) patterns_overlap: fn(&str, &str) -> bool,
    /// Whether nesting `/` under `/api` gives `/api` instead of `/api/`.
    pub(crate) nests_root_as_prefix: bool,
}

/// Groups routes by path, in the order in which the paths are first named, and prepares their policies.
///
/// # Errors
///
/// Everything that is wrong with the routes, all at once.
pub(crate) fn build_paths<V: HeaderValue, E, O>(
    routes: Vec<RouteEntry<E>>,
    options: Vec<OptionsEntry<O>>,
    routing: Routing,
) -> Result<Vec<BuiltPath<E, O, V>>, BuildError> {
    let mut problems = Vec::new();
    find_wrong_methods(&routes, routing, &mut problems);
    find_conflicts(&routes, routing, &mut problems);
    find_conflicts_of_options(&options, &mut problems);
    if problems.is_empty() {
        RoutesByPath::new(&routes).warn_about_lost_max_ages(&routes);
    }

    let mut paths: Vec<UnbuiltPath<E, O, V>> = Vec::new();
    let mut numbers = HashMap::new();
    for RouteEntry { methods, path, declared, endpoint, .. } in routes {
        match RoutePolicy::new(declared, &path) {
            Ok(policy) => {
                let route = BuiltRoute { methods, policy: Arc::new(policy), endpoint };
                UnbuiltPath::at(path, &mut paths, &mut numbers).routes.push(route);
            }
            Err(found) => problems.extend(found),
        }
    }
    for OptionsEntry { path, endpoint, .. } in options {
        UnbuiltPath::at(path, &mut paths, &mut numbers).options = Some(endpoint);
    }
    if problems.is_empty() {
        Ok(paths.into_iter().map(|path| path.build(routing)).collect())
    } else {
        Err(problems.into())
    }
}

struct UnbuiltPath<E, O, V> {
    path: String,
    routes: Vec<BuiltRoute<E, V>>,
    options: Option<O>,
}

impl<E, O, V: HeaderValue> UnbuiltPath<E, O, V> {
    /// The entry of a path, which is added to the list if it is new.
    fn at<'a>(path: String, list: &'a mut Vec<Self>, numbers: &mut HashMap<String, usize>) -> &'a mut Self {
        let number = *numbers.entry(path).or_insert_with_key(|path| {
            list.push(Self { path: path.clone(), routes: Vec::new(), options: None });
            list.len() - 1
        });
        &mut list[number]
    }

    fn build(self, routing: Routing) -> BuiltPath<E, O, V> {
        let Self { path, routes, options } = self;
        let policies: Vec<_> =
            routes.iter().map(|route| (route.methods.clone(), Arc::clone(&route.policy))).collect();
        let policies = Arc::new(PathPolicies::new(&path, &policies, routing.head_follows_get));
        BuiltPath { policies, routes, options }
    }
}

/// `OPTIONS` cannot have a policy, and methods that break a rule are refused.
fn find_wrong_methods<E>(routes: &[RouteEntry<E>], routing: Routing, problems: &mut Vec<BuildProblem>) {
    let rule = |name| {
        cors_policy::method_rule(name)
            .or_else(|| (!(routing.can_route)(name)).then_some(Rule::MethodUnroutable))
    };
    for route in routes {
        if route.methods == Methods::Named(Vec::new()) {
            let problem = ProblemKind::RouteWithoutMethods { path: route.path.clone() };
            problems.push(problem.at(route.declared.location));
        }
        for name in route.methods.names() {
            let kind = if name == "OPTIONS" {
                Some(ProblemKind::OptionsRoute { path: route.path.clone() })
            } else {
                rule(name).map(|rule| ProblemKind::RouteMethod {
                    method: name.to_owned(),
                    path: route.path.clone(),
                    rule,
                })
            };
            problems.extend(kind.map(|kind| kind.at(route.declared.location)));
        }
    }
}

/// Reports two routes that take the same method of a path. Guards may choose between routes with equal policies only,
/// because they are not evaluated for preflights.
fn find_conflicts<E>(routes: &[RouteEntry<E>], routing: Routing, problems: &mut Vec<BuildProblem>) {
    let mut by_path: HashMap<&str, Vec<usize>> = HashMap::new();
    for (number, second) in routes.iter().enumerate() {
        let same_path = by_path.entry(&second.path).or_default();
        for first in same_path.iter().map(|number| &routes[*number]) {
            find_conflict(first, second, problems);
        }
        same_path.push(number);
    }
    // An unguarded route takes every request of a shared URL, so only a guarded first route can conflict.
    for (number, first) in routes.iter().enumerate().filter(|(_, route)| route.is_guarded) {
        for second in &routes[number + 1..] {
            if first.path != second.path && (routing.patterns_overlap)(&first.path, &second.path) {
                find_conflict(first, second, problems);
            }
        }
    }
}

fn find_conflict<E>(first: &RouteEntry<E>, second: &RouteEntry<E>, problems: &mut Vec<BuildProblem>) {
    let Some(method) = shared_method(&first.methods, &second.methods) else { return };
    if !first.is_guarded && !second.is_guarded {
        problems.push(conflict(method, &first.path, first.declared.location, second.declared.location));
    } else if !first.declared.is_equivalent_to(&second.declared) {
        let routes = [first, second].map(|route| (route.path.clone(), route.declared.location));
        let differ_by_extractors = first.declared.policy == second.declared.policy
            && first.declared.has_same_check_with_extractors(&second.declared);
        let method = method.to_owned();
        problems.push(ProblemKind::GuardedPolicies { method, routes, differ_by_extractors }.into());
    }
}

fn find_conflicts_of_options<O>(options: &[OptionsEntry<O>], problems: &mut Vec<BuildProblem>) {
    let mut known: HashMap<&str, &OptionsEntry<O>> = HashMap::new();
    for entry in options {
        if let Some(first) = known.insert(&entry.path, entry) {
            problems.push(conflict("OPTIONS", &entry.path, first.location, entry.location));
        }
    }
}

/// A method that both routes take. A named method beside "every method" is no conflict, since it comes first.
fn shared_method<'a>(a: &'a Methods, b: &Methods) -> Option<&'a str> {
    match (a, b) {
        (Methods::Any, Methods::Any) => Some("any"),
        (Methods::Any, _) | (_, Methods::Any) => None,
        _ => a.names().find(|name| b.contains(name.as_bytes())),
    }
}

fn conflict(method: &str, path: &str, first: SourceLocation, second: SourceLocation) -> BuildProblem {
    let (method, path) = (method.to_owned(), path.to_owned());
    ProblemKind::RoutedTwice { method, path, first, second }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_routes_share_what_both_name_and_every_method_only_with_another_such_route() {
        let [any, get, put, both] = [&[][..], &["GET"], &["PUT"], &["PUT", "GET"]].map(Methods::of_attribute);
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
