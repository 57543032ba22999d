//! Who answers.

use crate::row::{Request, Row};
use std::hint::black_box;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// A framework.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framework {
    /// axum
    Axum,
    /// actix-web
    Actix,
}

impl Framework {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Axum, Self::Actix];

    /// As the table calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Axum => "axum",
            Self::Actix => "actix-web",
        }
    }
}

/// Who answers a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The handler without CORS.
    Bare,
    /// This crate.
    Ours,
    /// Code written by hand.
    Hand,
    /// tower-http or actix-cors.
    Theirs,
}

impl Who {
    /// All, in the order of the table.
    pub const ALL: [Self; 4] = [Self::Bare, Self::Ours, Self::Hand, Self::Theirs];
}

/// An app that answers requests in process.
pub trait Candidate {
    /// Prepares requests, before anything is measured.
    fn prepare(&mut self, request: &Request, count: usize);

    /// Answers the prepared requests, and says how many they were.
    fn answer(&mut self) -> usize;

    /// Status and headers of the answer to a request, for checks.
    fn look(&mut self, request: &Request) -> (u16, Vec<(String, String)>);
}

/// Builds an app for the policy of a row.
pub fn candidate(framework: Framework, who: Who, row: &Row) -> Box<dyn Candidate> {
    match framework {
        Framework::Axum => Box::new(crate::axum::App::new(who, row)),
        Framework::Actix => crate::actix::candidate(who, row),
    }
}

/// What is measured, and nothing else: callgrind is told to look at this function alone.
#[inline(never)]
pub fn measured_batch(candidate: &mut dyn Candidate) {
    // Something must follow the call: callgrind would take a jump at the end for a return.
    black_box(candidate.answer());
}

/// The output of a future that never waits.
pub(crate) fn ready<F: Future>(future: Pin<&mut F>) -> F::Output {
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("nothing that is measured waits"),
    }
}

/// Whether a candidate answers a row as it must; measuring something else would be worth nothing.
///
/// # Panics
///
/// If it does not.
pub fn check(framework: Framework, who: Who, row: &Row) {
    let (status, headers) = candidate(framework, who, row).look(&row.request);
    let allowed = headers.iter().any(|(name, _)| name == "access-control-allow-origin");
    let refused = ["actual, not", "no `Origin`", "KiB `Origin`", "labels", "origin not allowed"];
    let refused = refused.iter().any(|text| row.name.contains(text));
    let context = format!("{}, {who:?}, {}: {status} {headers:?}", framework.name(), row.name);
    match who {
        Who::Bare => assert!(!allowed, "{context}"),
        // tower-http and actix-cors have their own ideas of refusals.
        Who::Theirs => assert!(allowed || !row.name.contains(", allowed"), "{context}"),
        Who::Ours | Who::Hand => assert_eq!(allowed, !refused, "{context}"),
    }
}
