//! Preflights: `OPTIONS` with one `Origin` and one `Access-Control-Request-Method`.
//! <https://fetch.spec.whatwg.org/#cors-preflight-fetch>

use super::denial::{Denial, is_logged};
use super::route_policy::AllowHeadersValue;
use super::{
    CorsHeader, HeaderValue, Methods, OriginHeader, RequestHead, ResponseHeaders, RoutePolicy, Verdict,
};
use cors_policy::{is_forbidden_request_header, is_token};
use std::ops::Range;
use std::sync::Arc;

/// With `allow_headers = any`, no name is repeated if a preflight asks for more than this many bytes of names. The limit
/// keeps a client from choosing the size of the response.
const MAX_REQUESTED_BYTES: usize = 8 * 1024;

/// A preflight.
#[derive(Debug)]
pub(crate) struct PreflightRequest<'a, R: RequestHead> {
    pub(crate) request: &'a R,
    pub(crate) origin: &'a R::Value,
    /// The value of `Access-Control-Request-Method`.
    pub(crate) method: &'a R::Value,
}

// Not derived: a copy of the preflight copies references, whatever `R` is.
impl<R: RequestHead> Clone for PreflightRequest<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R: RequestHead> Copy for PreflightRequest<'_, R> {}

impl<'a, R: RequestHead> PreflightRequest<'a, R> {
    /// Reads a preflight. Every other request gives `None`.
    #[inline]
    pub(crate) fn read(request: &'a R) -> Option<Self> {
        if request.method() != "OPTIONS" {
            return None;
        }
        let OriginHeader::One(origin) = request.origin() else { return None };
        let mut methods = request.requested_methods();
        match (methods.next(), methods.next()) {
            (Some(method), None) => Some(Self { request, origin, method }),
            _ => None,
        }
    }
}

/// The answer to a preflight.
#[derive(Clone, Debug)]
pub(crate) enum PreflightAnswer<V> {
    /// 204 with these headers. The browser compares them with the request that it wants to send.
    Allowed(PreflightHeaders<V>),
    /// 403 without a CORS header. The reason is `None` if it would neither be logged nor shown, nor change the response.
    Denied(Option<Denial>),
}

/// The headers of a 204.
#[derive(Clone, Debug)]
pub(crate) struct PreflightHeaders<V> {
    pub(super) allow_origin: V,
    pub(super) credentials: bool,
    pub(super) allow_methods: Option<V>,
    pub(super) allow_headers: Option<V>,
    pub(super) max_age: Option<V>,
}

impl<V: HeaderValue> PreflightAnswer<V> {
    /// The answer that refuses a preflight. `log_reason` logs the name of the reason.
    pub(super) fn deny(verdict: &Verdict<V>, origin: &V, log_reason: impl FnOnce(&str)) -> Self {
        let is_host_listed = !matches!(verdict, Verdict::HostNotListed);
        if is_host_listed && !(cfg!(debug_assertions) || is_logged()) {
            return Self::Denied(None);
        }
        let denial = Denial::of(verdict, OriginHeader::One(origin));
        log_reason(denial.name());
        Self::Denied(Some(denial))
    }

    /// The status.
    pub(crate) fn status(&self) -> u16 {
        match self {
            Self::Allowed(_) => 204,
            Self::Denied(_) => 403,
        }
    }

    /// The body of a 403 in builds with `debug_assertions`: why the origin is not allowed. Otherwise it is empty.
    pub(crate) fn body(&self) -> &'static str {
        match self {
            Self::Denied(Some(denial)) if cfg!(debug_assertions) => denial.text(),
            Self::Allowed(_) | Self::Denied(_) => "",
        }
    }

    /// Writes the headers into the map of a new response.
    #[inline]
    pub(crate) fn write<H: ResponseHeaders<Value = V>>(self, headers: &mut H) {
        headers.add_vary(V::PREFLIGHT_VARY);
        let answer = match self {
            Self::Allowed(answer) => answer,
            Self::Denied(Some(Denial::HostNotListed)) => return headers.forbid_storing(),
            Self::Denied(_) => return,
        };
        headers.set(CorsHeader::AllowOrigin, answer.allow_origin);
        headers.set(CorsHeader::AllowCredentials, answer.credentials.then_some(V::TRUE));
        headers.set(CorsHeader::AllowMethods, answer.allow_methods);
        headers.set(CorsHeader::AllowHeaders, answer.allow_headers);
        headers.set(CorsHeader::MaxAge, answer.max_age);
    }
}

/// The policies of one path.
#[derive(Debug)]
pub(crate) struct PathPolicies<V> {
    /// The path, as it is declared.
    path: String,
    routes: Vec<PathRoute<V>>,
    /// Whether the policy of a route has an origin check.
    has_checks: bool,
}

#[derive(Debug)]
struct PathRoute<V> {
    methods: Methods,
    policy: Arc<RoutePolicy<V>>,
    /// The methods of the path that have an equal policy. `None` stands for the requested method.
    allow_methods: Option<V>,
}

impl<V: HeaderValue> PathPolicies<V> {
    /// Prepares the answers of a path. With `head_follows_get` a route for `GET` takes `HEAD` as well, unless the path has
    /// a route for `HEAD`.
    pub(crate) fn new(path: &str, routes: &[(Methods, Arc<RoutePolicy<V>>)], head_follows_get: bool) -> Self {
        let names_head = |methods: &Methods| methods.names().any(|name| name == "HEAD");
        let head_follows_get = head_follows_get && !routes.iter().any(|(methods, _)| names_head(methods));
        let prepare = |(methods, policy): &(Methods, Arc<RoutePolicy<V>>)| {
            let equal = |other: &Arc<RoutePolicy<V>>| {
                Arc::ptr_eq(policy, other) || policy.declared.is_equivalent_to(&other.declared)
            };
            let equal_routes = routes.iter().filter(|(_, other)| equal(other));
            let names = Methods::named(equal_routes.flat_map(|(methods, _)| methods.names()));
            PathRoute {
                methods: if head_follows_get { methods.with_head_of_get() } else { methods.clone() },
                policy: Arc::clone(policy),
                allow_methods: (*methods != Methods::Any).then(|| V::from_valid(&names.to_string())),
            }
        };
        let has_checks = routes.iter().any(|(_, policy)| policy.declared.check.is_some());
        Self { path: path.to_owned(), routes: routes.iter().map(prepare).collect(), has_checks }
    }

    /// The path, as it is declared.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The policy of a route, by its number.
    pub(crate) fn policy(&self, route: usize) -> &RoutePolicy<V> {
        &self.routes[route].policy
    }

    /// Whether the path has no route.
    #[cfg(feature = "axum")]
    pub(crate) fn is_empty(&self) -> bool {
        self.routes.is_empty()
    }

    /// Whether a route of the path takes this method.
    pub(crate) fn takes_method(&self, method: &V) -> bool {
        self.route_for(method).is_some()
    }

    /// The number of the route that takes a method. A route for every method comes last.
    fn route_for(&self, method: &V) -> Option<usize> {
        let takes = |route: &PathRoute<V>| route.methods.contains(method.as_ref());
        let names = |route: &PathRoute<V>| route.methods != Methods::Any && takes(route);
        self.routes.iter().position(names).or_else(|| self.routes.iter().position(takes))
    }

    /// The routes whose policies decide about a preflight: the one that takes the requested method, or else all of them.
    fn deciding_routes(&self, requested_route: Option<usize>) -> Range<usize> {
        requested_route.map_or(0..self.routes.len(), |number| number..number + 1)
    }

    /// The numbers of the routes whose origin check has to be asked before [`answer`](Self::answer) can be given. They are
    /// asked in this order, until one allows the origin.
    pub(crate) fn checks_to_ask<R>(&self, preflight: PreflightRequest<'_, R>) -> Vec<usize>
    where
        R: RequestHead<Value = V>,
    {
        if !self.has_checks {
            return Vec::new();
        }
        self.deciding_routes(self.route_for(preflight.method))
            .take_while(|number| self.policy(*number).verdict(preflight.request).is_denied())
            .filter(|number| self.policy(*number).declared.check.is_some())
            .collect()
    }

    /// Answers a preflight: with the policy of the requested method, or, if no route takes the method, with the first
    /// policy that allows the origin.
    ///
    /// `check_results` are those of [`checks_to_ask`](Self::checks_to_ask). `is_trusted_elsewhere` says whether every other
    /// annotated path that matches the URL trusts the reuse of the answer.
    pub(crate) fn answer<R>(
        &self,
        preflight: PreflightRequest<'_, R>,
        check_results: &[CheckResult<V>],
        is_trusted_elsewhere: impl FnOnce(&Reuse<'_, V>) -> bool,
    ) -> PreflightAnswer<V>
    where
        R: RequestHead<Value = V>,
    {
        let origin = OriginHeader::One(preflight.origin);
        let log = |policy: &RoutePolicy<V>, reason: &str| {
            policy.log(reason, origin, preflight.method.as_ref(), &self.path);
        };
        let requested_route = self.route_for(preflight.method);
        let mut denied = None;
        for number in self.deciding_routes(requested_route) {
            let route = &self.routes[number];
            let policy = &*route.policy;
            let checked = check_results.iter().find(|result| result.route == number);
            let verdict =
                checked.map_or_else(|| policy.verdict(preflight.request), |result| result.verdict.clone());
            let Some(allow_origin) = verdict.allow_origin() else {
                denied = Some((verdict, policy));
                continue;
            };
            if requested_route.is_none() {
                log(policy, "method-not-routed");
                let allow_methods = route.allow_methods.clone();
                let headers = PreflightHeaders::method_not_listed(policy, allow_origin, allow_methods);
                return PreflightAnswer::Allowed(headers);
            }
            let allow_methods = route.allow_methods.clone().unwrap_or_else(|| preflight.method.clone());
            let reuse = Reuse { listed: &allow_methods, answering: policy, origin: preflight.origin };
            let max_age = policy.max_age_if(reuse.is_trusted_by(self) && is_trusted_elsewhere(&reuse));
            return PreflightAnswer::Allowed(PreflightHeaders {
                allow_origin,
                credentials: policy.credentials,
                allow_methods: Some(allow_methods),
                allow_headers: policy.allow_headers_for(preflight),
                max_age,
            });
        }
        let Some((verdict, policy)) = denied else { return PreflightAnswer::Denied(None) };
        PreflightAnswer::deny(&verdict, preflight.origin, |reason| log(policy, reason))
    }
}

/// What an origin check said about the origin of a preflight.
#[derive(Debug)]
pub(crate) struct CheckResult<V> {
    /// The number of the route.
    pub(crate) route: usize,
    pub(crate) verdict: Verdict<V>,
}

impl<V: HeaderValue> PreflightHeaders<V> {
    /// The headers of an answer that does not list the requested method. Browsers refuse the request, unless the method is
    /// safelisted: then the answer allows only safelisted headers.
    pub(super) fn method_not_listed(
        policy: &RoutePolicy<V>,
        allow_origin: V,
        allow_methods: Option<V>,
    ) -> Self {
        let (credentials, max_age) = (policy.credentials, policy.max_age_if(false));
        Self { allow_origin, credentials, allow_methods, allow_headers: None, max_age }
    }
}

/// A remembered answer to a preflight.
///
/// A browser that has remembered an answer sends these requests to the same URL without asking again: every safelisted
/// method, and every method that the answer lists. <https://fetch.spec.whatwg.org/#concept-cache>
#[derive(Debug)]
pub(crate) struct Reuse<'a, V> {
    /// The value of `Access-Control-Allow-Methods`.
    pub(super) listed: &'a V,
    /// The policy that gives the answer.
    pub(super) answering: &'a RoutePolicy<V>,
    pub(super) origin: &'a V,
}

impl<V: HeaderValue> Reuse<'_, V> {
    /// Whether each route of a path that gets such requests trusts the origin, with the credentials that the answer allows.
    pub(crate) fn is_trusted_by(&self, path: &PathPolicies<V>) -> bool {
        let listed = self.listed.as_ref().split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        path.routes
            .iter()
            .filter(|route| !std::ptr::eq(Arc::as_ptr(&route.policy), self.answering))
            .filter(|route| {
                route.methods.has_safelisted() || listed.clone().any(|method| route.methods.contains(method))
            })
            .all(|route| route.policy.also_trusts(self.origin, self.answering))
    }
}

impl<V: HeaderValue> RoutePolicy<V> {
    /// `Access-Control-Allow-Headers` of the answer to a preflight.
    pub(super) fn allow_headers_for<R>(&self, preflight: PreflightRequest<'_, R>) -> Option<V>
    where
        R: RequestHead<Value = V>,
    {
        match &self.allow_headers {
            AllowHeadersValue::Absent => None,
            AllowHeadersValue::List(names) => Some(names.clone()),
            AllowHeadersValue::Requested => {
                let lines = preflight.request.lines("access-control-request-headers");
                mirrored_names(lines.map(AsRef::as_ref)).map(|names| V::from_valid(&names))
            }
        }
    }
}

/// The names in the lines that a script can set, joined by `, `. It is `None` if there are none or too many.
fn mirrored_names<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Option<String> {
    let mut repeated = String::new();
    let mut read = 0;
    for line in lines {
        read += line.len();
        if read > MAX_REQUESTED_BYTES {
            return None;
        }
        for name in line.split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
            let Some(name) = std::str::from_utf8(name).ok().filter(|name| is_token(name)) else {
                continue;
            };
            if !is_forbidden_request_header(name) {
                if !repeated.is_empty() {
                    repeated.push_str(", ");
                }
                repeated.push_str(name);
            }
        }
    }
    (!repeated.is_empty()).then_some(repeated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_a_script_can_set_are_repeated() {
        for (lines, expected) in [
            (&["x-a,x-b"][..], Some("x-a, x-b")),
            (&["x-a, x-b", " X-C "], Some("x-a, x-b, X-C")),
            (&["x-a,,x b,x:c,x-d"], Some("x-a, x-d")),
            (&["cookie,sec-fetch-mode,proxy-a,x-a"], Some("x-a")),
            (&["cookie"], None),
            (&[], None),
        ] {
            let lines = lines.iter().map(|line| line.as_bytes());
            assert_eq!(mirrored_names(lines).as_deref(), expected);
        }
    }

    #[test]
    fn over_8_kib_no_name_is_repeated() {
        let line = "x".repeat(1024);
        assert!(mirrored_names(std::iter::repeat_n(line.as_bytes(), 8)).is_some());
        assert!(mirrored_names(std::iter::repeat_n(line.as_bytes(), 9)).is_none());
    }
}
