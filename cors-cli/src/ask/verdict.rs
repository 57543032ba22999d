//! What a browser does with the request of a page.

use super::{diagnosis::Diagnosis, engine::Engine};
use crate::http_client::ClientError;
use cors_runtime::testing::{Reason, Response};

/// The exit codes, which `docs/cli.md` documents.
pub(super) mod exit_code {
    pub(in crate::ask) const READABLE: u8 = 0;
    pub(in crate::ask) const BLOCKED: u8 = 1;
    pub(in crate::ask) const USAGE: u8 = 2;
    pub(in crate::ask) const NO_VERDICT: u8 = 3;
}

/// What one browser does with the request.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    /// `None` for a browser that follows the standard.
    pub(super) engine: Option<Engine>,
    pub(super) verdict: Verdict,
    /// Positions in the list of all exchanges.
    pub(super) exchanges: Vec<usize>,
}

#[derive(Clone, Debug)]
pub(super) enum Verdict {
    /// The page can read the response.
    Readable(Response),
    /// `--preflight-only`: the request would be sent.
    PreflightPassed,
    /// `--preflight-only`: the request needs no preflight, so nothing was sent.
    NoPreflight,
    Blocked {
        reason: Option<Reason>,
        console: Option<String>,
        diagnosis: Box<Diagnosis>,
    },
    /// A redirect changes the method, and the new request was not sent.
    MethodChanged {
        method: String,
        url: String,
    },
    NoAnswer(ClientError),
}

impl Verdict {
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::Readable(_) | Self::PreflightPassed => exit_code::READABLE,
            Self::Blocked { .. } => exit_code::BLOCKED,
            Self::NoPreflight | Self::MethodChanged { .. } | Self::NoAnswer(_) => exit_code::NO_VERDICT,
        }
    }
}
