//! Tests that need more than one crate of the workspace.

pub mod ask;
pub mod browser;
pub mod serve;
pub mod strict_actix;
pub mod strict_axum;

/// The code of the README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// The code of the README of the rules.
#[cfg(doctest)]
#[doc = include_str!("../../cors-policy/README.md")]
pub struct PolicyReadme;

/// The code in the docs compiles.
#[cfg(doctest)]
#[doc = include_str!("../../docs/coming-from.md")]
pub struct ComingFrom;
