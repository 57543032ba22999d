//! What is answered, whatever the framework: bytes of a request in, a decision out, headers by way of a trait.
//!
//! Everything that does not depend on the request is prepared once per route ([`RoutePolicy`]) and once per path
//! ([`PathPolicies`]).

mod actual;
mod denial;
#[cfg(feature = "runtime-policies")]
mod environment;
mod group;
mod headers;
mod origins;
mod preflight;
mod request;
mod route;

pub(crate) use actual::{RoutePolicy, Verdict};
pub(crate) use denial::Denial;
#[cfg(feature = "runtime-policies")]
pub(crate) use environment::Unreadable;
pub(crate) use group::{BuiltPath, BuiltRoute, OptionsEntry, RouteEntry, build_paths};
pub(crate) use headers::{CorsHeader, Headers, Survey, varies_by_origin};
pub(crate) use origins::Origins;
pub(crate) use preflight::{PathPolicies, PreflightAnswer, PreflightRequest, Step, VARY_PREFLIGHT};
pub(crate) use request::OriginHeader;
pub use route::Methods;
