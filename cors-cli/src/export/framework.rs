//! The frameworks, as far as they choose the route of a request differently.

use std::fmt;

/// The framework of the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Framework {
    /// axum: the most specific path is chosen, and a route for `GET` takes `HEAD`.
    Axum,
    /// actix-web: the first route whose path and methods match is chosen.
    Actix,
}

impl fmt::Display for Framework {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Axum => "axum",
            Self::Actix => "actix-web",
        })
    }
}
