//! What the routes inside of a default policy did with a request.

use super::{Decision, HeaderValue, PathPolicies, RoutePolicy};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Whether this process has a default policy. Marking a response costs two allocations, which are a quarter of what CORS
/// costs a request, and most processes have no default policy that could read the mark.
static HAS_DEFAULT_POLICY: AtomicBool = AtomicBool::new(false);

/// Notes that this process has a default policy.
pub(super) fn note_default_policy() {
    HAS_DEFAULT_POLICY.store(true, Ordering::Relaxed);
}

/// Whether this process has a default policy.
pub(crate) fn has_default_policy() -> bool {
    HAS_DEFAULT_POLICY.load(Ordering::Relaxed)
}

/// Whether an annotated route has to mark its response: if a default policy may be around it that does not read the cell
/// of the request.
pub(crate) fn needs_mark<V: HeaderValue>(cell: Option<&OutcomeCell<V>>) -> bool {
    has_default_policy() && !cell.is_some_and(OutcomeCell::has_reader)
}

/// A cell in the extensions of a *request*. A default policy puts it there, and the annotated route that the request
/// reaches records its decision in it.
///
/// A mark on the response would not do: it is lost when a layer in between builds a response of its own.
#[derive(Debug)]
pub(crate) struct OutcomeCell<V>(Arc<Mutex<State<V>>>);

#[derive(Debug)]
struct State<V> {
    outcome: RouteOutcome<V>,
    /// The annotated paths that match the URL of a preflight, as far as routing has reached them.
    paths: Vec<Arc<PathPolicies<V>>>,
    /// Whether a default policy reads the cell.
    has_reader: bool,
    /// The default policy that answers every preflight before the routes see it.
    answered_by: Option<Arc<RoutePolicy<V>>>,
}

impl<V> Default for State<V> {
    fn default() -> Self {
        Self { outcome: RouteOutcome::Unreached, paths: Vec::new(), has_reader: false, answered_by: None }
    }
}

/// What an annotated route did with a request.
#[derive(Clone, Debug)]
pub(crate) enum RouteOutcome<V> {
    /// The request has reached no annotated route.
    Unreached,
    /// The request has reached a route whose origin check has not answered yet. If something ends the request now, no
    /// policy has allowed it.
    CheckPending,
    /// The route, or a default policy around an unannotated one, has decided about an actual request.
    Decided(Decision<V>),
    /// The annotated path has answered a preflight.
    PreflightAnswered,
    /// A preflight asks for a method that is not annotated on its path. A default policy may answer it.
    MethodNotAnnotated,
    /// The innermost default policy has seen the response to a preflight. Those further out leave it alone.
    Settled,
    /// Several routes have decided differently, about one request or about copies of it. None of the decisions belongs
    /// to the response.
    Contested,
}

impl<V: HeaderValue> OutcomeCell<V> {
    /// An empty cell that no default policy reads yet.
    #[cfg(feature = "actix")]
    pub(crate) fn new() -> Self {
        Self::with(State::default())
    }

    fn with(state: State<V>) -> Self {
        Self(Arc::new(Mutex::new(state)))
    }

    /// The cell of a default policy. It shares the cell that the request has already if no route has used that one.
    /// Otherwise a handler has passed its request on, or a layer tries it again: the used cell becomes contested, and
    /// this request gets a cell of its own.
    ///
    /// `answered_by` is the default policy if it answers every preflight itself.
    pub(crate) fn join_or_new(present: Option<&Self>, answered_by: Option<Arc<RoutePolicy<V>>>) -> Self {
        // A policy further out may have answered the preflight, also of a request that is passed on.
        let answered_by = answered_by.or_else(|| present.and_then(Self::answered_by));
        if let Some(cell) = present.filter(|cell| !cell.contest_if_used()) {
            let mut state = cell.lock();
            state.has_reader = true;
            state.answered_by = answered_by;
            return cell.clone();
        }
        Self::with(State { has_reader: true, answered_by, ..State::default() })
    }

    /// The default policy that has answered the preflight of this request, if it answers every preflight itself.
    pub(super) fn answered_by(&self) -> Option<Arc<RoutePolicy<V>>> {
        self.lock().answered_by.clone()
    }

    fn contest_if_used(&self) -> bool {
        let mut state = self.lock();
        match state.outcome {
            RouteOutcome::Unreached => false,
            RouteOutcome::Settled => true,
            _ => {
                state.outcome = RouteOutcome::Contested;
                true
            }
        }
    }

    /// Whether a default policy reads the cell.
    fn has_reader(&self) -> bool {
        self.lock().has_reader
    }

    /// Records what a route did. The first outcome stays, unless a second one contradicts it.
    pub(crate) fn record(&self, outcome: RouteOutcome<V>) {
        let mut state = self.lock();
        let state = &mut *state;
        match (&state.outcome, outcome) {
            (RouteOutcome::Unreached, outcome) => state.outcome = outcome,
            (RouteOutcome::CheckPending, decided @ RouteOutcome::Decided(_)) => state.outcome = decided,
            (RouteOutcome::Decided(first), RouteOutcome::Decided(second)) if first.agrees_with(&second) => {}
            (RouteOutcome::CheckPending | RouteOutcome::Decided(_), _) => {
                state.outcome = RouteOutcome::Contested;
            }
            (
                RouteOutcome::PreflightAnswered
                | RouteOutcome::MethodNotAnnotated
                | RouteOutcome::Settled
                | RouteOutcome::Contested,
                _,
            ) => {}
        }
    }

    /// Records that an annotated path matches the URL of a preflight.
    pub(crate) fn record_path(&self, path: &Arc<PathPolicies<V>>) {
        let paths = &mut self.lock().paths;
        if !paths.iter().any(|known| Arc::ptr_eq(known, path)) {
            paths.push(Arc::clone(path));
        }
    }

    /// The annotated paths that are known to match the URL of a preflight, in the order of routing.
    pub(crate) fn paths(&self) -> Vec<Arc<PathPolicies<V>>> {
        self.lock().paths.clone()
    }

    /// What has been recorded.
    pub(super) fn outcome(&self) -> RouteOutcome<V> {
        self.lock().outcome.clone()
    }

    /// What has been recorded of an actual request. If no route has recorded anything, this is recorded as the decision of
    /// the innermost default policy, for those further out.
    pub(super) fn outcome_or_record(&self, default: &Decision<V>) -> RouteOutcome<V> {
        let mut state = self.lock();
        let outcome = state.outcome.clone();
        if let RouteOutcome::Unreached = outcome {
            state.outcome = RouteOutcome::Decided(default.clone());
        }
        outcome
    }

    /// What has been recorded of a preflight, for the innermost default policy: those further out find
    /// [`RouteOutcome::Settled`].
    pub(super) fn take_for_default(&self) -> RouteOutcome<V> {
        std::mem::replace(&mut self.lock().outcome, RouteOutcome::Settled)
    }

    fn lock(&self) -> MutexGuard<'_, State<V>> {
        // Nothing panics while the lock is held, and each state is complete.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V> Clone for OutcomeCell<V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
