//! The rules of CORS policies: what a policy says, and which policies are valid.
//!
//! The crate [`cors-runtime`](https://docs.rs/cors-runtime) is built on this one. Its macros call it with literals at
//! compile time, and its runtime calls it with text from the environment, a file or a database. This crate depends on
//! no web framework.

mod const_check;
mod enforcement;
mod entry;
mod header;
mod index;
mod key;
mod origin;
mod policy;
mod rule;
mod source;

#[doc(hidden)]
pub use const_check::const_eq;
pub use enforcement::{Enforcement, HostList};
pub use entry::{OriginEntry, OriginPattern, PortPattern};
pub use header::{is_forbidden_request_header, is_token, method_rule};
pub use index::OriginIndex;
pub use key::Key;
pub use origin::{Origin, OriginRef};
pub use policy::{AllowHeaders, Declared, DeclaredNames, DeclaredOrigins, HeaderNames, Policy, PolicyFields};
pub use rule::Rule;
pub use source::{IfEmpty, OriginList, OriginSource};

#[cfg(feature = "check")]
mod check;
#[cfg(feature = "check")]
mod coverage;
#[cfg(feature = "check")]
mod draft;
#[cfg(feature = "check")]
mod errors;
#[cfg(feature = "check")]
mod finding;
#[cfg(feature = "check")]
mod host;
#[cfg(feature = "check")]
mod messages;
#[cfg(feature = "check")]
mod names;
#[cfg(feature = "check")]
mod nearest;
#[cfg(feature = "check")]
mod public_suffix;
#[cfg(feature = "check")]
mod read;
#[cfg(feature = "check")]
mod runtime_origins;

#[cfg(feature = "check")]
pub use {
    check::check,
    draft::{Danger, Draft, DraftEnforcement, DraftHeaders, DraftOrigin},
    errors::{PolicyError, PolicyErrors},
    finding::Finding,
    names::check_method,
    runtime_origins::{DroppedOrigin, RuntimeOrigins, check_runtime_origins, split_list},
};

#[cfg(feature = "runtime")]
mod builder;
#[cfg(feature = "serde")]
mod deserialize;
#[cfg(feature = "runtime")]
mod origin_check;
#[cfg(feature = "serde")]
mod serialize;
#[cfg(feature = "runtime")]
mod set;

#[cfg(feature = "runtime")]
pub use {
    builder::PolicyBuilder,
    origin_check::OriginCheck,
    set::{OriginSet, OriginSetRef},
    source::NamedOrigins,
};
