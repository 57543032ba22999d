//! `origins = dynamic(..)`: a function of the user decides about each origin.

pub use crate::cors::Rejected;
use crate::cors::{CheckFunction, CheckIdentity, OriginHeader, Verdict};
use cors_policy::Origin;
use http::header::{HeaderValue, ORIGIN};
use http::request::Parts;
use std::any::TypeId;
use std::future::Future;
use std::pin::Pin;

/// The future of an origin check.
pub type CheckFuture<'a> = Pin<Box<dyn Future<Output = Result<bool, Rejected>> + Send + 'a>>;

/// Implemented by `#[origin_check]`, on the type that it defines beside the function.
#[diagnostic::on_unimplemented(
    message = "`dynamic` takes a function with `#[origin_check]`",
    label = "not an origin check for this state",
    note = "write `#[origin_check]` above the function, and take only extractors that the state can give"
)]
pub trait DynamicCheck<S>: 'static {
    /// Whether the function has parameters besides the origin.
    const USES_EXTRACTORS: bool;

    /// Runs the extractors, then the function.
    fn check<'a>(origin: Origin, parts: &'a mut Parts, state: &'a S) -> CheckFuture<'a>;

    /// Returns the function as a value.
    fn function() -> DynamicCheckFn<S> {
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

/// The function of an origin check for a state of type `S`.
pub(super) type DynamicCheckFn<S> =
    CheckFunction<for<'a> fn(Origin, &'a mut Parts, &'a S) -> CheckFuture<'a>>;

impl<S> DynamicCheckFn<S> {
    /// Decides about the origin of a request. `listed` is what the policy says without this check. The function is called
    /// only
    /// with an origin that the policy does not list, and not if the origin is `null`, malformed or doubled.
    pub(super) async fn verdict(
        &self,
        listed: Verdict<HeaderValue>,
        parts: &mut Parts,
        state: &S,
    ) -> Verdict<HeaderValue> {
        let header = OriginHeader::from_lines(parts.headers.get_all(ORIGIN).iter());
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
