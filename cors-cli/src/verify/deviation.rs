//! In what answers deviate from the manifest.

use super::probe::Probe;
use cors_runtime::testing::WireResponse;
use serde::Serialize;
use std::fmt;

/// In what an answer deviates from the manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    /// A page that the policy refuses may read responses.
    AllowOriginWider,
    /// `Access-Control-Allow-Origin` names another page.
    AllowOriginChanged,
    /// A page that the policy allows may not read responses.
    AllowOriginMissing,
    /// A header that browsers accept only once is there several times.
    HeaderRepeated,
    /// The answer is the one that another page got before.
    AnswerOfAnotherPage,
    /// `Vary` does not list a header that the answer depends on.
    VaryMissing,
    CredentialsAdded,
    CredentialsMissing,
    MethodsAdded,
    MethodsMissing,
    HeadersAdded,
    HeadersMissing,
    MaxAgeLonger,
    MaxAgeShorter,
    ExposeHeadersAdded,
    ExposeHeadersMissing,
    /// The preflight of a page that the policy allows is refused.
    PreflightRefused,
    /// An error has no CORS headers, so that the page cannot read it.
    ErrorWithoutHeaders,
    /// A request that `enforce` refuses was answered.
    RequestNotRefused,
    /// A request that `enforce` lets pass was refused.
    RequestRefused,
    /// A cache may store the answer to a refused request.
    RefusalMayBeStored,
}

impl Kind {
    /// Whether pages can do more than the manifest promises.
    pub(super) fn is_wider(self) -> bool {
        matches!(
            self,
            Self::AllowOriginWider
                | Self::CredentialsAdded
                | Self::MethodsAdded
                | Self::HeadersAdded
                | Self::MaxAgeLonger
                | Self::ExposeHeadersAdded
                | Self::RequestNotRefused
        )
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// One difference between a promise and an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) kind: Kind,
    pub(super) promised: String,
    pub(super) came: String,
}

/// A difference with the request and the answer in which it was found.
pub(super) struct ObservedDifference<'a> {
    pub(super) probe: &'a Probe,
    pub(super) response: &'a WireResponse,
    pub(super) difference: Difference,
}
