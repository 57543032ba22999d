//! Tests that need more than one crate of the workspace.

pub mod ask;
pub mod browser;
pub mod strict_actix;
pub mod strict_axum;

/// The code in the docs compiles.
#[cfg(doctest)]
#[doc = include_str!("../../docs/coming-from.md")]
pub struct ComingFrom;
