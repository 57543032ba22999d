//! The rules and their names.

use std::fmt;

macro_rules! rules {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A rule that a policy, or the attribute that declares it, can break.
        ///
        /// The first line of an error ends with the name of the rule in brackets, at compile time and at run time.
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
    /// Neither `origins` nor `policy` is given, or the list is empty.
    OriginsMissing = "origins-missing",
    /// `null` as an origin.
    OriginNull = "origin-null",
    /// No scheme, or a text that is not a scheme.
    OriginScheme = "origin-scheme",
    /// `ws:`, `wss:`, `ftp:`: no page has such an origin.
    OriginSchemeNever = "origin-scheme-never",
    /// `file:`, `data:` and other schemes whose pages send `null`.
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
    /// A text that is not a host.
    OriginHost = "origin-host",
    /// An IP address that is not in canonical form.
    OriginIp = "origin-ip",
    /// Several origins in one string.
    OriginListInOne = "origin-list-in-one",
    /// A wildcard that is neither the whole first label nor the whole port.
    OriginPattern = "origin-pattern",
    /// The same origin twice.
    OriginDuplicate = "origin-duplicate",
    /// An origin that another element of the list covers.
    OriginShadowed = "origin-shadowed",
    /// A pattern that covers names which anybody can register.
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
    /// An empty list of hosts.
    HostEmpty = "host-empty",
    /// A text that is not a host as browsers send it in `Host`.
    HostName = "host-name",
    /// A port that no browser sends in `Host`.
    HostPort = "host-port",
    /// The same host twice, or one beside the same with `:*`.
    HostDuplicate = "host-duplicate",
    /// The name of a header that is not one HTTP token.
    HeaderName = "header-name",
    /// A request header that no script can set.
    HeaderForbidden = "header-forbidden",
    /// A response header in `allow_headers`, or a request header in `expose_headers`.
    HeaderDirection = "header-direction",
    /// A response header that no browser exposes.
    HeaderNotExposable = "header-not-exposable",
    /// The same header twice.
    HeaderDuplicate = "header-duplicate",
    /// A `max_age` below 0 or above 86400, or one that is not a whole number.
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
    /// A handler without a route attribute.
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
