//! What a route tells a default policy around it.

use super::{Decided, PathPolicies};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// Whether there is a default policy in this process: most have none, and then no route has to look for slots.
static IN_USE: AtomicBool = AtomicBool::new(false);

/// A cell in the extensions of a *request*. A default policy puts it there, and the route that the request gets to
/// fills it. A mark on the response would be lost when a layer in between builds a response of its own.
#[derive(Debug)]
pub(crate) struct Slot<V>(Arc<Cell<V>>);

#[derive(Debug)]
struct Cell<V> {
    filled: OnceLock<Filled<V>>,
    /// A default policy has spoken of the preflight: those outside of it have nothing to say.
    is_settled: AtomicBool,
}

/// What a slot holds.
#[derive(Debug)]
pub(crate) enum Filled<V> {
    /// A preflight was answered.
    Preflight,
    /// A preflight asks for a method that is not among the annotated ones of this path.
    OtherMethod(Arc<PathPolicies<V>>),
    /// An actual request got to a route, or to another default policy.
    Actual(Decided<V>),
    /// An actual request got to a route for which a function decides; empty until it has.
    Asked(OnceLock<Decided<V>>),
}

impl<V> Slot<V> {
    pub(crate) fn new() -> Self {
        // Written once: every request reads it.
        if !Self::is_in_use() {
            IN_USE.store(true, Ordering::Relaxed);
        }
        Self(Arc::new(Cell { filled: OnceLock::new(), is_settled: AtomicBool::new(false) }))
    }

    /// Whether a request can have one.
    #[inline]
    pub(crate) fn is_in_use() -> bool {
        IN_USE.load(Ordering::Relaxed)
    }

    /// The first to fill it wins: the route outside of which all others are.
    pub(crate) fn fill(&self, filled: Filled<V>) {
        if let Err(Filled::Actual(decided)) = self.0.filled.set(filled)
            && let Some(Filled::Asked(later)) = self.get()
        {
            let _ = later.set(decided);
        }
    }

    pub(crate) fn get(&self) -> Option<&Filled<V>> {
        self.0.filled.get()
    }

    /// Whether no default policy has spoken of the preflight yet: the first is the innermost, and the last.
    pub(crate) fn settle(&self) -> bool {
        !self.0.is_settled.swap(true, Ordering::Relaxed)
    }
}

impl<V> Clone for Slot<V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
