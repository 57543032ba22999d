//! Why a group of routes or a default policy cannot be built.

use crate::SourceLocation;
use cors_policy::Rule;
#[cfg(feature = "runtime-policies")]
use cors_policy::{Finding, PolicyError};
#[cfg(feature = "runtime-policies")]
use std::env::VarError;
use std::error::Error;
use std::fmt;

/// Every problem in a group of routes or in a default policy. There is at least one.
///
/// [`Display`](fmt::Display) says for each problem what is wrong, where it is, and what to write instead. `Debug` prints
/// the same, so that `.unwrap()` shows it.
///
/// ```
/// # #[cfg(feature = "axum")] {
/// use cors_runtime::axum::{PolicyLayer, policy};
///
/// let error = PolicyLayer::try_new(policy!(origins = ["https://app.example.com"], enforce)).unwrap_err();
/// assert!(error.to_string().contains("help: write `enforce` in the `#[cors(..)]` of the routes that need it"));
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct BuildError {
    problems: Vec<BuildProblem>,
}

/// One problem in a group of routes or in a default policy. [`Display`](fmt::Display) says what is wrong, where, and what to
/// write instead.
///
/// ```
/// # #[cfg(feature = "axum")] {
/// use axum::http::Method;
/// use cors_runtime::axum::{Routes, policy};
/// use cors_runtime::Rule;
///
/// let routes: Routes = Routes::new().route([Method::TRACE], "/", policy!(origins = ["*"]), async || "");
/// let error = routes.try_into_router().unwrap_err();
/// let problem = error.iter().next().unwrap();
/// assert_eq!(problem.rule(), Some(Rule::MethodForbidden));
/// assert!(problem.location().is_some_and(|location| location.line > 0));
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildProblem {
    kind: ProblemKind,
    /// Where the policies are declared that have the problem. It is empty if `kind` has the places.
    policies: Vec<SourceLocation>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ProblemKind {
    /// The same method of one path is routed twice.
    RoutedTwice { method: String, path: String, first: SourceLocation, second: SourceLocation },
    /// Guards choose between two routes of one method that have different policies. The routes are given by path and
    /// place. If the policies differ only because the extractors of their common origin check may read something else for
    /// each route, `differ_by_extractors` is set.
    GuardedPolicies { method: String, routes: [(String, SourceLocation); 2], differ_by_extractors: bool },
    /// A route for `OPTIONS`, which is answered by the policies of the other methods.
    OptionsRoute { path: String },
    /// A route that was added at run time has a method that breaks this rule.
    RouteMethod { method: String, path: String, rule: Rule },
    /// A route that was added at run time has an empty list of methods.
    RouteWithoutMethods { path: String },
    /// A default policy that does not answer every preflight has `enforce`.
    EnforceByDefault,
    /// The list of methods of a default policy is empty.
    #[cfg(feature = "runtime-policies")]
    NoDefaultMethods,
    /// A method in the list of a default policy breaks a rule.
    #[cfg(feature = "runtime-policies")]
    DefaultMethod(Finding),
    /// The list in an environment variable cannot be read. Without a reason, it has no entries.
    #[cfg(feature = "runtime-policies")]
    VariableUnreadable { variable: String, reason: Option<VarError> },
    /// An entry of an environment variable breaks a rule.
    #[cfg(feature = "runtime-policies")]
    VariableEntry { variable: String, error: PolicyError },
    /// An `OriginSet` opted out of a rule that the policy keeps.
    #[cfg(feature = "runtime-policies")]
    RelaxedSet { rule: Rule, opt_out: &'static str },
}

impl ProblemKind {
    /// The problem of a policy that is declared at this place.
    pub(crate) fn at(self, location: SourceLocation) -> BuildProblem {
        BuildProblem { kind: self, policies: vec![location] }
    }
}

impl From<ProblemKind> for BuildProblem {
    fn from(kind: ProblemKind) -> Self {
        Self { kind, policies: Vec::new() }
    }
}

impl From<Vec<BuildProblem>> for BuildError {
    /// Joins equal problems, such as those of a policy that several routes share.
    fn from(all: Vec<BuildProblem>) -> Self {
        let mut problems: Vec<BuildProblem> = Vec::new();
        for mut problem in all {
            match problems.iter_mut().find(|known| known.kind == problem.kind) {
                Some(known) => {
                    problem.policies.retain(|location| !known.policies.contains(location));
                    known.policies.extend(problem.policies);
                }
                None => problems.push(problem),
            }
        }
        Self { problems }
    }
}

impl BuildError {
    /// The problems.
    pub fn iter(&self) -> std::slice::Iter<'_, BuildProblem> {
        self.problems.iter()
    }
}

impl BuildProblem {
    /// The rule that is broken, if there is one for the problem. A missing variable, for example, breaks no rule.
    pub fn rule(&self) -> Option<Rule> {
        match &self.kind {
            ProblemKind::OptionsRoute { .. } => Some(Rule::RouteOptions),
            ProblemKind::RouteMethod { rule, .. } => Some(*rule),
            #[cfg(feature = "runtime-policies")]
            ProblemKind::DefaultMethod(finding) => Some(finding.rule),
            #[cfg(feature = "runtime-policies")]
            ProblemKind::VariableEntry { error, .. } => Some(error.rule()),
            #[cfg(feature = "runtime-policies")]
            ProblemKind::RelaxedSet { rule, .. } => Some(*rule),
            _ => None,
        }
    }

    /// The first place in the source code that has the problem.
    pub fn location(&self) -> Option<SourceLocation> {
        match &self.kind {
            ProblemKind::RoutedTwice { first, .. }
            | ProblemKind::GuardedPolicies { routes: [(_, first), _], .. } => Some(*first),
            _ => self.policies.first().copied(),
        }
    }
}

/// Returns the value, or panics with the message of the error at the line of the caller.
#[track_caller]
pub(crate) fn or_panic<T>(result: Result<T, BuildError>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{error}"),
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.iter().enumerate() {
            if number > 0 {
                f.write_str("\n\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for BuildProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)?;
        match &*self.policies {
            [] => Ok(()),
            [location] => write!(f, "\nthe policy is declared at {location}"),
            [first, others @ ..] => {
                write!(f, "\nthe policies are declared at {first}")?;
                others.iter().try_for_each(|location| write!(f, ", {location}"))
            }
        }
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RoutedTwice { method, path, first, second } => {
                // The routes of `methods!` have no path.
                let space = if path.is_empty() { "" } else { " " };
                write!(
                    f,
                    "`{method}{space}{path}` is routed twice: at {first} and at {second}\n\
                     help: remove one of the two routes"
                )
            }
            Self::GuardedPolicies { method, routes, differ_by_extractors } => {
                write_guarded_policies(method, routes, *differ_by_extractors, f)
            }
            Self::OptionsRoute { path } => write!(
                f,
                "`OPTIONS {path}` cannot have a policy: preflights are answered by the policies of the other methods \
                 [{}]\n\
                 help: `.options(path, handler)` takes the `OPTIONS` requests that are no preflights\n\
                 note: that handler has no policy, so scripts of other origins cannot call it",
                Rule::RouteOptions
            ),
            Self::EnforceByDefault => f.write_str(
                "a default policy cannot `enforce`: it runs outside of the routes, and a route may allow more\n\
                 help: write `enforce` in the `#[cors(..)]` of the routes that need it, or, if no route inside is \
                 annotated, make the default policy with `answering_every_preflight(policy)` in place of `new(policy)`",
            ),
            Self::RouteMethod { method, path, rule } => {
                let (what, help) = match rule {
                    Rule::MethodForbidden => ("no script can send this method", "remove the route"),
                    Rule::MethodCase => ("methods are in upper case", "write the method in upper case"),
                    Rule::MethodUnroutable => (
                        "axum has no filter for this method",
                        "its methods are `GET`, `HEAD`, `POST`, `PUT`, `PATCH`, `DELETE`; use `.any(..)` for every \
                         method",
                    ),
                    _ => ("this is not a method", "write a method, such as `GET`"),
                };
                write!(f, "`{method}` cannot be routed at `{path}`: {what} [{rule}]\nhelp: {help}")
            }
            Self::RouteWithoutMethods { path } => write!(
                f,
                "the route at `{path}` has no methods\n\
                 help: name the methods, such as `[Method::GET]`; `.any(..)` adds a route for every method"
            ),
            #[cfg(feature = "runtime-policies")]
            Self::NoDefaultMethods => f.write_str(
                "the list of `.methods(..)` is empty, so that no preflight could be allowed\n\
                 help: name the methods, such as `.methods([\"GET\", \"PUT\"])`; without `.methods(..)` they are `GET`, \
                 `HEAD` and `POST`",
            ),
            #[cfg(feature = "runtime-policies")]
            Self::DefaultMethod(finding) => finding.fmt(f),
            #[cfg(feature = "runtime-policies")]
            Self::VariableUnreadable { variable, reason } => {
                let (what, optional_helps) = match reason {
                    Some(VarError::NotPresent) => ("is not set", true),
                    Some(VarError::NotUnicode(_)) => ("is not valid UTF-8", false),
                    None => ("has no entries", true),
                };
                write!(
                    f,
                    "the environment variable `{variable}` {what}\n\
                     help: set it to a comma-separated list, such as `{variable}=https://app.example.com`"
                )?;
                if optional_helps {
                    write!(f, ", or write `env(\"{variable}\", optional)`")?;
                }
                Ok(())
            }
            #[cfg(feature = "runtime-policies")]
            Self::VariableEntry { variable, error } => {
                if let Some(element) = error.element() {
                    write!(f, "entry {} of ", element + 1)?;
                }
                write!(f, "the environment variable `{variable}`: {}", error.finding())
            }
            #[cfg(feature = "runtime-policies")]
            Self::RelaxedSet { rule, opt_out } => write!(
                f,
                "a policy uses an `OriginSet` with `danger_{opt_out}()`, which the policy does not allow [{rule}]\n\
                 help: write `danger({opt_out})` in the policy, or remove `.danger_{opt_out}()` from the set"
            ),
        }
    }
}

fn write_guarded_policies(
    method: &str,
    [(path, first), (other_path, second)]: &[(String, SourceLocation); 2],
    differ_by_extractors: bool,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    write!(f, "guards choose between two policies of `{method} {path}`")?;
    if path != other_path {
        write!(f, " and `{method} {other_path}`, which share URLs")?;
    }
    let (help, note) = if differ_by_extractors {
        (
            "use a function without extractors in `dynamic(..)`",
            "note: extractors may read something else for each route, so that one function makes two policies\n",
        )
    } else {
        ("give both the same policy", "")
    };
    write!(
        f,
        ": at {first} and at {second}\n\
         help: {help}, or put each into a `web::scope(..).guard(..)` of its own\n\
         {note}note: a preflight has nothing that a guard of the route could look at"
    )
}

impl Error for BuildError {}
impl Error for BuildProblem {}

impl IntoIterator for BuildError {
    type Item = BuildProblem;
    type IntoIter = std::vec::IntoIter<BuildProblem>;

    fn into_iter(self) -> Self::IntoIter {
        self.problems.into_iter()
    }
}

impl<'a> IntoIterator for &'a BuildError {
    type Item = &'a BuildProblem;
    type IntoIter = std::slice::Iter<'a, BuildProblem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
