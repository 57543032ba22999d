//! The causes that `cors ask` tells apart.

/// Declares the causes, with their names in the output for scripts and their titles.
macro_rules! causes {
    ($($variant:ident $name:literal $title:literal)*) => {
        /// The cause of a blocked request: what is wrong on the server, or in the request.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Cause {
            $(#[doc = $title] $variant,)*
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
    OriginNotAllowed "origin-not-allowed" "The server does not allow the origin of the page"
    OriginNearMiss "origin-near-miss" "The allowed origin differs from the origin of the page in a detail"
    OriginSentTwice "origin-sent-twice" "Two places send `Access-Control-Allow-Origin`"
    WildcardWithCredentials "wildcard-with-credentials" "`*` is sent to a request with credentials"
    CredentialsNotAllowed "credentials-not-allowed" "`Access-Control-Allow-Credentials: true` is missing"
    PreflightNeedsLogin "preflight-needs-login" "The preflight is answered by the login"
    PreflightNotRouted "preflight-not-routed" "No route answers the preflight"
    PreflightRedirected "preflight-redirected" "The preflight is redirected"
    HeaderNotListed "header-not-listed" "A request header is not in `Access-Control-Allow-Headers`"
    ErrorWithoutHeaders "error-without-headers" "The response is an error page without CORS headers"
    OtherOrigin "other-origin" "The response allows another origin"
    OriginList "origin-list" "`Access-Control-Allow-Origin` contains a list"
    OriginInvalid "origin-invalid" "The value of `Access-Control-Allow-Origin` is not an origin"
    OnlyPreflightAllowed "only-preflight-allowed" "Only the preflight is answered with CORS headers"
    PreflightFailed "preflight-failed" "The preflight is answered with an error"
    MethodNotListed "method-not-listed" "The method is not in `Access-Control-Allow-Methods`"
    MethodInLowerCase "method-in-lower-case" "The script writes the method in lower case"
    ListInvalid "list-invalid" "A list of the preflight's response cannot be parsed"
    RedirectWithoutHeaders "redirect-without-headers" "A redirect has no CORS headers"
    OriginBecameNull "origin-became-null" "After a redirect to another origin, the origin is `null`"
    NullOrigin "null-origin" "The page has the origin `null`"
    RedirectInvalid "redirect-invalid" "The browser does not follow the redirect"
    MixedContent "mixed-content" "A page of an `https:` origin fetches an `http:` URL"
    LocalNetwork "local-network" "The page may not reach the local network"
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
