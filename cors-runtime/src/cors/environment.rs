//! Origins in environment variables: `env("NAME")`.

use crate::SourceLocation;
use crate::error::{Problem, ProblemKind};
use cors_policy::{Danger, OriginSource, Policy, check_runtime_origins, split_list};
use std::env::{self, VarError};

/// An environment variable that a policy names, with its value.
#[derive(Debug)]
pub(super) struct Variable<'a> {
    name: &'a str,
    value: Result<String, Unreadable>,
}

/// Why a variable has no entries.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unreadable {
    Missing,
    Empty,
    NotUnicode,
}

/// Reads every variable that the policy names. An optional one that is missing or empty is left out.
pub(super) fn read<'a>(sources: &'a [OriginSource<'_>]) -> Vec<Variable<'a>> {
    let mut variables = Vec::new();
    for source in sources {
        let OriginSource::Env { name, optional } = source else { continue };
        let value = match env::var(&**name) {
            Ok(value) if split_list(&value).next().is_none() => Err(Unreadable::Empty),
            Ok(value) => Ok(value),
            Err(VarError::NotPresent) => Err(Unreadable::Missing),
            Err(VarError::NotUnicode(_)) => Err(Unreadable::NotUnicode),
        };
        match value {
            Err(Unreadable::Missing | Unreadable::Empty) if *optional => {}
            value => variables.push(Variable { name, value }),
        }
    }
    variables
}

impl Variable<'_> {
    /// Checks the entries of the variable and returns those that `present`, the origins which the policy has already,
    /// does not cover. Each entry that is left out is logged.
    ///
    /// # Errors
    ///
    /// If the variable could not be read, or if an entry breaks a rule.
    pub(super) fn check<'v>(
        &'v self,
        policy: &Policy,
        present: &[&'v str],
        location: SourceLocation,
    ) -> Result<Vec<&'v str>, Box<Problem>> {
        let problem = |kind| Box::new(Problem { kind, location: Some(location) });
        let value = match &self.value {
            Ok(value) => value,
            Err(reason) => {
                let variable = self.name.to_owned();
                return Err(problem(ProblemKind::VariableUnreadable { variable, reason: *reason }));
            }
        };
        let present = present.iter().copied();
        let danger =
            Danger { insecure_origins: policy.insecure_origins(), public_suffixes: policy.public_suffixes() };
        let checked = check_runtime_origins(split_list(value), present, policy.credentials(), danger)
            .map_err(|errors| {
                problem(ProblemKind::VariableWrong { variable: self.name.to_owned(), errors })
            })?;
        for dropped in &checked.dropped {
            dropped.log(&format!("the environment variable `{}`", self.name));
        }
        Ok(checked.kept)
    }
}
