//! The prepared policy of an annotated handler.

use super::around::{Around, AroundFuture, refused};
use super::route::Annotated;
use crate::engine::RoutePolicy;
use axum::extract::Request;
use axum::handler::Handler;
use std::fmt;
use std::marker::PhantomData;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// The prepared policy of an annotated handler, in a `static` beside its declaration.
///
/// axum clones a handler for each request, into a new box. A handler without data needs none: so the policy is not kept
/// in the handler if that can be avoided.
pub struct PolicyCell {
    policy: OnceLock<Around>,
    /// Whether the handler also stands in a group where something else does CORS for it.
    is_covered_elsewhere: AtomicBool,
}

impl PolicyCell {
    /// Nothing is prepared yet.
    #[allow(clippy::new_without_default, reason = "only the macro calls it")]
    pub const fn new() -> Self {
        Self { policy: OnceLock::new(), is_covered_elsewhere: AtomicBool::new(false) }
    }

    /// Whether the handler can answer with this policy: with the first that is prepared, and with those that answer
    /// alike. Others come from environment variables that changed, in tests most likely.
    pub(super) fn keep(&self, policy: &Around) -> bool {
        let kept = self.policy.get_or_init(|| Around::clone(policy));
        let is_kept = kept.answers_like(policy);
        if !is_kept {
            self.cover();
        }
        is_kept
    }

    /// CORS stands around the handler, not in it, for requests that are marked with [`Covered`].
    pub(super) fn cover(&self) {
        self.is_covered_elsewhere.store(true, Ordering::Relaxed);
    }

    /// The policy, unless something else does CORS for this request.
    #[inline]
    fn policy_for(&self, request: &Request) -> Option<&Around> {
        let covered = self.is_covered_elsewhere.load(Ordering::Relaxed)
            && request.extensions().get::<Covered>().is_some_and(|by| std::ptr::eq(by.0, self));
        if covered { None } else { self.policy.get() }
    }
}

impl fmt::Debug for PolicyCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PolicyCell").field(&self.policy.get()).finish()
    }
}

/// In a request's extensions: CORS is done for the handler with this cell. For no other one: handlers can pass a request
/// on to routers of their own.
#[derive(Clone, Copy)]
pub(super) struct Covered(pub(super) &'static PolicyCell);

/// An annotated handler with CORS around it: as small as the handler itself.
pub(super) struct AnnotatedHandler<R, H> {
    pub(super) handler: H,
    pub(super) marker: PhantomData<fn() -> R>,
}

impl<R, H: Clone> Clone for AnnotatedHandler<R, H> {
    fn clone(&self) -> Self {
        Self { handler: self.handler.clone(), marker: PhantomData }
    }
}

impl<R, H, T, S> Handler<T, S> for AnnotatedHandler<R, H>
where
    R: Annotated<S>,
    H: Handler<T, S>,
{
    type Future = AroundFuture<H::Future, &'static Around>;

    #[inline]
    fn call(self, request: Request, state: S) -> Self::Future {
        let policy = R::cell().policy_for(&request);
        match policy.map(|policy| RoutePolicy::enter(policy, &request)).transpose() {
            Ok(decided) => AroundFuture::Running { inner: self.handler.call(request, state), decided },
            Err(decided) => AroundFuture::answered(refused(decided)),
        }
    }
}
