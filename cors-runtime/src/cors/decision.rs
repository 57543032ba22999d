//! The decision about an actual request, and the response headers that it sets.

use super::denial::Denial;
use super::{CorsHeader, HeaderValue, OriginHeader, ResponseHead, ResponseHeaders, RoutePolicy, Verdict};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// What the policy of a route decided about a request: the headers that the response gets.
#[derive(Clone, Debug)]
pub(crate) struct Decision<V> {
    policy: Arc<RoutePolicy<V>>,
    verdict: Verdict<V>,
    /// Whether the response has to be marked, because no default policy reads the cell of the request.
    marks_response: bool,
}

impl<V: HeaderValue> Decision<V> {
    /// The decision of a route.
    pub(super) fn new(policy: Arc<RoutePolicy<V>>, verdict: Verdict<V>, marks_response: bool) -> Self {
        Self { policy, verdict, marks_response }
    }

    /// The decision of a default policy.
    pub(super) fn of_default(policy: Arc<RoutePolicy<V>>, verdict: Verdict<V>) -> Self {
        Self { policy, verdict, marks_response: false }
    }

    /// Logs that the request has been denied.
    pub(super) fn log_denied(&self, origin: OriginHeader<'_, V>, method: &str, path: &str) {
        self.policy.log(Denial::of(&self.verdict, origin).name(), origin, method.as_bytes(), path);
    }

    /// Whether both decisions put the same headers into a response.
    pub(super) fn agrees_with(&self, other: &Self) -> bool {
        let same_policy = Arc::ptr_eq(&self.policy, &other.policy)
            || self.policy.declared.is_equivalent_to(&other.policy.declared);
        let same_origin = match (self.verdict.allow_origin(), other.verdict.allow_origin()) {
            (Some(a), Some(b)) => a.as_ref() == b.as_ref(),
            (a, b) => a.is_none() && b.is_none(),
        };
        same_policy && same_origin
    }

    /// The same policy with the verdict [`Verdict::Denied`].
    pub(super) fn into_denied(self) -> Self {
        Self { verdict: Verdict::Denied, ..self }
    }

    /// Writes the decision into the response of the handler. CORS headers of the handler's own are replaced, with a
    /// warning, since the annotation is the only authority.
    #[inline]
    pub(crate) fn write<R>(self, response: &mut R)
    where
        R: ResponseHead<Headers: ResponseHeaders<Value = V>>,
    {
        if self.marks_response {
            response.mark_as_annotated();
        }
        if self.policy.replace_headers(&self.verdict, response.headers_mut()) {
            self.policy.warn_about_replaced_headers();
        }
    }

    /// Writes the decision into the 403 of a refused request. A cache must not store it, since it would give it to pages that
    /// may send the request.
    pub(crate) fn write_refusal<R>(self, response: &mut R)
    where
        R: ResponseHead<Headers: ResponseHeaders<Value = V>>,
    {
        response.headers_mut().forbid_storing();
        self.write(response);
    }

    /// Writes the decision into a response that may have its headers already.
    pub(super) fn rewrite<H: ResponseHeaders<Value = V>>(self, headers: &mut H) {
        self.policy.replace_headers(&self.verdict, headers);
    }
}

impl<V: HeaderValue> RoutePolicy<V> {
    /// Replaces the CORS headers of a response. Returns whether there were any.
    fn replace_headers<H: ResponseHeaders<Value = V>>(&self, verdict: &Verdict<V>, headers: &mut H) -> bool {
        let existing = headers.existing();
        if existing.has_cors {
            headers.remove_cors();
        }
        let varies = self.protection.is_some() || !matches!(verdict, Verdict::AnyOrigin);
        if let Some(origin) = verdict.allow_origin() {
            headers.set(CorsHeader::AllowOrigin, origin);
            headers.set(CorsHeader::AllowCredentials, self.credentials.then_some(V::TRUE));
            headers.set(CorsHeader::ExposeHeaders, self.expose_headers.clone());
        }
        if varies {
            self.write_vary(headers, existing.has_vary);
        }
        existing.has_cors
    }

    /// Adds the names that `Vary` does not list yet.
    fn write_vary<H: ResponseHeaders<Value = V>>(&self, headers: &mut H, has_vary: bool) {
        if !has_vary {
            headers.add_vary(self.vary.clone());
            return;
        }
        for name in self.vary_names {
            if !headers.varies_by(name) {
                headers.add_vary(V::from_static(name));
            }
        }
    }

    #[cold]
    fn warn_about_replaced_headers(&self) {
        if !self.has_warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                target: "cors",
                path = &*self.path,
                policy = %self.declared.location,
                "the response had CORS headers of its own: the policy's replaced them"
            );
        }
    }
}
