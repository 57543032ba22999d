//! One broken rule: what is wrong, what to write instead, and why.

use crate::{Key, Rule};
use std::fmt;

/// One broken rule.
///
/// [`Display`](fmt::Display) gives the message with the name of the rule in brackets, then a line that begins with
/// `help: ` and a line that begins with `note: `, where there are such.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// What is wrong, in one line, without the name of the rule.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// Why, where the rule is a browser's.
    pub note: Option<String>,
}

impl Finding {
    pub(crate) fn new(rule: Rule, message: impl Into<String>) -> Self {
        Self { rule, message: message.into(), help: None, note: None }
    }

    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    pub(crate) fn note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }
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

/// Where in a policy a rule is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) key: Key,
    /// The element of the key's list, counted from 0; `None` for the key itself or its whole value.
    pub(crate) element: Option<usize>,
}

impl Place {
    /// The key itself, or its whole value.
    pub(crate) const fn key(key: Key) -> Self {
        Self { key, element: None }
    }

    /// One element of the key's list.
    pub(crate) const fn element(key: Key, element: usize) -> Self {
        Self { key, element: Some(element) }
    }
}
