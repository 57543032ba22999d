//! The keys of a policy, as the attribute, the builder and serde spell them.

use std::fmt;

macro_rules! keys {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A key of a policy.
        ///
        /// ```
        /// use cors_policy::Key;
        ///
        /// assert_eq!(Key::parse("max_age"), Some(Key::MaxAge));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Key {
            $($(#[$doc])* $variant,)*
        }

        impl Key {
            /// Every key, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The key as it is written.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

keys! {
    /// Who may call.
    Origins = "origins",
    /// Who may call too, in builds with `debug_assertions`.
    DevOrigins = "dev_origins",
    /// `Access-Control-Allow-Credentials: true`.
    Credentials = "credentials",
    /// Request headers that scripts may send.
    AllowHeaders = "allow_headers",
    /// Response headers that scripts may read.
    ExposeHeaders = "expose_headers",
    /// Seconds for which a browser may reuse a preflight answer.
    MaxAge = "max_age",
    /// 403 for requests whose origin is not allowed.
    Enforce = "enforce",
    /// A shared policy to start from.
    BasePolicy = "policy",
    /// Opt-outs of single rules.
    Danger = "danger",
    /// Where `cors_runtime` is.
    Crate = "crate",
}

impl Key {
    /// The key called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|key| key.name() == name)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
