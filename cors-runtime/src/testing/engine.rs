//! Where browsers differ from the standard.

use std::time::Duration;

/// Whose deviations from the standard are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Engine {
    Standard,
    Chromium,
    Firefox,
    WebKit,
}

/// What is done with cookies of another site than the page's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ThirdPartyCookies {
    Allowed,
    /// Kept apart for each site of a page.
    Partitioned,
    Blocked,
}

impl Engine {
    /// The standard leaves the limit to the browser.
    pub(super) fn max_age_limit(self) -> Duration {
        match self {
            Self::Standard => Duration::MAX,
            Self::Chromium => Duration::from_secs(7200),
            Self::Firefox => Duration::from_secs(86_400),
            Self::WebKit => Duration::from_secs(600),
        }
    }

    /// Whether `*` in the answer to a preflight allows `authorization`. The standard wants it
    /// [by name](https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name); no engine follows it yet.
    pub(super) fn wildcard_covers_authorization(self) -> bool {
        self != Self::Standard
    }

    /// Whether `*` in the preflight cache allows `authorization`. Chromium already follows the standard here:
    /// every request with `authorization` is preflighted again (measured in Chromium 156).
    pub(super) fn cached_wildcard_covers_authorization(self) -> bool {
        matches!(self, Self::Firefox | Self::WebKit)
    }

    pub(super) fn clears_cache_after_failure(self) -> bool {
        matches!(self, Self::Standard | Self::Firefox)
    }

    pub(super) fn reload_skips_preflight_cache(self) -> bool {
        matches!(self, Self::Chromium | Self::Firefox)
    }

    /// A redirect of a request that was preflighted is preflighted, whether it still needs that or not.
    pub(super) fn goes_on_asking_after_redirect(self) -> bool {
        matches!(self, Self::Firefox | Self::WebKit)
    }

    /// Safari then asks for the headers that the script has set, also for those that the redirect has removed.
    pub(super) fn asks_for_removed_headers(self) -> bool {
        self == Self::WebKit
    }

    /// Firefox sends `Origin: null` after a redirect to another server, but not on the preflight.
    pub(super) fn asks_with_origin_of_page(self) -> bool {
        self == Self::Firefox
    }

    /// Chromium never sends a `User-Agent` that a script has set.
    pub(super) fn drops_user_agent(self) -> bool {
        self == Self::Chromium
    }

    /// The standard hides the origin if the referrer policy hides it; Chromium does not for scripts.
    pub(super) fn no_referrer_hides_origin(self) -> bool {
        self != Self::Chromium
    }

    pub(super) fn safelists_client_hints(self) -> bool {
        self == Self::Chromium
    }

    /// Firefox and Safari still take a cookie without `SameSite` for one with `SameSite=None`.
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
