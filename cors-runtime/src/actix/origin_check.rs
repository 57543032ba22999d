//! `origins = dynamic(..)`: a function of the user decides about each origin.

use super::http::RoutePolicy;
pub use crate::cors::Rejected;
use crate::cors::{CheckFunction, CheckIdentity, OriginHeader, RequestHead, Verdict};
use actix_web::HttpRequest;
use actix_web::dev::ServiceRequest;
use actix_web::http::header::HeaderValue;
use cors_policy::Origin;
use std::any::TypeId;
use std::future::Future;
use std::pin::Pin;

/// The future of an origin check.
pub type CheckFuture = Pin<Box<dyn Future<Output = Result<bool, Rejected>>>>;

/// Implemented by `#[origin_check]`, on the type that it defines beside the function.
#[diagnostic::on_unimplemented(
    message = "`dynamic` takes a function with `#[origin_check]`",
    label = "not an origin check",
    note = "write `#[origin_check]` above the function"
)]
pub trait DynamicCheck: 'static {
    /// Whether the function has parameters besides the origin.
    const USES_EXTRACTORS: bool;

    /// Runs the extractors, then the function.
    fn check(origin: Origin, request: &HttpRequest) -> CheckFuture;

    /// Returns the function as a value.
    fn function() -> DynamicCheckFn {
        let identity =
            CheckIdentity { function: TypeId::of::<Self>(), uses_extractors: Self::USES_EXTRACTORS };
        DynamicCheckFn { function: Self::check, identity }
    }
}

/// What `dynamic` finds in the type namespace for a function that is no origin check.
pub mod fallback {
    /// Takes the place of the type that `#[origin_check]` defines.
    #[allow(non_camel_case_types)]
    #[derive(Debug)]
    pub enum function_without_origin_check {}
}

/// The function of an origin check.
pub type DynamicCheckFn = CheckFunction<fn(Origin, &HttpRequest) -> CheckFuture>;

impl DynamicCheckFn {
    /// Decides by the policy of this check about the origin of a request. The function is called only with an origin that the
    /// policy does not list, and not if the origin is `null`, malformed or doubled.
    ///
    /// The future does not hold a clone of the request: `ServiceRequest::head_mut`, `match_info_mut` and
    /// `add_data_container` panic if there is one.
    pub(super) fn verdict(
        self,
        policy: &RoutePolicy,
        request: &ServiceRequest,
    ) -> impl Future<Output = Verdict<HeaderValue>> + use<> {
        let header = request.origin();
        let listed = policy.verdict(request);
        let pending_check = match (header, &listed) {
            (OriginHeader::One(value), Verdict::Denied) => header
                .text()
                .and_then(Origin::parse)
                .map(|origin| (value.clone(), (self.function)(origin, request.request()))),
            _ => None,
        };
        async move {
            let Some((value, answer)) = pending_check else { return listed };
            match answer.await {
                Ok(true) => Verdict::Allowed(value),
                Ok(false) => Verdict::Denied,
                Err(Rejected) => Verdict::CheckRejected,
            }
        }
    }
}
