//! What the routes inside of a default policy did with a request.

use super::{Decision, HeaderValue, PathPolicies, ResponseHead, RoutePolicy};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Whether this process has a default policy. Marking a response costs two allocations, which are a quarter of what CORS
/// costs a request, and most processes have no default policy that could read the mark.
static HAS_DEFAULT_POLICY: AtomicBool = AtomicBool::new(false);

/// Notes that this process has a default policy.
pub(super) fn set_has_default_policy() {
    HAS_DEFAULT_POLICY.store(true, Ordering::Relaxed);
}

/// Whether this process has a default policy.
pub(crate) fn has_default_policy() -> bool {
    HAS_DEFAULT_POLICY.load(Ordering::Relaxed)
}

/// Whether an annotated route has to mark its response: the process has a default policy, and none reads the cell of this
/// request.
pub(super) fn needs_mark<V: HeaderValue>(cell: Option<&OutcomeCell<V>>) -> bool {
    has_default_policy() && !cell.is_some_and(OutcomeCell::has_reader)
}

/// Records in the cell of a request that an annotated path has answered a preflight, and marks the response if it has to.
///
/// `takes_method` says whether a route of the path takes the method of the preflight. If none does, `matching` returns the
/// annotated paths that match the URL, for the default policy that may answer in their place.
pub(crate) fn record_preflight<V: HeaderValue>(
    cell: Option<&OutcomeCell<V>>,
    response: &mut impl ResponseHead,
    takes_method: bool,
    matching: impl FnOnce() -> Vec<Arc<PathPolicies<V>>>,
) {
    if needs_mark(cell) {
        response.mark_as_annotated();
    }
    let Some(cell) = cell else { return };
    if takes_method {
        cell.record(RouteOutcome::PreflightAnswered);
    } else {
        for path in matching() {
            cell.record_path(&path);
        }
        cell.record(RouteOutcome::MethodNotAnnotated);
    }
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
    preflight_answered_by: Option<Arc<RoutePolicy<V>>>,
}

impl<V> Default for State<V> {
    fn default() -> Self {
        Self {
            outcome: RouteOutcome::NoRouteReached,
            paths: Vec::new(),
            has_reader: false,
            preflight_answered_by: None,
        }
    }
}

/// What an annotated route did with a request.
#[derive(Clone, Debug)]
pub(crate) enum RouteOutcome<V> {
    /// The request has reached no annotated route.
    NoRouteReached,
    /// The request has reached a route whose origin check has not answered yet. If something ends the request now, no
    /// policy has allowed it.
    CheckPending,
    /// The route, or a default policy around an unannotated one, has decided about an actual request.
    Decided(Decision<V>),
    /// The annotated path has answered a preflight.
    PreflightAnswered,
    /// A preflight asks for a method that is not annotated on its path. A default policy may answer it.
    MethodNotAnnotated,
    /// The innermost default policy has handled the response to a preflight. Outer ones do not change it.
    SeenByDefaultPolicy,
    /// Several routes have decided differently, about one request or about copies of it. None of the decisions belongs
    /// to the response.
    Conflicting,
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

    /// Returns the cell for a request that a default policy passes on. It is the existing cell of the request if that one
    /// is empty. Otherwise a handler has forwarded its request, or a layer tries it again: the existing cell becomes
    /// conflicting, and this request gets a new one.
    ///
    /// `preflight_answered_by` is the default policy if it answers every preflight itself.
    pub(crate) fn for_default_policy(
        existing: Option<&Self>,
        preflight_answered_by: Option<Arc<RoutePolicy<V>>>,
    ) -> Self {
        // A forwarded request keeps the note that an outer default policy answered its preflight.
        let preflight_answered_by =
            preflight_answered_by.or_else(|| existing.and_then(Self::preflight_answered_by));
        if let Some(cell) = existing.filter(|cell| !cell.mark_conflicting_if_used()) {
            let mut state = cell.lock();
            state.has_reader = true;
            state.preflight_answered_by = preflight_answered_by;
            return cell.clone();
        }
        Self::with(State { has_reader: true, preflight_answered_by, ..State::default() })
    }

    /// The default policy that has answered the preflight of this request, if it answers every preflight itself.
    pub(super) fn preflight_answered_by(&self) -> Option<Arc<RoutePolicy<V>>> {
        self.lock().preflight_answered_by.clone()
    }

    fn mark_conflicting_if_used(&self) -> bool {
        let outcome = &mut self.lock().outcome;
        let is_used = !matches!(outcome, RouteOutcome::NoRouteReached);
        if is_used {
            *outcome = RouteOutcome::Conflicting;
        }
        is_used
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
            (RouteOutcome::NoRouteReached, outcome) => state.outcome = outcome,
            (RouteOutcome::CheckPending, decided @ RouteOutcome::Decided(_)) => state.outcome = decided,
            (RouteOutcome::Decided(first), RouteOutcome::Decided(second)) if first.agrees_with(&second) => {}
            (RouteOutcome::CheckPending | RouteOutcome::Decided(_), _) => {
                state.outcome = RouteOutcome::Conflicting;
            }
            _ => {}
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

    /// Returns the recorded outcome. If there is none, records the decision of the innermost default policy, which outer
    /// ones then find.
    pub(super) fn outcome_or_record(&self, default: &Decision<V>) -> RouteOutcome<V> {
        let mut state = self.lock();
        let outcome = state.outcome.clone();
        if let RouteOutcome::NoRouteReached = outcome {
            state.outcome = RouteOutcome::Decided(default.clone());
        }
        outcome
    }

    /// What has been recorded of a preflight, for the innermost default policy: those further out find
    /// [`RouteOutcome::SeenByDefaultPolicy`].
    pub(super) fn take_preflight_outcome(&self) -> RouteOutcome<V> {
        std::mem::replace(&mut self.lock().outcome, RouteOutcome::SeenByDefaultPolicy)
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
