//! Policies that a function decides, per request.

use crate::engine::Verdict;
use actix_web::HttpRequest;
use actix_web::http::header::HeaderValue;
use cors_policy::Origin;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

/// What a function says of an origin, later.
pub type CheckFuture = Pin<Box<dyn Future<Output = Result<bool, Rejected>>>>;

/// An extractor of the function rejected the request.
#[derive(Debug)]
pub struct Rejected;

/// Implemented by `#[origin_check]`, on the type that stands beside the function.
#[diagnostic::on_unimplemented(
    message = "`dynamic` takes a function with `#[origin_check]`",
    label = "not an origin check",
    note = "write `#[origin_check]` above the function"
)]
pub trait OriginCheck {
    /// Runs the extractors, then the function.
    fn check(origin: Origin, request: &HttpRequest) -> CheckFuture;
}

/// What `dynamic` finds in the type namespace for a function that is no origin check.
pub mod fallback {
    /// See the module.
    #[allow(non_camel_case_types)]
    #[derive(Debug)]
    pub enum function_without_origin_check {}
}

/// A function that decides.
#[derive(Clone, Copy)]
pub struct Check(fn(Origin, &HttpRequest) -> CheckFuture);

impl Check {
    /// The function that stands beside `C`.
    pub fn of<C: OriginCheck>() -> Self {
        Self(C::check)
    }

    /// Asks it about the value of an `Origin` header. A rejected extractor denies.
    pub(super) fn ask(
        self,
        value: &HeaderValue,
        request: &HttpRequest,
    ) -> impl Future<Output = Verdict> + use<> {
        let origin = value.to_str().ok().and_then(Origin::parse);
        let answer = origin.map(|origin| (self.0)(origin, request));
        async move {
            match answer {
                None => Verdict::Denied,
                Some(answer) => match answer.await {
                    Ok(true) => Verdict::Allowed,
                    Ok(false) => Verdict::Denied,
                    Err(Rejected) => Verdict::Rejected,
                },
            }
        }
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Check")
    }
}
