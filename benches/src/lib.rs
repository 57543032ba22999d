//! What CORS costs: this crate, tower-http, actix-cors and code written by hand, in one run.
//!
//! A [`Row`](row::Row) is a policy and a request. A [`Candidate`](candidate::Candidate) is somebody who answers it, in
//! process. Overhead is a candidate minus the same handler without CORS (preflights: minus a handler that answers
//! `OPTIONS` with an empty 204).

pub mod actix;
pub mod allocations;
pub mod axum;
pub mod candidate;
pub mod compile;
pub mod gate;
pub mod instructions;
pub mod load;
pub mod row;
pub mod start;
pub mod table;
pub mod time;
