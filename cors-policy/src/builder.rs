//! Policies that are only known at run time.

use crate::finding::Place;
use crate::policy::{Built, BuiltAllowHeaders, BuiltSource};
use crate::{
    Draft, DraftHeaders, DraftOrigin, Key, OriginSet, Policy, PolicyError, PolicyErrors, Rule, check,
};
use std::collections::HashSet;

/// Builds a [`Policy`] at run time: one method for each key of `#[cors(..)]`, the same rules, and every finding at
/// once.
///
/// Lists add to what was there. `dev_origins` count only in builds of this crate with `debug_assertions`.
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
    draft: Draft,
    origins: Vec<OriginElement>,
    dev_origins: Vec<OriginElement>,
    /// The errors that a deserialiser found before the rules were checked.
    pub(crate) errors: Vec<PolicyError>,
}

/// An element of `origins`: text, an environment variable, or a set that can be replaced while serving.
///
/// ```
/// # use cors_policy as cors_runtime;
/// use cors_runtime::{OriginElement, OriginSet, Policy};
///
/// static TENANTS: OriginSet = OriginSet::new();
///
/// let policy = Policy::builder()
///     .origins([
///         OriginElement::from("https://app.example.com"),
///         OriginElement::optional_env("STAGING_ORIGINS"),
///         OriginElement::from(&TENANTS),
///     ])
///     .build()?;
/// assert_eq!(policy.origins().len(), 3);
/// # Ok::<(), cors_runtime::PolicyErrors>(())
/// ```
#[derive(Clone, Debug)]
pub struct OriginElement(Element);

#[derive(Clone, Debug)]
enum Element {
    Source(BuiltSource),
    /// Reported already.
    #[cfg_attr(not(feature = "serde"), expect(dead_code, reason = "only a deserialiser meets such things"))]
    Unreadable,
}

impl OriginElement {
    /// An environment variable with a comma-separated list, read when routes are built.
    pub fn env(name: impl Into<String>) -> Self {
        Self(Element::Source(BuiltSource::Env { name: name.into(), optional: false }))
    }

    /// The same, but the variable may be missing or empty.
    pub fn optional_env(name: impl Into<String>) -> Self {
        Self(Element::Source(BuiltSource::Env { name: name.into(), optional: true }))
    }

    /// Keeps the place of what was reported already.
    #[cfg(feature = "serde")]
    pub(crate) fn unreadable() -> Self {
        Self(Element::Unreadable)
    }

    fn draft(&self) -> DraftOrigin {
        match &self.0 {
            Element::Source(BuiltSource::Origin(text)) => DraftOrigin::Text(text.clone()),
            Element::Source(BuiltSource::Env { .. } | BuiltSource::Set(_)) => DraftOrigin::Later,
            Element::Unreadable => DraftOrigin::Unreadable,
        }
    }
}

impl From<&str> for OriginElement {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<&String> for OriginElement {
    fn from(text: &String) -> Self {
        text.clone().into()
    }
}

impl From<String> for OriginElement {
    fn from(text: String) -> Self {
        Self(Element::Source(BuiltSource::Origin(text)))
    }
}

impl From<&'static OriginSet> for OriginElement {
    fn from(set: &'static OriginSet) -> Self {
        Self(Element::Source(BuiltSource::Set(set)))
    }
}

impl Policy {
    /// A policy that is only known at run time.
    pub fn builder() -> PolicyBuilder {
        PolicyBuilder::default()
    }
}

impl PolicyBuilder {
    /// Who may call: origins, patterns, `*` alone, environment variables, sets.
    pub fn origins<I>(mut self, origins: I) -> Self
    where
        I: IntoIterator<Item: Into<OriginElement>>,
    {
        self.draft.origins.get_or_insert_default();
        self.origins.extend(origins.into_iter().map(Into::into));
        self
    }

    /// Who may call too, in builds with `debug_assertions`.
    pub fn dev_origins<I>(mut self, origins: I) -> Self
    where
        I: IntoIterator<Item: Into<OriginElement>>,
    {
        self.draft.dev_origins.get_or_insert_default();
        self.dev_origins.extend(origins.into_iter().map(Into::into));
        self
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

    /// Reflects the request headers that are asked for: `allow_headers = any`.
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

    /// Seconds for which a browser may reuse the answer to a preflight; 0 forbids it.
    pub fn max_age(mut self, seconds: u32) -> Self {
        self.draft.max_age = Some(seconds.into());
        self
    }

    /// 403 for requests whose origin is neither allowed nor the server's own: for sockets, and for whatever else CORS
    /// does not stop.
    ///
    /// What is the server's own? `Sec-Fetch-Site` decides where it is there. Otherwise the origin must be the host that
    /// the request names (`:authority`, `Host`) or that a proxy names (`X-Forwarded-Host`, `Forwarded`), and not be plain
    /// `http` where the server or a proxy says `https`. Behind a proxy that hides the host, list your own origin.
    ///
    /// A request without `Origin` passes: programs send none, and browsers none with a same-origin `GET` or a navigation.
    /// Nor does it help against DNS rebinding, where the page's host *is* the server's.
    pub fn enforce(mut self) -> Self {
        self.draft.enforce = true;
        self
    }

    /// Opts out of `origin-insecure`.
    pub fn danger_insecure_origins(mut self) -> Self {
        self.draft.danger.insecure_origins = true;
        self
    }

    /// Opts out of `origin-public-suffix`.
    pub fn danger_public_suffixes(mut self) -> Self {
        self.draft.danger.public_suffixes = true;
        self
    }

    /// The draft, for a deserialiser.
    #[cfg(feature = "serde")]
    pub(crate) fn draft_mut(&mut self) -> &mut Draft {
        &mut self.draft
    }

    /// Checks everything. An origin that is there twice, or that a pattern covers, is dropped with an event (target
    /// `cors`, level debug).
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the policy.
    pub fn build(mut self) -> Result<Policy, PolicyErrors> {
        if let Some(list) = &mut self.draft.origins {
            list.extend(self.origins.iter().map(OriginElement::draft));
        }
        if let Some(list) = &mut self.draft.dev_origins {
            list.extend(self.dev_origins.iter().map(OriginElement::draft));
        }
        let allows_any =
            self.origins.iter().any(|element| element.draft() == DraftOrigin::Text("*".to_owned()));
        // What adds nothing is worth a line in the log. Beside `*` it is a contradiction.
        let (dropped, mut errors): (Vec<PolicyError>, Vec<PolicyError>) =
            check(&self.draft).into_iter().partition(|error| {
                error.rule() == Rule::OriginDuplicate || (error.rule() == Rule::OriginShadowed && !allows_any)
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
        let keep = |key, list: Vec<OriginElement>| {
            list.into_iter().enumerate().filter_map(move |(number, element)| match element.0 {
                Element::Source(source) => Some((Place::element(key, number), source)),
                Element::Unreadable => None,
            })
        };
        let dev_origins = if cfg!(debug_assertions) { self.dev_origins } else { Vec::new() };
        Ok(Policy::from_built(Built {
            origins: keep(Key::Origins, self.origins)
                .chain(keep(Key::DevOrigins, dev_origins))
                .filter(|(place, _)| !dropped.contains(place))
                .map(|(_, source)| source)
                .collect(),
            credentials: self.draft.credentials,
            allow_headers: match self.draft.allow_headers {
                None => BuiltAllowHeaders::None,
                Some(DraftHeaders::Any) => BuiltAllowHeaders::Any,
                Some(DraftHeaders::Names(names)) if names.is_empty() => BuiltAllowHeaders::None,
                Some(DraftHeaders::Names(names)) => BuiltAllowHeaders::Names(joined(names)),
            },
            expose_headers: match self.draft.expose_headers {
                Some(DraftHeaders::Names(names)) => joined(names),
                Some(DraftHeaders::Any) | None => String::new(),
            },
            max_age: self.draft.max_age.and_then(|seconds| seconds.try_into().ok()),
            enforce: self.draft.enforce,
            insecure_origins: self.draft.danger.insecure_origins,
            public_suffixes: self.draft.danger.public_suffixes,
        }))
    }
}

fn extend(slot: &mut Option<DraftHeaders>, names: impl Iterator<Item = Option<String>>) {
    match slot {
        Some(DraftHeaders::Names(list)) => list.extend(names),
        _ => *slot = Some(DraftHeaders::Names(names.collect())),
    }
}

fn joined(names: Vec<Option<String>>) -> String {
    names.into_iter().flatten().map(|name| name.to_ascii_lowercase()).collect::<Vec<_>>().join(", ")
}
