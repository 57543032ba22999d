//! Origins in environment variables: `env("NAME")`.

use crate::SourceLocation;
use crate::error::{BuildProblem, ProblemKind, Unreadable};
use cors_policy::{Danger, IfEmpty, OriginSource, Policy, check_runtime_origins, split_list};
use std::env::{self, VarError};

/// An environment variable that a policy names, with its value.
#[derive(Debug)]
pub(super) struct Variable<'a> {
    name: &'a str,
    value: String,
}

/// The values of the variables that a policy names.
#[derive(Debug, Default)]
pub(super) struct Variables<'a> {
    /// The variables that list origins.
    pub(super) lists: Vec<Variable<'a>>,
    /// Whether a variable with `or_any` lists no origins, so that every origin is allowed.
    pub(super) allows_any: bool,
}

/// Reads the variables among these elements of a policy. A variable that cannot be read is added to the problems.
pub(super) fn read<'a>(
    sources: &'a [OriginSource<'_>],
    location: SourceLocation,
    problems: &mut Vec<BuildProblem>,
) -> Variables<'a> {
    let mut variables = Variables::default();
    for source in sources {
        let OriginSource::Env { name, if_empty } = source else { continue };
        let reason = match (env::var(&**name), if_empty) {
            (Ok(value), IfEmpty::AnyOrigin) if split_list(&value).all(|entry| entry == "*") => {
                variables.allow_any(name, location);
                continue;
            }
            (Err(VarError::NotPresent), IfEmpty::AnyOrigin) => {
                variables.allow_any(name, location);
                continue;
            }
            (Ok(value), _) if split_list(&value).next().is_some() => {
                variables.lists.push(Variable { name, value });
                continue;
            }
            (Ok(_) | Err(VarError::NotPresent), IfEmpty::NoOrigin) => continue,
            (Ok(_), _) => Unreadable::Empty,
            (Err(VarError::NotPresent), _) => Unreadable::Missing,
            (Err(VarError::NotUnicode(_)), _) => Unreadable::NotUnicode,
        };
        problems.push(ProblemKind::VariableUnreadable { variable: name.to_string(), reason }.at(location));
    }
    variables
}

impl Variables<'_> {
    fn allow_any(&mut self, name: &str, location: SourceLocation) {
        self.allows_any = true;
        tracing::info!(
            target: "cors",
            variable = name,
            policy = %location,
            "the environment variable lists no origins, so that every origin is allowed"
        );
    }
}

impl Variable<'_> {
    /// Returns the entries of the variable that are not covered by `already_listed`, the other origins of the policy. Each
    /// entry that is left out is logged. Entries that break a rule are added to the problems.
    pub(super) fn check<'v>(
        &'v self,
        policy: &Policy,
        already_listed: &[&'v str],
        location: SourceLocation,
        problems: &mut Vec<BuildProblem>,
    ) -> Vec<&'v str> {
        let listed = already_listed.iter().copied();
        let danger =
            Danger { insecure_origins: policy.insecure_origins(), public_suffixes: policy.public_suffixes() };
        match check_runtime_origins(split_list(&self.value), listed, policy.credentials(), danger) {
            Ok(checked) => {
                for dropped in &checked.dropped {
                    dropped.log(&format!("the environment variable `{}`", self.name));
                }
                checked.kept
            }
            Err(errors) => {
                let kind = |error| ProblemKind::VariableEntry { variable: self.name.to_owned(), error };
                problems.extend(errors.into_iter().map(|error| kind(error).at(location)));
                Vec::new()
            }
        }
    }
}
