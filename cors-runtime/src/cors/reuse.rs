//! Which answers to preflights browsers can never reuse, as far as the declarations show it.
//!
//! Whether one answer can be reused depends on the origin that asks: see [`Reuse`](super::Reuse).

use super::{DeclaredPolicy, RouteEntry};
use cors_policy::{OriginIndex, Source};

/// Whether every answer to a preflight for this route carries `Max-Age: 0`, because another route of the path refuses
/// every origin that this one allows. It is `false` if only a request can tell.
pub(crate) fn preflights_are_never_reused<E>(route: &RouteEntry<E>, path: &[&RouteEntry<E>]) -> bool {
    let is_equivalent = |other: &RouteEntry<E>| other.declared.is_equivalent_to(&route.declared);
    let is_listed = |other: &RouteEntry<E>| {
        path.iter()
            .filter(|route| is_equivalent(route))
            .any(|route| route.methods.names().any(|name| other.methods.contains(name.as_bytes())))
    };
    path.iter()
        .filter(|other| !is_equivalent(other))
        .filter(|other| other.methods.has_safelisted() || is_listed(other))
        .any(|other| refuses_all_of(&other.declared, &route.declared))
}

/// Whether a policy refuses every origin that another one allows, or refuses it with credentials.
fn refuses_all_of(policy: &DeclaredPolicy, other: &DeclaredPolicy) -> bool {
    if other.policy.credentials() && !policy.policy.credentials() {
        return true;
    }
    if policy.check.is_some() {
        return !policy.is_equivalent_to(&DeclaredPolicy { policy: policy.policy.clone(), ..other.clone() });
    }
    let (Some(allowed), Some(others)) = (literals(policy), literals(other)) else { return false };
    if allowed.contains(&"*") || others.iter().any(|origin| origin.contains('*')) {
        return false;
    }
    let allowed = OriginIndex::new(allowed);
    !others.iter().any(|origin| allowed.contains(origin.as_bytes()))
}

/// The origins of a policy, if all of them are in the source code.
fn literals(declared: &DeclaredPolicy) -> Option<Vec<&str>> {
    let literal = |source| match source {
        Source::Origin(text) => Some(text),
        _ => None,
    };
    if declared.check.is_some() { None } else { declared.policy.origins().into_iter().map(literal).collect() }
}
