//! What stands above an annotated handler.

use super::around::{Around, AroundFuture, Entered};
use super::route::Annotated;
use crate::SourceLocation;
use axum::extract::Request;
use axum::handler::Handler;
use cors_policy::Policy;
use std::fmt;
use std::marker::PhantomData;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// What an attribute says, in a `static` beside the handler, and later the prepared policy.
///
/// axum clones a handler for each request, into a new box. A handler without data needs none: so the policy is not kept
/// in the handler if that can be avoided.
pub struct Annotation {
    declared: Policy,
    location: SourceLocation,
    policy: OnceLock<Around>,
    /// Whether the handler also stands in a group where something else does CORS for it.
    is_covered_elsewhere: AtomicBool,
}

impl Annotation {
    /// Nothing is prepared yet.
    pub const fn new(policy: Policy, location: SourceLocation) -> Self {
        let is_covered_elsewhere = AtomicBool::new(false);
        Self { declared: policy, location, policy: OnceLock::new(), is_covered_elsewhere }
    }

    pub(super) fn policy(&self) -> &Policy {
        &self.declared
    }

    pub(super) fn location(&self) -> SourceLocation {
        self.location
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

    /// What the policy says of a request.
    ///
    /// Not inlined: that would be compiled for each handler.
    fn enter(&'static self, request: &Request) -> Entered<&'static Around> {
        self.policy_for(request).map_or(Entered::Covered, |policy| Entered::by(policy, request))
    }

    fn policy_for(&self, request: &Request) -> Option<&Around> {
        let covered = self.is_covered_elsewhere.load(Ordering::Relaxed)
            && request.extensions().get::<Covered>().is_some_and(|by| std::ptr::eq(by.0, self));
        if covered { None } else { self.policy.get() }
    }
}

impl fmt::Debug for Annotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Annotation").field(&self.declared).finish()
    }
}

/// In a request's extensions: CORS is done for the handler with this annotation. For no other one: handlers can pass a
/// request on to routers of their own.
#[derive(Clone, Copy)]
pub(super) struct Covered(pub(super) &'static Annotation);

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
        let entered = R::annotation().enter(&request);
        // What `enforce` refuses gets here, too, since each branch is compiled for each handler. Its future is never
        // polled, and before that no function runs, nor any of its extractors.
        AroundFuture::new(entered, Some(self.handler.call(request, state)))
    }
}
