//! Per-route CORS.

#[cfg(feature = "actix")]
pub mod actix;
#[cfg(feature = "axum")]
pub mod axum;
#[cfg(any(feature = "axum", feature = "actix"))]
mod engine;
#[cfg(any(feature = "axum", feature = "actix"))]
mod error;
mod location;
#[cfg(any(feature = "axum", feature = "actix"))]
mod manifest;
#[cfg(feature = "testing")]
pub mod testing;

pub use cors_policy::{AllowHeaders, Origin, Policy, Rule, Source};
#[cfg(feature = "runtime-policies")]
pub use cors_policy::{OriginElement, OriginSet, PolicyBuilder, PolicyError, PolicyErrors};
#[cfg(any(feature = "axum", feature = "actix"))]
pub use error::BuildError;
pub use location::SourceLocation;
#[cfg(any(feature = "axum", feature = "actix"))]
pub use manifest::{Manifest, ManifestRoute};

/// A shared policy, as a constant expression.
#[macro_export]
macro_rules! policy {
    ($($options:tt)*) => {
        $crate::__private::policy! { ($crate) $($options)* }
    };
}

/// What the expansions of the macros use. May change at any time.
#[doc(hidden)]
pub mod __private {
    pub use crate::__here as here;
    pub use crate::SourceLocation;
    pub use cors_macros::policy;
    pub use cors_policy::{AllowHeaders, Declared, Origin, Policy, Source};
}

#[doc(hidden)]
#[macro_export]
macro_rules! __here {
    () => {
        $crate::__private::SourceLocation { file: ::core::file!(), line: ::core::line!() }
    };
}
