//! Why routes cannot be built.

use crate::SourceLocation;
use std::fmt;

/// Why routes cannot be built. [`Display`](fmt::Display) says what to change.
#[derive(Debug)]
pub struct BuildError {
    kind: Kind,
}

#[derive(Debug)]
pub(crate) enum Kind {
    /// The same method of one path is routed twice.
    Conflict { method: String, path: String, first: SourceLocation, second: SourceLocation },
}

impl From<Kind> for BuildError {
    fn from(kind: Kind) -> Self {
        Self { kind }
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Conflict { method, path, first, second } => write!(
                f,
                "`{method} {path}` is routed twice: at {first} and at {second}\nhelp: remove one of the two routes"
            ),
        }
    }
}

impl std::error::Error for BuildError {}
