//! What is answered, whatever the framework: bytes of a request in, a decision out, headers by way of a trait.
//!
//! Everything that does not depend on the request is prepared once per route ([`RoutePolicy`]) and once per path
//! ([`PathPolicies`]).

mod actual;
mod default_policy;
mod denial;
#[cfg(feature = "runtime-policies")]
mod environment;
mod group;
mod headers;
mod interned;
mod origins;
mod own_origin;
mod preflight;
mod request;
mod route;
mod slot;

pub(crate) use actual::{Decided, Found, RoutePolicy, Verdict, grant_nothing};
pub(crate) use default_policy::{DefaultPolicy, PreflightOutcome, Undelivered};
pub(crate) use denial::Denial;
#[cfg(feature = "runtime-policies")]
pub(crate) use environment::Unreadable;
pub(crate) use group::{BuiltPath, BuiltRoute, OptionsEntry, RouteEntry, Routing, build_paths};
#[cfg(any(feature = "axum", feature = "actix"))]
pub(crate) use headers::implement_headers;
pub(crate) use headers::{CorsHeader, Headers, Survey, varies_by_origin};
pub(crate) use origins::Origins;
pub(crate) use preflight::{
    PathPolicies, PreflightAnswer, PreflightRequest, Step, VARY_PREFLIGHT, opens_another,
};
pub(crate) use request::{OriginHeader, RequestHead, Several, single};
pub(crate) use route::Methods;
pub(crate) use slot::{Filled, Slot};
