//! Finds routes whose `max_age` can never take effect, by comparing declarations.
//!
//! Whether one answer can be reused depends on the origin that asks: see [`Reuse`](super::Reuse).

use super::{DeclaredPolicy, RouteEntry};
use cors_policy::{OriginIndex, OriginSource};
use std::borrow::Cow;
use std::collections::HashMap;

/// The routes of each path.
pub(crate) struct RoutesByPath<'a, E>(HashMap<&'a str, Vec<&'a RouteEntry<E>>>);

impl<'a, E> RoutesByPath<'a, E> {
    pub(crate) fn new(routes: &'a [RouteEntry<E>]) -> Self {
        let mut paths: HashMap<&str, Vec<&RouteEntry<E>>> = HashMap::new();
        for route in routes {
            paths.entry(&route.path).or_default().push(route);
        }
        Self(paths)
    }

    /// Returns another route of the path that takes methods of a reused answer and refuses every origin of this route.
    /// Because of it every answer has `Max-Age: 0`. It is `None` if only a request can tell.
    pub(crate) fn route_that_prevents_reuse(&self, route: &RouteEntry<E>) -> Option<&'a RouteEntry<E>> {
        let path = self.0.get(&*route.path)?;
        let is_equal = |other: &RouteEntry<E>| {
            std::ptr::eq(other, route) || other.declared.is_equivalent_to(&route.declared)
        };
        let is_listed = |other: &RouteEntry<E>| {
            let mut listed =
                path.iter().filter(|equal| is_equal(equal)).flat_map(|equal| equal.methods.names());
            listed.any(|name| other.methods.contains(name.as_bytes()))
        };
        let mut others = path.iter().copied().filter(|other| !is_equal(other));
        others.find(|other| {
            (other.methods.has_safelisted() || is_listed(other))
                && refuses_all_of(&other.declared, &route.declared)
        })
    }

    /// Logs a warning for each of these routes whose `max_age` never takes effect.
    pub(super) fn warn_about_lost_max_ages(&self, routes: &[RouteEntry<E>]) {
        for route in routes {
            let Some(max_age) = route.declared.policy.max_age().filter(|seconds| *seconds > 0) else {
                continue;
            };
            let Some(other) = self.route_that_prevents_reuse(route) else { continue };
            let reason_and_help = if other.declared.has_same_check_with_extractors(&route.declared)
                && !refuses_credentials(&other.declared, &route.declared)
            {
                "for which the function of `dynamic(..)` is not asked, since its extractors may read something else \
                 there. Use a function of `dynamic(..)` without extractors"
            } else {
                "whose policy does not allow these origins or these credentials. Give both policies the same origins \
                 and credentials"
            };
            tracing::warn!(
                target: "cors",
                path = &*route.path,
                methods = %route.methods,
                policy = %route.declared.location,
                other_methods = %other.methods,
                other_policy = %other.declared.location,
                max_age,
                "`max_age` never takes effect: every answer to a preflight says `Access-Control-Max-Age: 0`, because a \
                 browser that reused it could send requests to another route of the path, {reason_and_help}, or remove \
                 `max_age`"
            );
        }
    }
}

/// Whether `refusing` allows no credentials where `allowing` does.
fn refuses_credentials(refusing: &DeclaredPolicy, allowing: &DeclaredPolicy) -> bool {
    allowing.policy.credentials() && !refusing.policy.credentials()
}

/// Whether `refusing` allows no origin of `allowing`, or no credentials where `allowing` does.
fn refuses_all_of(refusing: &DeclaredPolicy, allowing: &DeclaredPolicy) -> bool {
    if refuses_credentials(refusing, allowing) {
        return true;
    }
    if refusing.has_same_check(allowing) {
        return false;
    }
    let Some(listed) = literal_origins(refusing) else { return false };
    if allowing.check.is_some() {
        // Which origins the check allows is not known.
        return listed.is_empty();
    }
    let Some(allowed) = literal_origins(allowing) else { return false };
    if listed.iter().any(|origin| origin == "*") || allowed.iter().any(|origin| origin.contains('*')) {
        return false;
    }
    let listed = OriginIndex::new(listed.iter().map(AsRef::as_ref));
    !allowed.iter().any(|origin| listed.contains(origin.as_bytes()))
}

/// The origins of a policy, if all of them are in the source code.
fn literal_origins(declared: &DeclaredPolicy) -> Option<Vec<Cow<'_, str>>> {
    let literal = |source| match source {
        OriginSource::Origin(text) => Some(text),
        _ => None,
    };
    declared.policy.origins().map(literal).collect()
}
