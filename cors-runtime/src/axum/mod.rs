//! axum.

mod around;
mod cell;
mod check;
mod headers;
mod layer;
mod methods;
mod preflight;
mod route;
mod routes;

pub use crate::__axum_methods as methods;
pub use crate::__axum_routes as routes;
pub use crate::policy;
pub use cors_macros::cors_axum as cors;
pub use cors_macros::origin_check_axum as origin_check;
pub use layer::{PolicyFuture, PolicyLayer, PolicyService};
pub use routes::Routes;

/// What the expansions of the macros use. May change at any time.
#[doc(hidden)]
#[allow(missing_docs)]
pub mod __private {
    pub use super::cell::PolicyCell;
    pub use super::check::{Check, CheckFuture, OriginCheck, Rejected, fallback as check_fallback};
    pub use super::methods::{MethodRoutes, NextMethod};
    pub use super::route::{Annotated, RouteSpec, Routed, fallback};
    pub use super::routes::Routes;
    pub use crate::engine::Methods;
    pub use ::axum::extract::FromRequestParts;
    pub use ::axum::handler::Handler;
    pub use cors_macros::{methods_axum, routes_axum};
    pub use http::request::Parts;
}

/// A group of annotated handlers: [`Routes`].
#[doc(hidden)]
#[macro_export]
macro_rules! __axum_routes {
    ($($handlers:tt)*) => {
        $crate::axum::__private::routes_axum! { ($crate) $($handlers)* }
    };
}

/// A method router of annotated handlers.
#[doc(hidden)]
#[macro_export]
macro_rules! __axum_methods {
    ($($handlers:tt)*) => {
        $crate::axum::__private::methods_axum! { ($crate) $($handlers)* }
    };
}
