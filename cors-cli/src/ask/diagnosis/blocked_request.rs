//! A request that a browser has blocked, and the form of its diagnosis.

use super::super::{cause::Cause, changes::Change, network::Exchange};
use cors_runtime::testing::{Blocked, WireResponse};

/// The cause of a blocked request, and what to change.
#[derive(Clone, Debug)]
pub(crate) struct Diagnosis {
    pub(crate) cause: Cause,
    /// Says what the response shows, in one or two sentences.
    pub(crate) explanation: String,
    pub(crate) change: Change,
}

/// A request that a browser has blocked.
pub(crate) struct BlockedRequest<'a> {
    pub(crate) blocked: &'a Blocked,
    /// The origin of the page.
    pub(crate) page: &'a str,
    pub(crate) method: &'a str,
    pub(crate) credentials: bool,
    /// What this browser has sent. The last exchange is the one that failed.
    pub(crate) exchanges: Vec<&'a Exchange>,
}

impl Diagnosis {
    pub(super) fn new(cause: Cause, explanation: String, change: Change) -> Self {
        Self { cause, explanation, change }
    }
}

impl BlockedRequest<'_> {
    /// Returns how the failed response is called at the beginning of a sentence.
    pub(super) fn response_name(&self) -> String {
        if self.blocked.in_preflight() {
            "The response to the preflight".to_owned()
        } else {
            format!("The response to the {} request", self.method)
        }
    }

    /// Returns whether the browser has sent a preflight, which has passed if the request itself has failed.
    pub(super) fn has_preflight(&self) -> bool {
        self.exchanges.iter().any(|exchange| exchange.request.is_preflight())
    }

    pub(super) fn failed_response(&self) -> Option<&WireResponse> {
        self.exchanges.last()?.response()
    }

    /// Returns the number of lines with `Access-Control-Allow-Origin` in the response that failed.
    pub(in crate::ask) fn allow_origin_lines(&self) -> usize {
        self.failed_response().map_or(0, |response| {
            response.headers().filter(|(name, _)| *name == "access-control-allow-origin").count()
        })
    }
}
