//! The differences of browsers from the standard, which were measured in the browser or found in its source code.

use std::time::Duration;

/// The browser engine that is simulated. Its methods are the differences.
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
    /// Returns the longest time for which the result of a preflight is cached. The standard leaves it to the browser.
    pub(super) fn max_age_limit(self) -> Duration {
        match self {
            Self::Standard => Duration::MAX,
            Self::Chromium => Duration::from_secs(7200),
            Self::Firefox => Duration::from_secs(86_400),
            Self::WebKit => Duration::from_secs(600),
        }
    }

    /// Returns whether `Access-Control-Allow-Headers: *` in the response to a preflight allows `Authorization`.
    ///
    /// In the standard it does not: `Authorization` is a [non-wildcard request-header
    /// name](https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name), which the server has to list. No
    /// engine follows the standard yet.
    pub(super) fn wildcard_allows_authorization(self) -> bool {
        self != Self::Standard
    }

    /// Returns whether a `*` in the cache allows `Authorization`.
    ///
    /// In the [standard](https://fetch.spec.whatwg.org/#concept-cache-match-header) and in Chromium it does not. Chromium
    /// therefore sends a preflight for every request with `Authorization` (measured in Chromium 156).
    pub(super) fn cached_wildcard_allows_authorization(self) -> bool {
        self == Self::WebKit
    }

    /// Returns whether a `*` in the cache is a wildcard. In Firefox it is a method or a header name like any other.
    pub(super) fn reads_cached_wildcards(self) -> bool {
        self != Self::Firefox
    }

    /// Returns whether the cache keeps the result of one preflight for each key, and drops it when a request needs more.
    /// In the
    /// standard and in Firefox each method and each header name has an entry, to which other preflights add.
    pub(super) fn caches_one_result(self) -> bool {
        matches!(self, Self::Chromium | Self::WebKit)
    }

    /// Returns whether the result of a preflight for a request with credentials is used for requests without them, as
    /// the standard [says](https://fetch.spec.whatwg.org/#concept-cache-match).
    pub(super) fn shares_cached_credentials(self) -> bool {
        self != Self::Firefox
    }

    /// Returns whether the cache must have an entry for a [CORS-safelisted
    /// method](https://fetch.spec.whatwg.org/#cors-safelisted-method) of a preflighted request.
    ///
    /// In the [standard](https://fetch.spec.whatwg.org/#concept-http-fetch) it must if the request has the
    /// use-CORS-preflight flag. Chromium and Safari need no entry for these methods, and Firefox needs one for `HEAD`.
    pub(super) fn looks_up_safelisted_method(self, method: &str, use_cors_preflight: bool) -> bool {
        match self {
            Self::Standard => use_cors_preflight,
            Self::Chromium | Self::WebKit => false,
            Self::Firefox => method == "HEAD",
        }
    }

    /// Returns whether the failure of a preflighted request removes its entries from the cache, as the standard
    /// [says](https://fetch.spec.whatwg.org/#concept-main-fetch).
    pub(super) fn clears_cache_after_failure(self) -> bool {
        matches!(self, Self::Standard | Self::Firefox)
    }

    /// Returns whether a fetch with `cache: "reload"` is preflighted even if the cache has a result.
    pub(super) fn reload_bypasses_preflight_cache(self) -> bool {
        matches!(self, Self::Chromium | Self::Firefox)
    }

    /// Returns whether a preflighted request is preflighted after a redirect even if it no longer needs a preflight.
    pub(super) fn always_preflights_after_redirect(self) -> bool {
        matches!(self, Self::Firefox | Self::WebKit)
    }

    /// Returns whether a preflight after a redirect lists the headers that the redirect has removed from the request.
    pub(super) fn preflights_removed_headers(self) -> bool {
        self == Self::WebKit
    }

    /// Returns whether a preflight has the origin of the page in `Origin` where the request itself has `null`.
    pub(super) fn preflights_with_page_origin(self) -> bool {
        self == Self::Firefox
    }
}

/// Request headers, and cookies.
impl Engine {
    /// Returns whether a `User-Agent` that a script sets is ignored.
    pub(super) fn ignores_user_agent(self) -> bool {
        self == Self::Chromium
    }

    /// Returns whether client hints that a script sets need no preflight, if their values are valid.
    pub(super) fn safelists_client_hints(self) -> bool {
        self == Self::Chromium
    }

    /// Returns whether `Origin` is `null` with the referrer policy `no-referrer`, in requests that are not CORS requests:
    /// <https://fetch.spec.whatwg.org/#append-a-request-origin-header>.
    pub(super) fn no_referrer_hides_origin(self) -> bool {
        self != Self::Chromium
    }

    /// Returns whether the handshake of a WebSocket has `Sec-Fetch-Site`, `Sec-Fetch-Mode` and `Sec-Fetch-Dest`. Chromium
    /// does
    /// not send them (measured in Chromium 156).
    pub(super) fn sends_fetch_metadata_with_websockets(self) -> bool {
        self != Self::Chromium
    }

    /// Returns whether a cookie without `SameSite` has `SameSite=Lax`. In Firefox and Safari it has `SameSite=None`.
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
