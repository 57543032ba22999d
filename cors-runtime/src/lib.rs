#![cfg_attr(docsrs, feature(doc_cfg))]
// The examples of the front page use every feature: with fewer they are not tested.
#![cfg_attr(
    any(not(doctest), all(feature = "axum", feature = "actix", feature = "serde", feature = "testing")),
    doc = include_str!("../docs/front.md")
)]

#[cfg(feature = "actix")]
pub mod actix;
#[cfg(feature = "axum")]
pub mod axum;
#[cfg(any(feature = "axum", feature = "actix"))]
mod cors;
#[cfg(any(feature = "axum", feature = "actix"))]
mod error;
// The examples of the guide use every feature as well.
#[cfg(any(not(doctest), all(feature = "axum", feature = "actix", feature = "serde", feature = "testing")))]
#[cfg_attr(docsrs, doc(auto_cfg = false))]
pub mod guide;
mod location;
#[cfg(any(feature = "axum", feature = "actix"))]
mod manifest;
#[cfg(feature = "testing")]
pub mod testing;

pub use cors_policy::{
    AllowHeaders, Enforcement, HeaderNames, HostList, IfEmpty, Origin, OriginSource, Policy, Rule,
};
#[cfg(feature = "runtime-policies")]
pub use cors_policy::{
    Finding, Key, MaxAge, OriginCheck, OriginSet, OriginSetRef, PolicyBuilder, PolicyError, PolicyErrors,
};
#[cfg(any(feature = "axum", feature = "actix"))]
pub use error::{BuildError, BuildProblem};
pub use location::SourceLocation;
#[cfg(any(feature = "axum", feature = "actix"))]
pub use manifest::{Manifest, ManifestRoute};

/// A policy that many handlers share, as a constant expression of type [`Policy`]: for a `static` or a `const`.
///
/// It takes the keys of `#[cors(..)]`, except `dynamic(..)`, and the macro checks it at compile time. A handler that starts
/// from it (`policy = ..`) replaces single keys; the result is checked again, by the compiler as well.
///
/// ```
/// use cors_runtime::{Policy, policy};
///
/// static PARTNERS: Policy = policy!(origins = ["https://*.partner.example"], credentials, max_age = 7200);
///
/// static ORDERS: Policy = policy!(policy = PARTNERS, expose_headers = ["x-total-count"]);
///
/// assert!(ORDERS.credentials());
/// assert!(ORDERS.expose_headers().iter().eq(["x-total-count"]));
/// ```
///
/// What is wrong does not compile:
///
/// ```compile_fail
/// use cors_runtime::{Policy, policy};
///
/// static EVERYBODY: Policy = policy!(origins = ["*"], credentials);
/// ```
///
/// A policy of the macro is data: it cannot fail at run time, except for an [`env(..)`](guide::environments), which is
/// read when routes are built. A policy that is known only at run time comes from [`Policy::builder`].
#[macro_export]
macro_rules! policy {
    ($($options:tt)*) => {
        // A proc macro has no `$crate`, so it gets the path of this crate as a token.
        $crate::__private::policy! { ($crate) $($options)* }
    };
}

/// What the expansions of the macros use. May change at any time.
#[doc(hidden)]
pub mod __private {
    pub use crate::__source_location as source_location;
    pub use crate::SourceLocation;
    pub use cors_macros::policy;
    #[cfg(feature = "runtime-policies")]
    pub use cors_policy::NamedOrigins;
    pub use cors_policy::{Declared, DeclaredNames, DeclaredOrigins, IfEmpty, Origin, OriginSource, Policy};
    pub use std::borrow::Cow;
}

#[doc(hidden)]
#[macro_export]
macro_rules! __source_location {
    () => {
        $crate::__private::SourceLocation::new(::core::file!(), ::core::line!())
    };
}
