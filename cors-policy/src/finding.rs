//! What is wrong with a policy, where, and what to write instead.

use crate::{Key, Rule};
use std::fmt;

/// Where in a policy something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The key.
    pub key: Key,
    /// The element of the key's list, counted from 0; `None` for the key itself or its whole value.
    pub element: Option<usize>,
}

impl Place {
    /// The key itself, or its whole value.
    pub const fn key(key: Key) -> Self {
        Self { key, element: None }
    }

    /// One element of the key's list.
    pub const fn element(key: Key, element: usize) -> Self {
        Self { key, element: Some(element) }
    }
}

/// One broken rule.
///
/// [`Display`](fmt::Display) gives the message with the rule's name in brackets, then one line each that begins
/// with `help: ` and `note: `.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// Where.
    pub place: Place,
    /// What is wrong, in one line, without the rule's name.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// Why, where it is a browser's rule.
    pub note: Option<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]", self.message, self.rule)?;
        for (label, text) in [("help", &self.help), ("note", &self.note)] {
            if let Some(text) = text {
                write!(f, "\n{label}: {text}")?;
            }
        }
        Ok(())
    }
}
