//! What a CORS policy is, and which policies are valid.
//!
//! This crate has the rules behind [`cors-runtime`](https://docs.rs/cors-runtime): the macros call it on literals at
//! compile time, the runtime on text that comes from the environment, a file or a database. It knows no web framework.

#[cfg(feature = "check")]
mod draft;
mod entry;
#[cfg(feature = "check")]
mod finding;
mod header;
mod index;
mod key;
mod merged;
mod origin;
mod policy;
mod rule;

#[cfg(feature = "check")]
pub use draft::{Danger, Draft, DraftHeaders, DraftOrigin};
pub use entry::{OriginEntry, OriginPattern, PortPattern};
#[cfg(feature = "check")]
pub use finding::{Finding, Place};
pub use header::{is_forbidden_request_header, is_token};
pub use index::OriginIndex;
pub use key::Key;
pub use origin::Origin;
pub use policy::{AllowHeaders, Declared, Policy, Source};
pub use rule::Rule;

#[cfg(feature = "check")]
pub fn check(_: &Draft) -> Vec<Finding> {
    Vec::new()
}
#[cfg(feature = "check")]
impl Key {
    pub fn nearest(_: &str) -> Option<Self> {
        None
    }
}
