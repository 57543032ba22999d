//! What is wrong with a policy that was made at run time.

use crate::{Finding, Key};
use std::error::Error;
use std::fmt;

/// Everything that is wrong with a policy. There is at least one error.
///
/// ```
/// # use cors_policy as cors_runtime;
/// use cors_runtime::Policy;
///
/// let errors = Policy::builder().origins(["https://app.example.com/", "null"]).build().unwrap_err();
/// let rules: Vec<_> = errors.iter().map(|error| error.rule()).collect();
/// assert_eq!(rules, ["origin-trailing-slash", "origin-null"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyErrors(Vec<PolicyError>);

/// One broken rule. [`Display`](fmt::Display) says where, what, and what to write instead.
///
/// ```
/// # use cors_policy as cors_runtime;
/// use cors_runtime::Policy;
///
/// let errors = Policy::builder().origins(["https://app.example.com:443"]).build().unwrap_err();
/// let error = errors.iter().next().unwrap();
/// assert_eq!((error.rule(), error.key().name(), error.element()), ("origin-default-port", "origins", Some(0)));
/// assert!(error.to_string().contains("help: write `\"https://app.example.com\"`"), "{error}");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError(Finding);

impl PolicyErrors {
    /// `None` if nothing was found.
    pub(crate) fn new(findings: Vec<Finding>) -> Option<Self> {
        (!findings.is_empty()).then(|| Self::some(findings))
    }

    /// For findings of which there is at least one.
    pub(crate) fn some(findings: Vec<Finding>) -> Self {
        Self(findings.into_iter().map(PolicyError).collect())
    }

    /// The errors, in the order of keys and elements.
    pub fn iter(&self) -> std::slice::Iter<'_, PolicyError> {
        self.0.iter()
    }
}

impl PolicyError {
    /// The name of the rule that is broken, as in `docs/rules.md`: `origin-trailing-slash`.
    pub fn rule(&self) -> &'static str {
        self.0.rule.name()
    }

    /// The key whose value breaks it.
    pub fn key(&self) -> Key {
        self.0.place.key
    }

    /// The element of the key's list, counted from 0; `None` if it is about the key itself.
    pub fn element(&self) -> Option<usize> {
        self.0.place.element
    }

    /// The same in parts: the rule, what is wrong, what to write instead, and why.
    pub fn finding(&self) -> &Finding {
        &self.0
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.element() {
            Some(element) => write!(f, "{}[{element}]: {}", self.key(), self.0),
            None => write!(f, "{}: {}", self.key(), self.0),
        }
    }
}

impl fmt::Display for PolicyErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, error) in self.iter().enumerate() {
            if number > 0 {
                f.write_str("\n")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl Error for PolicyError {}
impl Error for PolicyErrors {}

impl IntoIterator for PolicyErrors {
    type Item = PolicyError;
    type IntoIter = std::vec::IntoIter<PolicyError>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a PolicyErrors {
    type Item = &'a PolicyError;
    type IntoIter = std::slice::Iter<'a, PolicyError>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
