//! What a CORS policy is, and which policies are valid.
//!
//! This crate has the rules behind [`cors-runtime`](https://docs.rs/cors-runtime): the macros call it on literals at
//! compile time, the runtime on text that comes from the environment, a file or a database. It knows no web framework.

#[cfg(feature = "check")]
mod draft;
#[cfg(feature = "check")]
mod finding;
mod key;
mod rule;

#[cfg(feature = "check")]
pub use draft::{Danger, Draft, DraftHeaders, DraftOrigin};
#[cfg(feature = "check")]
pub use finding::{Finding, Place};
pub use key::Key;
pub use rule::Rule;
