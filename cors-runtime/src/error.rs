//! Why routes cannot be built.

use crate::SourceLocation;
#[cfg(feature = "runtime-policies")]
use crate::engine::Unreadable;
#[cfg(feature = "runtime-policies")]
use cors_policy::PolicyErrors;
use cors_policy::Rule;
use std::fmt;

/// Why routes cannot be built: everything that is wrong with them at once. [`Display`](fmt::Display) says what, where
/// it is declared, and what to change.
///
/// ```
/// # #[cfg(feature = "axum")] {
/// use cors_runtime::axum::{PolicyLayer, policy};
///
/// let error = PolicyLayer::try_new(policy!(origins = ["https://app.example.com"], enforce)).unwrap_err();
/// assert!(error.to_string().contains("help: write `enforce` in the `#[cors(..)]` of the routes that need it"));
/// # }
/// ```
#[derive(Debug)]
pub struct BuildError {
    problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) kind: ProblemKind,
    /// Where the policy is declared.
    pub(crate) location: Option<SourceLocation>,
}

#[derive(Debug)]
pub(crate) enum ProblemKind {
    /// The same method of one path is routed twice.
    Conflict { method: String, path: String, first: SourceLocation, second: SourceLocation },
    /// Two routes of one method that guards choose from, with two policies.
    Guarded { method: String, path: String, first: SourceLocation, second: SourceLocation },
    /// A route for `OPTIONS`, which is answered by what the policies of the other methods say.
    Options { path: String },
    /// A default policy stands where no route is known yet.
    EnforceByDefault,
    /// A method in a list that is written at run time.
    #[cfg(feature = "runtime-policies")]
    Method(cors_policy::Finding),
    /// A variable is missing, empty, or no text.
    #[cfg(feature = "runtime-policies")]
    VariableUnreadable { variable: String, reason: Unreadable },
    /// Entries of a variable break rules.
    #[cfg(feature = "runtime-policies")]
    VariableWrong { variable: String, errors: PolicyErrors },
    /// An `OriginSet` opted out of a rule that the policy keeps.
    #[cfg(feature = "runtime-policies")]
    RelaxedSet { rule: Rule },
}

impl From<Vec<Problem>> for BuildError {
    fn from(problems: Vec<Problem>) -> Self {
        Self { problems }
    }
}

impl From<Problem> for BuildError {
    fn from(problem: Problem) -> Self {
        Self { problems: vec![problem] }
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.problems.iter().enumerate() {
            if number > 0 {
                f.write_str("\n\n")?;
            }
            problem.kind.fmt(f)?;
            if let Some(location) = problem.location {
                write!(f, "\nthe policy is declared at {location}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict { method, path, first, second } => write!(
                f,
                "`{method} {path}` is routed twice: at {first} and at {second}\nhelp: remove one of the two routes"
            ),
            Self::Guarded { method, path, first, second } => write!(
                f,
                "guards choose between two policies of `{method} {path}`: at {first} and at {second}\n\
                 help: give both the same policy, or put each into a `web::scope(..).guard(..)` of its own\n\
                 note: a preflight has nothing that a guard of the route could look at"
            ),
            Self::Options { path } => write!(
                f,
                "`OPTIONS {path}` cannot have a policy: preflights are answered by the policies of the other methods \
                 [{}]\n\
                 help: `.options(path, handler)` takes the `OPTIONS` requests that are no preflights",
                Rule::RouteOptions
            ),
            Self::EnforceByDefault => f.write_str(
                "a default policy cannot `enforce`: it stands outside of the routes, which may allow more\n\
                 help: write `enforce` in the `#[cors(..)]` of the routes that need it",
            ),
            #[cfg(feature = "runtime-policies")]
            Self::Method(problem) => problem.fmt(f),
            #[cfg(feature = "runtime-policies")]
            Self::VariableUnreadable { variable, reason } => {
                let what = match reason {
                    Unreadable::Missing => "is not set",
                    Unreadable::Empty => "has no entries",
                    Unreadable::NotUnicode => "is not valid UTF-8",
                };
                write!(
                    f,
                    "the environment variable `{variable}` {what}\n\
                     help: set it to a comma-separated list, such as `{variable}=https://app.example.com`, \
                     or write `env(\"{variable}\", optional)`"
                )
            }
            #[cfg(feature = "runtime-policies")]
            Self::VariableWrong { variable, errors } => {
                write!(f, "the environment variable `{variable}` breaks rules:")?;
                for error in errors {
                    // The lines below the first are indented under it.
                    let number = error.element().map_or(0, |element| element + 1);
                    write!(f, "\n  entry {number}: {}", error.finding().to_string().replace('\n', "\n    "))?;
                }
                Ok(())
            }
            #[cfg(feature = "runtime-policies")]
            Self::RelaxedSet { rule } => {
                let opt_out =
                    if *rule == Rule::OriginInsecure { "insecure_origins" } else { "public_suffixes" };
                write!(
                    f,
                    "a policy uses an `OriginSet` with `danger_{opt_out}()`, which the policy does not allow [{rule}]\n\
                     help: write `danger({opt_out})` in the policy, or remove `.danger_{opt_out}()` from the set"
                )
            }
        }
    }
}

impl std::error::Error for BuildError {}
