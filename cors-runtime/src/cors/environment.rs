//! Origins in environment variables: `env("NAME")`.

use crate::SourceLocation;
use crate::error::{BuildProblem, ProblemKind};
use cors_policy::{Danger, IfEmpty, Policy, check_runtime_origins, split_list};
use std::borrow::Cow;
use std::env::{self, VarError};

/// Returns the origins of a variable that `listed`, the other origins of the policy, does not cover, or `None` if the
/// variable allows every origin.
///
/// Each entry that is left out is logged, and everything that is wrong is added to the problems.
pub(super) fn origins(
    name: &str,
    if_empty: IfEmpty,
    policy: &Policy,
    listed: &[Cow<'_, str>],
    location: SourceLocation,
    problems: &mut Vec<BuildProblem>,
) -> Option<Vec<String>> {
    let unreadable =
        |reason| ProblemKind::VariableUnreadable { variable: name.to_owned(), reason }.at(location);
    let value = match (env::var(name), if_empty) {
        (Ok(value), _) => value,
        (Err(VarError::NotPresent), IfEmpty::NoOrigin | IfEmpty::AnyOrigin) => String::new(),
        (Err(error), _) => {
            problems.push(unreadable(Some(error)));
            return Some(Vec::new());
        }
    };
    if if_empty == IfEmpty::AnyOrigin && split_list(&value).all(|entry| entry == "*") {
        tracing::info!(
            target: "cors",
            variable = name,
            policy = %location,
            "the environment variable lists no origins, so that every origin is allowed"
        );
        return None;
    }
    if if_empty == IfEmpty::Error && split_list(&value).next().is_none() {
        problems.push(unreadable(None));
    }
    let danger =
        Danger { insecure_origins: policy.insecure_origins(), public_suffixes: policy.public_suffixes() };
    let listed = listed.iter().map(AsRef::as_ref);
    let kept = match check_runtime_origins(split_list(&value), listed, policy.credentials(), danger) {
        Ok(checked) => {
            for dropped in &checked.dropped {
                dropped.log(&format!("the environment variable `{name}`"));
            }
            checked.kept.into_iter().map(str::to_owned).collect()
        }
        Err(errors) => {
            let kind = |error| ProblemKind::VariableEntry { variable: name.to_owned(), error };
            problems.extend(errors.into_iter().map(|error| kind(error).at(location)));
            Vec::new()
        }
    };
    Some(kept)
}
