//! The candidates of each row: the apps that are compared.

use crate::row::{AppSetup, Expected, Request, Row};
use std::hint::black_box;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// A web framework.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framework {
    /// axum
    Axum,
    /// actix-web
    Actix,
}

impl Framework {
    /// All frameworks, in the order of the tables.
    pub const ALL: [Self; 2] = [Self::Axum, Self::Actix];

    /// Returns the name in the tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Axum => "axum",
            Self::Actix => "actix-web",
        }
    }

    /// Returns the name of the framework's usual crate for CORS.
    pub const fn peer(self) -> &'static str {
        match self {
            Self::Axum => "tower-http",
            Self::Actix => "actix-cors",
        }
    }
}

/// An implementation of CORS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Implementation {
    /// None. `OPTIONS` is answered with an empty 204.
    Bare,
    /// This crate.
    Ours,
    /// Code that is written by hand for the policy.
    ByHand,
    /// tower-http in axum, actix-cors in actix-web.
    Peer,
}

impl Implementation {
    /// All implementations, in the order of the tables.
    pub const ALL: [Self; 4] = [Self::Bare, Self::Ours, Self::ByHand, Self::Peer];

    /// Returns the name as an argument of a sub-command.
    pub const fn argument(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::Ours => "ours",
            Self::ByHand => "by-hand",
            Self::Peer => "peer",
        }
    }
}

/// An app that answers requests in process.
pub trait Candidate {
    /// Creates requests, which is not measured.
    fn prepare(&mut self, request: &Request, count: usize);

    /// Answers the prepared requests, and returns their number.
    fn answer(&mut self) -> usize;

    /// Answers one request, and returns the status and the headers of the response.
    fn respond(&mut self, request: &Request) -> (u16, Vec<(String, String)>);
}

/// Builds an app.
pub fn candidate(framework: Framework, implementation: Implementation, app: AppSetup) -> Box<dyn Candidate> {
    match framework {
        Framework::Axum => crate::axum::candidate(implementation, app),
        Framework::Actix => crate::actix::candidate(implementation, app),
    }
}

/// Answers the prepared requests. Callgrind measures what happens in this function, and nothing else.
#[inline(never)]
pub fn measured_batch(candidate: &mut dyn Candidate) {
    // `black_box` runs behind the call, which otherwise is compiled to a jump: callgrind would take it for a return.
    black_box(candidate.answer());
}

/// Returns the output of a future that is ready when it is polled first.
pub(crate) fn ready<F: Future>(future: Pin<&mut F>) -> F::Output {
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a future that is measured does not wait"),
    }
}

/// Checks that a candidate answers a row as expected: a wrong answer is not worth measuring.
///
/// # Panics
///
/// Panics if it does not.
pub fn check(framework: Framework, implementation: Implementation, row: &Row) {
    let (status, headers) = candidate(framework, implementation, row.app).respond(&row.request);
    let allowed = headers.iter().any(|(name, _)| name == "access-control-allow-origin");
    let context = format!("{}, {implementation:?}, {}: {status} {headers:?}", framework.name(), row.name);
    match implementation {
        Implementation::Bare => assert!(!allowed, "{context}"),
        // Peers refuse requests in other ways.
        Implementation::Peer => assert!(allowed || row.expected != Expected::Allowed, "{context}"),
        Implementation::Ours | Implementation::ByHand => {
            assert_eq!(allowed, row.expected != Expected::OriginRefused, "{context}");
        }
    }
}
