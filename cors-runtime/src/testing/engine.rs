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

    /// The standard wants `authorization` by name. No engine does so yet.
    pub(super) fn wildcard_covers_authorization(self) -> bool {
        self != Self::Standard
    }

    pub(super) fn clears_cache_after_failure(self) -> bool {
        self != Self::Chromium
    }

    pub(super) fn reload_skips_preflight_cache(self) -> bool {
        self == Self::Chromium
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
