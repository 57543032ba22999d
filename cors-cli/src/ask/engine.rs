//! The browser engines that can be simulated.

use cors_runtime::testing::Browser;

/// A browser engine whose differences from the standard are simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Engine {
    Chromium,
    Firefox,
    WebKit,
}

impl Engine {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Chromium => "Chromium",
            Self::Firefox => "Firefox",
            Self::WebKit => "WebKit",
        }
    }

    pub(super) fn browser(self) -> Browser {
        match self {
            Self::Chromium => Browser::chromium(),
            Self::Firefox => Browser::firefox(),
            Self::WebKit => Browser::safari(),
        }
    }
}
