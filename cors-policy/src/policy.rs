//! A policy: constants that a `static` can hold, or values that were built at run time.

use crate::{Enforcement, HostList, OriginList, OriginSource};
use std::fmt;
#[cfg(feature = "runtime")]
use std::sync::Arc;

/// The origins that may call a route from a browser, and what they may send and read.
///
/// `policy!` makes a policy as a constant expression, so that a `static` can hold it; `Policy::builder()` and serde
/// make one at run time. All of them check the same rules. Cloning is cheap.
///
/// Two policies are equal if they say the same: the order of lists does not count. Rules that a policy opts out of count,
/// because they decide about the entries of environment variables.
///
/// ```
/// # #[cfg(feature = "runtime")] {
/// # use cors_policy as cors_runtime;
/// use cors_runtime::{AllowHeaders, Policy};
///
/// // Or `policy!(origins = ["https://app.example.com"], allow_headers = ["X-Request-Id"])`, which cannot fail.
/// let policy = Policy::builder().origins(["https://app.example.com"]).allow_headers(["X-Request-Id"]).build().unwrap();
/// assert!(policy.origins().map(|origin| origin.to_string()).eq(["https://app.example.com"]));
/// assert!(matches!(policy.allow_headers(), AllowHeaders::Names(names) if names.iter().eq(["x-request-id"])));
/// assert!(!policy.credentials() && policy.max_age().is_none());
/// # }
/// ```
#[derive(Clone)]
pub struct Policy(Storage);

#[derive(Clone)]
enum Storage {
    Declared(Declared),
    #[cfg(feature = "runtime")]
    Built(Arc<PolicyFields<Vec<OriginSource<'static>>, String>>),
}

/// What a policy says. `L` stores a list of origins, and `N` the names of headers or hosts, in lower case and joined by
/// `, `.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that the user writes")]
pub struct PolicyFields<L, N> {
    /// `origins`
    pub origins: L,
    /// The `dev_origins` that this build allows.
    pub dev_origins: L,
    /// `credentials`
    pub credentials: bool,
    /// `allow_headers = any`; then `allow_headers` is empty.
    pub allow_any_headers: bool,
    /// `allow_headers`
    pub allow_headers: N,
    /// `expose_headers`
    pub expose_headers: N,
    /// `max_age` in seconds.
    pub max_age: Option<u32>,
    /// `enforce`
    pub enforce: bool,
    /// `enforce(navigations)`
    pub enforce_navigations: bool,
    /// `enforce(hosts = [..])`
    pub enforce_hosts: N,
    /// `danger(insecure_origins)`
    pub insecure_origins: bool,
    /// `danger(public_suffixes)`
    pub public_suffixes: bool,
}

/// What a policy says, as constants. The macros write them after they have checked the rules.
#[doc(hidden)]
pub type Declared = PolicyFields<DeclaredOrigins, DeclaredNames>;

/// A list of origins as a constant. The flags are what constant evaluation needs to know about the texts.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct DeclaredOrigins {
    /// The elements.
    pub list: OriginList<'static>,
    /// Whether the elements allow every origin (`*`), or may do so at run time (`env(.., or_any)`).
    pub allows_any: bool,
    /// Whether an element is plain `http` and not loopback.
    pub has_insecure: bool,
}

/// Names of headers or hosts as a constant. The flag is what constant evaluation needs to know about the text.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct DeclaredNames {
    /// The names.
    pub joined: &'static str,
    /// Whether `*` is one of them.
    pub has_wildcard: bool,
}

impl Declared {
    /// Allows no origin. The macros write only the fields that differ.
    pub const EMPTY: Self = Self {
        origins: DeclaredOrigins::EMPTY,
        dev_origins: DeclaredOrigins::EMPTY,
        credentials: false,
        allow_any_headers: false,
        allow_headers: DeclaredNames::EMPTY,
        expose_headers: DeclaredNames::EMPTY,
        max_age: None,
        enforce: false,
        enforce_navigations: false,
        enforce_hosts: DeclaredNames::EMPTY,
        insecure_origins: false,
        public_suffixes: false,
    };
}

impl DeclaredOrigins {
    /// No origins.
    pub const EMPTY: Self = Self::texts(&[]);

    /// Origins and patterns that are neither `*` nor plain `http`.
    pub const fn texts(texts: &'static [&'static str]) -> Self {
        Self { list: OriginList::Texts(texts), allows_any: false, has_insecure: false }
    }

    /// Elements whose texts are neither `*` nor plain `http`.
    pub const fn sources(sources: &'static [OriginSource<'static>]) -> Self {
        Self { list: OriginList::Sources(sources), allows_any: false, has_insecure: false }
    }

    /// With `*` or `env(.., or_any)` among the elements.
    #[must_use]
    pub const fn with_any(self) -> Self {
        Self { allows_any: true, ..self }
    }

    /// With a plain `http` origin that is not loopback among the texts.
    #[must_use]
    pub const fn with_insecure(self) -> Self {
        Self { has_insecure: true, ..self }
    }
}

impl DeclaredNames {
    /// No names.
    pub const EMPTY: Self = Self::new("");

    /// Names without `*`.
    pub const fn new(joined: &'static str) -> Self {
        Self { joined, has_wildcard: false }
    }

    /// With `*` among the names.
    #[must_use]
    pub const fn with_wildcard(self) -> Self {
        Self { has_wildcard: true, ..self }
    }
}

impl<L, N> PolicyFields<L, N> {
    fn borrowed<'a>(
        &'a self,
        list: fn(&'a L) -> OriginList<'a>,
        names: fn(&'a N) -> &'a str,
    ) -> PolicyFields<OriginList<'a>, &'a str> {
        PolicyFields {
            origins: list(&self.origins),
            dev_origins: list(&self.dev_origins),
            credentials: self.credentials,
            allow_any_headers: self.allow_any_headers,
            allow_headers: names(&self.allow_headers),
            expose_headers: names(&self.expose_headers),
            max_age: self.max_age,
            enforce: self.enforce,
            enforce_navigations: self.enforce_navigations,
            enforce_hosts: names(&self.enforce_hosts),
            insecure_origins: self.insecure_origins,
            public_suffixes: self.public_suffixes,
        }
    }
}

/// The value of `allow_headers`.
///
/// ```
/// # #[cfg(feature = "runtime")] {
/// # use cors_policy as cors_runtime;
/// use cors_runtime::{AllowHeaders, Policy};
///
/// let policy = Policy::builder().origins(["https://app.example.com"]).allow_any_headers().build().unwrap();
/// assert_eq!(policy.allow_headers(), AllowHeaders::Any);
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AllowHeaders<'a> {
    /// No header that needs permission.
    None,
    /// Every header that a preflight asks for.
    Any,
    /// These names. `*` among them stands for every name but `authorization`.
    Names(HeaderNames<'a>),
}

/// Names of headers, in lower case. Two lists are equal if they have the same names in any order.
///
/// ```
/// # #[cfg(feature = "runtime")] {
/// # use cors_policy as cors_runtime;
/// use cors_runtime::Policy;
///
/// let policy = Policy::builder().origins(["https://app.example.com"]).expose_headers(["ETag", "X-Id"]).build().unwrap();
/// assert!(policy.expose_headers().iter().eq(["etag", "x-id"]));
/// assert_eq!(policy.expose_headers().as_str(), "etag, x-id");
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct HeaderNames<'a> {
    joined: &'a str,
}

impl<'a> HeaderNames<'a> {
    /// Names in lower case, joined by `, `.
    #[doc(hidden)]
    pub const fn from_joined(joined: &'a str) -> Self {
        Self { joined }
    }

    /// The names.
    pub fn iter(self) -> impl Iterator<Item = &'a str> {
        self.joined.split(", ").filter(|name| !name.is_empty())
    }

    /// Whether there are no names.
    pub fn is_empty(self) -> bool {
        self.joined.is_empty()
    }

    /// The names as a header lists them: joined by `, `.
    pub fn as_str(self) -> &'a str {
        self.joined
    }

    fn sorted(self) -> Vec<&'a str> {
        let mut names: Vec<_> = self.iter().collect();
        names.sort_unstable();
        names
    }
}

impl PartialEq for HeaderNames<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.joined == other.joined || self.sorted() == other.sorted()
    }
}

impl Eq for HeaderNames<'_> {}

impl fmt::Debug for HeaderNames<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl fmt::Display for HeaderNames<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.joined)
    }
}

impl Policy {
    /// The policy that the macros have checked.
    #[doc(hidden)]
    pub const fn from_declared(declared: Declared) -> Self {
        Self(Storage::Declared(declared))
    }

    /// The constants that the macros wrote.
    ///
    /// # Panics
    ///
    /// If the policy was built at run time. The macros call this in constant evaluation, where no such policy exists.
    #[doc(hidden)]
    pub const fn declared(&self) -> Declared {
        match &self.0 {
            Storage::Declared(declared) => *declared,
            #[cfg(feature = "runtime")]
            Storage::Built(_) => panic!("a policy that is built at run time cannot be a base"),
        }
    }

    #[cfg(feature = "runtime")]
    pub(crate) fn from_built(fields: PolicyFields<Vec<OriginSource<'static>>, String>) -> Self {
        Self(Storage::Built(Arc::new(fields)))
    }

    /// Everything that the policy says.
    #[doc(hidden)]
    pub fn fields(&self) -> PolicyFields<OriginList<'_>, &str> {
        match &self.0 {
            Storage::Declared(declared) => declared.borrowed(|origins| origins.list, |names| names.joined),
            #[cfg(feature = "runtime")]
            Storage::Built(built) => built.borrowed(|list| OriginList::Sources(list), |names| names),
        }
    }

    /// The elements of `origins`, and those of `dev_origins` if this build allows them.
    pub fn origins(&self) -> impl Iterator<Item = OriginSource<'_>> {
        let PolicyFields { origins, dev_origins, .. } = self.fields();
        origins.iter().chain(dev_origins.iter())
    }

    /// Whether `Access-Control-Allow-Credentials: true` is sent.
    pub fn credentials(&self) -> bool {
        self.fields().credentials
    }

    /// Request headers that scripts may send.
    pub fn allow_headers(&self) -> AllowHeaders<'_> {
        let PolicyFields { allow_any_headers, allow_headers, .. } = self.fields();
        match allow_headers {
            _ if allow_any_headers => AllowHeaders::Any,
            "" => AllowHeaders::None,
            joined => AllowHeaders::Names(HeaderNames { joined }),
        }
    }

    /// Response headers that scripts may read.
    pub fn expose_headers(&self) -> HeaderNames<'_> {
        HeaderNames { joined: self.fields().expose_headers }
    }

    /// The seconds for which a browser may reuse the answer to a preflight.
    pub fn max_age(&self) -> Option<u32> {
        self.fields().max_age
    }

    /// Whether requests of other sites get 403, unless their origin is allowed.
    pub fn enforce(&self) -> bool {
        self.fields().enforce
    }

    /// What `enforce` says; `None` if the policy does not enforce.
    pub fn enforcement(&self) -> Option<Enforcement<'_>> {
        let PolicyFields { enforce, enforce_navigations, enforce_hosts, .. } = self.fields();
        enforce.then(|| Enforcement {
            allows_navigations: enforce_navigations,
            hosts: HostList::from_joined(enforce_hosts),
        })
    }

    /// Whether the policy opted out of the rule `origin-insecure`.
    pub fn insecure_origins(&self) -> bool {
        self.fields().insecure_origins
    }

    /// Whether the policy opted out of the rule `origin-public-suffix`.
    pub fn public_suffixes(&self) -> bool {
        self.fields().public_suffixes
    }
}

/// A shared policy in a `static`.
impl From<&'static Self> for Policy {
    fn from(policy: &'static Self) -> Self {
        policy.clone()
    }
}

impl PartialEq for Policy {
    fn eq(&self, other: &Self) -> bool {
        self.credentials() == other.credentials()
            && self.max_age() == other.max_age()
            && self.enforcement() == other.enforcement()
            && self.insecure_origins() == other.insecure_origins()
            && self.public_suffixes() == other.public_suffixes()
            && self.allow_headers() == other.allow_headers()
            && self.expose_headers() == other.expose_headers()
            && sorted(self.origins()) == sorted(other.origins())
    }
}

impl Eq for Policy {}

fn sorted<'a>(origins: impl Iterator<Item = OriginSource<'a>>) -> Vec<OriginSource<'a>> {
    let mut origins: Vec<_> = origins.collect();
    origins.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    origins
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("origins", &self.origins().collect::<Vec<_>>())
            .field("credentials", &self.credentials())
            .field("allow_headers", &self.allow_headers())
            .field("expose_headers", &self.expose_headers())
            .field("max_age", &self.max_age())
            .field("enforcement", &self.enforcement())
            .field("insecure_origins", &self.insecure_origins())
            .field("public_suffixes", &self.public_suffixes())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Declared = Declared {
        origins: DeclaredOrigins::texts(&["https://a.example", "https://b.example"]),
        allow_headers: DeclaredNames::new("x-a, x-b"),
        ..Declared::EMPTY
    };

    #[test]
    fn a_static_can_hold_a_policy_and_a_constant_can_start_from_it() {
        static BASE: Policy = Policy::from_declared(A);
        static REFERENCE: &Policy = &BASE;
        static DERIVED: Policy =
            Policy::from_declared(Declared { credentials: true, ..REFERENCE.declared() });
        assert!(DERIVED.credentials());
        assert!(DERIVED.origins().eq(BASE.origins()));
    }

    #[test]
    fn the_order_of_lists_does_not_count() {
        let reordered = Declared {
            origins: DeclaredOrigins::texts(&["https://b.example", "https://a.example"]),
            allow_headers: DeclaredNames::new("x-b, x-a"),
            ..A
        };
        assert_eq!(Policy::from_declared(A), Policy::from_declared(reordered));
    }

    #[test]
    fn every_key_makes_a_difference() {
        let one = DeclaredOrigins::texts(&["https://a.example"]);
        let base = Policy::from_declared(A);
        for other in [
            Declared { origins: one, ..A },
            Declared { dev_origins: one, ..A },
            Declared { credentials: true, ..A },
            Declared { allow_any_headers: true, allow_headers: DeclaredNames::EMPTY, ..A },
            Declared { allow_headers: DeclaredNames::new("x-a"), ..A },
            Declared { expose_headers: DeclaredNames::new("x-a"), ..A },
            Declared { max_age: Some(0), ..A },
            Declared { enforce: true, ..A },
            Declared { insecure_origins: true, ..A },
            Declared { public_suffixes: true, ..A },
            Declared { enforce: true, enforce_navigations: true, ..A },
            Declared { enforce: true, enforce_hosts: DeclaredNames::new("localhost:*"), ..A },
        ] {
            assert_ne!(base, Policy::from_declared(other), "{other:?}");
        }
    }
}
