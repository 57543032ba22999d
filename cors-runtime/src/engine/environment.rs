//! Origins that stand in environment variables.

use crate::SourceLocation;
use crate::error::{Problem, ProblemKind};
use cors_policy::{Danger, OriginSource, Policy, check_runtime_origins, split_list};
use std::env::{self, VarError};

/// A variable that a policy names, and what it says.
#[derive(Debug)]
pub(super) struct Variable<'a> {
    name: &'a str,
    value: Result<String, Unreadable>,
}

/// Why a variable says nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unreadable {
    Missing,
    Empty,
    NotUnicode,
}

/// Reads all variables. One that is optional may say nothing.
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
    /// What the variable adds to the `present` elements of the policy.
    pub(super) fn check<'v>(
        &'v self,
        policy: &Policy,
        present: &[&'v str],
        at: SourceLocation,
    ) -> Result<Vec<&'v str>, Box<Problem>> {
        let problem = |kind| Box::new(Problem { kind, location: Some(at) });
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
