//! Which answers to preflights browsers can never reuse, as far as the declarations show it.
//!
//! Whether one answer can be reused depends on the origin that asks: see [`Reuse`](super::Reuse).

use super::{DeclaredPolicy, RouteEntry};
use cors_policy::{OriginIndex, OriginSource};
use std::borrow::Cow;

/// Whether every answer to a preflight for this route carries `Max-Age: 0`, because another route of the path refuses
/// every origin that this one allows. It is `false` if only a request can tell.
pub(crate) fn preflights_are_never_reused<E>(route: &RouteEntry<E>, path: &[&RouteEntry<E>]) -> bool {
    let is_equal = |other: &RouteEntry<E>| {
        std::ptr::eq(other, route) || other.declared.is_equivalent_to(&route.declared)
    };
    let is_listed = |other: &RouteEntry<E>| {
        let mut listed = path.iter().filter(|equal| is_equal(equal)).flat_map(|equal| equal.methods.names());
        listed.any(|name| other.methods.contains(name.as_bytes()))
    };
    path.iter()
        .filter(|other| !is_equal(other))
        .filter(|other| other.methods.has_safelisted() || is_listed(other))
        .any(|other| refuses_all_of(&other.declared, &route.declared))
}

/// Whether one policy refuses every origin that the other one allows, or refuses it with credentials.
fn refuses_all_of(refusing: &DeclaredPolicy, allowing: &DeclaredPolicy) -> bool {
    if allowing.policy.credentials() && !refusing.policy.credentials() {
        return true;
    }
    if refusing.has_same_check(allowing) {
        return false;
    }
    let Some(listed) = literals(refusing) else { return false };
    if allowing.check.is_some() {
        // Which origins the check allows is not known.
        return listed.is_empty();
    }
    let Some(allowed) = literals(allowing) else { return false };
    if listed.iter().any(|origin| origin == "*") || allowed.iter().any(|origin| origin.contains('*')) {
        return false;
    }
    let listed = OriginIndex::new(listed.iter().map(AsRef::as_ref));
    !allowed.iter().any(|origin| listed.contains(origin.as_bytes()))
}

/// The origins that a policy lists, if all of them are in the source code.
fn literals(declared: &DeclaredPolicy) -> Option<Vec<Cow<'_, str>>> {
    let literal = |source| match source {
        OriginSource::Origin(text) => Some(text),
        _ => None,
    };
    declared.policy.origins().map(literal).collect()
}
