//! Tests that need more than one crate of the workspace.

pub mod browser;
pub mod strict_actix;
pub mod strict_axum;
