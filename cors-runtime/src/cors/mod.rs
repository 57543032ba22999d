//! CORS without a framework: it reads the head of a request, decides by a policy, and writes response headers.
//!
//! Everything that does not depend on a request is prepared once, when the routes are built: a [`RoutePolicy`] for each
//! route and a [`PathPolicies`] for each path. An adapter then does one of two things for each request:
//!
//! * A preflight ([`PreflightRequest::read`]) gets the [`PreflightAnswer`] of its path.
//! * For every other request the adapter asks [`RoutePolicy::admit`] first, then calls the handler, and at last writes
//!   the [`Decision`] into the response.
//!
//! A [`Verdict`] is about the origin alone. A [`Decision`] is a verdict with the policy that writes the headers. An
//! [`Admission`] says
//! whether the handler runs. A `Denial` is the reason for logs.
//!
//! A default policy ([`DefaultPolicy`]) learns through an [`OutcomeCell`] in the request what the route inside decided.
//!
//! The rules are those of <https://fetch.spec.whatwg.org/#http-cors-protocol>.

mod allow_list;
mod build;
mod decision;
mod declared_policy;
mod default_policy;
mod denial;
mod dynamic_check;
#[cfg(feature = "runtime-policies")]
mod environment;
mod headers;
mod methods;
mod outcome;
mod preflight;
mod protection;
mod request;
mod reuse;
mod route_policy;
mod same_origin;
mod verdict;

pub(crate) use build::{BuiltPath, BuiltRoute, OptionsEntry, RouteEntry, Routing, build_paths};
pub(crate) use decision::Decision;
pub(crate) use declared_policy::DeclaredPolicy;
pub(crate) use default_policy::{Begin, DefaultPolicy, OwnResponse, PendingRequest};
pub use dynamic_check::Rejected;
pub(crate) use dynamic_check::{CheckFunction, CheckIdentity};
pub(crate) use headers::{
    AnnotatedRouteMark, CorsHeader, ExistingHeaders, HeaderValue, ResponseHead, ResponseHeaders,
    implement_headers, vary_lists,
};
pub(crate) use methods::Methods;
#[cfg(feature = "actix")]
pub(crate) use outcome::has_default_policy;
pub(crate) use outcome::{OutcomeCell, RouteOutcome, record_preflight};
#[cfg(feature = "actix")]
pub(crate) use preflight::Reuse;
pub(crate) use preflight::{CheckResult, PathPolicies, PreflightAnswer, PreflightRequest};
pub(crate) use request::{OriginHeader, RequestHead};
pub(crate) use reuse::RoutesByPath;
pub(crate) use route_policy::{Admission, RoutePolicy};
pub(crate) use verdict::Verdict;
