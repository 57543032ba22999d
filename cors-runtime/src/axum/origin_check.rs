//! `origins = dynamic(..)`: a function of the user decides about each origin.

use super::http::RoutePolicy;
use crate::cors::{CheckIdentity, OriginHeader, Verdict};
use cors_policy::Origin;
use http::header::{HeaderValue, ORIGIN};
use http::request::Parts;
use std::any::TypeId;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

/// The future of an origin check.
pub type CheckFuture<'a> = Pin<Box<dyn Future<Output = Result<bool, Rejected>> + Send + 'a>>;

/// An extractor of the origin check rejected the request.
#[derive(Debug)]
pub struct Rejected;

/// Implemented by `#[origin_check]`, on the type that it defines beside the function.
#[diagnostic::on_unimplemented(
    message = "`dynamic` takes a function with `#[origin_check]`",
    label = "not an origin check for this state",
    note = "write `#[origin_check]` above the function, and take only extractors that the state can give"
)]
pub trait OriginCheck<S>: 'static {
    /// Whether the function has parameters besides the origin.
    const USES_EXTRACTORS: bool;

    /// Runs the extractors, then the function.
    fn check<'a>(origin: Origin, parts: &'a mut Parts, state: &'a S) -> CheckFuture<'a>;
}

/// What `dynamic` finds in the type namespace for a function that is no origin check.
pub mod fallback {
    /// Takes the place of the type that `#[origin_check]` defines.
    #[allow(non_camel_case_types)]
    #[derive(Debug)]
    pub enum function_without_origin_check {}
}

/// An origin check, for a state of type `S`.
pub struct Check<S> {
    function: for<'a> fn(Origin, &'a mut Parts, &'a S) -> CheckFuture<'a>,
    pub(super) identity: CheckIdentity,
}

impl<S> Check<S> {
    /// The function that has the type `C` beside it.
    pub fn of<C: OriginCheck<S>>() -> Self {
        let identity = CheckIdentity { function: TypeId::of::<C>(), uses_extractors: C::USES_EXTRACTORS };
        Self { function: C::check, identity }
    }

    /// What a policy with this check says about the origin of a request. The check is asked only about an origin that the
    /// policy does not list, and never about `null`, a malformed, or a doubled one.
    pub(super) async fn verdict(
        &self,
        policy: &RoutePolicy,
        parts: &mut Parts,
        state: &S,
    ) -> Verdict<HeaderValue> {
        let header = OriginHeader::from_lines(parts.headers.get_all(ORIGIN).iter());
        let listed = policy.verdict(header);
        let (OriginHeader::One(value), Verdict::Denied) = (header, &listed) else { return listed };
        let Some(origin) = header.text().and_then(Origin::parse) else { return listed };
        let value = value.clone();
        match (self.function)(origin, parts, state).await {
            Ok(true) => Verdict::Allowed(value),
            Ok(false) => Verdict::Denied,
            Err(Rejected) => Verdict::CheckRejected,
        }
    }
}

impl<S> Clone for Check<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Check<S> {}

impl<S> fmt::Debug for Check<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Check").field(&self.identity).finish()
    }
}
