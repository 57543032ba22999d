//! The cost of CORS in this crate, tower-http, actix-cors and code written by hand, measured in one run.
//!
//! A [`Row`](row::Row) is an app and a request to it. A [`Candidate`](candidate::Candidate) is an implementation of that
//! app, which answers requests in process. The overhead of a candidate is its cost minus the cost of the same handler
//! without CORS. For preflights it is the cost minus that of a handler that answers `OPTIONS` with an empty 204.

pub mod actix;
pub mod allocations;
pub mod axum;
pub mod candidate;
pub mod compile;
pub mod gate;
pub mod instructions;
pub mod load;
pub mod median;
pub mod row;
pub mod start;
pub mod table;
