//! Where browsers differ from the standard. Each difference was measured in the browser or read in its source code.

use std::time::Duration;

/// The browser engine whose differences from the standard are simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Engine {
    /// The standard itself.
    Standard,
    Chromium,
    Firefox,
    WebKit,
}

/// What the browser does with third-party cookies: cookies of another site than the page's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ThirdPartyCookies {
    Allowed,
    /// Each site of a page has cookies of its own for the other site.
    Partitioned,
    Blocked,
}

/// The preflight and its cache: <https://fetch.spec.whatwg.org/#cors-preflight-cache>.
impl Engine {
    /// The longest time for which the result of a preflight is cached. The standard leaves the limit to the browser.
    pub(super) fn max_age_limit(self) -> Duration {
        match self {
            Self::Standard => Duration::MAX,
            Self::Chromium => Duration::from_secs(7200),
            Self::Firefox => Duration::from_secs(86_400),
            Self::WebKit => Duration::from_secs(600),
        }
    }

    /// Whether `Access-Control-Allow-Headers: *` in the response to a preflight allows `Authorization`.
    ///
    /// The standard calls it a [non-wildcard request-header
    /// name](https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name): the server has to list it by name.
    /// No engine follows the standard yet.
    pub(super) fn wildcard_allows_authorization(self) -> bool {
        self != Self::Standard
    }

    /// Whether a `*` in the cache allows `Authorization`.
    ///
    /// It does not in the [standard](https://fetch.spec.whatwg.org/#concept-cache-match-header), nor in Chromium, which
    /// therefore accepts such a request after a preflight, and sends a preflight again for the next one (measured in
    /// Chromium 156).
    pub(super) fn cached_wildcard_allows_authorization(self) -> bool {
        self == Self::WebKit
    }

    /// Whether a `*` in the cache is a wildcard at all. Firefox compares it with the method or the header name.
    pub(super) fn reads_cached_wildcards(self) -> bool {
        self != Self::Firefox
    }

    /// Whether the cache keeps the result of one preflight for each key, and drops it when a request needs more. In the
    /// standard and in Firefox each method and each header name has an entry, to which other preflights add.
    pub(super) fn caches_one_result(self) -> bool {
        matches!(self, Self::Chromium | Self::WebKit)
    }

    /// Whether a cached preflight with credentials is used for requests without credentials. Firefox keeps the two
    /// apart.
    pub(super) fn shares_cached_credentials(self) -> bool {
        self != Self::Firefox
    }

    /// Whether the cache must have an entry for a [CORS-safelisted
    /// method](https://fetch.spec.whatwg.org/#cors-safelisted-method) of a preflighted request.
    ///
    /// In the standard it must if the request has the use-CORS-preflight flag
    /// ([step](https://fetch.spec.whatwg.org/#http-fetch)). Chromium and Safari need no entry for these methods, and
    /// Firefox always needs one for `HEAD`.
    pub(super) fn looks_up_safelisted_method(self, method: &str, use_cors_preflight: bool) -> bool {
        match self {
            Self::Standard => use_cors_preflight,
            Self::Chromium | Self::WebKit => false,
            Self::Firefox => method == "HEAD",
        }
    }

    /// Whether a preflighted request that fails [clears](https://fetch.spec.whatwg.org/#concept-cache-clear) its entries
    /// in the cache, as the standard says.
    pub(super) fn clears_cache_after_failure(self) -> bool {
        matches!(self, Self::Standard | Self::Firefox)
    }

    /// Whether a fetch with `cache: "reload"` is preflighted even if the cache has a result.
    pub(super) fn reload_bypasses_preflight_cache(self) -> bool {
        matches!(self, Self::Chromium | Self::Firefox)
    }

    /// Whether a preflighted request is preflighted after a redirect even if it no longer needs a preflight.
    pub(super) fn always_preflights_after_redirect(self) -> bool {
        matches!(self, Self::Firefox | Self::WebKit)
    }

    /// Whether a preflight after a redirect lists the headers that the redirect has removed from the request.
    pub(super) fn preflights_removed_headers(self) -> bool {
        self == Self::WebKit
    }

    /// Whether a preflight has the origin of the page in `Origin` where the request itself has `null`.
    pub(super) fn preflights_with_page_origin(self) -> bool {
        self == Self::Firefox
    }
}

/// Other headers, and cookies.
impl Engine {
    /// Whether a `User-Agent` that a script sets is ignored.
    pub(super) fn ignores_user_agent(self) -> bool {
        self == Self::Chromium
    }

    /// Whether client hints that a script sets need no preflight.
    pub(super) fn safelists_client_hints(self) -> bool {
        self == Self::Chromium
    }

    /// Whether the referrer policy `no-referrer` makes `Origin` `null` where CORS does not need the origin:
    /// <https://fetch.spec.whatwg.org/#append-a-request-origin-header>.
    pub(super) fn no_referrer_hides_origin(self) -> bool {
        self != Self::Chromium
    }

    /// Whether a cookie without `SameSite` has `SameSite=Lax`. In Firefox and Safari it has `SameSite=None`.
    pub(super) fn same_site_defaults_to_lax(self) -> bool {
        matches!(self, Self::Standard | Self::Chromium)
    }

    pub(super) fn third_party_cookies(self) -> ThirdPartyCookies {
        match self {
            Self::Standard | Self::Chromium => ThirdPartyCookies::Allowed,
            Self::Firefox => ThirdPartyCookies::Partitioned,
            Self::WebKit => ThirdPartyCookies::Blocked,
        }
    }
}
