//! Comments of configurations: lines that begin with `#`.

use super::framework::Framework;
use super::outcome::Omission;
use super::plan::Plan;
use super::planned_path::{PlannedPath, PlannedRoute};
use crate::printable::printable;
use std::fmt::Write as _;

/// The comment at the top of a configuration.
pub(super) fn header(target: &str, about: &str, notes: &[String], omissions: &[Omission]) -> String {
    let mut lines = format!(
        "# Written by `cors export {target}` from the manifest of an application.\n\
         {about}\
         #\n"
    );
    for note in notes {
        let _ = writeln!(lines, "# {}", printable(note));
    }
    lines.push_str("#\n");
    if omissions.is_empty() {
        lines.push_str("# Every route of the manifest is expressed.\n");
    } else {
        lines.push_str("# Not expressed, and therefore closed as well:\n");
    }
    for omission in omissions {
        let _ = writeln!(lines, "# - {omission}");
    }
    lines
}

/// What paths are that a manifest does not list, where the gateway passes all requests on.
pub(super) const UNLISTED_PATHS: &str =
    "Paths that the manifest does not list are closed: their responses get no CORS headers.";

/// What a reader has to know about the paths.
pub(super) fn notes(plan: &Plan<'_>, unlisted_paths: &str) -> Vec<String> {
    let mut notes = vec![unlisted_paths.to_owned()];
    if plan
        .paths
        .iter()
        .any(|path| path.pattern.literal().is_none() && path.routes.iter().any(PlannedRoute::is_open))
    {
        notes.push(
            "A path with parameters also applies to routes without a policy that have such URLs: give them one."
                .to_owned(),
        );
    }
    match plan.framework {
        Some(Framework::Actix) => {
            notes.push(
                "The application uses actix-web: the first route that takes a request decides.".to_owned(),
            );
        }
        _ => notes.push("A route for GET also takes HEAD, as in axum.".to_owned()),
    }
    notes
}

/// What a route is, for a comment above its configuration.
pub(super) fn route(path: &PlannedPath<'_>, route: &PlannedRoute<'_>) -> String {
    let state = if route.is_open() { "" } else { ", closed" };
    printable(&format!("{} {}: {}{state}", route.methods, path.text, route.source.location)).into_owned()
}
