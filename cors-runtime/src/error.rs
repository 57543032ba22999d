//! Why a group of routes or a default policy cannot be built.

use crate::SourceLocation;
#[cfg(feature = "runtime-policies")]
use crate::cors::Unreadable;
#[cfg(feature = "runtime-policies")]
use cors_policy::PolicyErrors;
use cors_policy::Rule;
use std::fmt;

/// Why a group of routes or a default policy cannot be built.
///
/// It holds every mistake, not only the first. [`Display`](fmt::Display) says for each what is wrong, where it is
/// declared, and what to write instead.
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

/// One mistake in a group of routes or in a default policy.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) kind: ProblemKind,
    /// Where the policy is declared, if the text does not say so.
    pub(crate) location: Option<SourceLocation>,
}

#[derive(Debug)]
pub(crate) enum ProblemKind {
    /// The same method of one path is routed twice.
    Conflict { method: String, path: String, first: SourceLocation, second: SourceLocation },
    /// Guards choose between two routes of one method that have different policies. The routes are given by path and
    /// place.
    Guarded { method: String, routes: [(String, SourceLocation); 2] },
    /// A route for `OPTIONS`, which is answered by the policies of the other methods.
    Options { path: String },
    /// A route that was added at run time has a method that breaks this rule.
    RouteMethod { method: String, path: String, rule: Rule },
    /// A default policy has `enforce`.
    EnforceByDefault,
    /// A method in the list of a default policy breaks a rule.
    #[cfg(feature = "runtime-policies")]
    Method(cors_policy::Finding),
    /// An environment variable is missing, empty, or not valid UTF-8.
    #[cfg(feature = "runtime-policies")]
    VariableUnreadable { variable: String, reason: Unreadable },
    /// Entries of an environment variable break rules.
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
            Self::Guarded { method, routes: [(path, first), (other_path, second)] } => {
                write!(f, "guards choose between two policies of `{method} {path}`")?;
                if path != other_path {
                    write!(f, " and `{method} {other_path}`, which share URLs")?;
                }
                write!(
                    f,
                    ": at {first} and at {second}\n\
                     help: give both the same policy, or put each into a `web::scope(..).guard(..)` of its own\n\
                     note: a preflight has nothing that a guard of the route could look at"
                )
            }
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
            Self::RouteMethod { method, path, rule } => {
                let (what, help) = match rule {
                    Rule::MethodForbidden => ("no script can send this method", "remove the route"),
                    Rule::MethodCase => ("methods are in upper case", "write the method in upper case"),
                    _ => ("this is not a method", "write a method, such as `GET`"),
                };
                write!(f, "`{method}` cannot be routed at `{path}`: {what} [{rule}]\nhelp: {help}")
            }
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
