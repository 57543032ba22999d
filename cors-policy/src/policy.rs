//! A policy: plain data that a `static` can hold, or that was built at run time.

#[cfg(feature = "run-time")]
use crate::OriginSet;
use std::fmt;
#[cfg(feature = "run-time")]
use std::sync::Arc;

/// Who may call a route from a browser, and with what.
///
/// Made by `policy!` (a constant expression, so that a `static` can hold it), by `Policy::builder()`, or by serde.
/// However it is made, the same rules have checked it. Cloning is cheap.
///
/// Two policies are equal if they say the same: the order of lists does not count.
///
/// ```
/// # #[cfg(feature = "run-time")] {
/// # use cors_policy as cors_runtime;
/// use cors_runtime::{AllowHeaders, Policy};
///
/// // Or `policy!(origins = ["https://app.example.com"], allow_headers = ["X-Request-Id"])`, which cannot fail.
/// let policy = Policy::builder().origins(["https://app.example.com"]).allow_headers(["X-Request-Id"]).build().unwrap();
/// assert_eq!(policy.origins()[0].to_string(), "https://app.example.com");
/// assert_eq!(policy.allow_headers(), AllowHeaders::Names("x-request-id"));
/// assert!(!policy.credentials() && policy.max_age().is_none());
/// # }
/// ```
#[derive(Clone)]
pub struct Policy(Repr);

#[derive(Clone)]
enum Repr {
    Declared(Declared),
    #[cfg(feature = "run-time")]
    Built(Arc<Built>),
}

/// What a policy says, as constants. Made by the macros alone, which have checked it.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that the user writes")]
pub struct Declared {
    /// `origins`
    pub origins: &'static [Source<'static>],
    /// `dev_origins`; empty in builds without `debug_assertions`.
    pub dev_origins: &'static [Source<'static>],
    /// `credentials`
    pub credentials: bool,
    /// `allow_headers`
    pub allow_headers: AllowHeaders<'static>,
    /// `expose_headers`, lower case, joined by `, `; empty if there are none.
    pub expose_headers: &'static str,
    /// `max_age` in seconds.
    pub max_age: Option<u32>,
    /// `enforce`
    pub enforce: bool,
    /// `danger(insecure_origins)`
    pub insecure_origins: bool,
    /// `danger(public_suffixes)`
    pub public_suffixes: bool,
}

impl Declared {
    /// Allows nobody: what the macros start from.
    pub const EMPTY: Self = Self {
        origins: &[],
        dev_origins: &[],
        credentials: false,
        allow_headers: AllowHeaders::None,
        expose_headers: "",
        max_age: None,
        enforce: false,
        insecure_origins: false,
        public_suffixes: false,
    };
}

/// What a policy says, as it was built at run time.
#[cfg(feature = "run-time")]
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that the user writes")]
pub(crate) struct Built {
    pub(crate) origins: Vec<BuiltSource>,
    pub(crate) credentials: bool,
    pub(crate) allow_headers: BuiltAllowHeaders,
    pub(crate) expose_headers: String,
    pub(crate) max_age: Option<u32>,
    pub(crate) enforce: bool,
    pub(crate) insecure_origins: bool,
    pub(crate) public_suffixes: bool,
}

#[cfg(feature = "run-time")]
#[derive(Clone, Debug)]
pub(crate) enum BuiltSource {
    Origin(String),
    Env { name: String, optional: bool },
    Set(&'static OriginSet),
}

#[cfg(feature = "run-time")]
#[derive(Debug)]
pub(crate) enum BuiltAllowHeaders {
    None,
    Any,
    Names(String),
}

/// One element of `origins`.
///
/// ```
/// # #[cfg(feature = "run-time")] {
/// # use cors_policy as cors_runtime;
/// use cors_runtime::{OriginElement, Policy, Source};
///
/// let policy = Policy::builder().origins(["https://*.example.com"]).origins([OriginElement::env("MORE")]).build().unwrap();
/// assert_eq!(policy.origins()[0], Source::Origin("https://*.example.com"));
/// assert_eq!(policy.origins()[1].to_string(), "env(MORE)");
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Source<'a> {
    /// An origin, a pattern, or `*`.
    Origin(&'a str),
    /// An environment variable with a comma-separated list, read when routes are built.
    Env {
        /// The variable.
        name: &'a str,
        /// Whether it may be missing or empty.
        optional: bool,
    },
    /// A set that can be replaced while serving.
    #[cfg(feature = "run-time")]
    Set(&'static OriginSet),
}

impl PartialEq for Source<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Origin(a), Self::Origin(b)) => a == b,
            (Self::Env { name: a, optional: x }, Self::Env { name: b, optional: y }) => a == b && x == y,
            #[cfg(feature = "run-time")]
            (Self::Set(a), Self::Set(b)) => std::ptr::eq(*a, *b),
            _ => false,
        }
    }
}

impl fmt::Display for Source<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Origin(text) => f.write_str(text),
            Self::Env { name, optional: false } => write!(f, "env({name})"),
            Self::Env { name, optional: true } => write!(f, "env({name}, optional)"),
            #[cfg(feature = "run-time")]
            Self::Set(_) => f.write_str("an OriginSet"),
        }
    }
}

/// The value of `allow_headers`.
///
/// ```
/// # #[cfg(feature = "run-time")] {
/// # use cors_policy as cors_runtime;
/// use cors_runtime::{AllowHeaders, Policy};
///
/// let policy = Policy::builder().origins(["https://app.example.com"]).allow_any_headers().build().unwrap();
/// assert_eq!(policy.allow_headers(), AllowHeaders::Any);
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub enum AllowHeaders<'a> {
    /// No header that needs permission.
    None,
    /// Whatever is asked for.
    Any,
    /// These names, lower case, joined by `, `; `*` among them stands for every name but `authorization`.
    Names(&'a str),
}

impl PartialEq for AllowHeaders<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::None, Self::None) | (Self::Any, Self::Any) => true,
            (Self::Names(a), Self::Names(b)) => same_names(a, b),
            _ => false,
        }
    }
}

impl Policy {
    /// The policy that the macros have checked.
    #[doc(hidden)]
    pub const fn from_declared(declared: Declared) -> Self {
        Self(Repr::Declared(declared))
    }

    /// What the macros declared.
    ///
    /// # Panics
    ///
    /// If the policy was built at run time. The macros call this in constant evaluation, where no such policy exists.
    #[doc(hidden)]
    pub const fn declared(&self) -> Declared {
        match &self.0 {
            Repr::Declared(declared) => *declared,
            #[cfg(feature = "run-time")]
            Repr::Built(_) => panic!("a policy that is built at run time cannot be a base"),
        }
    }

    /// What the macros declared: its texts live for ever, so that headers need not count references to them.
    #[doc(hidden)]
    pub fn as_declared(&self) -> Option<&Declared> {
        match &self.0 {
            Repr::Declared(declared) => Some(declared),
            #[cfg(feature = "run-time")]
            Repr::Built(_) => None,
        }
    }

    #[cfg(feature = "run-time")]
    pub(crate) fn from_built(built: Built) -> Self {
        Self(Repr::Built(Arc::new(built)))
    }

    /// The elements of `origins`, and in builds with `debug_assertions` those of `dev_origins`.
    pub fn origins(&self) -> Vec<Source<'_>> {
        match &self.0 {
            Repr::Declared(declared) => [declared.origins, declared.dev_origins].concat(),
            #[cfg(feature = "run-time")]
            Repr::Built(built) => built.origins.iter().map(BuiltSource::as_source).collect(),
        }
    }

    /// Whether `Access-Control-Allow-Credentials: true` is sent.
    pub fn credentials(&self) -> bool {
        match &self.0 {
            Repr::Declared(declared) => declared.credentials,
            #[cfg(feature = "run-time")]
            Repr::Built(built) => built.credentials,
        }
    }

    /// Request headers that scripts may send.
    pub fn allow_headers(&self) -> AllowHeaders<'_> {
        match &self.0 {
            Repr::Declared(declared) => declared.allow_headers,
            #[cfg(feature = "run-time")]
            Repr::Built(built) => match &built.allow_headers {
                BuiltAllowHeaders::None => AllowHeaders::None,
                BuiltAllowHeaders::Any => AllowHeaders::Any,
                BuiltAllowHeaders::Names(names) => AllowHeaders::Names(names),
            },
        }
    }

    /// Response headers that scripts may read: lower case, joined by `, `; empty if there are none.
    pub fn expose_headers(&self) -> &str {
        match &self.0 {
            Repr::Declared(declared) => declared.expose_headers,
            #[cfg(feature = "run-time")]
            Repr::Built(built) => &built.expose_headers,
        }
    }

    /// Seconds for which a browser may reuse a preflight answer.
    pub fn max_age(&self) -> Option<u32> {
        match &self.0 {
            Repr::Declared(declared) => declared.max_age,
            #[cfg(feature = "run-time")]
            Repr::Built(built) => built.max_age,
        }
    }

    /// Whether requests of origins that are not allowed get 403.
    pub fn enforce(&self) -> bool {
        match &self.0 {
            Repr::Declared(declared) => declared.enforce,
            #[cfg(feature = "run-time")]
            Repr::Built(built) => built.enforce,
        }
    }

    /// Whether the policy opted out of `origin-insecure`.
    pub fn insecure_origins(&self) -> bool {
        match &self.0 {
            Repr::Declared(declared) => declared.insecure_origins,
            #[cfg(feature = "run-time")]
            Repr::Built(built) => built.insecure_origins,
        }
    }

    /// Whether the policy opted out of `origin-public-suffix`.
    pub fn public_suffixes(&self) -> bool {
        match &self.0 {
            Repr::Declared(declared) => declared.public_suffixes,
            #[cfg(feature = "run-time")]
            Repr::Built(built) => built.public_suffixes,
        }
    }
}

#[cfg(feature = "run-time")]
impl BuiltSource {
    fn as_source(&self) -> Source<'_> {
        match self {
            Self::Origin(text) => Source::Origin(text),
            Self::Env { name, optional } => Source::Env { name, optional: *optional },
            Self::Set(set) => Source::Set(set),
        }
    }
}

/// A shared policy, as a `static` holds it.
impl From<&'static Self> for Policy {
    fn from(policy: &'static Self) -> Self {
        policy.clone()
    }
}

impl PartialEq for Policy {
    fn eq(&self, other: &Self) -> bool {
        self.credentials() == other.credentials()
            && self.max_age() == other.max_age()
            && self.enforce() == other.enforce()
            && self.allow_headers() == other.allow_headers()
            && same_names(self.expose_headers(), other.expose_headers())
            && same_origins(&self.origins(), &other.origins())
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("origins", &self.origins())
            .field("credentials", &self.credentials())
            .field("allow_headers", &self.allow_headers())
            .field("expose_headers", &self.expose_headers())
            .field("max_age", &self.max_age())
            .field("enforce", &self.enforce())
            .finish_non_exhaustive()
    }
}

/// Whether two joined lists hold the same names.
fn same_names(a: &str, b: &str) -> bool {
    fn sorted(list: &str) -> Vec<&str> {
        let mut names: Vec<_> = list.split(", ").collect();
        names.sort_unstable();
        names
    }
    a == b || sorted(a) == sorted(b)
}

/// Whether two lists have the same elements. Elements are unique, the rules see to that.
fn same_origins(a: &[Source<'_>], b: &[Source<'_>]) -> bool {
    fn sorted<'a>(list: &[Source<'a>]) -> Vec<Source<'a>> {
        let mut list = list.to_vec();
        list.sort_by(|x, y| sort_key(x).cmp(&sort_key(y)));
        list
    }
    a.len() == b.len() && (a == b || sorted(a) == sorted(b))
}

fn sort_key<'a>(source: &Source<'a>) -> (u8, &'a str, usize) {
    match source {
        Source::Origin(text) => (0, text, 0),
        Source::Env { name, optional } => (1, name, usize::from(*optional)),
        #[cfg(feature = "run-time")]
        Source::Set(set) => (2, "", std::ptr::from_ref(*set) as usize),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Declared = Declared {
        origins: &[Source::Origin("https://a.example"), Source::Origin("https://b.example")],
        allow_headers: AllowHeaders::Names("x-a, x-b"),
        ..Declared::EMPTY
    };

    #[test]
    fn a_static_can_hold_a_policy_and_a_constant_can_start_from_it() {
        static BASE: Policy = Policy::from_declared(A);
        static REFERENCE: &Policy = &BASE;
        static DERIVED: Policy =
            Policy::from_declared(Declared { credentials: true, ..REFERENCE.declared() });
        assert!(DERIVED.credentials());
        assert_eq!(DERIVED.origins(), BASE.origins());
    }

    #[test]
    fn the_order_of_lists_does_not_count() {
        let reordered = Declared {
            origins: &[Source::Origin("https://b.example"), Source::Origin("https://a.example")],
            allow_headers: AllowHeaders::Names("x-b, x-a"),
            ..A
        };
        assert_eq!(Policy::from_declared(A), Policy::from_declared(reordered));
    }

    #[test]
    fn every_key_that_browsers_notice_makes_a_difference() {
        let base = Policy::from_declared(A);
        for other in [
            Declared { origins: &[Source::Origin("https://a.example")], ..A },
            Declared { credentials: true, ..A },
            Declared { allow_headers: AllowHeaders::Any, ..A },
            Declared { allow_headers: AllowHeaders::Names("x-a"), ..A },
            Declared { expose_headers: "x-a", ..A },
            Declared { max_age: Some(0), ..A },
            Declared { enforce: true, ..A },
        ] {
            assert_ne!(base, Policy::from_declared(other), "{other:?}");
        }
    }
}
