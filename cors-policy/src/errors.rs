//! Everything that is wrong with a policy.

use crate::finding::Place;
use crate::{Finding, Key, Rule};
use std::error::Error;
use std::fmt;

/// Everything that is wrong with a policy. There is at least one error. `Debug` prints the same as
/// [`Display`](fmt::Display), so that `.unwrap()` shows the messages.
///
/// ```
/// # #[cfg(feature = "runtime")] {
/// # use cors_policy as cors_runtime;
/// use cors_runtime::{Policy, Rule};
///
/// let errors = Policy::builder().origins(["https://app.example.com/", "null"]).build().unwrap_err();
/// let rules: Vec<_> = errors.iter().map(|error| error.rule()).collect();
/// assert_eq!(rules, [Rule::OriginTrailingSlash, Rule::OriginNull]);
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct PolicyErrors(Vec<PolicyError>);

/// One broken rule of a policy. [`Display`](fmt::Display) says where, what, and what to write instead.
///
/// ```
/// # #[cfg(feature = "runtime")] {
/// # use cors_policy as cors_runtime;
/// use cors_runtime::{Key, Policy, Rule};
///
/// let errors = Policy::builder().origins(["https://app.example.com:443"]).build().unwrap_err();
/// let error = errors.iter().next().unwrap();
/// assert_eq!((error.rule(), error.key(), error.element()), (Rule::OriginDefaultPort, Key::Origins, Some(0)));
/// assert!(error.to_string().contains("help: write `\"https://app.example.com\"`"), "{error}");
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    pub(crate) place: Place,
    pub(crate) finding: Finding,
}

impl PolicyErrors {
    /// `None` if there are no errors.
    pub(crate) fn new(errors: Vec<PolicyError>) -> Option<Self> {
        (!errors.is_empty()).then_some(Self(errors))
    }

    /// The errors, in the order of keys and elements.
    pub fn iter(&self) -> std::slice::Iter<'_, PolicyError> {
        self.0.iter()
    }
}

impl PolicyError {
    /// The rule that is broken.
    pub fn rule(&self) -> Rule {
        self.finding.rule
    }

    /// The key whose value breaks it.
    pub fn key(&self) -> Key {
        self.place.key
    }

    /// The element of the key's list (for `enforce`, of its `hosts`), counted from 0; `None` if the error is about the
    /// key itself or its whole value.
    pub fn element(&self) -> Option<usize> {
        self.place.element
    }

    /// The error without its place: the rule, what is wrong, what to write instead, and why.
    pub fn finding(&self) -> &Finding {
        &self.finding
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.element() {
            Some(element) if self.key() == Key::Enforce => {
                write!(f, "{}.hosts[{element}]: {}", self.key(), self.finding)
            }
            Some(element) => write!(f, "{}[{element}]: {}", self.key(), self.finding),
            None => write!(f, "{}: {}", self.key(), self.finding),
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

impl fmt::Debug for PolicyErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
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
