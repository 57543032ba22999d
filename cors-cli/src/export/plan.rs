//! What a gateway has to do for a manifest, whatever its configuration looks like.

use super::framework::Framework;
use super::origin::{self, all_allowed};
use super::outcome::Omission;
use super::path::{PathPattern, UnsupportedPath, ambiguous_encodings};
use super::planned_path::{Methods, PlannedPath, PlannedRoute};
use crate::manifest::Manifest;
use std::{collections::HashMap, iter};

/// The methods that browsers send without a preflight that names them.
/// <https://fetch.spec.whatwg.org/#cors-safelisted-method>
const SAFELISTED: [&str; 3] = ["GET", "HEAD", "POST"];

/// The paths of an application, in the order in which a request has to be compared with them.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) paths: Vec<PlannedPath<'a>>,
    /// The framework, if the paths or the user tell.
    pub(super) framework: Option<Framework>,
    /// A regular expression for parts of paths that the application could read in another way than the gateway. Requests
    /// that have them are closed.
    pub(super) ambiguous_encodings: Option<String>,
    /// The numbers of the routes that are not expressed, and why.
    omissions: Vec<(usize, Omission)>,
}

/// How a target answers a preflight for a route that takes every method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AnyMethodAnswer {
    /// It lists the requested method.
    Requested,
    /// It may answer `*`.
    Wildcard,
}

impl<'a> Plan<'a> {
    /// Groups the routes of a manifest by path, and closes those that no target can express.
    ///
    /// `path_obstacle` says why the target cannot match a path.
    pub(super) fn new(
        manifest: &'a Manifest,
        framework: Option<Framework>,
        any_method_answer: AnyMethodAnswer,
        path_obstacle: impl Fn(&PathPattern) -> Option<String>,
    ) -> Self {
        let mut plan =
            Self { paths: Vec::new(), framework, ambiguous_encodings: None, omissions: Vec::new() };
        let mut unmatched: Vec<(&str, PathPattern)> = Vec::new();
        let mut numbers = HashMap::new();
        for (number, route) in manifest.routes.iter().enumerate() {
            let parsed = PathPattern::parse(&route.path).and_then(|pattern| match path_obstacle(&pattern) {
                None => Ok(pattern),
                Some(reason) => Err(UnsupportedPath { reason, superset: pattern }),
            });
            match parsed {
                Ok(pattern) => {
                    let path = *numbers.entry(pattern).or_insert_with_key(|pattern| {
                        plan.paths.push(PlannedPath::new(&route.path, pattern.clone()));
                        plan.paths.len() - 1
                    });
                    plan.paths[path].routes.push(PlannedRoute::new(number, route));
                }
                Err(UnsupportedPath { reason, superset }) => {
                    plan.omissions.push((number, Omission::new(route, reason)));
                    unmatched.push((&route.path, superset));
                }
            }
        }
        plan.framework = framework.or_else(|| plan.framework_of_paths());
        plan.close_paths_that_match_urls_of(&unmatched);
        plan.find_neighbours();
        plan.close_paths_of_unknown_order();
        plan.order_paths();
        plan.close_routes_out_of_order();
        plan.add_head_to_get();
        plan.decide_reuse(any_method_answer);
        plan.close_what_no_gateway_decides();
        let patterns = plan.paths.iter().map(|path| &path.pattern);
        plan.ambiguous_encodings = ambiguous_encodings(patterns, plan.framework);
        plan
    }

    fn find_neighbours(&mut self) {
        for (number, path) in self.paths.iter_mut().enumerate() {
            path.number = number;
            path.neighbours.clear();
        }
        for later in 0..self.paths.len() {
            for earlier in 0..later {
                if self.paths[earlier].pattern.overlaps(&self.paths[later].pattern) {
                    self.paths[earlier].neighbours.push(later);
                    self.paths[later].neighbours.push(earlier);
                }
            }
        }
    }

    /// The other paths that match URLs of a path.
    pub(super) fn neighbours(&self, path: &PlannedPath<'_>) -> impl Iterator<Item = &PlannedPath<'a>> {
        path.neighbours.iter().map(|number| &self.paths[*number])
    }

    /// All routes, each with its path.
    pub(super) fn routes(&self) -> impl Iterator<Item = (&PlannedPath<'a>, &PlannedRoute<'a>)> {
        self.paths.iter().flat_map(|path| path.routes.iter().map(move |route| (path, route)))
    }

    fn routes_mut(&mut self) -> impl Iterator<Item = &mut PlannedRoute<'a>> {
        self.paths.iter_mut().flat_map(|path| &mut path.routes)
    }

    /// The framework whose syntax the paths have. It is `None` if they have that of both or of neither.
    fn framework_of_paths(&self) -> Option<Framework> {
        let mut frameworks = self.paths.iter().filter_map(|path| path.pattern.framework());
        let first = frameworks.next()?;
        frameworks.all(|other| other == first).then_some(first)
    }

    /// Closes paths that match URLs of a path that cannot be matched: the gateway would apply the policy of another path
    /// there.
    fn close_paths_that_match_urls_of(&mut self, unmatched: &[(&str, PathPattern)]) {
        self.close(|_, path, _| {
            let (text, _) = unmatched.iter().find(|(_, superset)| superset.overlaps(&path.pattern))?;
            Some(format!("its path can match URLs of {text}, which cannot be told apart"))
        });
    }

    /// Closes paths of another framework, and paths whose order only the framework knows if that is unknown.
    fn close_paths_of_unknown_order(&mut self) {
        self.close(|plan, path, _| match (path.pattern.framework(), plan.framework) {
            (Some(own), Some(framework)) if own != framework => {
                Some(format!("its path is not one of {framework}"))
            }
            (_, Some(_)) => None,
            (_, None) => plan.neighbours(path).next().map(|other| {
                format!(
                    "its path matches URLs of {}, and axum and actix-web choose differently between them: use \
                     `--framework`",
                    other.text
                )
            }),
        });
    }

    /// Brings paths that match one URL into the order in which axum prefers them. actix-web takes the order of the
    /// manifest.
    fn order_paths(&mut self) {
        let is_ordered = self.paths.iter().all(|path| {
            let mut pairs = self.neighbours(path).map(|other| path.in_order(other));
            pairs.all(|(first, second)| first.pattern.order_in_axum() <= second.pattern.order_in_axum())
        });
        if self.framework == Some(Framework::Axum) && !is_ordered {
            self.paths.sort_by(|a, b| a.pattern.order_in_axum().cmp(&b.pattern.order_in_axum()));
            self.find_neighbours();
        }
    }

    /// A gateway compares all routes of a path before those of the next path, and a route for every method after the
    /// others. actix-web takes the first route in the order of the manifest, so routes that change places are closed.
    fn close_routes_out_of_order(&mut self) {
        if self.framework == Some(Framework::Axum) {
            return;
        }
        let place = |path: &PlannedPath<'_>, route: &PlannedRoute<'_>| {
            (path.number, route.methods == Methods::Any, route.number)
        };
        self.close(|plan, path, route| {
            let others = plan.paths_at_url(path).flat_map(|other| other.routes.iter().map(move |one| (other, one)));
            let mut rivals = others.filter(|(_, other)| route.methods.overlaps(&other.methods));
            let (other, _) = rivals.find(|(other_path, other)| {
                (route.number < other.number) != (place(path, route) < place(other_path, other))
            })?;
            Some(format!(
                "actix-web takes the first route of the manifest, and a gateway would compare it with {} in another \
                 order",
                other.text
            ))
        });
    }

    /// axum routes `HEAD` to the handler of `GET`, unless the path has a route for `HEAD`.
    fn add_head_to_get(&mut self) {
        if self.framework == Some(Framework::Actix) {
            return;
        }
        for path in &mut self.paths {
            let names_head = |route: &PlannedRoute<'_>| {
                matches!(&route.methods, Methods::Named(_)) && route.methods.contains("HEAD")
            };
            if path.routes.iter().any(names_head) {
                continue;
            }
            for route in &mut path.routes {
                if let Methods::Named(names) = &mut route.methods
                    && let Some(at) = names.iter().position(|name| name == "GET")
                {
                    names.insert(at + 1, "HEAD".to_owned());
                }
            }
        }
    }

    /// The path, and those that match URLs of it, unless the framework is axum, where a URL matches one path.
    fn paths_at_url<'b>(&'b self, path: &'b PlannedPath<'a>) -> impl Iterator<Item = &'b PlannedPath<'a>> {
        let neighbours = self.neighbours(path).filter(|_| self.framework != Some(Framework::Axum));
        iter::once(path).chain(neighbours)
    }

    /// Decides for each route which browsers may reuse the answers to its preflights.
    fn decide_reuse(&mut self, any_method_answer: AnyMethodAnswer) {
        let decisions: Vec<Vec<String>> = self
            .routes()
            .map(|(path, route)| self.origins_with_reuse(path, route, any_method_answer))
            .collect();
        for (route, origins) in self.routes_mut().zip(decisions) {
            route.origins_with_reuse = origins;
        }
    }

    fn origins_with_reuse(
        &self,
        path: &PlannedPath<'a>,
        route: &PlannedRoute<'a>,
        any_method_answer: AnyMethodAnswer,
    ) -> Vec<String> {
        let mut origins: Vec<String> = Vec::new();
        if route.source.preflights_never_reused {
            return origins;
        }
        // An origin of another route can be one that this route allows by a pattern or by `*`.
        let others = self.paths_at_url(path).flat_map(|other| &other.routes);
        let of_others = others
            .flat_map(|other| &other.origins)
            .filter(|element| all_allowed(element, route.origins.iter().map(String::as_str)));
        for element in route.origins.iter().chain(of_others) {
            if !origins.contains(element) && self.may_reuse(element, path, route, any_method_answer) {
                origins.push(element.clone());
            }
        }
        origins
    }

    /// A browser that remembers an answer sends safelisted methods and the listed ones to the URL without asking. So every
    /// route that takes one of them has to trust the origin, with the credentials that the answer allows.
    fn may_reuse(
        &self,
        element: &str,
        path: &PlannedPath<'a>,
        route: &PlannedRoute<'_>,
        any_method_answer: AnyMethodAnswer,
    ) -> bool {
        let listed: Vec<&str> = path
            .routes
            .iter()
            .filter(|other| other.has_policy_of(route))
            .flat_map(|other| other.source.methods.iter().map(String::as_str))
            .collect();
        let lists_all = any_method_answer == AnyMethodAnswer::Wildcard && route.methods == Methods::Any;
        self.paths_at_url(path)
            .flat_map(|other_path| other_path.routes.iter().map(move |other| (other_path, other)))
            .filter(|(_, other)| !other.has_policy_of(route))
            .filter(|(other_path, other)| {
                lists_all
                    || route.methods == Methods::Any && other_path.number != path.number
                    || SAFELISTED.iter().chain(&listed).any(|method| other.methods.contains(method))
            })
            .all(|(_, other)| {
                (other.source.policy.credentials() || !route.source.policy.credentials())
                    && all_allowed(element, other.origins.iter().map(String::as_str))
            })
    }

    /// Closes routes whose origins only the application knows, and those that also refuse requests.
    fn close_what_no_gateway_decides(&mut self) {
        self.close(|_, _, route| {
            let source = route.source;
            if let Some(unlisted) = source.unlisted_origins.first() {
                return Some(format!("{unlisted} decides about its origins"));
            }
            if source.policy.enforcement().is_some() {
                return Some("`enforce` refuses requests, and the gateway would pass them on".to_owned());
            }
            if source.methods.iter().any(|method| method == "OPTIONS") {
                return Some("`OPTIONS` cannot have a policy".to_owned());
            }
            if source.methods.iter().any(|method| method == "*") {
                return Some("browsers take `*` in a list of methods for every method".to_owned());
            }
            let is_unknown = |element: &&String| *element != "*" && origin::regex(element).is_none();
            let unknown = route.origins.iter().find(is_unknown);
            unknown.map(|element| format!("no browser sends the origin `{element}`"))
        });
    }

    /// Closes every route for which `obstacle` gives a reason.
    pub(super) fn close(
        &mut self,
        obstacle: impl Fn(&Self, &PlannedPath<'a>, &PlannedRoute<'a>) -> Option<String>,
    ) {
        let reasons: Vec<Option<String>> = self
            .routes()
            .map(|(path, route)| if route.is_closed { None } else { obstacle(self, path, route) })
            .collect();
        let mut omissions = Vec::new();
        for (route, reason) in self.routes_mut().zip(reasons) {
            if let Some(reason) = reason {
                omissions.push((route.number, Omission::new(route.source, reason)));
                route.is_closed = true;
            }
        }
        self.omissions.extend(omissions);
    }

    /// What cannot be expressed, in the order of the manifest.
    pub(super) fn into_omissions(self) -> Vec<Omission> {
        let mut omissions = self.omissions;
        omissions.sort_by_key(|(number, _)| *number);
        omissions.into_iter().map(|(_, omission)| omission).collect()
    }

    /// Whether a request that no route of a path takes can reach a later path: in actix-web.
    pub(super) fn falls_through(&self) -> bool {
        self.framework == Some(Framework::Actix)
    }
}
