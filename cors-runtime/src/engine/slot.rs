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
    /// Several policies had a say, for one request or for copies of it: none of them speaks for whatever comes back.
    is_contested: AtomicBool,
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

impl<V: AsRef<[u8]> + Clone + 'static> Slot<V> {
    /// That of a default policy, which shares what one around it has put into the request. If somebody has used that
    /// already, the request comes from a handler that passes it on, or it is tried again: then this is another one.
    pub(crate) fn of_default(present: Option<Self>) -> Self {
        match present {
            Some(slot) if slot.get().is_none() && !slot.0.is_settled.load(Ordering::Relaxed) => slot,
            Some(used) => {
                used.contest();
                Self::new()
            }
            None => Self::new(),
        }
    }

    fn new() -> Self {
        // Written once: every request reads it.
        if !Self::is_in_use() {
            IN_USE.store(true, Ordering::Relaxed);
        }
        let (is_settled, is_contested) = (AtomicBool::new(false), AtomicBool::new(false));
        Self(Arc::new(Cell { filled: OnceLock::new(), is_settled, is_contested }))
    }

    /// Whether a request can have one.
    #[inline]
    pub(crate) fn is_in_use() -> bool {
        IN_USE.load(Ordering::Relaxed)
    }

    /// The first to fill it wins, unless another one says something else.
    pub(crate) fn fill(&self, filled: Filled<V>) {
        if let Err(filled) = self.0.filled.set(filled) {
            self.fill_again(filled);
        }
    }

    #[cold]
    fn fill_again(&self, filled: Filled<V>) {
        let agrees = match (self.get(), filled) {
            (Some(Filled::Actual(first)), Filled::Actual(second)) => first.agrees_with(&second),
            (Some(Filled::Asked(later)), Filled::Actual(second)) => match later.set(second) {
                Ok(()) => true,
                Err(second) => later.get().is_some_and(|first| first.agrees_with(&second)),
            },
            (Some(Filled::Actual(_) | Filled::Asked(_)), Filled::Asked(_)) => false,
            _ => true,
        };
        if !agrees {
            self.contest();
        }
    }

    fn contest(&self) {
        self.0.is_contested.store(true, Ordering::Relaxed);
    }

    /// Whether several policies had a say.
    pub(crate) fn is_contested(&self) -> bool {
        self.0.is_contested.load(Ordering::Relaxed)
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
