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
#[derive(Debug)]
pub struct Omission {
    /// The methods, the path and the place of the route.
    route: String,
    /// Why the route is not expressed.
    pub reason: String,
}

impl Omission {
    pub(super) fn new(route: &Route, reason: String) -> Self {
        let methods =
            if route.methods.is_empty() { "any method".to_owned() } else { route.methods.join(", ") };
        Self { route: format!("{methods} {} ({})", route.path, route.location), reason }
    }
}

impl fmt::Display for Omission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable(&format!("{}: {}", self.route, self.reason)))
    }
}
