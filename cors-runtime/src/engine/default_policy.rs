//! A policy for everything that has none of its own.

use super::denial::{is_logged, log};
use super::own_origin::is_own_origin;
use super::slot::Filled;
use super::{
    Decided, Found, Headers, Methods, OriginHeader, PathPolicies, PreflightAnswer, PreflightRequest,
    RequestHead, RoutePolicy, Slot, Verdict,
};
use crate::error::{Problem, ProblemKind};
use crate::{BuildError, SourceLocation};
use cors_policy::Policy;
use std::borrow::Cow;
use std::sync::Arc;

/// A policy for everything that has none of its own: routes without an annotation, 404 and 405.
#[derive(Debug)]
pub(crate) struct DefaultPolicy<V> {
    policy: Arc<RoutePolicy<V>>,
    path: PathPolicies<V>,
    /// The same, with answers that no browser remembers.
    path_afresh: PathPolicies<V>,
}

/// The methods for which a default policy answers if none are named.
pub(crate) const DEFAULT_METHODS: Methods =
    Methods::These(Cow::Borrowed(&[Cow::Borrowed("GET"), Cow::Borrowed("HEAD"), Cow::Borrowed("POST")]));

/// What stands for the path where there is no request: in the warning of replaced headers.
const PATH: &str = "(default policy)";

impl<V: AsRef<[u8]> + Clone + 'static> DefaultPolicy<V> {
    pub(crate) fn new<H: Headers<Value = V>>(
        policy: Policy,
        location: SourceLocation,
    ) -> Result<Self, BuildError> {
        if policy.enforce() {
            // Which route a request gets to, and whether that route allows more, is not known yet where this stands.
            return Err(Problem { kind: ProblemKind::EnforceByDefault, location: Some(location) }.into());
        }
        let policy = Arc::new(RoutePolicy::new::<H>(policy, PATH, location, false)?);
        Ok(Self::of::<H>(policy, DEFAULT_METHODS))
    }

    /// The same for other methods.
    #[cfg(feature = "runtime-policies")]
    pub(crate) fn with_methods<H: Headers<Value = V>>(&self, methods: Methods) -> Self {
        Self::of::<H>(Arc::clone(&self.policy), methods)
    }

    fn of<H: Headers<Value = V>>(policy: Arc<RoutePolicy<V>>, methods: Methods) -> Self {
        let routes = [(methods, Arc::clone(&policy))];
        let path = || PathPolicies::new::<H>(None, &routes, &[], false);
        Self { policy, path: path(), path_afresh: path().afresh::<H>() }
    }

    /// What the policy says of an actual request, without telling anybody yet: a route may have a policy of its own.
    pub(crate) fn decide<R: RequestHead<Value = V>>(&self, request: &R) -> Undelivered<V> {
        let line = request.origin_line();
        let verdict = self.policy.decide(OriginHeader::of_line(line));
        let is_told = verdict == Verdict::Denied && is_logged() && !is_own_origin(request);
        let denial = is_told.then(|| Denied {
            origin: match request.origin() {
                OriginHeader::One(_) => request.origin_value(),
                OriginHeader::Missing | OriginHeader::Several => None,
            },
            method: request.method().to_owned(),
            path: request.path().to_owned(),
        });
        Undelivered { decided: Decided::new(Arc::clone(&self.policy), verdict, line.ok().flatten()), denial }
    }

    /// What to do about a preflight that came back from inside with this status.
    pub(crate) fn preflight(
        &self,
        slot: &Slot<V>,
        preflight: PreflightRequest<'_>,
        status: u16,
    ) -> PreflightOutcome {
        if !slot.settle() {
            return PreflightOutcome::Leave;
        }
        let (is_ours, afresh) = match slot.get() {
            Some(Filled::Preflight | Filled::Actual(_) | Filled::Asked(_)) => return PreflightOutcome::Leave,
            Some(Filled::OtherMethod(_)) if !self.path.routes_method(preflight.method) => {
                return PreflightOutcome::Leave;
            }
            Some(Filled::OtherMethod(annotated)) => (true, annotated.is_opened_by(&self.policy)),
            None => (matches!(status, 404 | 405), false),
        };
        if is_ours {
            return PreflightOutcome::Answer { answer: self.path.decide(preflight), afresh };
        }
        let origin = OriginHeader::One(preflight.origin);
        log("preflight-intercepted", origin, preflight.method, preflight.path, self.policy.location);
        PreflightOutcome::Intercepted
    }

    /// What writes the headers of an answer, which with `afresh` nobody may remember.
    pub(crate) fn answers(&self, afresh: bool) -> &PathPolicies<V> {
        if afresh { &self.path_afresh } else { &self.path }
    }
}

/// What a default policy says of a request, unless a route speaks for itself.
#[derive(Debug)]
pub(crate) struct Undelivered<V> {
    decided: Decided<V>,
    denial: Option<Denied<V>>,
}

/// What is told of a request that is denied.
#[derive(Debug)]
struct Denied<V> {
    /// One `Origin` line.
    origin: Option<V>,
    method: String,
    path: String,
}

impl<V: AsRef<[u8]> + Clone + 'static> Undelivered<V> {
    /// Who speaks for the response: what is in the slot, or this policy, which is in the slot then.
    pub(crate) fn deliver(self, slot: &Slot<V>) -> Option<(Decided<V>, Found)> {
        if slot.is_contested() {
            return Some((self.decided, Found::Last));
        }
        match slot.get() {
            Some(Filled::Actual(decided)) => return Some((decided.clone(), Found::Ours)),
            Some(Filled::Asked(later)) => {
                let nobody = || (self.decided.clone().for_nobody(), Found::Own);
                return Some(later.get().map_or_else(nobody, |decided| (decided.clone(), Found::Ours)));
            }
            Some(Filled::Preflight | Filled::OtherMethod(_)) => return None,
            None => slot.fill(Filled::Actual(self.decided.clone())),
        }
        if let Some(Denied { origin, method, path }) = &self.denial {
            let origin =
                origin.as_ref().map_or(OriginHeader::Several, |value| OriginHeader::One(value.as_ref()));
            self.decided.log_denied(origin, method, path);
        }
        Some((self.decided, Found::Own))
    }
}

/// What to do about a preflight.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PreflightOutcome {
    /// An annotated route, or a default policy further in, has answered it.
    Leave,
    /// Nobody did: answer it.
    Answer {
        /// What to answer.
        answer: PreflightAnswer,
        /// Whether the answer, once remembered, could open an annotated route of the path.
        afresh: bool,
    },
    /// Something in between answered it, a login most likely: it is refused.
    Intercepted,
}
