//! The frameworks, as far as they choose the route of a request differently.

/// The framework of the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Framework {
    /// axum: the most specific path is chosen, and a route for `GET` takes `HEAD`.
    Axum,
    /// actix-web: the first route whose path and methods match is chosen.
    Actix,
}
