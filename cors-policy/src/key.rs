//! The keys of a policy, as they are written in the attribute, with the builder and in files.

use std::fmt;

macro_rules! keys {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A key of a policy.
        ///
        /// ```
        /// # use cors_policy as cors_runtime;
        /// use cors_runtime::Key;
        ///
        /// assert_eq!(Key::MaxAge.name(), "max_age");
        /// assert!(Key::ALL.contains(&Key::Origins));
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
    /// The origins that are allowed.
    Origins = "origins",
    /// Origins that are also allowed in builds with `debug_assertions`.
    DevOrigins = "dev_origins",
    /// `Access-Control-Allow-Credentials: true`.
    Credentials = "credentials",
    /// Request headers that scripts may send.
    AllowHeaders = "allow_headers",
    /// Response headers that scripts may read.
    ExposeHeaders = "expose_headers",
    /// The seconds for which a browser may reuse the answer to a preflight.
    MaxAge = "max_age",
    /// Requests whose origin is not allowed get 403.
    Enforce = "enforce",
    /// The shared policy that this one starts from.
    BasePolicy = "policy",
    /// The rules that the policy opts out of.
    Danger = "danger",
    /// The path of the crate `cors_runtime`.
    Crate = "crate",
}

impl Key {
    /// The key called `name`.
    #[doc(hidden)]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|key| key.name() == name)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
