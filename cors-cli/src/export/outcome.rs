//! What `cors export` writes, and what it leaves out.

use crate::{manifest::Route, printable::printable};
use std::fmt;

/// The configuration of a gateway.
#[derive(Debug)]
pub struct Export {
    /// The text of the configuration.
    pub configuration: String,
    /// What the configuration does not express, in the order of the manifest. These routes are closed.
    pub omissions: Vec<Omission>,
    /// What a reader has to know about the configuration.
    pub notes: Vec<String>,
}

/// A route that a configuration does not express.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Omission {
    methods: Vec<String>,
    path: String,
    location: String,
    /// Why the route is not expressed.
    pub reason: String,
}

impl Omission {
    pub(super) fn new(route: &Route, reason: String) -> Self {
        Self {
            methods: route.methods.clone(),
            path: route.path.clone(),
            location: route.location.clone(),
            reason,
        }
    }

    /// The path of the route, as it is declared.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for Omission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let methods = if self.methods.is_empty() { "any method".to_owned() } else { self.methods.join(", ") };
        let text = format!("{methods} {} ({}): {}", self.path, self.location, self.reason);
        f.write_str(&printable(&text))
    }
}
