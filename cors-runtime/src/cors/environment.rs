//! Origins in environment variables: `env("NAME")`.

use crate::SourceLocation;
use crate::error::{BuildProblem, ProblemKind, Unreadable};
use cors_policy::{Danger, OriginSource, Policy, check_runtime_origins, split_list};
use std::env::{self, VarError};

/// An environment variable that a policy names, with its value.
#[derive(Debug)]
pub(super) struct Variable<'a> {
    name: &'a str,
    value: String,
}

/// Reads the variables among these elements of a policy. An optional one that is missing or empty is left out. A variable
/// that cannot be read is added to the problems.
pub(super) fn read<'a>(
    sources: &'a [OriginSource<'_>],
    location: SourceLocation,
    problems: &mut Vec<BuildProblem>,
) -> Vec<Variable<'a>> {
    let mut variables = Vec::new();
    for source in sources {
        let OriginSource::Env { name, optional } = source else { continue };
        let reason = match env::var(&**name) {
            Ok(value) if split_list(&value).next().is_some() => {
                variables.push(Variable { name, value });
                continue;
            }
            Ok(_) | Err(VarError::NotPresent) if *optional => continue,
            Ok(_) => Unreadable::Empty,
            Err(VarError::NotPresent) => Unreadable::Missing,
            Err(VarError::NotUnicode(_)) => Unreadable::NotUnicode,
        };
        problems.push(ProblemKind::VariableUnreadable { variable: name.to_string(), reason }.at(location));
    }
    variables
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
