//! The causes that `cors ask` tells apart.

/// Declares the causes, with their names in the output for scripts and their titles.
macro_rules! causes {
    ($($(#[doc = $doc:literal])* $variant:ident $name:literal $title:literal)*) => {
        /// The cause of a blocked request: what is wrong on the server, or in the request.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Cause {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Cause {
            /// Contains all causes.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Returns the name in the output for scripts.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// Returns the mistake in a few words.
            pub fn title(self) -> &'static str {
                match self {
                    $(Self::$variant => $title,)*
                }
            }
        }
    };
}

causes! {
    /// There is no `Access-Control-Allow-Origin` for this page.
    OriginNotAllowed "origin-not-allowed" "The server does not allow the origin of the page"
    /// `Access-Control-Allow-Origin` is nearly the origin of the page.
    OriginNearMiss "origin-near-miss" "The allowed origin differs from the origin of the page in a detail"
    /// `Access-Control-Allow-Origin` is sent twice.
    OriginSentTwice "origin-sent-twice" "Two places send `Access-Control-Allow-Origin`"
    /// `Access-Control-Allow-Origin: *` for a request with credentials.
    WildcardWithCredentials "wildcard-with-credentials" "`*` is sent to a request with credentials"
    /// `Access-Control-Allow-Credentials` is not `true`.
    CredentialsNotAllowed "credentials-not-allowed" "`Access-Control-Allow-Credentials: true` is missing"
    /// A login answers the preflight.
    PreflightNeedsLogin "preflight-needs-login" "The preflight is answered by the login"
    /// Nothing answers the preflight.
    PreflightNotRouted "preflight-not-routed" "No route answers the preflight"
    /// The preflight is redirected.
    PreflightRedirected "preflight-redirected" "The preflight is redirected"
    /// A request header is not in `Access-Control-Allow-Headers`.
    HeaderNotListed "header-not-listed" "A request header is not in `Access-Control-Allow-Headers`"
    /// An error response has no CORS headers.
    ErrorWithoutHeaders "error-without-headers" "The response is an error page without CORS headers"
    /// `Access-Control-Allow-Origin` is another origin.
    OtherOrigin "other-origin" "The response allows another origin"
    /// `Access-Control-Allow-Origin` contains several origins.
    OriginList "origin-list" "`Access-Control-Allow-Origin` contains a list"
    /// `Access-Control-Allow-Origin` is not an origin.
    OriginInvalid "origin-invalid" "The value of `Access-Control-Allow-Origin` is not an origin"
    /// The preflight has CORS headers, and the response has none.
    OnlyPreflightAllowed "only-preflight-allowed" "Only the preflight is answered with CORS headers"
    /// The preflight has a status other than 200 to 299.
    PreflightFailed "preflight-failed" "The preflight is answered with an error"
    /// The method is not in `Access-Control-Allow-Methods`.
    MethodNotListed "method-not-listed" "The method is not in `Access-Control-Allow-Methods`"
    /// The method is in lower case.
    MethodInLowerCase "method-in-lower-case" "The script writes the method in lower case"
    /// `Access-Control-Allow-Methods` or `Access-Control-Allow-Headers` cannot be parsed.
    ListInvalid "list-invalid" "A list of the preflight's response cannot be parsed"
    /// A redirect has no CORS headers.
    RedirectWithoutHeaders "redirect-without-headers" "A redirect has no CORS headers"
    /// A redirect to another origin has made the origin `null`.
    OriginBecameNull "origin-became-null" "After a redirect to another origin, the origin is `null`"
    /// The page has the origin `null`.
    NullOrigin "null-origin" "The page has the origin `null`"
    /// `Location` is not a URL that a browser follows.
    RedirectInvalid "redirect-invalid" "The browser does not follow the redirect"
    /// A page of an `https:` origin fetches an `http:` URL.
    MixedContent "mixed-content" "A page of an `https:` origin fetches an `http:` URL"
    /// The page may not reach the local network.
    LocalNetwork "local-network" "The page may not reach the local network"
    /// No browser sends this request.
    ScriptMistake "script-mistake" "The browser refuses the request of the script"
}

impl Cause {
    /// Contains the ten most frequent mistakes of servers.
    pub const FREQUENT: [Self; 10] = [
        Self::OriginNotAllowed,
        Self::OriginNearMiss,
        Self::OriginSentTwice,
        Self::WildcardWithCredentials,
        Self::CredentialsNotAllowed,
        Self::PreflightNeedsLogin,
        Self::PreflightNotRouted,
        Self::PreflightRedirected,
        Self::HeaderNotListed,
        Self::ErrorWithoutHeaders,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_causes_are_unique() {
        let names: std::collections::HashSet<_> = Cause::ALL.iter().map(|cause| cause.name()).collect();
        assert_eq!(names.len(), Cause::ALL.len());
    }
}
