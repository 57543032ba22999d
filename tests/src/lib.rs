//! Tests that need more than one crate of the workspace, and the parts that they share.

pub mod ask;
pub mod envoy;
pub mod nginx;
pub mod platform_tests;
pub mod report;
pub mod serve;
pub mod strict_actix;
pub mod strict_axum;

/// Doc tests of the README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// Doc tests of the README of `cors-policy`.
#[cfg(doctest)]
#[doc = include_str!("../../cors-policy/README.md")]
pub struct PolicyReadme;

/// Doc tests of the guides for users of other crates and servers.
#[cfg(doctest)]
#[doc = include_str!("../../docs/coming-from.md")]
#[doc = include_str!("../../docs/coming-from/by-hand.md")]
pub struct ComingFrom;
