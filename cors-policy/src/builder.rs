//! Builds policies at run time.

use crate::finding::Place;
use crate::policy::PolicyFields;
use crate::{
    Draft, DraftEnforcement, DraftHeaders, DraftOrigin, IfEmpty, Key, Origin, OriginCheck, OriginSource,
    Policy, PolicyError, PolicyErrors, Rule, check, messages,
};
use std::collections::HashSet;
use std::time::Duration;

/// Builds a [`Policy`] at run time. There is a method for each key of `#[cors(..)]`, the same rules are checked, and
/// all errors are reported at once.
///
/// A method that takes a list adds to the elements that were given before.
///
/// ```
/// # use cors_policy as cors_runtime;
/// use cors_runtime::{Policy, Rule};
///
/// let policy = Policy::builder().origins(["https://app.example.com"]).credentials().max_age(600).build()?;
/// assert!(policy.credentials());
///
/// let errors = Policy::builder().origins(["*", "null"]).credentials().build().unwrap_err();
/// let rules: Vec<_> = errors.iter().map(|error| error.rule()).collect();
/// assert_eq!(rules, [Rule::WildcardCredentials, Rule::OriginNull]);
/// # Ok::<(), cors_runtime::PolicyErrors>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct PolicyBuilder {
    /// All keys except the lists of origins.
    draft: Draft,
    origins: Option<Vec<Element>>,
    dev_origins: Option<Vec<Element>>,
    /// The errors that were found before the rules are checked.
    pub(crate) errors: Vec<PolicyError>,
}

/// An element of a list of origins.
#[derive(Clone, Debug)]
struct Element {
    /// `None` for an element that a deserialiser could not read, and reported.
    source: Option<OriginSource<'static>>,
    /// Whether the element is allowed. The rules are checked for every element.
    is_enabled: bool,
}

/// The value of [`PolicyBuilder::max_age`]: a number of seconds or a [`Duration`].
///
/// ```
/// # use cors_policy as cors_runtime;
/// use cors_runtime::MaxAge;
/// use std::time::Duration;
///
/// assert_eq!(MaxAge::from(600), MaxAge::from(Duration::from_secs(600)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxAge(Duration);

impl From<u32> for MaxAge {
    fn from(seconds: u32) -> Self {
        Self(Duration::from_secs(seconds.into()))
    }
}

impl From<Duration> for MaxAge {
    fn from(duration: Duration) -> Self {
        Self(duration)
    }
}

impl Policy {
    /// Starts a policy that is built at run time.
    pub fn builder() -> PolicyBuilder {
        PolicyBuilder::default()
    }
}

impl PolicyBuilder {
    /// The origins that are allowed: origins, patterns, `*` alone, environment variables, and sets.
    pub fn origins<I>(mut self, origins: I) -> Self
    where
        I: IntoIterator<Item: Into<OriginSource<'static>>>,
    {
        self.add_origins(origins.into_iter().map(|origin| Some(origin.into())));
        self
    }

    /// Origins that are also allowed if `is_development` is `true`. The rules are checked in any case.
    ///
    /// With `cfg!(debug_assertions)` they are allowed in the same builds as the `dev_origins` of `#[cors(..)]`. A method
    /// cannot find that out by itself, because a crate can be compiled with other settings than the crates that use it.
    ///
    /// ```
    /// # use cors_policy as cors_runtime;
    /// use cors_runtime::Policy;
    ///
    /// let policy = Policy::builder()
    ///     .origins(["https://app.example.com"])
    ///     .dev_origins_if(cfg!(debug_assertions), ["http://localhost:*"])
    ///     .build()?;
    /// assert_eq!(policy.origins().count(), if cfg!(debug_assertions) { 2 } else { 1 });
    /// # Ok::<(), cors_runtime::PolicyErrors>(())
    /// ```
    pub fn dev_origins_if<I>(mut self, is_development: bool, origins: I) -> Self
    where
        I: IntoIterator<Item: Into<OriginSource<'static>>>,
    {
        let origins = origins.into_iter().map(|origin| Some(origin.into()));
        self.add_dev_origins(is_development, origins);
        self
    }

    /// Also allows the origins for which a function returns `true`. It is called for origins that are not listed, and never
    /// for `null` or for a malformed origin.
    ///
    /// The function is called for each request and each preflight, and for one of them more than once if several policies
    /// use it. It must not block: if the decision has to wait, use an [`OriginSet`](crate::OriginSet), or
    /// `origins = dynamic(..)` on the routes, whose function can be async and can have extractors.
    ///
    /// A function with `#[origin_check]` that takes only the origin can be used here, too.
    ///
    /// ```
    /// # use cors_policy as cors_runtime;
    /// use cors_runtime::{Origin, Policy};
    ///
    /// fn is_tenant(origin: &Origin) -> bool {
    ///     origin.scheme() == "https" && origin.is_subdomain_of("tenants.example")
    /// }
    ///
    /// let policy = Policy::builder().origin_check(is_tenant).credentials().build()?;
    /// # Ok::<(), cors_runtime::PolicyErrors>(())
    /// ```
    pub fn origin_check(mut self, function: impl Fn(&Origin) -> bool + Send + Sync + 'static) -> Self {
        self.add_origins([Some(OriginSource::Check(OriginCheck::new(function)))]);
        self
    }

    /// Adds to `origins`. `None` stands for an element that could not be read, and was reported.
    pub(crate) fn add_origins(&mut self, sources: impl IntoIterator<Item = Option<OriginSource<'static>>>) {
        let elements = sources.into_iter().map(|source| Element { source, is_enabled: true });
        self.origins.get_or_insert_default().extend(elements);
    }

    /// Adds to `dev_origins`.
    pub(crate) fn add_dev_origins(
        &mut self,
        is_enabled: bool,
        sources: impl IntoIterator<Item = Option<OriginSource<'static>>>,
    ) {
        let elements = sources.into_iter().map(|source| Element { source, is_enabled });
        self.dev_origins.get_or_insert_default().extend(elements);
    }

    /// Sends `Access-Control-Allow-Credentials: true`.
    pub fn credentials(mut self) -> Self {
        self.draft.credentials = true;
        self
    }

    /// Request headers that scripts may send.
    pub fn allow_headers<I>(mut self, names: I) -> Self
    where
        I: IntoIterator<Item: Into<String>>,
    {
        extend(&mut self.draft.allow_headers, names.into_iter().map(|name| Some(name.into())));
        self
    }

    /// Allows every request header that a preflight asks for: `allow_headers = any`.
    pub fn allow_any_headers(mut self) -> Self {
        self.draft.allow_headers = Some(DraftHeaders::Any);
        self
    }

    /// Response headers that scripts may read.
    pub fn expose_headers<I>(mut self, names: I) -> Self
    where
        I: IntoIterator<Item: Into<String>>,
    {
        extend(&mut self.draft.expose_headers, names.into_iter().map(|name| Some(name.into())));
        self
    }

    /// The time for which a browser may reuse the answer to a preflight; 0 forbids it. It is a number of seconds, or a
    /// [`Duration`] of whole seconds.
    ///
    /// ```
    /// # use cors_policy as cors_runtime;
    /// use cors_runtime::Policy;
    /// use std::time::Duration;
    ///
    /// let builder = Policy::builder().origins(["https://app.example.com"]);
    /// let policy = builder.clone().max_age(Duration::from_secs(600)).build()?;
    /// assert_eq!(policy, builder.max_age(600).build()?);
    /// # Ok::<(), cors_runtime::PolicyErrors>(())
    /// ```
    pub fn max_age(mut self, max_age: impl Into<MaxAge>) -> Self {
        let MaxAge(duration) = max_age.into();
        let place = Place::key(Key::MaxAge);
        // The last call counts.
        self.errors.retain(|error| error.place != place);
        self.draft.max_age = if duration.subsec_nanos() == 0 {
            Some(duration.as_secs().into())
        } else {
            self.errors.push(PolicyError { place, finding: messages::fractional_max_age(duration) });
            None
        };
        self
    }

    /// Answers 403 to requests of pages that are neither allowed nor the server's own. CORS does not stop such requests: for
    /// example those of forms, images, links and WebSockets.
    ///
    /// The first condition that is met decides:
    ///
    /// 1. A request with one `Origin`, which the policy allows, passes.
    /// 2. If the request has `Sec-Fetch-Site`, the values `same-origin` and `none` pass. Any other value is refused, also if
    ///    the request has no `Origin`, such as that of an image.
    /// 3. A request with neither `Sec-Fetch-Site` nor `Origin` passes. Clients that are not browsers send such requests, and
    ///    so do old browsers, and all browsers over plain `http:` to another machine.
    /// 4. The host of `Origin` must be the host of the request (`:authority`, `Host`) or the host that a proxy names
    ///    (`X-Forwarded-Host`, `Forwarded`), and the scheme must not be `http` where the server or a proxy says `https`.
    ///    Behind a proxy that hides the host, list the server's own origin.
    ///
    /// Against DNS rebinding, where the host of the page is the host of the server, use
    /// [`enforce_hosts`](Self::enforce_hosts).
    pub fn enforce(mut self) -> Self {
        self.draft.enforce.get_or_insert_default();
        self
    }

    /// The same, but a page of another site may open this one: a top-level navigation with `GET` or `HEAD`, such as a
    /// link, passes.
    pub fn enforce_except_navigations(mut self) -> Self {
        self.draft.enforce.get_or_insert_default().navigations = true;
        self
    }

    /// The same, and also answers 403 to every request whose `Host` is not one of these: `"api.example.com"` for the
    /// default ports of `http` and `https`, `"127.0.0.1:3000"` for one port, `"localhost:*"` for every port.
    ///
    /// This stops DNS rebinding, where an attacker's name resolves to the address of this server.
    pub fn enforce_hosts<I>(mut self, hosts: I) -> Self
    where
        I: IntoIterator<Item: Into<String>>,
    {
        let enforcement = self.draft.enforce.get_or_insert_default();
        enforcement.hosts.get_or_insert_default().extend(hosts.into_iter().map(|host| Some(host.into())));
        self
    }

    /// Opts out of the rule `origin-insecure`.
    pub fn danger_insecure_origins(mut self) -> Self {
        self.draft.danger.insecure_origins = true;
        self
    }

    /// Opts out of the rule `origin-public-suffix`.
    pub fn danger_public_suffixes(mut self) -> Self {
        self.draft.danger.public_suffixes = true;
        self
    }

    /// The draft, for a deserialiser.
    #[cfg(feature = "serde")]
    pub(crate) fn draft_mut(&mut self) -> &mut Draft {
        &mut self.draft
    }

    /// Checks the rules. An origin that is listed twice or covered by a pattern is dropped, and an event is logged
    /// (target `cors`, level debug).
    ///
    /// # Errors
    ///
    /// All rules that the policy breaks.
    pub fn build(mut self) -> Result<Policy, PolicyErrors> {
        self.draft.origins = self.origins.as_deref().map(draft_origins);
        self.draft.dev_origins = self.dev_origins.as_deref().map(draft_origins);
        // An element that adds nothing is dropped. Beside `*` it is a contradiction.
        let has_wildcard = self.draft.origins.iter().flatten().any(DraftOrigin::may_be_any);
        let (dropped, mut errors): (Vec<PolicyError>, Vec<PolicyError>) =
            check(&self.draft).into_iter().partition(|error| {
                error.rule() == Rule::OriginDuplicate
                    || (error.rule() == Rule::OriginShadowed && !has_wildcard)
            });
        errors.extend(self.errors);
        errors.sort_by_key(|error| error.place);
        if let Some(errors) = PolicyErrors::new(errors) {
            return Err(errors);
        }
        for PolicyError { finding, .. } in &dropped {
            tracing::debug!(target: "cors", rule = finding.rule.name(), "dropped from a policy: {}", finding.message);
        }
        let dropped: HashSet<Place> = dropped.into_iter().map(|error| error.place).collect();
        let kept = |key, list: Option<Vec<Element>>| {
            let elements = list.into_iter().flatten().enumerate();
            elements
                .filter(|(number, element)| {
                    element.is_enabled && !dropped.contains(&Place::element(key, *number))
                })
                .filter_map(|(_, element)| element.source)
                .collect()
        };
        let Draft { credentials, allow_headers, expose_headers, max_age, enforce, danger, .. } = self.draft;
        let enforces = enforce.is_some();
        let DraftEnforcement { navigations, hosts } = enforce.unwrap_or_default();
        Ok(Policy::from_built(PolicyFields {
            origins: kept(Key::Origins, self.origins),
            dev_origins: kept(Key::DevOrigins, self.dev_origins),
            credentials,
            allow_any_headers: allow_headers == Some(DraftHeaders::Any),
            allow_headers: joined(allow_headers),
            expose_headers: joined(expose_headers),
            max_age: max_age.and_then(|seconds| seconds.try_into().ok()),
            enforce: enforces,
            enforce_navigations: navigations,
            enforce_hosts: hosts.into_iter().flatten().flatten().collect::<Vec<_>>().join(", "),
            insecure_origins: danger.insecure_origins,
            public_suffixes: danger.public_suffixes,
        }))
    }
}

fn draft_origins(elements: &[Element]) -> Vec<DraftOrigin> {
    let draft = |element: &Element| match &element.source {
        Some(OriginSource::Origin(text)) => DraftOrigin::Text(text.clone().into_owned()),
        Some(OriginSource::Env { if_empty: IfEmpty::AnyOrigin, .. }) => DraftOrigin::AtRuntimeOrAny,
        Some(OriginSource::Env { .. } | OriginSource::Set(_) | OriginSource::Check(_)) => {
            DraftOrigin::AtRuntime
        }
        None => DraftOrigin::Unreadable,
    };
    elements.iter().map(draft).collect()
}

fn extend(slot: &mut Option<DraftHeaders>, names: impl Iterator<Item = Option<String>>) {
    match slot {
        Some(DraftHeaders::Names(list)) => list.extend(names),
        _ => *slot = Some(DraftHeaders::Names(names.collect())),
    }
}

/// The names in lower case, joined by `, `.
fn joined(headers: Option<DraftHeaders>) -> String {
    let Some(DraftHeaders::Names(names)) = headers else { return String::new() };
    names.into_iter().flatten().map(|name| name.to_ascii_lowercase()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AllowHeaders;

    fn texts(policy: &Policy) -> Vec<String> {
        policy.origins().map(|origin| origin.to_string()).collect()
    }

    #[test]
    fn origins_for_development_are_allowed_where_the_caller_says_so() {
        let policy = Policy::builder()
            .origins(["https://a.example"])
            .dev_origins_if(false, ["http://localhost:1"])
            .dev_origins_if(true, ["http://localhost:2"])
            .build()
            .unwrap();
        assert_eq!(texts(&policy), ["https://a.example", "http://localhost:2"]);
    }

    #[test]
    fn origins_for_development_are_checked_in_every_build() {
        for is_development in [false, true] {
            let builder = Policy::builder().origins(["https://a.example"]);
            let errors = builder.dev_origins_if(is_development, ["http://localhost:1/"]).build().unwrap_err();
            let places: Vec<_> =
                errors.iter().map(|error| (error.rule(), error.key(), error.element())).collect();
            assert_eq!(places, [(Rule::OriginTrailingSlash, Key::DevOrigins, Some(0))]);
        }
    }

    #[test]
    fn names_of_headers_can_be_added_in_several_calls() {
        let policy = Policy::builder()
            .origins(["https://a.example"])
            .allow_headers(["x-a"])
            .allow_headers(["x-b"])
            .build()
            .unwrap();
        let AllowHeaders::Names(names) = policy.allow_headers() else { panic!() };
        assert_eq!(names.iter().collect::<Vec<_>>(), ["x-a", "x-b"]);
    }

    #[test]
    fn hosts_are_compared_without_their_order() {
        let hosts = |hosts: &[&'static str]| {
            let builder = Policy::builder().origins(["https://a.example"]);
            builder.enforce_hosts(hosts.iter().copied()).build().unwrap()
        };
        assert_eq!(hosts(&["a.example", "b.example"]), hosts(&["b.example", "a.example"]));
        assert_ne!(hosts(&["a.example", "b.example"]), hosts(&["a.example", "c.example"]));
    }

    #[test]
    fn a_max_age_is_a_number_of_seconds_or_a_duration_of_whole_seconds() {
        let with = |max_age: MaxAge| Policy::builder().origins(["*"]).max_age(max_age).build();
        assert_eq!(with(7.into()).unwrap().max_age(), Some(7));
        assert_eq!(with(Duration::from_secs(7).into()).unwrap().max_age(), Some(7));
        assert_eq!(with(Duration::ZERO.into()).unwrap().max_age(), Some(0));
        for (duration, message) in [
            (
                Duration::from_millis(1500),
                "max_age: `max_age` is a whole number of seconds: `1.5s` [max-age-range]\n\
                 help: write a whole number of seconds, such as 2",
            ),
            (
                Duration::from_nanos(1),
                "max_age: `max_age` is a whole number of seconds: `1ns` [max-age-range]\n\
                 help: write a whole number of seconds, such as 1",
            ),
            (
                Duration::MAX,
                "max_age: `max_age` is a whole number of seconds: `18446744073709551615.999999999s` [max-age-range]\n\
                 help: write a whole number of seconds, such as 86400",
            ),
            (
                Duration::from_secs(u64::MAX),
                "max_age: `max_age` is at most 86400 seconds: `18446744073709551615` [max-age-range]\n\
                 help: write `max_age = 86400`, or less",
            ),
        ] {
            let error = with(duration.into()).unwrap_err().to_string();
            assert!(error.starts_with(message), "{error}");
            assert_eq!(error.matches("[max-age-range]").count(), 1, "{error}");
        }
    }

    #[test]
    fn the_last_max_age_counts() {
        let builder = Policy::builder().origins(["*"]).max_age(Duration::from_millis(1));
        assert_eq!(builder.max_age(5).build().unwrap().max_age(), Some(5));
    }
}
