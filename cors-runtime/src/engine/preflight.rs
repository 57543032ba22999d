//! Preflights: `OPTIONS` with one `Origin` and one `Access-Control-Request-Method`.
//! <https://fetch.spec.whatwg.org/#cors-preflight-fetch>

use super::denial::{is_logged, log};
use super::interned::interned;
use super::{CorsHeader, Denial, Headers, Methods, OriginHeader, RoutePolicy, Verdict};
use cors_policy::{AllowHeaders, Policy, is_forbidden_request_header, is_token};
use std::sync::Arc;

/// `Vary` of every answer to a preflight.
pub(crate) const VARY_PREFLIGHT: &str =
    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

/// Above this many bytes no requested header names are reflected.
const MAX_REFLECTED: usize = 8 * 1024;

/// What a preflight asks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PreflightRequest<'a> {
    pub(crate) origin: &'a [u8],
    pub(crate) method: &'a [u8],
    /// The path that is asked for.
    pub(crate) path: &'a str,
}

/// The policies of one path.
#[derive(Debug)]
pub(crate) struct PathPolicies<V> {
    /// As it is written; `None` for a default policy, which has none.
    path: Option<String>,
    routes: Vec<PathRoute<V>>,
}

#[derive(Debug)]
struct PathRoute<V> {
    methods: Methods,
    policy: Arc<RoutePolicy<V>>,
    /// Methods of the path whose policy is the same; `None` for "the method that is asked for".
    allow_methods: Option<V>,
    allow_headers: Option<V>,
    reflect_headers: bool,
    max_age: Option<V>,
}

/// What to do next about a preflight.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// Answer it.
    Answer(PreflightAnswer),
    /// Ask the function that decides for this route: see [`Question::heard`].
    Ask(usize),
}

/// A preflight on its way through the policies of a path: the first that allows the origin answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'a> {
    request: PreflightRequest<'a>,
    /// The route that is asked next, and where to stop.
    next: usize,
    end: usize,
    /// Whether the requested method is routed here.
    routed: bool,
    /// Whether a function that should decide could not run.
    rejected: bool,
}

/// What to answer a preflight.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PreflightAnswer {
    /// 204 with the headers of this route.
    Allowed {
        /// The route.
        route: usize,
        /// Whether the requested method is routed here; if not, the answer makes the browser refuse and name it.
        routed: bool,
    },
    /// 403, and why.
    Denied(Denial),
}

impl<V: AsRef<[u8]> + Clone + 'static> PathPolicies<V> {
    /// Prepares the answers of a path. `others` are the routes of other paths that have a URL in common with it.
    pub(crate) fn new<H: Headers<Value = V>>(
        path: Option<String>,
        routes: &[(Methods, Arc<RoutePolicy<V>>)],
        others: &[(Methods, Arc<RoutePolicy<V>>)],
        head_follows_get: bool,
    ) -> Self {
        // A route of its own for `HEAD` comes first, wherever it stands.
        let head_follows_get = head_follows_get && !routes.iter().any(|(methods, _)| names_head(methods));
        let prepared = routes
            .iter()
            .map(|(methods, policy)| {
                let same = |other: &Arc<RoutePolicy<V>>| {
                    Arc::ptr_eq(policy, other) || policy.is_equivalent_to(other)
                };
                let mut names: Vec<&str> = Vec::new();
                for name in
                    routes.iter().filter(|(_, other)| same(other)).flat_map(|(methods, _)| methods.names())
                {
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
                let differing = routes.iter().chain(others).filter(|(_, other)| !same(other));
                let opens_another =
                    opens_another(&policy.policy, differing.map(|(methods, other)| (methods, &other.policy)));
                let declared = policy.policy.as_declared().map(|declared| declared.allow_headers.joined);
                let (allow_headers, reflect_headers) = match (declared, policy.policy.allow_headers()) {
                    (_, AllowHeaders::Any) => (None, true),
                    (Some(joined), AllowHeaders::Names(_)) => (Some(H::static_value(joined)), false),
                    (_, AllowHeaders::Names(names)) => (Some(H::value(names.as_str())), false),
                    _ => (None, false),
                };
                let max_age = if opens_another { Some(0) } else { policy.policy.max_age() };
                PathRoute {
                    methods: with_head(methods, head_follows_get),
                    policy: Arc::clone(policy),
                    allow_methods: (*methods != Methods::Any)
                        .then(|| H::static_value(interned(&names.join(", ")))),
                    allow_headers,
                    reflect_headers,
                    max_age: max_age.map(|seconds| H::static_value(interned(&seconds.to_string()))),
                }
            })
            .collect();
        Self { path, routes: prepared }
    }

    /// The path, as it is written.
    pub(crate) fn path(&self) -> &str {
        self.path.as_deref().unwrap_or_default()
    }

    /// The path for an event.
    fn path_of<'a>(&'a self, request: PreflightRequest<'a>) -> &'a str {
        self.path.as_deref().unwrap_or(request.path)
    }

    /// Whether nothing is routed here.
    #[cfg(feature = "axum")]
    pub(crate) fn is_empty(&self) -> bool {
        self.routes.is_empty()
    }

    /// Begins with the routes that the requested method concerns: the one that has it, or else all of them.
    pub(crate) fn question<'a>(&self, request: PreflightRequest<'a>) -> Question<'a> {
        let method = request.method;
        let named = self
            .routes
            .iter()
            .position(|route| route.methods != Methods::Any && route.methods.contains(method));
        let any = || {
            self.routes
                .iter()
                .position(|route| route.methods == Methods::Any && route.methods.contains(method))
        };
        match named.or_else(any) {
            Some(next) => Question { request, next, end: next + 1, routed: true, rejected: false },
            None => Question { request, next: 0, end: self.routes.len(), routed: false, rejected: false },
        }
    }

    /// Asks the policies until one allows the origin or a function has to be asked.
    pub(crate) fn step(&self, question: &mut Question<'_>) -> Step {
        let origin = OriginHeader::One(question.request.origin);
        while question.next < question.end {
            let number = question.next;
            question.next += 1;
            let policy = &self.routes[number].policy;
            if policy.dynamic {
                return Step::Ask(number);
            }
            if matches!(policy.decide(origin), Verdict::Any | Verdict::Allowed) {
                return Step::Answer(self.allowed(question, number));
            }
        }
        // Nobody gets to know why where nobody listens.
        let is_told = cfg!(debug_assertions) || is_logged();
        let denial = if is_told { self.denied(question) } else { Denial::NotListed };
        Step::Answer(PreflightAnswer::Denied(denial))
    }

    /// Finds out why, and tells.
    #[cold]
    fn denied(&self, question: &Question<'_>) -> Denial {
        let origin = OriginHeader::One(question.request.origin);
        let denial = if question.rejected { Denial::CheckRejected } else { Denial::of(origin) };
        if let Some(route) = self.routes.get(question.end.saturating_sub(1)) {
            let path = self.path_of(question.request);
            log(denial.name(), origin, question.request.method, path, route.policy.location);
        }
        denial
    }

    /// Goes on when a function has said whether it allows the origin.
    pub(crate) fn heard(&self, question: &mut Question<'_>, number: usize, verdict: Verdict) -> Step {
        if verdict == Verdict::Allowed {
            return Step::Answer(self.allowed(question, number));
        }
        question.rejected |= verdict == Verdict::Rejected;
        self.step(question)
    }

    fn allowed(&self, question: &Question<'_>, number: usize) -> PreflightAnswer {
        if !question.routed {
            let origin = OriginHeader::One(question.request.origin);
            let location = self.routes[number].policy.location;
            let path = self.path_of(question.request);
            log("method-not-routed", origin, question.request.method, path, location);
        }
        PreflightAnswer::Allowed { route: number, routed: question.routed }
    }

    /// Whether the method is routed here.
    pub(crate) fn routes_method(&self, method: &[u8]) -> bool {
        self.routes.iter().any(|route| route.methods.contains(method))
    }

    /// Answers where no function has to be asked.
    pub(crate) fn decide(&self, request: PreflightRequest<'_>) -> PreflightAnswer {
        let mut question = self.question(request);
        let mut step = self.step(&mut question);
        loop {
            match step {
                Step::Answer(answer) => return answer,
                Step::Ask(number) => step = self.heard(&mut question, number, Verdict::Denied),
            }
        }
    }

    /// The same with answers that no browser remembers.
    pub(crate) fn afresh<H: Headers<Value = V>>(mut self) -> Self {
        for route in &mut self.routes {
            route.max_age = Some(H::static_value("0"));
        }
        self
    }

    /// Whether an answer of this policy, once it is remembered, could open one of the routes.
    pub(crate) fn is_opened_by(&self, policy: &RoutePolicy<V>) -> bool {
        let differing = self.routes.iter().filter(|route| !route.policy.is_equivalent_to(policy));
        opens_another(&policy.policy, differing.map(|route| (&route.methods, &route.policy.policy)))
    }

    /// Whether a function decides for one of the routes.
    pub(crate) fn is_dynamic(&self) -> bool {
        self.routes.iter().any(|route| route.policy.dynamic)
    }

    /// Writes the headers of a 204 into an empty map. `requested_headers` gives the lines of
    /// `Access-Control-Request-Headers`; it is called only for `allow_headers = any`.
    pub(crate) fn write<'a, H: Headers<Value = V>, L: Iterator<Item = &'a [u8]>>(
        &self,
        (number, routed): (usize, bool),
        (origin, method): (&V, &V),
        requested_headers: impl FnOnce() -> L,
        headers: &mut H,
    ) {
        if routed {
            self.write_constants(number, headers);
            self.complete(number, (origin, method), requested_headers, headers);
            return;
        }
        let route = &self.routes[number];
        let any = route.policy.allows_any_origin();
        headers.set(CorsHeader::AllowOrigin, if any { H::value_any() } else { origin.clone() });
        if route.policy.sends_credentials() {
            headers.set(CorsHeader::AllowCredentials, H::value_true());
        }
        if let Some(methods) = &route.allow_methods {
            headers.set(CorsHeader::AllowMethods, methods.clone());
        }
        headers.set(CorsHeader::MaxAge, H::static_value("0"));
    }

    /// The headers that every 204 of a route has, with values that [`complete`](Self::complete) replaces where they
    /// depend on the request.
    pub(crate) fn write_constants<H: Headers<Value = V>>(&self, number: usize, headers: &mut H) {
        let route = &self.routes[number];
        headers
            .set(CorsHeader::AllowOrigin, route.policy.only_origin().cloned().unwrap_or_else(H::value_any));
        if route.policy.sends_credentials() {
            headers.set(CorsHeader::AllowCredentials, H::value_true());
        }
        for (name, value) in [
            (CorsHeader::AllowMethods, &route.allow_methods),
            (CorsHeader::AllowHeaders, &route.allow_headers),
            (CorsHeader::MaxAge, &route.max_age),
        ] {
            if let Some(value) = value {
                headers.set(name, value.clone());
            }
        }
    }

    /// Sets what depends on the request.
    #[inline]
    pub(crate) fn complete<'a, H: Headers<Value = V>, L: Iterator<Item = &'a [u8]>>(
        &self,
        number: usize,
        (origin, method): (&V, &V),
        requested_headers: impl FnOnce() -> L,
        headers: &mut H,
    ) {
        let route = &self.routes[number];
        if route.policy.only_origin().is_none() && !route.policy.allows_any_origin() {
            headers.set(CorsHeader::AllowOrigin, origin.clone());
        }
        if route.allow_methods.is_none() {
            headers.set(CorsHeader::AllowMethods, method.clone());
        }
        if route.reflect_headers
            && let Some(names) = reflect(requested_headers())
        {
            headers.set(CorsHeader::AllowHeaders, H::value(&names));
        }
    }

    /// How many routes there are.
    #[cfg(feature = "axum")]
    pub(crate) fn len(&self) -> usize {
        self.routes.len()
    }
}

/// Whether a remembered answer could open one of the routes of the path that have another policy: browsers keep allowed
/// header names per URL, whatever the method. They need no remembered method for the safelisted ones; for others they
/// may remember it from an answer of that route. <https://fetch.spec.whatwg.org/#concept-cache>
pub(crate) fn opens_another<'a>(
    policy: &Policy,
    mut others: impl Iterator<Item = (&'a Methods, &'a Policy)>,
) -> bool {
    others.any(|(methods, other)| {
        methods.has_safelisted() || !covers(other.allow_headers(), policy.allow_headers())
    })
}

/// Whether one allows every header name that the other allows.
fn covers(wider: AllowHeaders<'_>, narrower: AllowHeaders<'_>) -> bool {
    let (wider, narrower) = (list(wider), list(narrower));
    let has = |name| wider.split(", ").any(|allowed| allowed == name);
    narrower.split(", ").all(|name| name.is_empty() || has(name) || name != "authorization" && has("*"))
}

/// The names as the answer lists them; what stands for every name where they are mirrored.
fn list(headers: AllowHeaders<'_>) -> &str {
    match headers {
        AllowHeaders::Any => "*, authorization",
        AllowHeaders::Names(names) => names.as_str(),
        _ => "",
    }
}

/// `HEAD` gets where `GET` gets, if the framework says so.
fn with_head(methods: &Methods, head_follows_get: bool) -> Methods {
    match methods {
        Methods::These(names) if head_follows_get && methods.contains(b"GET") => {
            Methods::These(names.iter().cloned().chain(["HEAD".into()]).collect())
        }
        _ => methods.clone(),
    }
}

fn names_head(methods: &Methods) -> bool {
    methods.names().any(|name| name == "HEAD")
}

/// The requested names that a script can set, joined by `, `; `None` if there are none or too many.
fn reflect<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Option<String> {
    let mut reflected = String::new();
    let mut read = 0;
    for line in lines {
        read += line.len();
        if read > MAX_REFLECTED {
            return None;
        }
        for name in line.split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
            let Some(name) = std::str::from_utf8(name).ok().filter(|name| is_token(name)) else {
                continue;
            };
            if !is_forbidden_request_header(name) {
                if !reflected.is_empty() {
                    reflected.push_str(", ");
                }
                reflected.push_str(name);
            }
        }
    }
    (!reflected.is_empty()).then_some(reflected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_a_script_can_set_are_reflected() {
        for (lines, expected) in [
            (&["x-a,x-b"][..], Some("x-a, x-b")),
            (&["x-a, x-b", " X-C "], Some("x-a, x-b, X-C")),
            (&["x-a,,x b,x:c,x-d"], Some("x-a, x-d")),
            (&["cookie,sec-fetch-mode,proxy-a,x-a"], Some("x-a")),
            (&["cookie"], None),
            (&[], None),
        ] {
            let lines = lines.iter().map(|line| line.as_bytes());
            assert_eq!(reflect(lines).as_deref(), expected);
        }
    }

    #[test]
    fn a_list_covers_another_one_if_it_allows_all_of_its_names() {
        const NAMES: fn(&'static str) -> AllowHeaders<'static> =
            |names| AllowHeaders::Names(cors_policy::HeaderNames::from_joined(names));
        for (wider, narrower, expected) in [
            (AllowHeaders::None, AllowHeaders::None, true),
            (NAMES("x-a"), AllowHeaders::None, true),
            (AllowHeaders::None, NAMES("x-a"), false),
            (NAMES("x-a"), NAMES("x-a"), true),
            (NAMES("x-b, x-a"), NAMES("x-a"), true),
            (NAMES("x-a"), NAMES("x-a, x-b"), false),
            (NAMES("x-ab"), NAMES("x-a"), false),
            (NAMES("*"), NAMES("x-a, x-b"), true),
            (NAMES("*"), NAMES("x-a, authorization"), false),
            (NAMES("*, authorization"), NAMES("x-a, authorization"), true),
            (NAMES("*, authorization"), AllowHeaders::Any, true),
            (NAMES("x-a"), NAMES("*"), false),
            (NAMES("*"), AllowHeaders::Any, false),
            (NAMES("x-a"), AllowHeaders::Any, false),
            (AllowHeaders::Any, AllowHeaders::Any, true),
            (AllowHeaders::Any, NAMES("*, authorization"), true),
        ] {
            assert_eq!(covers(wider, narrower), expected, "{wider:?} {narrower:?}");
        }
    }

    #[test]
    fn over_8_kib_nothing_is_reflected() {
        let line = "x".repeat(1024);
        assert!(reflect(std::iter::repeat_n(line.as_bytes(), 8)).is_some());
        assert!(reflect(std::iter::repeat_n(line.as_bytes(), 9)).is_none());
    }
}
