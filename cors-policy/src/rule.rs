//! The names of the rules.

use std::fmt;

macro_rules! rules {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A rule that a policy, or the attribute that declares it, can break.
        ///
        /// The name stands in brackets behind the first line of its error, at compile time and at run time.
        ///
        /// ```
        /// # use cors_policy as cors_runtime;
        /// use cors_runtime::Rule;
        ///
        /// assert_eq!(Rule::WildcardCredentials.name(), "wildcard-credentials");
        /// assert!(Rule::ALL.contains(&Rule::OriginNull));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Rule {
            $($(#[$doc])* $variant,)*
        }

        impl Rule {
            /// Every rule, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The rule's name: lower case, joined by hyphens.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

rules! {
    /// No `origins` and no `policy`, or an empty list.
    OriginsMissing = "origins-missing",
    /// `null` as an origin.
    OriginNull = "origin-null",
    /// No scheme, or something that is not one.
    OriginScheme = "origin-scheme",
    /// `ws:`, `wss:`, `ftp:`: no page has such an origin.
    OriginSchemeNever = "origin-scheme-never",
    /// `file:`, `data:` ..: pages there send `null`.
    OriginOpaque = "origin-opaque",
    /// `https://a.example/`.
    OriginTrailingSlash = "origin-trailing-slash",
    /// A path, query or fragment.
    OriginPath = "origin-path",
    /// `user@` or `user:password@`.
    OriginUserinfo = "origin-userinfo",
    /// `:443` with `https`, `:80` with `http`.
    OriginDefaultPort = "origin-default-port",
    /// A port that no browser serialises.
    OriginPort = "origin-port",
    /// Upper case in scheme or host.
    OriginCase = "origin-case",
    /// A host that is not ASCII, or invalid punycode.
    OriginIdn = "origin-idn",
    /// Not a host.
    OriginHost = "origin-host",
    /// An IP address that is not in canonical form.
    OriginIp = "origin-ip",
    /// Several origins in one string.
    OriginListInOne = "origin-list-in-one",
    /// A wildcard anywhere but as the whole first label or the whole port.
    OriginPattern = "origin-pattern",
    /// The same origin twice.
    OriginDuplicate = "origin-duplicate",
    /// An origin that another element covers already.
    OriginShadowed = "origin-shadowed",
    /// A pattern below which anybody can register a name.
    OriginPublicSuffix = "origin-public-suffix",
    /// Plain `http` with credentials.
    OriginInsecure = "origin-insecure",
    /// `origins = ["*"]` with `credentials`.
    WildcardCredentials = "wildcard-credentials",
    /// `allow_headers = ["*"]` with `credentials`.
    WildcardHeadersCredentials = "wildcard-headers-credentials",
    /// `expose_headers = ["*"]` with `credentials`.
    WildcardExposeCredentials = "wildcard-expose-credentials",
    /// `enforce` with `origins = ["*"]`.
    WildcardEnforce = "wildcard-enforce",
    /// Not one HTTP token.
    HeaderName = "header-name",
    /// A request header that no script can set.
    HeaderForbidden = "header-forbidden",
    /// A response header among the request headers, or the other way round.
    HeaderDirection = "header-direction",
    /// A response header that no browser exposes.
    HeaderNotExposable = "header-not-exposable",
    /// The same header twice.
    HeaderDuplicate = "header-duplicate",
    /// Seconds below 0 or above 86400, or not a whole number.
    MaxAgeRange = "max-age-range",
    /// A method that is not one HTTP token.
    MethodName = "method-name",
    /// `CONNECT`, `TRACE`, `TRACK`.
    MethodForbidden = "method-forbidden",
    /// A method in lower or mixed case.
    MethodCase = "method-case",
    /// An option that does not exist.
    OptionUnknown = "option-unknown",
    /// An option given twice.
    OptionDuplicate = "option-duplicate",
    /// A value of the wrong shape.
    OptionValue = "option-value",
    /// `methods = ..`: methods come from the route.
    OptionMethods = "option-methods",
    /// No route where one is needed.
    RouteMissing = "route-missing",
    /// A method that the framework cannot route.
    MethodUnroutable = "method-unroutable",
    /// `#[options(..)]` together with `#[cors]`.
    RouteOptions = "route-options",
    /// A path that the framework would refuse at start-up.
    RoutePath = "route-path",
    /// `#[cors]` twice, or on something that is not a free function.
    Item = "item",
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
