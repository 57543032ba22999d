//! The rules of CORS policies: what a policy says, and which policies are valid.
//!
//! The crate [`cors-runtime`](https://docs.rs/cors-runtime) is built on this one. Its macros call it with literals at
//! compile time, and its runtime calls it with text from the environment, a file or a database. This crate depends on
//! no web framework.
//!
//! Depend on `cors-runtime`, which re-exports everything that is documented here.

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
pub use key::Key;
pub use origin::Origin;
pub use policy::{AllowHeaders, HeaderNames, Policy};
pub use rule::Rule;
pub use source::{IfEmpty, OriginSource};

// `cors-macros` and `cors-runtime` share these items. They may change in any release, since the three crates depend on each
// other with exact versions.
#[doc(hidden)]
pub use {
    entry::{OriginEntry, OriginPattern, PortPattern},
    header::{is_forbidden_request_header, is_token, method_rule},
    index::OriginIndex,
    origin::OriginRef,
    policy::{Declared, DeclaredNames, DeclaredOrigins, PolicyFields},
    source::OriginList,
};

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
#[doc(hidden)]
pub use {
    check::check,
    draft::{Danger, Draft, DraftEnforcement, DraftHeaders, DraftOrigin},
    names::check_method,
    runtime_origins::{DroppedOrigin, RuntimeOrigins, check_runtime_origins, split_list},
};
#[cfg(feature = "check")]
pub use {
    errors::{PolicyError, PolicyErrors},
    finding::Finding,
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

#[cfg(feature = "serde")]
#[doc(hidden)]
pub use serialize::PolicyForPeople;
#[cfg(feature = "runtime")]
#[doc(hidden)]
pub use source::NamedOrigins;
#[cfg(feature = "runtime")]
pub use {
    builder::{MaxAge, PolicyBuilder},
    origin_check::OriginCheck,
    set::{OriginSet, OriginSetRef},
};
