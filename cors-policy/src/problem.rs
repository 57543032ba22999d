//! One broken rule, whatever it is about.

use crate::{Finding, Place, Rule};
use std::fmt;

/// One broken rule in a text that has no place in a policy, such as a method.
///
/// [`Display`](fmt::Display) is that of [`Finding`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The rule.
    pub rule: Rule,
    /// What is wrong, in one line, without the rule's name.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// Why, where it is a browser's rule.
    pub note: Option<String>,
}

impl Problem {
    /// The same with its place in a policy.
    pub fn at(self, place: Place) -> Finding {
        let Self { rule, message, help, note } = self;
        Finding { rule, place, message, help, note }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The place is not part of the text.
        self.clone().at(Place::key(crate::Key::Origins)).fmt(f)
    }
}
